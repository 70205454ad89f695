"""Asking, reading and narrowing on the page, in a real browser, by keyboard and pointer."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.types import Filters
from tests.conftest import ARTICLES, store
from tests.e2e.room import Enter, Room, asked, no_barriers
from tests.web_fake import LENGTH, QUOTE

pytestmark = pytest.mark.e2e


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
    page.get_by_role("link", name="Articles", exact=True).click()
    expect(page.locator("#shelf tbody tr").first).to_be_visible()
    look("articles")
    page.get_by_role("link", name="Quality", exact=True).click()
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
    expect(page.get_by_label("Your question", exact=True)).to_be_focused()


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
    expect(page.get_by_label("Your question", exact=True)).to_be_visible()


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
    expect(turn.get_by_role("button", name="Copy", exact=True)).to_have_count(0)
    turn.locator(".nearest a").last.press("Enter")
    expect(page.locator(".reader h1")).to_have_text("The Lomond ferry")


def test_an_answer_is_copied_and_asked_again(enter: Enter, room: Room) -> None:
    page = enter(permissions=["clipboard-read", "clipboard-write"])
    turn = asked(page)
    turn.get_by_role("button", name="Copy", exact=True).press("Enter")
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    expect(page.locator(".told")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "When did the Varga bridge open?\n\nThe bridge opened in 1931. [1]\n\n[1] “It opened in 1931"
    )
    assert "The Varga bridge, Test Gazette, 1 March 2025, https://example.org/bridge" in copied
    count = len(room.answerer.asked)
    turn.get_by_role("button", name="Ask again").press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#current a.mark")).to_be_visible()
    assert [question for question, _, _ in room.answerer.asked[count:]] == ["When did the Varga bridge open?"]


def test_stop_and_evidence_first(enter: Enter) -> None:
    page = enter()
    box = page.get_by_label("Your question", exact=True)
    box.fill("An endless question?")
    started = time.monotonic()
    box.press("Enter")
    expect(page.locator("#current .card").first).to_be_visible()
    assert time.monotonic() - started < 5, "promised within 1; the machine may be busy"
    box.evaluate("box => box.blur()")
    page.keyboard.press("s")
    expect(page.locator("#current .note")).to_contain_text("Stopped")


def test_a_question_that_was_cut_off_is_told_and_stands_in_the_box(room: Room, browser: Browser) -> None:
    page = browser.new_page()  # whose log tells of the connection that broke
    page.goto(room.url)
    box = page.locator("#question textarea")
    box.fill("An endless question?")
    box.press("Enter")
    expect(page.locator("#current .progress")).to_be_visible()
    page.reload()
    expect(page.locator("#composer .cut")).to_contain_text("cut off before it was answered")
    expect(box).to_have_value("An endless question?")
    box.fill("When did the Varga bridge open?")
    box.press("Enter")
    expect(page.locator("#composer .cut")).to_have_count(0)
    expect(page.locator(".turn[data-conversation]")).to_have_count(1)
    page.reload()
    expect(page.locator(".turn[data-conversation]")).to_have_count(1)
    expect(page.locator("#composer .cut")).to_have_count(0)
    page.close()


def test_one_article_is_asked(enter: Enter, room: Room) -> None:
    page = enter()
    page.keyboard.press("Tab")
    page.goto(f"{room.url}#/articles/bridge")
    reader = page.locator(".reader")
    expect(reader.locator(".facts")).to_have_text(re.compile("Test Gazette.*Ines Aldana.*1 March 2025.*Original"))
    reader.get_by_role("button", name="Ask about this article").press("Enter")
    expect(page.get_by_label("Your question", exact=True)).to_be_focused()
    chip = page.locator("#narrow .chip")
    expect(chip).to_contain_text("Article: The Varga bridge")
    turn = asked(page)
    assert room.answerer.asked[-1][2] == Filters(article_id="bridge")
    expect(turn.locator(".only")).to_have_text(re.compile(r"Asked only:\s*Article: The Varga bridge"))
    chip.get_by_role("button", name="Remove: Article: The Varga bridge").press("Enter")
    expect(chip).to_have_count(0)
    asked(page)
    assert room.answerer.asked[-1][2] is None


def test_what_can_be_chosen_is_asked_for_without_the_articles(enter: Enter) -> None:
    page, asked_for = enter(), list[str]()
    page.on("request", lambda request: asked_for.append(urlsplit(request.url).path))
    page.locator("h1").first.click()
    page.keyboard.press("f")
    expect(page.locator("#narrow-form").get_by_label("Source").locator("option")).to_have_count(4)
    assert "/api/facets" in asked_for
    assert not [path for path in asked_for if path.startswith("/api/articles")]


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
