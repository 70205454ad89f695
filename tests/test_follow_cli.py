"""python -m ingest follow, refresh and their like, over a real web server and a real folder."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from qa.library import Library
from qa.library.following import Following
from qa.settings import Settings
from tests.commands import Command
from tests.test_ingest_cli import encoder, ingest, settings
from tests.test_load_web import FULL, item, page, rss
from tests.webserver import Page, WebServer, serving

__all__ = ["encoder", "ingest", "settings"]  # fixtures


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "yes")
    with serving() as web:
        web.pages["/feed"] = rss(item("a", 1, inside=content()), item("b", 2))
        web.pages["/b"] = Page(page("B"))
        yield web


def content(name: str = "") -> str:
    """An article's whole text, in the feed."""
    return f"<content:encoded>{FULL.replace('Orla', f'Orla {name}')}</content:encoded>"


@pytest.fixture
def following(settings: Settings) -> Iterator[Following]:
    following = Following.open(settings.library_path)
    yield following
    following.close()


def test_a_feed_is_looked_at_remembered_and_looked_at_again(
    ingest: Command, web: WebServer, following: Following
) -> None:
    first = ingest("follow", web.url("/feed"))
    assert (first.code, first.out) == (0, "The Gazette: 2 new\n")
    [feed] = ingest("followed", "--json").json()
    assert (feed["address"], feed["kind"], feed["title"], feed["minutes"]) == (
        web.url("/feed"),
        "feed",
        "The Gazette",
        60,
    )
    assert feed["outcome"] == {"added": 2, "updated": 0, "known": 0, "removed": 0, "failed": 0}
    assert feed["looked_at"] < feed["next_at"]

    del web.hits[:], web.requests[:]
    assert ingest("refresh").out == "The Gazette: 2 known\n"
    assert web.asked == ["/feed"]
    assert "if-none-match" in web.requests[-1]

    web.pages["/feed"] = rss(item("c", 3, inside=content("c")), item("a", 1, inside=content()), item("b", 2))
    assert ingest("refresh", web.url("/feed")).out == "The Gazette: 1 new, 2 known\n"
    assert web.asked == ["/feed", "/feed"]
    shown = ingest("followed").out
    assert "The Gazette" in shown
    assert "1 new, 2 known" in shown


def test_a_folder_is_followed_deletions_included(ingest: Command, tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("One.")
    assert ingest("follow", folder).out == f"{folder}: 1 new\n"
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("Two.")
    assert ingest("refresh").out == f"{folder}: 1 new, 1 gone\n"
    assert {info.id for info in Library.open(settings.library_path).articles()} == {"b"}
    (folder / "b.txt").unlink()
    folder.rmdir()
    gone = ingest("refresh")
    assert (gone.code, gone.out) == (1, f"{folder}: {folder} is gone; what the library holds of it is kept\n")
    assert ingest("unfollow", folder).out == f"{folder}: not followed any more; its articles stay\n"
    assert {info.id for info in Library.open(settings.library_path).articles()} == {"b"}


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/b", 200, "is not a feed in RSS, Atom or JSON Feed; what it holds can be added, not followed"),
        ("/none", 404, "there is no such page (404); check the address"),
        ("/closed", 403, "the server refuses to show it (403)"),
    ],
)
def test_what_is_no_feed_is_neither_added_nor_remembered(
    path: str, status: int, why: str, ingest: Command, web: WebServer, following: Following, settings: Settings
) -> None:
    web.pages.setdefault(path, Page("no", status=status))
    outcome = ingest("follow", web.url(path))
    assert (outcome.code, outcome.out) == (1, "")
    assert f"error: {web.url(path)}: {why}" in outcome.err
    assert outcome.err.rstrip().endswith("it is not followed")
    assert following.list() == ()
    assert Library.open(settings.library_path).articles() == []


def test_a_feed_that_is_gone_is_paused_with_a_line(ingest: Command, web: WebServer, following: Following) -> None:
    ingest("follow", web.url("/feed"))
    web.pages["/feed"] = Page("gone", status=410)
    refreshed = ingest("refresh")
    assert refreshed.code == 1
    assert "The Gazette: the server says that it is gone for good (410), so it is paused" in refreshed.out
    assert following.find(web.url("/feed")).paused
    assert "all that is followed is paused" in ingest("refresh").err
    web.pages["/feed"] = rss(item("a", 1, inside=content()))
    assert ingest("resume", web.url("/feed")).code == 0
    assert ingest("refresh").out == "The Gazette: 1 known\n"


