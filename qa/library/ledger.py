"""What ingestion remembers from one run to the next: visits, failures, a run that was cut short."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

import sqlalchemy as sa

from qa.library.dialects import insert
from qa.library.records import Failed
from qa.library.schema import LAST, among, begins, failures, unfinished, visits
from qa.types import Visit

_REMOVED = "removed:"
_is_removed = sa.func.coalesce(visits.c.digest, "").startswith(_REMOVED)


def visit(db: sa.Connection, url: str) -> Visit | None:
    query = sa.select(*(visits.c[name] for name in Visit.__dataclass_fields__)).where(visits.c.url == url)
    found = db.execute(query.where(sa.not_(_is_removed))).one_or_none()
    return Visit(**found._mapping) if found else None


def visited_articles(db: sa.Connection, url: str) -> tuple[str, ...]:
    """The articles that came of an address, or of the entries of a feed there."""
    entries = begins(visits.c.url, f"{url}#")
    query = sa.select(visits.c.article_id).where(sa.or_(visits.c.url == url, entries), visits.c.article_id.is_not(None))
    return tuple(article_id for article_id in db.scalars(query.distinct().order_by(visits.c.article_id)) if article_id)


def remember(db: sa.Connection, visit: Visit, article_id: str | None) -> None:
    row = {name: getattr(visit, name) for name in Visit.__dataclass_fields__} | {"article_id": article_id}
    statement = insert(visits).values(row)
    kept = {"article_id": sa.func.coalesce(statement.excluded.article_id, visits.c.article_id)}
    db.execute(statement.on_conflict_do_update(index_elements=["url"], set_=row | kept))


def rename(db: sa.Connection, article_id: str, former: str) -> None:
    """What came to an article under its former id came to it."""
    db.execute(sa.update(visits).where(visits.c.article_id == former).values(article_id=article_id))


def forget_visits(db: sa.Connection, article_id: str) -> None:
    """Ask again for what an article came of when it is added again, and for every feed, which may have named it.

    That it was an entry of a feed is kept: where the feed is followed, it does not come back by itself.
    """
    is_entry = sa.and_(visits.c.etag.is_(None), visits.c.last_modified.is_(None))
    removed = sa.update(visits).where(visits.c.article_id == article_id, is_entry)
    db.execute(removed.values(article_id=None, digest=_REMOVED + visits.c.digest))
    digest = visits.c.digest
    db.execute(sa.delete(visits).where(visits.c.article_id == article_id))
    for is_feed in (digest.is_(None), digest < _REMOVED, digest >= f"{_REMOVED}{LAST}"):
        db.execute(sa.delete(visits).where(visits.c.article_id.is_(None), is_feed))


def was_removed(db: sa.Connection, url: str) -> bool:
    """Whether the article of an entry of a feed was removed, and not added again."""
    return db.scalar(sa.select(visits.c.url).where(visits.c.url == url, _is_removed)) is not None


def record_failure(db: sa.Connection, item: str, target: str, error: str) -> None:
    row = {"item": item, "target": target, "error": error, "failed_at": datetime.now(UTC).isoformat("T", "seconds")}
    db.execute(insert(failures).values(row).on_conflict_do_update(index_elements=["item"], set_=row))


def failed(db: sa.Connection) -> tuple[Failed, ...]:
    columns = (failures.c[name] for name in Failed.__dataclass_fields__)
    return tuple(Failed(**row._mapping) for row in db.execute(sa.select(*columns).order_by(failures.c.item)))


def failed_of(db: sa.Connection, target: str) -> tuple[str, ...]:
    """The items that came with a file or an address."""
    return tuple(db.scalars(sa.select(failures.c.item).where(failures.c.target == target)))


def failed_below(db: sa.Connection, path: str) -> dict[str, str]:
    """Item -> the file it came with, of those in a folder, or in a file."""
    within = sa.or_(failures.c.target == path, begins(failures.c.target, f"{path.rstrip('/')}/"))
    query = sa.select(failures.c.item, failures.c.target).where(within)
    return {row.item: row.target for row in db.execute(query)}


def are_failed(db: sa.Connection, items: Iterable[str]) -> set[str]:
    """Those of the items that could not be added."""
    return set(db.scalars(sa.select(failures.c.item).where(among(failures.c.item, items))))


def forget_failures(db: sa.Connection, items: Collection[str]) -> None:
    db.execute(sa.delete(failures).where(among(failures.c.item, items)))


def note_run(db: sa.Connection, total: int, done: int) -> None:
    """So much of a run is done; nothing is kept of one that is through."""
    db.execute(sa.delete(unfinished))
    if done < total:
        db.execute(sa.insert(unfinished).values(total=total, done=done))


def pending(db: sa.Connection) -> int:
    return int(db.scalar(sa.select(unfinished.c.total - unfinished.c.done)) or 0)
