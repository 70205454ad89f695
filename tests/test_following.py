"""What is followed, as the library keeps it: when it is due, what came of it, and what of it is forgotten."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from qa.errors import NotFollowed
from qa.library import Library
from qa.library.following import Followed, Following, Outcome
from qa.types import Visit

FEED = "https://gazette.example/feed.xml"
AT = "2026-01-02T03:04:05.000+00:00"


@pytest.fixture
def following(tmp_path: Path) -> Iterator[Following]:
    following = Following.open(tmp_path / "library.sqlite3")
    yield following
    following.close()


def minutes_until_next(**facts: object) -> float:
    feed = {"id": 1, "address": FEED, "kind": "feed", "title": None, "minutes": 60, "followed_at": AT, "looked_at": AT}
    followed = Followed(**(feed | facts))  # type: ignore[arg-type]
    assert followed.next_at
    return (datetime.fromisoformat(followed.next_at) - datetime.fromisoformat(AT)) / timedelta(minutes=1)


def test_what_is_followed_is_kept_in_order_and_once(following: Following, tmp_path: Path) -> None:
    first, second = following.follow(FEED, "feed"), following.follow("/home/ada/articles", "folder")
    assert (first.kind, first.minutes, first.looked_at, first.next_at) == ("feed", 60, None, first.followed_at)
    assert (second.kind, second.minutes) == ("folder", None)
    assert following.follow(FEED, "feed") == first
    assert following.follow(FEED, "feed", 120).minutes == 120
    assert [each.id for each in Following.open(tmp_path / "library.sqlite3").list()] == [first.id, second.id]


def test_an_outcome_is_noted_and_a_failure_keeps_the_last_one(following: Following) -> None:
    number = following.follow(FEED, "feed").id
    seen = following.note(number, Outcome(added=3, known=40), "The Gazette")
    assert (seen.name, seen.outcome, seen.error, seen.failures) == ("The Gazette", Outcome(3, 0, 40), None, 0)
    assert seen.looked_at
    for failures in (1, 2):
        failed = following.fail(number, "the server failed (500); try again later")
        assert (failed.failures, failed.outcome, failed.paused) == (failures, Outcome(3, 0, 40), False)
    assert failed.error == "the server failed (500); try again later"
    again = following.note(number, Outcome(known=43), None)
    assert (again.title, again.error, again.failures) == ("The Gazette", None, 0)


def test_the_next_look_is_put_off_twice_as_long_after_each_failure() -> None:
    assert [minutes_until_next(failures=n) for n in (0, 1, 2, 4, 5, 60)] == [60, 120, 240, 960, 1440, 1440]
    assert [minutes_until_next(minutes=10_000, failures=n) for n in (0, 1, 60)] == [10_000] * 3
    folder = {"kind": "folder", "minutes": None}
    assert [minutes_until_next(**folder, failures=n) for n in (1, 2, 5, 60)] == [1, 2, 16, 1440]


def test_nothing_is_next_where_it_is_paused_or_changes_decide(following: Following) -> None:
    folder = following.note(following.follow("/home/ada/articles", "folder").id, Outcome(added=1), None)
    assert folder.next_at is None
    feed = following.follow(FEED, "feed")
    following.fail(feed.id, "no")
    paused = following.change(feed.id, paused=True)
    assert (paused.paused, paused.next_at) == (True, None)
    resumed = following.change(feed.id, paused=False)
    assert (resumed.paused, resumed.failures, resumed.error) == (False, 0, "no")
    assert following.change(feed.id, minutes=30).minutes == 30
    assert following.fail(feed.id, "gone", gone=True).paused


def test_what_is_followed_no_more_is_not_there(following: Following) -> None:
    feed = following.follow(FEED, "feed")
    following.unfollow(feed.id)
    assert following.list() == ()
    for act in (
        lambda: following.get(feed.id),
        lambda: following.find(FEED),
        lambda: following.unfollow(feed.id),
        lambda: following.note(feed.id, Outcome(), None),
        lambda: following.change(feed.id, paused=True),
    ):
        with pytest.raises(NotFollowed, match="is not followed; see `python -m ingest followed`"):
            act()
    assert following.follow(FEED, "feed").id != feed.id, "an id that somebody still holds means another feed"


def test_what_a_feed_answered_before_is_forgotten_once(following: Following, tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite3")
    library.remember(Visit(FEED, '"1"', None, f"feed:2 {FEED}"))
    library.remember(Visit(f"{FEED}#a", digest=f"x {FEED}#a"), "a")
    following.follow(FEED, "feed")
    assert library.visit(FEED) is None
    assert library.visit(f"{FEED}#a"), "what its entries are is known, so that none is fetched again"
    library.remember(Visit(FEED, '"1"', None, f"feed:2 {FEED}"))
    following.follow(FEED, "feed")
    assert library.visit(FEED)
    library.close()
