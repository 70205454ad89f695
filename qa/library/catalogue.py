"""What there is: how many articles, by whom and from when."""

from collections.abc import Iterable

import sqlalchemy as sa

from qa.library import ledger, stories, storing, tags
from qa.library.full_text import conditions, holding
from qa.library.records import ArticleInfo, LibraryStats, Noted
from qa.library.schema import DAY_ADDED, FURTHER, NOTED, articles, copies, count_of, each, other_than, passages
from qa.types import Filters

a = articles.c
# Those that came last, by the day; of one day the newest.
NEWEST = (DAY_ADDED.desc().nulls_last(), a.published_at.desc().nulls_last(), a.id)


def infos(db: sa.Connection, *chosen: sa.ColumnElement[bool]) -> list[ArticleInfo]:
    """Articles without their texts, by id."""
    facts = [a[name] for name in ArticleInfo.__dataclass_fields__ if name in a]
    number = sa.select(sa.func.count()).where(passages.c.article_id == a.id).scalar_subquery()
    query = sa.select(
        *facts,
        number.label("passages"),
        sa.func.length(a.text).label("characters"),
        stories.story().label("story"),
        tags.listed().label("tags"),
    )
    return [ArticleInfo(**row._mapping) for row in db.execute(query.where(*chosen).order_by(a.id))]


def count(db: sa.Connection, filters: Filters | None, every: Iterable[str]) -> int:
    """How many articles a filter lets through that hold every one of the words."""
    return count_of(db, articles, *conditions(filters), *holding(db, every))


def dated(
    db: sa.Connection, limit: int, filters: Filters | None, every: Iterable[str], oldest_first: bool
) -> list[str]:
    """The ids of such articles, newest first; those without a date come last."""
    order = (a.published_at.asc() if oldest_first else a.published_at.desc()).nulls_last()
    query = sa.select(a.id).where(*conditions(filters), *holding(db, every))
    return list(db.scalars(query.order_by(order, a.id).limit(limit)))


def counted_sources(db: sa.Connection, filters: Filters | None, every: Iterable[str]) -> dict[str, int]:
    """Source -> how many such articles are by it, most first."""
    number = sa.func.count().label("number")
    query = sa.select(a.source, number).where(a.source.is_not(None), *conditions(filters), *holding(db, every))
    return {row.source: row.number for row in db.execute(query.group_by(a.source).order_by(number.desc(), a.source))}


def sources(db: sa.Connection) -> tuple[str, ...]:
    """Who the articles are by, each once."""
    source = each(a.source)
    return tuple(db.scalars(sa.select(source).order_by(source)))


def models(db: sa.Connection) -> tuple[str, ...]:
    """What the articles were embedded by, each once."""
    model = each(a.model)
    return tuple(db.scalars(sa.select(model).order_by(model)))


def embedded_otherwise(db: sa.Connection, model: str) -> tuple[str, ...]:
    """The ids of the articles whose vectors are another model's."""
    return tuple(db.scalars(sa.select(a.id).where(other_than(a.model, model))))


def days(db: sa.Connection) -> tuple[str | None, str | None]:
    """When the first and the last of the articles were published, each found by the end of an index."""
    first, last = (sa.select(end(a.published_at)).scalar_subquery() for end in (sa.func.min, sa.func.max))
    row = db.execute(sa.select(first, last)).one()
    return row[0], row[1]


def noted(db: sa.Connection) -> tuple[Noted, ...]:
    """The articles with notes, by id."""
    query = sa.select(a.id, a.notes).where(NOTED).order_by(a.id)
    return tuple(Noted(**row._mapping) for row in db.execute(query))


def stats(db: sa.Connection, size: int) -> LibraryStats:
    """How much there is, in a file of `size` bytes, of whom and when, what is pending or failed, and what has notes."""
    return LibraryStats(
        count(db, None, ()),
        count_of(db, passages),
        sources(db),
        *days(db),
        size,
        models(db),
        count_of(db, copies, FURTHER),
        ledger.pending(db) + storing.outdated(db),
        ledger.failed(db),
        noted(db),
    )
