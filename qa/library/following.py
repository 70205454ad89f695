"""Feeds and folders that are followed: when each was last looked at, what came of it, and when it is next."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from qa.errors import NotFollowed
from qa.library import ledger
from qa.library.dialects import insert
from qa.library.schema import LIBRARY, followed, visits
from qa.storage.database import Store
from qa.storage.opening import opened
from qa.storage.places import Place

HOURLY = 60  # minutes
SHORTEST = 15  # minutes between two looks at a feed
LONGEST = 7 * 24 * 60
FOLDER_RETRY = 1  # minutes after which a folder that could not be read is tried again
MOST_PATIENT = 24 * 60  # minutes, beyond which repeated failure does not put off the next look

Followable = Literal["feed", "folder"]


@dataclass(frozen=True)
class Outcome:
    """How many articles a look brought, changed, knew, found gone, and could not read."""

    added: int = 0
    updated: int = 0
    known: int = 0
    removed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Followed:
    """A feed or a folder that is followed; times are ISO 8601, UTC.

    `minutes` lie between two looks at a feed; None of a folder, whose changes are seen as they happen. `failures`
    have followed the last look that brought an outcome, and `error` says why the last one did not.
    """

    id: int
    address: str
    kind: Followable
    title: str | None
    minutes: int | None
    followed_at: str
    looked_at: str | None = None
    outcome: Outcome | None = None
    error: str | None = None
    failures: int = 0
    paused: bool = False

    @property
    def name(self) -> str:
        return self.title or self.address

    @property
    def next_at(self) -> str | None:
        """When to look again, twice as late after each failure; None where it is paused, or its changes decide."""
        if self.paused:
            return None
        if self.looked_at is None:
            return self.followed_at
        if self.minutes is None and not self.failures:
            return None
        usual = self.minutes or FOLDER_RETRY
        doubled = 2 ** min(self.failures, 20) if self.minutes else 2 ** min(max(self.failures - 1, 0), 20)
        wait = min(usual * doubled, max(MOST_PATIENT, usual))
        return time_of(datetime.fromisoformat(self.looked_at) + timedelta(minutes=wait))

    def to_json(self) -> dict[str, Any]:
        """The public form, as `followed --json` prints it."""
        return {**asdict(self), "next_at": self.next_at}


class Following(Store):
    """What is followed, in the library's file; every method raises LibraryError where that cannot be used."""

    @classmethod
    def open(cls, place: Place) -> "Following":
        return cls(opened(place, LIBRARY))

    def list(self) -> tuple[Followed, ...]:
        """All of them, in the order in which they were first followed."""
        with self._reading() as db:
            return tuple(_read(row._mapping) for row in db.execute(sa.select(followed).order_by(followed.c.id)))

    def get(self, number: int) -> Followed:
        """One of them; raises NotFollowed, as all that follow do."""
        return self._one(followed.c.id == number, number)

    def find(self, address: str) -> Followed:
        return self._one(followed.c.address == address, address)

    def follow(self, address: str, kind: Followable, minutes: int | None = None) -> Followed:
        """Remember a feed or folder; one that is followed already stays as it is but for `minutes`, where given.

        What a feed answered before is forgotten, so that the first look reads it whole, with its title.
        """
        usual = minutes or HOURLY if kind == "feed" else None
        row = {"address": address, "kind": kind, "minutes": usual, "followed_at": time_of(datetime.now(UTC))}
        statement = insert(followed).values(row)
        if minutes and kind == "feed":
            statement = statement.on_conflict_do_update(index_elements=["address"], set_={"minutes": minutes})
        else:
            statement = statement.on_conflict_do_nothing(index_elements=["address"])
        with self._writing() as db:
            is_new = db.scalar(sa.select(followed.c.id).where(followed.c.address == address)) is None
            db.execute(statement)
            if is_new:
                db.execute(sa.delete(visits).where(visits.c.url == address))
        return self.find(address)

    def change(self, number: int, *, paused: bool | None = None, minutes: int | None = None) -> Followed:
        """Pause or resume it, or look at it more or less often; what is resumed has not failed yet."""
        values: dict[str, Any] = {}
        if paused is not None:
            values = {"paused": paused} if paused else {"paused": False, "failures": 0}
        if minutes is not None:
            values["minutes"] = minutes
        if values:
            self._update(number, values)
        return self.get(number)

    def note(self, number: int, outcome: Outcome, title: str | None) -> Followed:
        """It was looked at just now; without a title it keeps the one that it has."""
        values: dict[str, Any] = {"outcome": asdict(outcome), "error": None, "failures": 0}
        self._update(number, values | _now() | ({"title": title} if title else {}))
        return self.get(number)

    def fail(self, number: int, error: str, *, gone: bool = False) -> Followed:
        """It was looked at just now and gave nothing; what is gone for good is paused."""
        values = {"error": error, "failures": followed.c.failures + 1}
        self._update(number, values | _now() | ({"paused": True} if gone else {}))
        return self.get(number)

    def unfollow(self, number: int) -> None:
        """Look at it no more; its articles stay."""
        with self._writing() as db:
            if not db.execute(sa.delete(followed).where(followed.c.id == number)).rowcount:
                raise NotFollowed(number)

    def was_removed(self, entry: str) -> bool:
        """Whether the article of a feed's entry was removed: it does not come back because the feed is followed."""
        with self._reading() as db:
            return ledger.was_removed(db, entry)

    def _update(self, number: int, values: Mapping[str, Any]) -> None:
        with self._writing() as db:
            if not db.execute(sa.update(followed).where(followed.c.id == number).values(values)).rowcount:
                raise NotFollowed(number)

    def _one(self, condition: sa.ColumnElement[bool], named: object) -> Followed:
        with self._reading() as db:
            row = db.execute(sa.select(followed).where(condition)).one_or_none()
        if row is None:
            raise NotFollowed(named)
        return _read(row._mapping)


def time_of(moment: datetime) -> str:
    """As it is kept: such times can be compared as texts."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _now() -> dict[str, str]:
    return {"looked_at": time_of(datetime.now(UTC))}


def _read(row: Mapping[Any, Any]) -> Followed:
    facts: dict[str, Any] = dict(row)
    outcome = facts.pop("outcome")
    return Followed(**facts, outcome=Outcome(**outcome) if outcome else None)
