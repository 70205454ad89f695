"""Feeds and folders are followed on the page: by keyboard, told of, paused, removed and taken back."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qa.library.following import Following
from qa.settings import Settings
from tests.e2e.room import Enter, Room, entering, no_barriers, opened_room
from tests.test_web_api import wait_until
from tests.test_web_followed import feed
from tests.webserver import Page as Answer
from tests.webserver import WebServer, serving

pytestmark = pytest.mark.e2e

Keep = Callable[[Page, str], None]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as web:
        web.pages["/feed"] = feed("a", "b")
        yield web


@pytest.fixture
def own_room(tmp_path: Path) -> Iterator[Room]:
    with opened_room(tmp_path / "data", private=True) as room:
        yield room


@pytest.fixture
def enter(own_room: Room, browser: Browser) -> Iterator[Enter]:
    with entering(own_room, browser) as enter:
        yield enter


def follow(page: Page, place: str) -> None:
    box = page.locator("#follow")
    if not box.is_visible():
        page.locator(".followed summary").press("Enter")
    box.fill(place)
    box.press("Enter")


def row(page: Page, name: str) -> Locator:
    return page.locator(".followed li").filter(has=page.get_by_role("heading", name=name, exact=True))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_a_feed_is_followed_refreshed_paused_and_removed_by_keyboard(
    scheme: str, width: int, enter: Enter, web: WebServer, keep_picture: Keep
) -> None:
    page = enter(width, scheme, "#/articles")
    expect(page.locator(".followed summary")).to_have_text("Followed ")
    follow(page, web.url("/feed"))
    expect(page.locator(".followed [role=status]")).to_have_text(f"Followed from now on: {web.url('/feed')}.")
    gazette = row(page, "The Gazette")
    expect(gazette.locator(".came")).to_have_text("Looked at this minute: 2 new. Next in 59 minutes.")
    expect(gazette.locator(".facts")).to_have_text(f"Feed{web.url('/feed')}every hour")
    assert gazette.locator("time").first.get_attribute("title")
    expect(page.locator("#views .told")).to_have_text("The Gazette: 2 new.")
    expect(page.locator("#shelf .list tbody")).to_contain_text("Title a")

    web.pages["/feed"] = feed("a", "b", "c")
    refresh = gazette.get_by_role("button", name="Refresh: The Gazette")
    refresh.press("Enter")
    expect(gazette.locator(".came")).to_have_text("Looked at this minute: 1 new, 2 known. Next in 59 minutes.")
    expect(refresh).to_be_focused()
    expect(page.locator("#views .told")).to_have_text("The Gazette: 1 new, 2 known.")

    gazette.get_by_role("button", name="Pause").press("Enter")
    expect(gazette.locator(".facts")).to_contain_text("paused")
    expect(gazette.get_by_role("button", name="Resume: The Gazette")).to_be_focused()
    expect(gazette.locator(".came")).to_have_text("Looked at this minute: 1 new, 2 known. ")
    keep_picture(page, f"{scheme}-{width}-followed")
    no_barriers(page)
    page.keyboard.press("Enter")
    expect(gazette.locator(".facts")).to_contain_text("every hour")

    gazette.get_by_role("button", name="Remove").press("Enter")
    expect(page.locator("#undo")).to_contain_text("is about to be followed no more; its articles stay.")
    expect(gazette).to_have_count(0)
    page.get_by_role("button", name="Undo").press("Enter")
    expect(gazette).to_have_count(1)
    page.clock.install()
    gazette.get_by_role("button", name="Remove").click()
    page.clock.run_for(10_000)
    expect(page.locator("#views .told")).to_have_text("“The Gazette” is followed no more; its articles stay.")
    expect(page.locator(".followed li")).to_have_count(0)
    expect(page.locator("#shelf .list tbody")).to_contain_text("Title c")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 360)])
def test_what_was_added_offers_to_be_followed_where_it_is_a_feed(
    scheme: str, width: int, enter: Enter, web: WebServer, keep_picture: Keep
) -> None:
    page = enter(width, scheme, "#/articles")
    address = page.get_by_label("Address of a page or a feed")
    address.fill(web.url("/feed"))
    address.press("Enter")
    offer = page.locator(".jobs .offer")
    expect(offer).to_have_text("Follow it Then it is looked at every hour, and what is new is added.")
    keep_picture(page, f"{scheme}-{width}-offer")
    assert page.evaluate("fetch('api/followed').then((answer) => answer.json())")["followed"] == []
    offer.get_by_role("button").press("Enter")
    expect(offer).to_have_text("Follow it Followed from now on: The Gazette.")
    expect(row(page, "The Gazette").locator(".came")).to_contain_text("2 known")
    expect(offer.get_by_role("button")).to_be_focused()
    no_barriers(page)
    address.fill(web.url("/feed"))
    address.press("Enter")
    expect(page.locator(".batch > ol > li")).to_have_count(2)
    expect(page.locator(".jobs [role=status]")).to_have_text("Done.")
    expect(offer).to_have_count(1)


def test_a_failure_is_shown_with_when_it_is_tried_again(enter: Enter, web: WebServer, keep_picture: Keep) -> None:
    web.pages["/feed"] = Answer("no", status=500)
    page = enter(1280, "light", "#/articles")
    follow(page, web.url("/feed"))
    failing = row(page, web.url("/feed"))
    wrong = "Looked at this minute: the server failed (500); try again later. "
    expect(failing.locator(".came.failed")).to_have_text(f"{wrong}Next in 1 hour.")
    expect(page.locator(".followed .count")).to_have_text("1 · 1 not reached")
    failing.get_by_role("button", name="Refresh").click()
    expect(failing.locator(".came")).to_have_text(f"{wrong}It has failed 2 times in a row. Next in 3 hours.")
    web.pages["/feed"] = Answer("gone", status=410)
    failing.get_by_role("button", name="Refresh").click()
    expect(failing.locator(".came")).to_contain_text("gone for good (410), so it is paused")
    expect(failing.locator(".facts")).to_contain_text("paused")
    keep_picture(page, "light-1280-gone")
    no_barriers(page)


def test_a_folder_of_this_machine_is_followed(enter: Enter, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "quay.txt").write_text("The Selby quay was built of basalt.")
    page = enter(1280, "light", "#/articles")
    page.locator(".followed summary").click()
    expect(page.get_by_label("Address of a feed, or a folder of this machine")).to_be_visible()
    follow(page, str(folder))
    kept = row(page, str(folder))
    expect(kept.locator(".came")).to_have_text("Looked at this minute: 1 new. ")
    expect(kept.locator(".facts")).to_have_text("Folderwhen something changes in it")
    page.evaluate("window.scrollTo(0, 0)")
    (folder / "tower.txt").write_text("The Orme tower has 212 steps.")
    expect(page.locator("#shelf .list tbody")).to_contain_text("Tower", timeout=40_000)


def test_progress_is_told_within_two_seconds(enter: Enter, web: WebServer) -> None:
    told = threading.Event()

    def slow(connection: object) -> None:
        told.wait(60)

    web.pages["/slow"] = slow
    page = enter(1280, "light", "#/articles")
    page.locator(".followed summary").click()
    page.clock.install()
    page.clock.pause_at(datetime.now() + timedelta(seconds=10))
    follow(page, web.url("/slow"))
    wait_until(lambda: "/slow" in web.hits)
    page.clock.run_for(2_000)
    expect(row(page, web.url("/slow")).locator(".came")).to_have_text("Being looked at …")
    told.set()


def test_it_speaks_german_and_nothing_foreign_becomes_markup(enter: Enter, web: WebServer, own_room: Room) -> None:
    web.pages["/feed"] = feed("a", title="&lt;img src=x onerror=document.title='owned'&gt;")
    following = Following.open(Settings(data_dir=own_room.data_dir).library_path)
    following.follow(web.url("/feed"), "feed")
    following.close()
    page = enter(1280, "light", "?lang=de#/articles")
    expect(page.locator(".followed summary")).to_have_text("Abonniert 1")
    page.locator(".followed summary").click()
    expect(page.locator(".followed .came")).to_contain_text("1 neu", timeout=40_000)
    expect(page.locator(".followed .came")).to_contain_text("Wieder in 59 Minuten")
    assert page.locator(".followed img").count() == 0
    assert page.title() == "Fragen Sie Ihre Artikel" or "owned" not in page.title()


def test_the_list_is_not_redrawn_under_who_walks_through_it(enter: Enter, web: WebServer) -> None:
    page = enter(1280, "light", "#/articles")
    follow(page, web.url("/feed"))
    expect(page.locator("#shelf .list tbody")).to_contain_text("Title b")
    link = page.locator("#shelf .list tbody a").first
    link.focus()
    web.pages["/feed"] = feed("a", "b", "c")
    page.evaluate(
        "fetch('api/followed/1/refresh', {method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'})"
    )
    expect(page.locator("#views .told")).to_have_text("The Gazette: 1 new, 2 known.", timeout=40_000)
    expect(link).to_be_focused()
    assert "Title c" not in page.locator("#shelf .list tbody").inner_text()
    page.locator(".followed summary").focus()
    expect(page.locator("#shelf .list tbody")).to_contain_text("Title c", timeout=40_000)
