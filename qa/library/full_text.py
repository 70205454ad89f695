"""Full text search, and which articles a filter lets through."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import sqlalchemy as sa

from qa.library import common
from qa.library.fts5 import FTS5
from qa.library.schema import LAST, among, articles, count_of, each, passages
from qa.library.tags import tagged
from qa.library.text_index import TextIndex, Word
from qa.library.tsvector import TSVectors
from qa.types import Filters

FEW = 50_000  # passages let through by a filter, of which a list is made for the hits; of more, the best hits are asked
MARGIN = 1.25  # times as many hits are asked as should bring enough
AHEAD = 40  # hits that are asked for each that is wanted, before a list is made all the same


def search(
    db: sa.Connection,
    frequencies: Mapping[str, int],
    limit: int,
    filters: Filters | None,
    every: Iterable[str] = (),
) -> dict[int, float]:
    """Row id -> BM25 score (higher is better) of the passages that hold any of the words, best first.

    `frequencies` says in how many passages each of the words stands; of the words `every` each must stand somewhere
    in the article.
    """
    if not frequencies:
        return {}
    chosen = [*conditions(filters), *holding(db, every)]
    rare, left = common.parted(frequencies)
    if not left:
        return _among(db, rare, limit, chosen)
    few = list(db.scalars(_let_through(chosen).limit(common.POOL + 1))) if chosen else []
    if chosen and len(few) <= common.POOL:
        whole = common.counted(index(db), dict.fromkeys(few, 0.0), frequencies, frequencies)
        found = {rowid: score for rowid, score in whole.items() if score}
    elif found := _among(db, rare, limit, chosen, common.POOL):
        found = common.counted(index(db), found, left, frequencies)
    else:
        found = _among(db, frequencies, limit, chosen)
    return dict(islice(found.items(), limit))


def _among(
    db: sa.Connection, words: Iterable[str], limit: int, chosen: Sequence[sa.ColumnElement[bool]], more: int = 0
) -> dict[int, float]:
    """Row id -> score of the passages that hold any of the words best, of the articles of which all is true.

    So many as the limit says, or where they are at hand as many `more`.
    """
    sought, engine, most = [Word(word) for word in words], index(db), max(limit, more)
    if not chosen:
        return engine.ranked(sought, most)
    let_through = _let_through(chosen)
    share = count_of(db, articles, *chosen) / max(1, count_of(db, articles))
    if share * engine.size() <= FEW:
        return engine.ranked(sought, most, let_through)
    # Articles by a list, which an index gives: one that is looked at by itself is read with its text.
    of_those = passages.c.article_id.in_(sa.select(articles.c.id).where(*chosen))
    for ahead in sorted({min(round(most / share * MARGIN), limit * AHEAD), limit * AHEAD}):
        best = engine.ranked(sought, ahead)
        kept = set(db.scalars(sa.select(passages.c.rowid).where(of_those, among(passages.c.rowid, best))))
        if len(kept) >= most or len(best) < ahead:
            break
    if len(kept) >= limit or len(best) < ahead:
        return dict(islice(((rowid, score) for rowid, score in best.items() if rowid in kept), most))
    return engine.ranked(sought, most, let_through)


def _let_through(chosen: Sequence[sa.ColumnElement[bool]]) -> sa.Select[int]:
    return sa.select(passages.c.rowid).join(articles, articles.c.id == passages.c.article_id).where(*chosen)


def best_passages(db: sa.Connection, words: Sequence[Word], limit: int) -> dict[str, tuple[int, float]]:
    """Article id -> row id and score of its best passage, of the passages that match the rarer words best."""
    rare, _ = common.parted(index(db).frequencies(word.text for word in words))
    scores = index(db).ranked([word for word in words if word.text in rare], limit)
    rows = db.execute(sa.select(passages.c.rowid, passages.c.article_id).where(among(passages.c.rowid, scores)))
    owners = {row.rowid: row.article_id for row in rows}
    return {owners[rowid]: (rowid, score) for rowid, score in reversed(scores.items())}


def index(db: sa.Connection) -> TextIndex:
    """The full text of a library, by whatever engine keeps it."""
    return FTS5(db) if db.dialect.name == "sqlite" else TSVectors(db)


def conditions(filters: Filters | None) -> list[sa.ColumnElement[bool]]:
    """A filter as conditions on `articles`; an article without a date is in no range of dates."""
    if filters is None:
        return []
    published, wanted = articles.c.published_at, list[sa.ColumnElement[bool]]()
    if filters.since:
        wanted.append(published >= filters.since)
    if filters.until:
        wanted.append(published <= filters.until + LAST)  # whatever the time of that day
    if filters.source:
        source = each(articles.c.source)
        same = sa.select(source).where(sa.func.folded(source) == filters.source.casefold())
        wanted.append(articles.c.source.in_(same))
    if filters.article_id:
        wanted.append(articles.c.id == filters.article_id)
    if filters.tag:
        wanted.append(articles.c.id.in_(tagged(filters.tag)))
    return wanted


def holding(db: sa.Connection, words: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    """That each of the words, in any of its forms, stands in the article or its title, as conditions on `articles`."""
    return [articles.c.id.in_(index(db).holders(Word(word)).scalar_subquery()) for word in words]