def test_pausing_is_for_refresh_as_a_whole_and_not_for_what_is_named(
    ingest: Command, web: WebServer, following: Following
) -> None:
    ingest("follow", web.url("/feed"), "--every", "1440")
    assert ingest("pause", web.url("/feed")).out == f"{web.url('/feed')}: paused\n"
    del web.hits[:]
    assert ingest("refresh").out == ""
    assert web.hits == []
    assert ingest("refresh", web.url("/feed")).code == 0
    assert web.asked == ["/feed"]
    [feed] = following.list()
    assert (feed.paused, feed.minutes) == (True, 1440)


def test_one_that_fails_does_not_stop_the_others(ingest: Command, web: WebServer, following: Following) -> None:
    web.pages["/other"] = rss(item("z", 1, inside=content()), title="Other")
    for path in ("/feed", "/other"):
        ingest("follow", web.url(path))
    web.pages["/feed"] = Page("no", status=500)
    refreshed = ingest("refresh")
    assert refreshed.code == 1
    assert refreshed.out == "The Gazette: the server failed (500); try again later\nOther: 1 known\n"
    assert [each.failures for each in following.list()] == [1, 0]


def test_wrong_usage_is_one_line(ingest: Command, web: WebServer, tmp_path: Path) -> None:
    for what in ("nothing-here", tmp_path / "none"):
        outcome = ingest("follow", what)
        assert (outcome.code, outcome.err) == (
            1,
            f"error: {what} is neither a folder nor a web address; an address begins with https://\n",
        )
    for command in ("pause", "resume", "unfollow", "refresh"):
        outcome = ingest(command, "https://gazette.example/feed")
        assert outcome.code == 1
        assert outcome.err.startswith("error: 'https://gazette.example/feed' is not followed")
    assert ingest("follow", web.url("/feed"), "--every", "1").code == 2
    assert ingest("followed", "--json").json() == []
    assert "nothing is followed" in ingest("refresh").err


def test_an_article_that_was_removed_does_not_come_back_until_it_is_added(ingest: Command, web: WebServer) -> None:
    ingest("follow", web.url("/feed"))
    before = ids(ingest)
    for removed in sorted(before):
        ingest("remove", removed)
    web.pages["/feed"] = rss(*(item(name, day, inside=content(name)) for day, name in enumerate("abc", 1)))
    assert ingest("refresh").out == "The Gazette: 1 new\n"
    assert ids(ingest).isdisjoint(before)
    del web.requests[:]
    assert ingest("refresh").out == "The Gazette: 1 known\n"
    assert "if-none-match" in web.requests[-1]
    assert ingest("add", web.url("/feed")).code == 0
    assert len(ids(ingest)) == 3
    assert ingest("refresh").out == "The Gazette: 3 known\n"


def ids(ingest: Command) -> set[str]:
    return {article["id"] for article in ingest("list", "--json").json()}


def test_a_page_that_is_refused_is_asked_for_once_a_day(
    ingest: Command, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "<description>" + "The ferry carries people over the Sarn. " * 20 + "[...]</description>"
    web.pages["/feed"] = rss(item("a", 1, inside=content()), item("b", 2), item("h", 3, inside=held), item("t", 4))
    web.pages |= {f"/{name}": Page("no", status=403) for name in "bh"}
    web.pages["/t"] = Page("busy", status=500)
    assert ingest("follow", web.url("/feed")).out == "The Gazette: 2 new, 2 failed\n"
    del web.hits[:]
    assert ingest("refresh").out == "The Gazette: 2 known, 2 failed\n"
    assert web.asked == ["/feed", "/t"], "what may pass is tried with every look"
    assert len(ingest("status", "--json").json()["failed"]) == 2

    for name in "bht":
        web.pages[f"/{name}"] = Page(page(name, content(name)))
    assert ingest("refresh").out == "The Gazette: 1 new, 2 known, 1 failed\n"
    monkeypatch.setattr("ingest.load.refusals.AGAIN", timedelta(0))
    assert ingest("refresh").out == "The Gazette: 1 new, 1 changed, 2 known\n"
    assert ingest("status", "--json").json()["failed"] == []
    del web.hits[:]
    assert ingest("refresh").out == "The Gazette: 4 known\n"
    assert web.asked == ["/feed"]


def test_adding_a_feed_by_hand_asks_for_what_was_refused(ingest: Command, web: WebServer) -> None:
    web.pages["/b"] = Page("no", status=403)
    ingest("follow", web.url("/feed"))
    web.pages["/b"] = Page(page("B"))
    assert "1 added" in ingest("add", web.url("/feed")).out
