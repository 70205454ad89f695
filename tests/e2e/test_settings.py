"""The Settings view: what the browser remembers, the language model, and who may choose it."""

import re
from collections.abc import Callable, Iterator
from itertools import repeat

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from playwright.sync_api import Browser, Locator, Page, expect

from qa.choice import Choice, read_choice
from tests.e2e.room import Enter, Room, asked, entering, no_barriers, opened_room
from tests.key_ring import InMemory, NoKeyring, using
from tests.provider_server import ProviderServer, serving

pytestmark = pytest.mark.e2e

KEY = "sk-of-nobody-0123456789"
DARK, LIGHT = "rgb(22, 22, 21)", "rgb(251, 250, 247)"


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with using(InMemory()) as ring:
        yield ring


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with serving(GenericFakeChatModel(messages=repeat("Monday to Sunday."))) as server:
        yield server


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """A room whose model may be changed."""
    with opened_room(tmp_path_factory.mktemp("own")) as room:
        yield room


@pytest.fixture
def enter_own(own: Room, browser: Browser) -> Iterator[Enter]:
    with entering(own, browser) as enter:
        yield enter


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def result(page: Page) -> Locator:
    return page.locator(".settings .result")


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_and_used_everywhere(
    width: int,
    scheme: str,
    enter: Enter,
    ring: InMemory,
    server: ProviderServer,
    keep_picture: Callable[[Page, str], None],
) -> None:
    page = enter(width, scheme, path="#/settings")
    expect(page.get_by_role("heading", name="Settings")).to_be_focused()
    page.get_by_label("A server that speaks OpenAI's protocol").check()
    page.locator("#set-url").fill("nowhere")
    page.get_by_role("button", name="Test").click()
    expect(page.locator("#url-problem")).to_contain_text("give the server's address")
    expect(page.locator("#set-url")).to_be_focused()
    page.locator(".settings summary").click()
    keep_picture(page, f"settings-{scheme}-{width}-problem")
    no_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#set-url").fill(server.url)
    page.get_by_role("button", name="Test").click()
    expect(result(page)).to_contain_text(re.compile(r"m answers: first words after \d\.\d s, 3 words"))
    expect(page.locator("#url-problem")).to_be_hidden()
    keep_picture(page, f"settings-{scheme}-{width}-tested")
    no_barriers(page)


def test_the_model_is_chosen_by_keyboard_and_answers_without_a_restart(
    enter_own: Enter, own: Room, ring: InMemory, server: ProviderServer
) -> None:
    page = enter_own()
    page.locator("h1").first.click()
    page.keyboard.press("5")
    expect(page.get_by_role("link", name="Settings")).to_have_attribute("aria-current", "page")
    expect(page.locator(".settings .now")).to_have_text("fake answers now.")
    page.get_by_label("The model on this machine").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("A provider")).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("A server that speaks")).to_be_checked()
    for text in (server.url, "qwen3", KEY):
        page.keyboard.press("Tab")
        page.keyboard.insert_text(text)
    page.keyboard.press("Enter")
    expect(result(page)).to_have_text("Saved. qwen3 answers from the next question on.")
    expect(page.locator(".settings .now")).to_have_text("qwen3 answers now.")
    expect(page.locator("#set-key")).to_have_value("")
    expect(page.locator("#key-state")).to_contain_text("Is in the keyring of this system.")
    assert read_choice(own.data_dir / "settings.json") == Choice("qwen3", server.url)
    assert list(ring.kept.values()) == [KEY]
    assert KEY not in page.content()
    page.reload()
    expect(page.locator("#intro .facts")).to_have_count(1)
    expect(page.locator("#set-url")).to_have_value(server.url)
    expect(page.locator("#set-model")).to_have_value("qwen3")
    expect(page.locator("#set-key")).to_have_value("")
    assert KEY not in page.content()
    page.get_by_label("The model on this machine").check()
    expect(page.locator("#set-url")).to_be_hidden()


