"""What was asked is kept: found, opened, gone on with, renamed, judged, taken along and deleted, in a real browser."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qa.accounts.conversations import Conversations
from qa.types import Answer
from tests.e2e.conftest import forget
from tests.e2e.room import QUESTION, Enter, asked, no_barriers, press
from tests.test_web_attacks import ATTACKS

pytestmark = pytest.mark.e2e

OTHER = "How long is the Varga bridge?"
FITS = "document.documentElement.scrollWidth <= innerWidth"


def test_a_conversation_is_kept_found_and_gone_on_with(enter: Enter, kept: Conversations) -> None:
    page = enter()
    expect(page.locator("#views .new")).to_be_hidden()
    asked(page)
    asked(page, "And how long is it?")
    press(page, "x")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#question textarea")).to_be_focused()
    expect(page.locator("#intro .facts")).to_be_visible()
    asked(page, "What is cheese?")
    press(page, "3")
    items = page.locator(".history li")
    expect(items.locator("h2")).to_have_text(["What is cheese?", QUESTION])
    expect(items.nth(1).locator(".facts")).to_contain_text("2 questions")
    page.get_by_label("Search the conversations").fill("varga")
    expect(items.locator("h2")).to_have_text([QUESTION])
    items.get_by_role("link", name=QUESTION, exact=True).press("Enter")
    expect(page.locator(".turn h2")).to_have_text([QUESTION, "And how long is it?"])
    expect(page.locator("#current .answer a.mark")).to_have_count(1)
    asked(page, OTHER)
    page.reload()
    expect(page.locator(".turn h2")).to_have_text([QUESTION, "And how long is it?", OTHER])
    [cheese, bridge] = sorted(kept.list(""), key=lambda info: info.turns)
    assert (cheese.turns, bridge.turns) == (1, 3)


def test_it_is_renamed_taken_along_and_deleted(enter: Enter, kept: Conversations) -> None:
    page = enter()
    asked(page)
    page.goto(f"{page.url.partition('#')[0]}#/history")
    item = page.locator(".history li")
    item.get_by_role("button", name=f"Rename: {QUESTION}").press("Enter")
    field = page.get_by_label(f"New name of “{QUESTION}”")
    expect(field).to_be_focused()
    field.fill("Not this")
    field.press("Escape")
    expect(item.locator("h2")).to_have_text(QUESTION)
    item.get_by_role("button", name=f"Rename: {QUESTION}").press("Enter")
    field.fill("The bridge")
    field.press("Enter")
    expect(page.locator(".history [role=status]")).to_contain_text("It is now called “The bridge”.")
    expect(item.get_by_role("button", name="Rename: The bridge")).to_be_focused()
    with page.expect_download() as download:
        item.get_by_role("link", name="Save as JSON: The bridge").click()
    assert json.loads(download.value.path().read_text())["title"] == "The bridge"
    delete = item.get_by_role("button", name="Delete: The bridge")
    delete.press("Enter")
    expect(item).to_have_count(0)
    page.keyboard.press("u")
    expect(item).to_have_count(1)
    delete.click()
    page.goto("about:blank")
    expect(page).to_have_url("about:blank")
    page.wait_for_timeout(500)
    assert kept.list("") == ()


def test_an_answer_is_judged(enter: Enter, kept: Conversations) -> None:
    page = enter()
    turn = asked(page)
    good, bad = turn.get_by_label("Good answer"), turn.get_by_label("Bad answer")
    good.press("Enter")
    expect(good).to_have_attribute("aria-pressed", "true")
    bad.press("Enter")
    why = turn.get_by_label("What was wrong? (optional)")
    expect(why).to_be_focused()
    why.fill("the year is wrong")
    why.press("Enter")
    expect(why).to_have_count(0)
    asked(page, OTHER)
    first = page.locator("#past .turn")
    expect(first.get_by_label("Bad answer")).to_have_attribute("aria-pressed", "true")
    [feedback] = kept.feedback()
    assert (feedback.turn.vote, feedback.turn.reason) == ("down", "the year is wrong")
    page.goto(f"{page.url.partition('#')[0]}#/history/{feedback.conversation}")
    page.reload()
    expect(page.locator(".turn").first.get_by_label("Bad answer")).to_have_attribute("aria-pressed", "true")


def test_what_is_not_there_is_told_and_what_was_deleted_begins_anew(enter: Enter, kept: Conversations) -> None:
    page = enter(path="#/history/nowhere")
    expect(page.locator(".history [role=status]")).to_contain_text("This conversation is not there")
    page.keyboard.press("1")
    asked(page)
    forget(kept)
    asked(page, OTHER)
    [info] = kept.list("")
    assert (info.title, info.turns) == (OTHER, 1)


def test_a_name_is_text(enter: Enter, kept: Conversations) -> None:
    for attack in ATTACKS:
        kept.append("", kept.create("", attack).id, Answer(attack, attack, "refused", attack))
    page = enter(path="#/history")
    names = page.locator(".history h2")
    expect(names).to_have_count(len(ATTACKS))
    assert page.locator(".history :is(img, script, svg, iframe, style)").count() == 0
    assert page.locator(".history a:not(.act)").evaluate_all(
        "links => links.every((link) => link.getAttribute('href').startsWith('#/c/'))"
    )
    assert sorted(info.title for info in kept.list("")) == sorted(names.all_text_contents())
    assert page.evaluate(FITS)
    assert page.evaluate("window.hacked") is None


@pytest.mark.parametrize("width", [360, 1280, 2560])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_barrier_and_fits(
    enter: Enter, kept: Conversations, keep_picture: Callable[[Page, str], None], scheme: str, width: int
) -> None:
    page = enter(width, scheme)
    turn = asked(page)
    turn.get_by_label("Bad answer").click()
    expect(turn.locator(".why")).to_be_visible()
    no_barriers(page)
    assert page.evaluate(FITS)
    keep_picture(page, f"{scheme}-{width}-judged")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.locator(".history li")).to_have_count(1)
    no_barriers(page)
    assert page.evaluate(FITS)
    keep_picture(page, f"{scheme}-{width}-history")
