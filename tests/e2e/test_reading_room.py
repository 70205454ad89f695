"""Asking, reading, narrowing, collecting and measuring on the page, in a real browser, by keyboard and pointer."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.types import Filters
from tests.conftest import ARTICLES, store
from tests.e2e.room import Enter, Room, asked, entering, leave_report, no_barriers, opened_room
from tests.test_web_api import wait_until
from tests.web_fake import LENGTH, QUOTE

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with opened_room(tmp_path_factory.mktemp("room")) as room:
        yield room


@pytest.fixture
def enter(room: Room, browser: Browser) -> Iterator[Enter]:
    with entering(room, browser) as enter:
        yield enter


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_has_no_barrier_and_fits(
    width: int, scheme: str, enter: Enter, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)

    def look(name: str) -> None:
        keep_picture(page, f"room-{scheme}-{width}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if width <= 1280:  # beyond that only the distances grow
            no_barriers(page)

    look("welcome")
    turn = asked(page)
    mark = turn.locator("a.mark")
    mark.hover()
    expect(page.locator("#peek q")).to_have_text(QUOTE)
    look("quote")
    mark.click()
    chosen = page.locator(".reader mark.chosen")
    expect(chosen).to_have_text(QUOTE)
    expect(chosen).to_be_in_viewport()
    reader, reading = page.locator(".reader").bounding_box(), turn.locator(".reading").bounding_box()
    assert reader
    assert reading
    if width < 960:
        assert (reader["x"], reader["width"]) == (0, width), "over the conversation"
        assert page.locator("#composer").get_attribute("inert") is not None
    else:
        assert reader["x"] >= reading["x"] + reading["width"], "beside it"
    look("reader")
    page.keyboard.press("Escape")
    asked(page, "Who makes cheese?")
    look("refusal")
    page.get_by_role("button", name="Narrow").click()
    page.locator("#narrow-form").get_by_label("Source").select_option("Test Gazette")
    look("narrow")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Articles").click()
    expect(page.locator("#shelf tbody tr").first).to_be_visible()
    look("articles")
    page.get_by_role("link", name="Quality").click()
    expect(page.locator(".report .found")).not_to_be_empty()
    look("quality")
    page.keyboard.press("?")
    look("keys")


def test_marks_are_walked_by_keyboard(enter: Enter) -> None:
    page = enter()
    asked(page)
    asked(page, "When was it opened?")
    marks, peek = page.locator("a.mark"), page.locator("#peek")
    page.locator("#current .act").first.focus()
    page.keyboard.press("n")
    expect(marks.nth(1)).to_be_focused()
    expect(peek).to_contain_text(QUOTE)
    expect(marks.nth(1)).to_have_attribute("aria-describedby", "peek")
    page.keyboard.press("Escape")
    expect(peek).to_be_hidden()
    expect(marks.nth(1)).to_be_focused()
    page.keyboard.press("p")
    expect(marks.nth(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reader mark.chosen")).to_be_focused()
    expect(peek).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_hidden()
    expect(marks.nth(0)).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator("#shelf tbody tr")).to_have_count(4)
    page.keyboard.press("/")
    expect(page.get_by_label("Your question")).to_be_focused()


def test_all_that_the_conversation_quotes_is_marked(enter: Enter) -> None:
    page = enter()
    asked(page)
    asked(page, "How long is it?").locator("a.mark").click()
    expect(page.locator(".reader mark")).to_have_text([QUOTE, LENGTH])
    expect(page.locator(".reader mark.chosen")).to_have_text([LENGTH])
    page.locator("#past a.mark").click()
    expect(page.locator(".reader mark.chosen")).to_have_text([QUOTE])
    page.get_by_role("button", name="Close").press("Enter")
    expect(page.locator("#past a.mark")).to_be_focused()
    page.goto(f"{page.url.partition('#')[0]}#/articles/bridge")
    expect(page.locator(".reader mark")).to_have_text([QUOTE, LENGTH])


def test_the_quote_stays_while_the_pointer_is_on_it(enter: Enter) -> None:
    page = enter()
    asked(page).locator("a.mark").hover()
    page.locator("#peek q").hover()
    time.sleep(0.3)
    expect(page.locator("#peek")).to_be_visible()
    page.locator(".turn h2").hover()
    expect(page.locator("#peek")).to_be_hidden()
    page.locator("a.mark").hover()
    expect(page.locator("#peek")).to_be_visible()
    asked(page, "Who makes cheese?")
    expect(page.locator("#peek")).to_be_hidden()


def test_back_closes_the_article_on_a_phone(enter: Enter) -> None:
    page = enter(360)
    asked(page).locator("a.mark").click()
    expect(page.locator(".reader mark.chosen")).to_be_visible()
    page.go_back()
    expect(page.locator(".reader")).to_be_hidden()
    expect(page.get_by_label("Your question")).to_be_visible()


def test_an_article_that_changed_since_is_not_marked_in_the_wrong_place(enter: Enter, room: Room) -> None:
    page = enter()
    turn = asked(page)
    before = room.library.article("bridge")
    store(room.library, ARTICLES[0])
    turn.locator("a.mark").click()
    expect(page.locator(".reader .cited")).to_contain_text("was changed after it was quoted")
    assert page.locator(".reader mark").count() == 0
    store(room.library, before)


def test_a_refusal_leads_to_the_nearest_articles(enter: Enter) -> None:
    page = enter()
    turn = asked(page, "Who makes cheese?")
    expect(turn.locator(".refusal h3")).to_have_text("No answer in the articles")
    expect(turn.get_by_role("button", name="Copy")).to_have_count(0)
    turn.locator(".nearest a").last.press("Enter")
    expect(page.locator(".reader h1")).to_have_text("The Lomond ferry")


def test_an_answer_is_copied_edited_and_asked_again(enter: Enter, room: Room) -> None:
    page = enter(permissions=["clipboard-read", "clipboard-write"])
    turn = asked(page)
    turn.get_by_role("button", name="Copy").press("Enter")
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator(".told")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "When did the Varga bridge open?\n\nThe bridge opened in 1931. [1]\n\n[1] “It opened in 1931"
    )
    assert "The Varga bridge, Test Gazette, 1 March 2025, https://example.org/bridge" in copied
    page.keyboard.press("e")
    box = page.get_by_label("Your question")
    expect(box).to_be_focused()
    expect(box).to_have_value("When did the Varga bridge open?")
    box.fill("")
    count = len(room.answerer.asked)
    turn.get_by_role("button", name="Ask again").press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#current a.mark")).to_be_visible()
    assert [question for question, _, _ in room.answerer.asked[count:]] == ["When did the Varga bridge open?"]


def test_stop_and_evidence_first(enter: Enter) -> None:
    page = enter()
    box = page.get_by_label("Your question")
    box.fill("An endless question?")
    started = time.monotonic()
    box.press("Enter")
    expect(page.locator("#current .card").first).to_be_visible()
    assert time.monotonic() - started < 5, "promised within 1; the machine may be busy"
    box.evaluate("box => box.blur()")
    page.keyboard.press("s")
    expect(page.locator("#current .note")).to_contain_text("Stopped")


def test_one_article_is_asked(enter: Enter, room: Room) -> None:
    page = enter()
    page.keyboard.press("Tab")
    page.goto(f"{room.url}#/articles/bridge")
    reader = page.locator(".reader")
    expect(reader.locator(".facts")).to_have_text(re.compile("Test Gazette.*Ines Aldana.*1 March 2025.*Original"))
    reader.get_by_role("button", name="Ask about this article").press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    chip = page.locator("#narrow .chip")
    expect(chip).to_contain_text("Article: The Varga bridge")
    turn = asked(page)
    assert room.answerer.asked[-1][2] == Filters(article_id="bridge")
    expect(turn.locator(".only")).to_have_text(re.compile(r"Asked only:\s*Article: The Varga bridge"))
    chip.get_by_role("button", name="Remove: Article: The Varga bridge").press("Enter")
    expect(chip).to_have_count(0)
    asked(page)
    assert room.answerer.asked[-1][2] is None


def test_a_question_is_narrowed_and_widened(enter: Enter, room: Room) -> None:
    page = enter()
    page.locator("h1").first.click()
    page.keyboard.press("f")
    form = page.locator("#narrow-form")
    source = form.get_by_label("Source")
    expect(source).to_be_focused()
    expect(source.locator("option")).to_have_text(["Any source", "Harbour News", "Test Gazette", "עיתון"])
    source.select_option("Harbour News")
    form.get_by_label("From").fill("2025-01-02")
    form.get_by_label("Until").fill("2025-12-31")
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    chips = page.locator("#narrow .chip bdi")
    expect(chips).to_have_text(["Source: Harbour News", "From 2 January 2025", "Until 31 December 2025"])
    turn = asked(page, "Who makes cheese?")
    assert room.answerer.asked[-1][2] == Filters("2025-01-02", "2025-12-31", "Harbour News")
    turn.get_by_role("button", name="Ask all of them").press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#current .acts")).to_be_visible()
    assert room.answerer.asked[-1][2] is None
    expect(chips).to_have_count(0)


def test_the_table_is_filtered(enter: Enter) -> None:
    page = enter(path="#/articles")
    rows = page.locator("#shelf tbody tr")
    expect(rows).to_have_count(4)
    page.get_by_label("Only this source").select_option("Harbour News")
    expect(rows).to_have_count(1)
    page.get_by_label("Only this source").select_option("")
    page.locator("#find-since").fill("2025-01-01")
    page.locator("#find-until").fill("2025-04-01")
    expect(rows.locator("th")).to_have_text(["The Varga bridge"])
    expect(page.locator(".find [role=status]")).to_have_text("1 of 4 articles")


def test_a_removal_is_undone_or_done_when_the_page_is_left(enter: Enter, room: Room) -> None:
    mill = room.library.article("mill")
    page = enter(path="#/articles/mill")
    page.get_by_role("button", name="Remove this article").press("Enter")
    rows = page.locator("#shelf tbody tr")
    expect(rows).to_have_count(3)
    page.keyboard.press("u")
    expect(rows).to_have_count(4)
    expect(page.locator(".told")).to_have_text("“Kestrel Mill” stays.")
    rows.get_by_role("link", name="Kestrel Mill").click()
    page.get_by_role("button", name="Remove this article").click()
    expect(rows).to_have_count(3)
    assert "mill" in {info.id for info in room.library.articles()}
    page.goto("about:blank")
    wait_until(lambda: "mill" not in {info.id for info in room.library.articles()}, 10)
    store(room.library, mill)


def test_the_evaluation_is_shown(enter: Enter, room: Room) -> None:
    page = enter(path="#/report")
    expect(page.locator(".report code")).to_contain_text(f"--out {room.data_dir}/report")
    leave_report(room.data_dir)
    page.keyboard.press("1")
    page.keyboard.press("3")
    expect(page.locator(".report tbody tr")).to_have_text([re.compile("answers that are right.*0.75.*0.50 – 1.00")])
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open the whole report").click()
    expect(popup.value.locator("h1")).to_have_text("drawn")
    assert popup.value.evaluate("origin") == "null", "it is not of this site"


def test_the_keys_are_listed_and_can_be_turned_off(enter: Enter) -> None:
    page = enter()
    page.locator("h1").first.click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of this page")
    expect(dialog.locator("dt")).to_have_count(14)
    dialog.get_by_label("Keys without Ctrl or Alt are on").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("2")
    expect(page.locator("html")).to_have_attribute("data-view", "ask")
    page.get_by_role("button", name="Keys").click()
    expect(dialog).to_be_visible()


def test_keys_typed_into_the_question_are_letters(enter: Enter) -> None:
    page = enter()
    page.get_by_label("Your question").press_sequentially("sunk 123?")
    expect(page.get_by_label("Your question")).to_have_value("sunk 123?")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(("path", "locale"), [("", "de-AT"), ("?lang=de", "en-GB")])
def test_it_speaks_german_to_germans(enter: Enter, path: str, locale: str) -> None:
    page = enter(path=path, locale=locale)
    expect(page.get_by_role("button", name="Eingrenzen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#intro")).to_contain_text("4 Artikel")
    turn = asked(page)
    expect(turn.locator(".note")).to_contain_text("Jeder Satz ist an den gespeicherten Artikeln geprüft.")
    turn.locator("a.mark").click()
    expect(page.locator(".reader .facts")).to_contain_text("1. März 2025")
    no_barriers(page)


def test_text_from_right_to_left_runs_so(enter: Enter) -> None:
    page = enter(path="#/articles/geser")
    expect(page.locator(".reader h1")).to_have_text("הגשר הישן")
    for selector in (".reader h1", ".reader .text p"):
        assert page.locator(selector).evaluate("element => getComputedStyle(element).direction") == "rtl"
    turn = asked(enter(), "מתי נפתח הגשר?")
    assert turn.locator("h2").evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert turn.locator(".answer p").evaluate("element => getComputedStyle(element).direction") == "ltr"


def test_the_page_is_there_soon(enter: Enter) -> None:
    enter()
    started = time.monotonic()
    page = enter()
    expect(page.get_by_label("Your question")).to_be_editable()
    assert time.monotonic() - started < 8, "promised within 2; the machine may be busy"
