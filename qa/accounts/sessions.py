"""What all web processes must know of who signed in, and who did what how often, in a SQLite file of its own."""

import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sa

from qa.errors import SessionError
from qa.storage.database import Contents, Store
from qa.storage.opening import opened
from qa.storage.places import Place

KEY_BYTES = 32
log = logging.getLogger(__name__)

_metadata = sa.MetaData()
_keys = sa.Table(
    "signing_keys",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
)
# Sessions that somebody signed out of, until the time when they would have ended by themselves.
_ended = sa.Table(
    "ended_sessions",
    _metadata,
    sa.Column("session", sa.Text, primary_key=True),
    sa.Column("until", sa.Float, nullable=False),
)
_tries = sa.Table(
    "tries",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Index("tries_by_name", "kind", "name", "at"),
    sa.Index("tries_by_time", "kind", "at"),
)


def _prepare(db: sa.Connection, version: int) -> None:
    _metadata.create_all(db)


CONTENTS = Contents("sessions", version=1, prepare=_prepare, error=SessionError, lost="who is signed in")


class Sessions(Store):
    """Times are seconds since 1970. Every method raises SessionError where the file cannot be used."""

    @classmethod
    def open(cls, place: Place) -> "Sessions":
        return cls(opened(place, CONTENTS))

    def key(self) -> bytes:
        """The secret by which sessions are signed, made by whoever asks first."""
        kept = sa.select(_keys.c.key).order_by(_keys.c.id)
        with self._reading() as db:
            key = db.scalar(kept)
        if key is None:
            with self._writing() as db:
                key = db.scalar(kept)
                if key is None:
                    key = secrets.token_bytes(KEY_BYTES)
                    db.execute(sa.insert(_keys).values(key=key))
        return bytes(key)

    def end(self, session: str, until: float, now: float) -> None:
        """A session counts no more; what is forgotten would not count either."""
        with self._writing() as db:
            db.execute(sa.delete(_ended).where((_ended.c.until <= now) | (_ended.c.session == session)))
            db.execute(sa.insert(_ended).values(session=session, until=until))

    def ended(self, now: float) -> Mapping[str, float]:
        """Those that were ended, each until when."""
        with self._reading() as db:
            return {row.session: row.until for row in db.execute(sa.select(_ended).where(_ended.c.until > now))}

    def count(self, kind: str, name: str, at: float, forgotten: float) -> None:
        """Note a try; those of its kind before `forgotten` are dropped."""
        with self._writing() as db:
            db.execute(sa.delete(_tries).where(_tries.c.kind == kind, _tries.c.at <= forgotten))
            db.execute(sa.insert(_tries).values(kind=kind, name=name, at=at))

    def tries(self, kind: str, name: str, since: float) -> list[float]:
        """When it was tried since then, the oldest first."""
        query = sa.select(_tries.c.at).where(_tries.c.kind == kind, _tries.c.name == name, _tries.c.at > since)
        with self._reading() as db:
            return list(db.scalars(query.order_by(_tries.c.at)))

    def forget(self, kind: str, name: str) -> None:
        """Drop the tries of that name."""
        with self._writing() as db:
            db.execute(sa.delete(_tries).where(_tries.c.kind == kind, _tries.c.name == name))


_told: set[str] = set()


@contextmanager
def alone_if_need_be() -> Iterator[None]:
    """Where the file cannot be used, this process goes by what it knows itself, and says so once."""
    try:
        yield
    except SessionError as error:
        if str(error) not in _told:
            _told.add(str(error))
            log.warning("sessions and limits hold for this process alone: %s", error)
