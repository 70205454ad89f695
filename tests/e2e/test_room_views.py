"""Collecting and measuring on the page, its keys and its languages, in a real browser."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.conftest import store
from tests.e2e.room import Enter, Room, asked, leave_report, no_barriers
from tests.test_web_api import wait_until

pytestmark = pytest.mark.e2e


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


def test_an_address_leads_to_some_of_the_articles(enter: Enter, room: Room) -> None:
    page = enter(path="#/articles?source=Harbour+News&since=2025-01-01")
    rows = page.locator("#shelf tbody tr")
    expect(rows.locator("th")).to_have_text(["The Lomond ferry"])
    expect(page.get_by_label("Only this source")).to_have_value("Harbour News")
    expect(page.locator("#find-since")).to_have_value("2025-01-01")
    page.evaluate("location.hash = '#/articles?find=varga'")
    expect(rows.locator("th > a").first).to_have_text("The Varga bridge")
    expect(rows).to_have_count(1)
    expect(page.get_by_label("Only this source")).to_have_value("")
    page.evaluate("location.hash = '#/articles?source=Nobody'")
    expect(rows).to_have_count(4)
    *_, last = sorted(str(info.added_at) for info in room.library.articles())
    page.evaluate("time => (location.hash = `#/articles?added=${encodeURIComponent(time)}`)", last)
    show_all = page.get_by_role("button", name="Show all")
    expect(page.locator(".find [role=status]")).to_have_text("0 of 4 articles")
    show_all.press("Enter")
    expect(rows).to_have_count(4)
    expect(show_all).to_be_hidden()


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
    page.keyboard.press("4")
    expect(page.locator(".report .found tbody tr")).to_have_text([re.compile("answered right.*0.75.*0.50 – 1.00")])
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Open the whole report").click()
    expect(popup.value.locator("h1")).to_have_text("drawn")
    assert popup.value.evaluate("origin") == "null", "it is not of this site"


def test_the_keys_are_listed_and_can_be_turned_off(enter: Enter) -> None:
    page = enter()
    page.locator("h1").first.click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys of this page")
    expect(dialog.locator("dt")).to_have_count(15)
    dialog.get_by_label("Keys without Ctrl or Alt are on").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("2")
    expect(page.locator("html")).to_have_attribute("data-view", "ask")
    page.get_by_role("button", name="Keys").click()
    expect(dialog).to_be_visible()


def test_keys_typed_into_the_question_are_letters(enter: Enter) -> None:
    page = enter()
    page.get_by_label("Your question", exact=True).press_sequentially("sunk 123?")
    expect(page.get_by_label("Your question", exact=True)).to_have_value("sunk 123?")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(("path", "locale"), [("", "de-AT"), ("?lang=de", "en-GB")])
def test_it_speaks_german_to_germans(enter: Enter, path: str, locale: str) -> None:
    page = enter(path=path, locale=locale)
    expect(page.get_by_role("button", name="Eingrenzen")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("#intro")).to_contain_text("4 Artikel")
    turn = asked(page)
    expect(turn.locator(".note").first).to_contain_text("Die Zitate sind wörtlich.")
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
    expect(page.get_by_label("Your question", exact=True)).to_be_editable()
    assert time.monotonic() - started < 8, "promised within 2; the machine may be busy"
