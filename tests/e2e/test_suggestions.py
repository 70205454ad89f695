"""What else can be asked: by itself on the page, and whether the real models suggest what they then answer."""

from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from qa.types import Filters, Turn
from tests.e2e.conftest import Over
from tests.e2e.room import QUESTION, Enter, Room, asked, no_barriers
from tests.test_web_api import wait_until
from tests.test_web_attacks import ATTACKS
from tests.web_fake import SUGGESTED, FakeRelated

pytestmark = pytest.mark.e2e


LATER = "How many people does the Lomond ferry carry a day?"


@pytest.fixture(autouse=True)
def as_before(room: Room) -> Iterator[None]:
    """What a test leaves of prepared questions is no other's."""
    yield
    room.answerer.delay, room.answerer.is_resident = 0.0, True
    room.answerer.related = FakeRelated()


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_related_questions_come_by_themselves_and_can_be_asked(
    width: int, scheme: str, enter: Enter, room: Room, keep_picture: Callable[[Page, str], None]
) -> None:
    page = enter(width, scheme)
    turn = asked(page)
    expect(turn.locator(".suggested button")).to_have_text(SUGGESTED)
    expect(turn.locator(".suggested .note")).to_have_text("The articles answer these, too:")
    expect(page.locator("#views .told")).to_be_empty()
    turns = (Turn(QUESTION, "The bridge opened in 1931."),)
    assert room.answerer.related.asked[-1] == (QUESTION, turns, None, ("bridge", "ferry"))
    keep_picture(page, f"suggested-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width <= 1280:
        no_barriers(page)
    turn.locator(".suggested button").first.press("Enter")
    expect(page.locator("#current h2")).to_have_text(SUGGESTED[0])
    expect(page.locator("#current .sentence")).to_contain_text("412 metres")
    expect(page.locator(".suggested")).to_have_count(1)


def test_the_restriction_of_the_question_holds_for_its_suggestions(enter: Enter, room: Room) -> None:
    page = enter()
    page.get_by_role("button", name="Narrow").click()
    page.locator("#narrow-form").get_by_label("Source").select_option("Test Gazette")
    page.keyboard.press("Escape")
    turn = asked(page)
    expect(turn.locator(".suggested button")).to_have_count(2)
    assert room.answerer.related.asked[-1][2] == Filters(source="Test Gazette")


def test_where_nothing_is_found_nothing_is_shown(enter: Enter) -> None:
    page = enter()
    with page.expect_response("**/api/suggest") as told:
        turn = asked(page, "Who makes cheese?")
    told.value.finished()
    expect(turn.locator(".suggested")).to_have_text("")
    failed = 'data: {"error": "the library is damaged"}\n\n'
    page.route("**/api/suggest", lambda route: route.fulfill(body=failed, content_type="text/event-stream"))
    with page.expect_response("**/api/suggest"):
        turn = asked(page)
    expect(turn.locator(".suggested")).to_have_text("")
    page.unroute("**/api/suggest")


def test_what_is_prepared_only_now_comes_as_it_is_found(enter: Enter, room: Room) -> None:
    page = enter()
    room.answerer.related.prepared, room.answerer.related.unprepared = [], {"ferry": LATER}
    turn = asked(page)
    expect(turn.locator(".suggested button")).to_have_text([LATER])
    assert room.answerer.related.unprepared == {}


def test_the_next_question_does_not_wait_for_what_is_being_prepared(enter: Enter, room: Room) -> None:
    page = enter()
    related = room.answerer.related
    related.unprepared = {"ferry": LATER}
    related.pace = room.answerer.delay = 1.0
    turn = asked(page)
    expect(turn.locator(".suggested button")).to_have_count(2)
    wait_until(lambda: related.begun == 1, 10)
    asked(page, "When was it opened?")
    wait_until(lambda: related.closed >= 1, 10)
    expect(page.locator("#current .suggested button")).to_have_text([*SUGGESTED, LATER])


def test_many_questions_in_a_row_leave_one_connection_waiting_for_suggestions(enter: Enter, room: Room) -> None:
    """A browser opens six to a server: the seventh question waited until one of the six was answered."""
    related = room.answerer.related
    related.unprepared, related.pace = {"ferry": LATER}, 1.0
    page = enter()
    waiting = set[Request]()
    page.on("request", lambda request: waiting.add(request) if request.url.endswith("/api/suggest") else None)
    page.on("requestfinished", lambda request: waiting.discard(request))
    page.on("requestfailed", lambda request: waiting.discard(request))
    for n in range(8):
        asked(page, f"{QUESTION} ({n})")
        expect(page.locator("#current .suggested button")).to_have_text(SUGGESTED)
        assert len(waiting) == 1


def test_a_model_elsewhere_is_asked_only_on_request(enter: Enter, room: Room) -> None:
    page = enter()
    room.answerer.is_resident = False
    room.answerer.related.prepared, room.answerer.related.unprepared = [], {"ferry": LATER}
    turn = asked(page)
    turn.get_by_role("button", name="What else can I ask?").press("Enter")
    expect(turn.locator(".suggested li button")).to_have_text([LATER])
    expect(page.locator("#views .told")).to_have_text(f"The articles answer these, too: {LATER}")
    failed = 'data: {"error": "the model is gone"}\n\n'
    room.answerer.related.prepared, room.answerer.related.unprepared = [], {"ferry": LATER}
    turn = asked(page)
    button = turn.get_by_role("button", name="What else can I ask?")
    expect(button).to_be_visible()
    page.route("**/api/suggest", lambda route: route.fulfill(body=failed, content_type="text/event-stream"))
    button.click()
    expect(turn.locator(".suggested .note")).to_have_text("the model is gone")


def test_a_suggestion_is_text_whatever_it_holds(enter: Enter) -> None:
    page = enter()
    body = "".join(f"data: {httpx.Response(200, json={'question': text}).text}\n\n" for text in ATTACKS)
    page.route("**/api/suggest", lambda route: route.fulfill(body=body, content_type="text/event-stream"))
    turn = asked(page)
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
