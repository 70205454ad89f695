"""What else can be asked: by the button on the page, and whether the real models suggest what they then answer."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from qa.types import Filters, Turn
from tests.e2e.conftest import Over
from tests.e2e.room import QUESTION, Enter, Room, asked, no_barriers
from tests.test_web_api import wait_until
from tests.test_web_attacks import ATTACKS
from tests.web_fake import SUGGESTED

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_suggested_questions_are_shown_and_can_be_asked(
    width: int, scheme: str, enter: Enter, room: Room, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    turn = asked(page)
    turn.get_by_role("button", name="What else can I ask?").press("Enter")
    expect(turn.locator(".suggested button")).to_have_text(SUGGESTED)
    expect(turn.locator(".suggested .note")).to_have_text("The articles answer these, too:")
    expect(page.locator("#views .told")).to_have_text(re.compile("answer these.*How long is it"))
    assert room.answerer.asked[-1] == (QUESTION, (Turn(QUESTION, "The bridge opened in 1931."),), None)
    keep_picture(page, f"suggested-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width <= 1280:
        no_barriers(page)
    turn.locator(".suggested button").first.press("Enter")
    expect(page.locator("#current h2")).to_have_text(SUGGESTED[0])
    expect(page.locator("#current .sentence")).to_contain_text("412 metres")
    expect(page.locator(".suggested")).to_have_count(0)


def test_the_restriction_of_the_question_holds_for_its_suggestions(enter: Enter, room: Room) -> None:
    page = enter()
    page.get_by_role("button", name="Narrow").click()
    page.locator("#narrow-form").get_by_label("Source").select_option("Test Gazette")
    page.keyboard.press("Escape")
    turn = asked(page)
    turn.get_by_role("button", name="What else can I ask?").click()
    expect(turn.locator(".suggested button")).to_have_count(2)
    assert room.answerer.asked[-1][2] == Filters(source="Test Gazette")


def test_where_there_is_none_or_it_fails_a_line_says_so(enter: Enter) -> None:
    page = enter()
    turn = asked(page, "Who makes cheese?")
    turn.get_by_role("button", name="What else can I ask?").click()
    expect(turn.locator(".suggested .note")).to_have_text(re.compile("^No further question"))
    failed = 'data: {"error": "the model is gone"}\n\n'
    page.route("**/api/suggest", lambda route: route.fulfill(body=failed, content_type="text/event-stream"))
    turn = asked(page)
    button = turn.get_by_role("button", name="What else can I ask?")
    button.click()
    expect(turn.locator(".suggested .note")).to_have_text("the model is gone")
    expect(button).to_be_enabled()


def test_asking_on_ends_the_search_for_suggestions(enter: Enter, room: Room) -> None:
    page = enter()
    turn = asked(page)
    room.answerer.delay, closed = 2.0, room.answerer.closed
    try:
        turn.get_by_role("button", name="What else can I ask?").click()
        expect(turn.locator(".suggested .note")).to_have_text(re.compile("^Looking"))
        expect(turn.locator(".suggested button")).to_have_count(1)
    finally:
        room.answerer.delay = 0.0
    asked(page, "When was it opened?")
    expect(page.locator(".suggested")).to_have_count(0)
    wait_until(lambda: room.answerer.closed == closed + 1, 10)


def test_a_suggestion_is_text_whatever_it_holds(enter: Enter) -> None:
    page = enter()
    body = "".join(f"data: {httpx.Response(200, json={'question': text}).text}\n\n" for text in ATTACKS)
    page.route("**/api/suggest", lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    turn = asked(page)
    turn.get_by_role("button", name="What else can I ask?").click()
    buttons = turn.locator(".suggested button")
    expect(buttons).to_have_count(len(ATTACKS))
    assert [button.text_content() for button in buttons.all()] == list(ATTACKS)
    assert turn.locator(".suggested").evaluate(
        "e => [...e.querySelectorAll('*')].map(x => x.localName).sort()"
    ) == sorted(["p", "ul", *["button", "li"] * len(ATTACKS)])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.title() == "Ask your articles"


def test_the_models_answer_what_they_suggest(over: Over) -> None:
    answerer = over("corpus")
    answer = answerer.answer("When was the National Energy Program announced?")
    given = list(answerer.suggest(answer.standalone_question, [Turn(answer.question, answer.text)]))
    assert given
    for suggestion in given:
        found = answerer.answer(suggestion.question)
        assert (suggestion.question, found.status) == (suggestion.question, "answered")