def test_a_provider_needs_a_name_and_keeps_its_key_where_it_may(browser: Browser, own: Room, ring: InMemory) -> None:
    page = browser.new_page()  # which logs what the server refuses
    page.goto(f"{own.url}#/settings")
    page.get_by_label("A provider").check()
    expect(page.locator("#set-provider")).to_have_value("openai")
    expect(page.locator("#key-state")).to_contain_text("or into OPENAI_API_KEY before the start")
    page.get_by_role("button", name="Use this model").click()
    expect(page.locator("#model-problem")).to_contain_text("give the name of the model")
    expect(page.locator("#set-model")).to_have_attribute("aria-invalid", "true")
    page.locator("#set-model").fill("gpt-5")
    with using(NoKeyring()):
        page.locator("#set-key").fill(KEY)
        page.get_by_role("button", name="Use this model").click()
        expect(page.locator("#key-problem")).to_contain_text("this system has no keyring; set OPENAI_API_KEY")
    assert read_choice(own.data_dir / "settings.json") is None
    page.locator("#set-key").fill(KEY)
    page.get_by_role("button", name="Use this model").click()
    expect(result(page)).to_have_text("Saved. openai:gpt-5 answers from the next question on.")
    assert ring.kept == {("article-qa", "openai"): KEY}
    page.get_by_role("button", name="Forget it").click()
    expect(result(page)).to_contain_text("The key is forgotten.")
    expect(page.locator("#key-state")).to_contain_text("Not set.")
    assert ring.kept == {}
    page.close()


def test_a_key_of_the_environment_is_said_and_cannot_be_typed(
    enter: Enter, ring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    page = enter(path="#/settings")
    page.get_by_label("A provider").check()
    expect(page.locator("#key-state")).to_have_text("Comes from OPENAI_API_KEY.")
    expect(page.locator("#set-key")).to_be_disabled()
    assert KEY not in page.content()


def test_what_whoever_runs_the_server_chooses_is_not_offered_to_others(enter: Enter, room: Room) -> None:
    page = enter(path="#/settings", extra_http_headers={"X-Forwarded-For": "203.0.113.7"})
    expect(page.locator(".settings .theirs")).to_contain_text("python -m qa settings")
    expect(page.locator(".settings .model")).to_be_hidden()
    expect(page.locator(".settings .rest")).to_be_hidden()
    expect(page.locator("#set-theme")).to_be_visible()
    no_barriers(page)


def test_the_length_is_one_setting(enter: Enter, room: Room) -> None:
    page = enter(path="#/settings")
    page.locator("#set-length").select_option("Short answers")
    expect(page.locator(".own [role=status]")).to_have_text("Saved")
    page.get_by_role("link", name="Ask").click()
    beside = page.locator("#narrow .length")
    expect(beside).to_have_value("short")
    asked(page)
    assert room.answerer.wanted[0] == "short"
    beside.select_option("Detailed answers")
    page.get_by_role("link", name="Settings").click()
    expect(page.locator("#set-length")).to_have_value("detailed")


@pytest.mark.parametrize(("system", "theme", "colour"), [("light", "dark", DARK), ("dark", "light", LIGHT)])
def test_the_colours_that_were_chosen_are_there_before_anything_is_drawn(
    system: str, theme: str, colour: str, enter: Enter
) -> None:
    page = enter(scheme=system, path="#/settings")
    other = background(page)
    assert other != colour
    page.locator("#set-theme").select_option(theme)
    assert background(page) == colour
    page.add_init_script("""
        window.seen = new Set();
        const look = () => {
          if (document.body) window.seen.add(getComputedStyle(document.body).backgroundColor);
          requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    """)
    page.reload()
    expect(page.locator("#intro .facts")).to_have_count(1)
    expect(page.locator("#set-theme")).to_have_value(theme)
    assert page.evaluate("[...window.seen]") == [colour], "in no frame the other"
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == theme
    page.emulate_media(color_scheme=theme)
    page.emulate_media(color_scheme=system)
    page.wait_for_timeout(100)
    assert background(page) == colour, "also where the system changes meanwhile"
    no_barriers(page)
    page.locator("#set-theme").select_option("As the system")
    assert background(page) == other


def arrived(page: Page, language: str) -> None:
    """All that Gradio asks for at first is there: it complains where it is left before."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#intro .facts")).to_have_count(1)


def test_the_language_is_chosen_for_good_and_the_address_goes_before_it(enter: Enter) -> None:
    page = enter(path="?lang=en#/settings")
    page.locator("#set-language").select_option("Deutsch")
    arrived(page, "de")
    expect(page.get_by_role("heading", name="Einstellungen")).to_be_visible()
    expect(page.locator("#set-language")).to_have_value("de")
    expect(page.get_by_role("link", name="Fragen", exact=True)).to_be_visible()
    assert "lang" not in page.url
    no_barriers(page)
    address = page.url.partition("#")[0]
    page.goto("about:blank")
    page.goto(address)
    arrived(page, "de")
    page.goto(f"{address}?lang=en#/settings")
    arrived(page, "en")
    page.goto(f"{address}#/settings")
    arrived(page, "de")
    page.locator("#set-language").select_option("Wie der Browser")
    arrived(page, "en")
    expect(page.locator("#set-language")).to_have_value("")
