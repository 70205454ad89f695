"""A conversation that is not lost: its address, links to its answers, the side bar, questions edited in their place."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qa.accounts.conversations import Conversations
from qa.types import Answer, Filters
from tests.e2e.room import QUESTION, Enter, Room, asked, no_barriers, press
from tests.test_web_attacks import ATTACKS

pytestmark = pytest.mark.e2e

OTHER, CHEESE = "How long is the Varga bridge?", "Who makes cheese?"
NAMED = re.compile(r"#/c/[\w-]{16}$")
FITS = "document.documentElement.scrollWidth <= innerWidth"
LONG = Answer(OTHER, OTHER, "refused", " ".join(["The articles do not answer this question."] * 10))


def questions(page: Page) -> list[str]:
    return page.locator(".turn h2").all_text_contents()


def long_conversation(kept: Conversations, questions: int = 8) -> str:
    new = kept.create("").id
    for _ in range(questions):
        kept.append("", new, LONG)
    return new


def test_the_address_names_the_conversation_and_back_and_forward_go_between_them(
    enter: Enter, kept: Conversations
) -> None:
    page = enter()
    assert not page.url.partition("#")[2]
    asked(page)
    expect(page).to_have_url(NAMED)
    first = page.url
    asked(page, OTHER)
    assert page.url == first
    press(page, "x")
    expect(page.locator("#intro .facts")).to_be_visible()
    asked(page, CHEESE)
    expect(page).to_have_url(NAMED)
    second = page.url
    assert second != first
    page.go_back()
    expect(page.locator(".turn h2")).to_have_text([QUESTION, OTHER])
    assert page.url == first
    page.go_forward()
    expect(page.locator(".turn h2")).to_have_text([CHEESE])
    press(page, "2")
    expect(page.locator("#shelf tbody tr")).to_have_count(4)
    page.keyboard.press("1")
    expect(page).to_have_url(second)
    page.go_back()
    page.go_back()
    expect(page).to_have_url(second)
    page.reload()
    expect(page.locator(".turn h2")).to_have_text([CHEESE])
    asked(page, OTHER)
    assert [info.turns for info in kept.list("")] == [2, 2]


def test_back_goes_to_the_start_it_came_from(enter: Enter, kept: Conversations) -> None:
    long_conversation(kept, 2)
    page = enter(1600)
    page.locator("#threads a").first.press("Enter")
    expect(page.locator(".turn")).to_have_count(2)
    page.go_back()
    expect(page.locator("#intro .facts")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    page.go_forward()
    expect(page.locator(".turn")).to_have_count(2)


def test_a_reload_comes_back_to_where_it_was(enter: Enter, kept: Conversations) -> None:
    page = enter(path=f"#/c/{long_conversation(kept)}")
    turns = page.locator(".turn")
    expect(turns).to_have_count(8)
    expect(turns.last.locator("h2")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 1000
    page.evaluate("scrollTo(0, 700)")
    page.reload()
    expect(turns).to_have_count(8)
    page.wait_for_function("Math.abs(scrollY - 700) < 5")


def test_an_article_beside_it_is_still_beside_it_after_a_reload(enter: Enter, kept: Conversations) -> None:
    page = enter()
    asked(page).locator("a.mark").click()
    expect(page.locator(".reader mark.chosen")).to_be_visible()
    page.reload()
    expect(page.locator(".turn h2")).to_have_text([QUESTION])
    expect(page.locator(".reader h1")).to_have_text("The Varga bridge")
    press(page, "Escape")
    expect(page).to_have_url(NAMED)
    expect(page.locator(".reader")).to_be_hidden()


def test_a_link_leads_to_its_turn(enter: Enter, kept: Conversations) -> None:
    long_conversation(kept)
    page = enter(path="?lang=en", permissions=["clipboard-read", "clipboard-write"])
    asked(page)
    asked(page, OTHER)
    asked(page, CHEESE)
    link = page.locator(".turn").nth(1).get_by_role("button", name="Copy link")
    link.press("Enter")
    expect(page.locator(".told")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{page.url}/2"
    assert "?lang=en#/c/" in copied
    expect(link.locator("svg")).to_be_visible()
    page.goto("about:blank")
    page.goto(copied)
    turn = page.locator(".turn[data-linked]")
    expect(turn.locator("h2")).to_have_text(OTHER)
    expect(turn.locator("h2")).to_be_focused()
    expect(turn.locator("h2")).to_be_in_viewport()
    page.evaluate("location.hash = location.hash.replace(/2$/, '1')")
    expect(page.locator(".turn[data-linked] h2")).to_have_text(QUESTION)


def test_the_former_address_still_leads_there_and_a_wrong_one_is_said(enter: Enter, kept: Conversations) -> None:
    new = long_conversation(kept, 2)
    page = enter(path=f"#/history/{new}")
    expect(page.locator(".turn")).to_have_count(2)
    expect(page).to_have_url(re.compile(f"#/c/{new}$"))
    for wrong in ("#/c/nowhere", "#/c/nowhere/2", "#/c/%E0%A4%A"):
        page.evaluate(f"location.hash = {wrong!r}")
        expect(page).to_have_url(re.compile("#/history$"))
        expect(page.locator(".history [role=status]")).to_contain_text("This conversation is not there")
    page.evaluate(f"location.hash = '#/c/{new}/99'")
    expect(page.locator(".turn").last).to_be_in_viewport()


def test_the_side_bar_lists_pins_and_opens_by_keyboard(enter: Enter, kept: Conversations) -> None:
    old = long_conversation(kept, 1)
    page = enter(1600)
    asked(page)
    threads = page.locator("#threads li")
    expect(threads.locator("strong")).to_have_text([QUESTION, OTHER])
    expect(threads.first.locator("span")).to_have_text("The bridge opened in 1931.")
    expect(threads.first.locator("time")).to_have_text(re.compile("^(this minute|[0-9] minutes? ago)$"))
    expect(threads.first.locator("a")).to_have_attribute("aria-current", "page")
    pin = page.get_by_role("button", name=f"Pin: {OTHER}")
    expect(pin).to_have_attribute("aria-pressed", "false")
    pin.press("Enter")
    expect(threads.locator("strong")).to_have_text([OTHER, QUESTION])
    expect(pin).to_have_attribute("aria-pressed", "true")
    expect(pin).to_be_focused()
    assert [info.pinned for info in kept.list("")] == [True, False]
    threads.first.locator("a").press("Enter")
    expect(page).to_have_url(re.compile(f"#/c/{old}$"))
    expect(page.locator(".turn h2")).to_have_text([OTHER])
    expect(threads.first.locator("a")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="All conversations").click()
    page.locator(".history").get_by_role("button", name=f"Unpin: {OTHER}").press("Enter")
    expect(page.locator(".history h2")).to_have_text([QUESTION, OTHER])
    expect(page.locator(".history").get_by_role("button", name=f"Pin: {OTHER}")).to_be_focused()
    page.locator(".history").get_by_role("button", name=f"Delete: {OTHER}").click()
    page.keyboard.press("1")
    expect(threads.locator("strong")).to_have_text([QUESTION])


def test_the_side_bar_is_folded_and_remembers_it(enter: Enter, kept: Conversations) -> None:
    page = enter(1600)
    side, fold = page.locator("#threads"), page.get_by_role("button", name="Conversations")
    expect(side).to_be_visible()
    expect(side).to_contain_text("What you ask is kept here")
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.press("Enter")
    expect(side).to_be_hidden()
    page.reload()
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(side).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 860})
    fold.press("Enter")
    page.reload()
    expect(side).to_be_visible()
    page.set_viewport_size({"width": 800, "height": 860})
    expect(side).to_be_hidden()
    expect(fold).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 860})
    page.get_by_role("link", name="Articles", exact=True).click()
    expect(side).to_be_hidden()


def test_on_a_phone_the_history_leads_to_the_last_answer(enter: Enter, kept: Conversations) -> None:
    long_conversation(kept)
    page = enter(360)
    page.get_by_role("link", name="History", exact=True).click()
    page.locator(".history h2 a").click()
    expect(page.locator(".turn")).to_have_count(8)
    expect(page.locator(".turn").last.locator("h2")).to_be_in_viewport()
    assert page.evaluate("document.querySelector('#current h2').getBoundingClientRect().top") < 200
    page.go_back()
    expect(page.locator(".history li")).to_have_count(1)


def test_a_question_is_edited_in_its_place(enter: Enter, kept: Conversations, room: Room) -> None:
    page = enter()
    page.get_by_role("button", name="Narrow").click()
    page.locator("#narrow-form").get_by_label("Source").select_option("Test Gazette")
    page.keyboard.press("Escape")
    turn = asked(page)
    box = page.locator("#question textarea")
    box.fill("a draft")
    box.press("Escape")
    expect(box).not_to_be_focused()
    page.keyboard.press("e")
    field = turn.get_by_label(f"Edit the question: {QUESTION}")
    expect(field).to_be_focused()
    expect(field).to_have_value(QUESTION)
    expect(turn.locator("h2")).to_be_hidden()
    field.fill("something else")
    field.press("Escape")
    expect(field).to_have_count(0)
    expect(turn.locator("h2")).to_have_text(QUESTION)
    expect(turn.get_by_role("button", name="Edit the question")).to_be_focused()
    page.keyboard.press("e")
    turn.get_by_role("button", name="Cancel").press("Enter")
    expect(field).to_have_count(0)
    page.keyboard.press("e")
    field.press("Shift+Enter")
    expect(field).to_have_value(f"{QUESTION}\n")
    field.fill("  ")
    field.press("Enter")
    expect(field).to_be_focused()
    page.locator("#narrow .chip button").click()
    field.fill(OTHER)
    field.press("Enter")
    expect(page.locator(".turn h2")).to_have_text([QUESTION, OTHER])
    expect(page.locator("#current .acts")).to_be_visible()
    expect(page.locator(".editing")).to_have_count(0)
    assert room.answerer.asked[-1][0] == OTHER
    assert room.answerer.asked[-1][2] == Filters(source="Test Gazette"), "as it was asked, whatever is chosen now"
    expect(box).to_have_value("a draft")


def test_escape_leaves_the_question_box_for_the_keys(enter: Enter, kept: Conversations) -> None:
    page = enter()
    asked(page)
    box = page.locator("#question textarea")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("a.mark")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reader mark.chosen")).to_be_visible()
    box.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".reader")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Leave the question box")


def test_what_is_in_the_side_bar_is_text(enter: Enter, kept: Conversations) -> None:
    for attack in ATTACKS:
        kept.append("", kept.create("", attack).id, Answer(attack, attack, "refused", attack))
    page = enter(1600)
    expect(page.locator("#threads li")).to_have_count(min(50, len(ATTACKS)))
    assert page.locator("#threads :is(img, script, iframe, style, a svg)").count() == 0
    assert page.evaluate(FITS)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barrier_and_fits(
    enter: Enter, kept: Conversations, keep_picture: Callable[[Page, str], None], scheme: str, width: int
) -> None:
    kept.pin("", long_conversation(kept, 1), True)
    page = enter(width, scheme, locale="de-DE" if scheme == "dark" else "en-GB")
    turn = asked(page)
    if width == 1280:
        page.locator("#views .fold").click()
    expect(page.locator("#threads")).to_be_visible(visible=width > 960)
    page.set_viewport_size({"width": width, "height": 1600})  # nothing lies half below the question box
    no_barriers(page)
    assert page.evaluate(FITS)
    keep_picture(page, f"threads-{scheme}-{width}")
    turn.locator("[data-act=edit]").click()
    no_barriers(page)
    assert page.evaluate(FITS)
    keep_picture(page, f"threads-{scheme}-{width}-edit")
    page.keyboard.press("Escape")
    turn.locator("a.mark").click()
    expect(page.locator(".reader mark.chosen")).to_be_visible()
    expect(page.locator("#threads")).to_be_visible(visible=width >= 1920)
    no_barriers(page)
    keep_picture(page, f"threads-{scheme}-{width}-reader")
