"""How long answers are, what more there is, and answers that grow point by point, on the page."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qa.types import Filters, Span
from tests.e2e.room import QUESTION, Enter, Room, asked, no_barriers
from tests.web_fake import CITATION, COMPARED, LENGTH, LENGTH_CITATION

pytestmark = pytest.mark.e2e

COMPARING = "Compare the year and the length of the Varga bridge"
OPENED, LONG = (Span(c.article_id, c.start, c.end) for c in (CITATION, LENGTH_CITATION))


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_points_alone_with_labels_and_several_marks_and_what_more_there_is(
    width: int, scheme: str, enter: Enter, room: Room, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    page.set_viewport_size({"width": width, "height": 1600})  # nothing lies half below the question box

    def look(name: str) -> None:
        keep_picture(page, f"length-{scheme}-{width}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        no_barriers(page)

    turn = asked(page, COMPARING)
    expect(turn.locator(".points .sentence bdi")).to_have_text([s.text for s in COMPARED])
    expect(turn.locator(".answer > p:not(.note)")).to_have_count(0)
    expect(turn.locator(".points li").nth(1).locator("a.mark")).to_have_text(["1", "2"])
    copied = turn.locator("[data-act=copy]").get_attribute("data-text") or ""
    assert copied.startswith(f"{COMPARING}\n\n- {COMPARED[0].text} [1]\n- {COMPARED[1].text} [1][2]\n\n[1] ")
    look("points")
    turn = asked(page)
    turn.get_by_role("button", name="Tell me more").click()
    expect(page.locator(".turn")).to_have_count(3)
    turn = page.locator("#current .turn")
    expect(turn.locator(".points .sentence")).to_have_text(re.compile(re.escape(LENGTH)))
    expect(turn.locator(".understood")).to_have_text("What the articles say beyond what was shown.")
    assert room.answerer.asked[-1][0] == QUESTION
    assert room.answerer.wanted == ("detailed", {OPENED})
    look("more")
    turn.get_by_role("button", name="Tell me more").click()
    expect(page.locator(".turn")).to_have_count(4)
    expect(page.locator("#current .sentence")).to_have_text("The articles say no more about this.")
    expect(page.locator("#current").get_by_role("button", name="Tell me more")).to_have_count(0)
    assert room.answerer.wanted == ("detailed", {OPENED, LONG})
    look("no-more")
    asked(page, "When was it opened?")
    assert room.answerer.wanted == ("normal", frozenset()), "what was asked for once does not stay"


def test_the_length_is_sent_along_and_remembered(enter: Enter, room: Room) -> None:
    page = enter()
    length = page.locator("#narrow .length")
    expect(length).to_have_value("normal")
    length.select_option("Detailed answers")
    asked(page)
    assert room.answerer.wanted == ("detailed", frozenset())
    page.goto("about:blank")
    page.goto(room.url)
    expect(length).to_have_value("detailed")
    page.get_by_role("button", name="Narrow").click()
    page.locator("#narrow-form").get_by_label("Source").select_option("Test Gazette")
    page.keyboard.press("Escape")
    turn = asked(page)
    assert room.answerer.wanted[0] == "detailed"
    assert room.answerer.asked[-1][2] == Filters(source="Test Gazette")
    length.select_option("Short answers")
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#current .acts")).to_be_visible()
    assert room.answerer.wanted[0] == "short"
    assert room.answerer.asked[-1][2] == Filters(source="Test Gazette")
    length.select_option("Normal length")
    page.locator("#current").get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator("#current")).to_contain_text("twice as many passages are read")
    assert room.answerer.wanted[0] == "detailed", "more is read, since the same again would be the same"


def test_more_can_be_asked_again(enter: Enter, room: Room) -> None:
    page = enter()
    asked(page).get_by_role("button", name="Tell me more").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#current .points li")).to_have_count(1)
    page.locator("#current").get_by_role("button", name="Ask again").click()
    expect(page.locator(".turn")).to_have_count(3)
    expect(page.locator("#current .points li")).to_have_count(1)
    assert room.answerer.wanted == ("detailed", {OPENED})


def test_a_growing_answer_shows_what_is_checked_with_its_marks(enter: Enter, room: Room) -> None:
    page = enter()
    room.answerer.delay = 1.5
    try:
        page.locator("#question textarea").fill(COMPARING)
        page.keyboard.press("Enter")
        turn = page.locator("#current .turn")
        expect(turn.locator(".points li")).to_have_count(1)
        expect(turn.get_by_role("status")).to_have_text("More follows; what stands here is checked.")
        expect(turn.locator("a.mark")).to_have_attribute("data-quote", CITATION.quote)
        turn.locator("a.mark").click()
        expect(page.locator(".reader mark.chosen")).to_have_text(CITATION.quote)
        expect(turn.locator(".points li")).to_have_count(2)
        expect(turn.locator(".acts")).to_be_visible()
    finally:
        room.answerer.delay = 0.0


def test_a_refusal_has_no_more(enter: Enter) -> None:
    page = enter()
    expect(asked(page, "Who makes cheese?").get_by_role("button", name="Tell me more")).to_have_count(0)


def test_an_answer_of_the_history_has_more_too(enter: Enter, room: Room) -> None:
    page = enter()
    asked(page, COMPARING)
    page.get_by_role("link", name="History", exact=True).click()
    page.reload()
    page.locator(".history a").first.click()
    turn = page.locator("#current .turn")
    expect(turn.locator(".points .sentence bdi")).to_have_text([s.text for s in COMPARED])
    turn.get_by_role("button", name="Tell me more").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator("#current .sentence")).to_have_text("The articles say no more about this.")
    assert room.answerer.wanted == ("detailed", {OPENED, LONG})
