"""What adding asks of the library about one article: each answer is found by an index, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from qa.library import ledger, stories
from qa.library.schema import articles, begins, unsigned
from qa.storage.database import Store

a = articles.c


@dataclass(frozen=True)
class Holder:
    """What is stored under an id: where it comes from, the digests of all of it and of its text, and its notes."""

    id: str
    origin: str
    sha256: str
    text_sha256: str
    notes: tuple[str, ...]


# Made once: to build it takes longer than to run it.
_HOLDERS = (
    sa.select(*(a[name] for name in Holder.__dataclass_fields__))
    .where(
        sa.or_(
            a.origin == sa.bindparam("origin"),
            a.text_sha256 == sa.bindparam("text_sha256"),
            a.id.in_(sa.bindparam("ids", expanding=True)),
        )
    )
    .order_by(a.id)
)


class Known(Store):
    """Articles by their id, origin, text and likeness, and what could not be added by where it is."""

    def holders(self, origin: str, text_sha256: str, ids: Iterable[str]) -> list[Holder]:
        """What an article may be: all that come from there, have this text or one of these ids; by id."""
        asked = {"origin": origin, "text_sha256": text_sha256, "ids": list(ids)}
        with self._reading() as db:
            return [Holder(**row._mapping) for row in db.execute(_HOLDERS, asked)]

    def at(self, origin: str) -> str | None:
        """The id of the article that comes from there; the last, if there are several."""
        query = sa.select(a.id).where(a.origin == origin).order_by(a.id.desc()).limit(1)
        with self._reading() as db:
            return db.scalar(query)

    def below(self, path: str, *, is_folder: bool) -> dict[str, str]:
        """Article id -> origin, of those from files of a folder; or from a file or folder that may be gone."""
        within = begins(a.origin, f"{path.rstrip('/')}/")
        either = within if is_folder else sa.or_(a.origin == path, within, begins(a.origin, f"{path}#"))
        with self._reading() as db:
            return {row.id: row.origin for row in db.execute(sa.select(a.id, a.origin).where(either))}

    def alike(self, signature: bytes) -> dict[str, bytes]:
        """Article id -> signature, of those that may be near copies of what has this one; by id."""
        with self._reading() as db:
            return stories.alike(db, signature)

    def unsigned(self) -> tuple[str, ...]:
        """The ids of the articles that were stored without a signature."""
        with self._reading() as db:
            return tuple(db.scalars(sa.select(unsigned.c.article_id).order_by(unsigned.c.article_id)))

    def failed_of(self, target: str) -> tuple[str, ...]:
        """The items of a file or an address that could not be added."""
        with self._reading() as db:
            return ledger.failed_of(db, target)

    def failed_below(self, path: str) -> dict[str, str]:
        """Item -> the file it came with, of those in a folder, or in a file, that could not be added."""
        with self._reading() as db:
            return ledger.failed_below(db, path)

    def are_failed(self, items: Iterable[str]) -> set[str]:
        """Those of the items that could not be added."""
        with self._reading() as db:
            return ledger.are_failed(db, items)
