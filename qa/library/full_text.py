"""Full text search, and which articles a filter lets through."""

import json
from collections.abc import Collection, Iterable
from itertools import islice

import sqlalchemy as sa

from qa.library.schema import FULL_TEXT, LAST, among, articles, each, passages
from qa.library.tags import tagged
from qa.storage.sqlite import is_refusal
from qa.types import Filters

TITLE_WEIGHT = 0.5
FEW = 5_000  # passages let through by a filter, of which each hit is asked at once; of more, the best hits first
AHEAD = 40  # hits looked at for each that is wanted, before every hit is asked


def search(
    db: sa.Connection, words: Iterable[str], limit: int, filters: Filters | None, every: Iterable[str] = ()
) -> dict[int, float]:
    """Row id -> BM25 score (higher is better) of the passages that hold any of the words, best first.

    `every` are words of which each must stand somewhere in the article.
    """
    match = " OR ".join(phrase(word) for word in words)
    if not match:
        return {}
    chosen = [*conditions(filters), *holding(every)]
    if not chosen:
        return _ranked(db, match, limit)
    let_through = sa.select(passages.c.rowid).join(articles, articles.c.id == passages.c.article_id).where(*chosen)
    some = sa.select(sa.func.count()).select_from(let_through.limit(FEW + 1).subquery())
    if db.scalars(some).one() <= FEW:
        return _ranked(db, match, limit, let_through)
    best = _ranked(db, match, limit * AHEAD)
    kept = set(db.scalars(let_through.where(among(passages.c.rowid, best))))
    found = {rowid: score for rowid, score in best.items() if rowid in kept}
    if len(found) >= limit or len(best) < limit * AHEAD:
        return dict(islice(found.items(), limit))
    return _ranked(db, match, limit, let_through)


def best_passages(db: sa.Connection, match: str, limit: int) -> dict[str, tuple[int, float]]:
    """Article id -> row id and score of its best passage, of the passages that match best."""
    scores = _ranked(db, match, limit)
    rows = db.execute(sa.select(passages.c.rowid, passages.c.article_id).where(among(passages.c.rowid, scores)))
    owners = {row.rowid: row.article_id for row in rows}
    return {owners[rowid]: (rowid, score) for rowid, score in reversed(scores.items())}


def holders(db: sa.Connection, match: str) -> set[str]:
    """The ids of the articles of which a passage or the title matches."""
    return set(db.scalars(_holders(match)))


def _ranked(
    db: sa.Connection, match: str, limit: int, let_through: sa.Select[tuple[int]] | None = None
) -> dict[int, float]:
    """Row id -> score of the passages that match best, among some or among all.

    FTS5 alone knows what it needs: a join would be made for each hit before the limit. The plus sign keeps SQLite from
    asking FTS5 anew for each of the passages that are let through.
    """
    score: sa.ColumnElement[float] = sa.literal_column(f"bm25(full_text, {TITLE_WEIGHT}, 1.0)")
    query = sa.select(sa.literal_column("rowid", sa.Integer).label("rowid"), score.label("score"))
    query = query.select_from(sa.text("full_text")).where(sa.text("full_text MATCH :match"))
    if let_through is not None:
        query = query.where(sa.literal_column("+full_text.rowid", sa.Integer).in_(let_through))
    rows = db.execute(query.order_by(score).limit(limit), {"match": match})
    return {row.rowid: -row.score for row in rows}


def document_frequencies(db: sa.Connection, words: Iterable[str]) -> dict[str, int]:
    """In how many passages each word stands, in any of its forms."""
    count = sa.text("SELECT count(*) FROM full_text WHERE full_text MATCH :match")
    return {word: db.scalar(count, {"match": phrase(word)}) or 0 for word in words}


def terms(db: sa.Connection, beginning: str, among: Collection[str]) -> list[str]:
    """The terms of the index with this beginning, and those among some others."""
    db.execute(sa.text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.terms USING fts5vocab(main, full_text, row)"))
    begun = sa.text("SELECT term FROM terms WHERE term >= :first AND term < :after")
    listed = sa.text("SELECT term FROM terms WHERE term IN (SELECT value FROM json_each(:among))")
    found = {*db.scalars(begun, {"first": beginning, "after": f"{beginning}{LAST}"})}
    return sorted(found.union(db.scalars(listed, {"among": json.dumps(sorted(among))})))


def is_sound(db: sa.Connection) -> bool:
    """Whether it has an entry for each passage, and FTS5 finds its own tables in order."""
    try:
        db.execute(sa.text("INSERT INTO full_text (full_text) VALUES ('integrity-check')"))
        entries = db.scalar(sa.text("SELECT count(*) FROM full_text"))
    except sa.exc.DatabaseError as error:
        if is_refusal(error.orig):
            raise
        return False
    return bool(entries == db.scalar(sa.select(sa.func.count()).select_from(passages)))


def rebuild(db: sa.Connection) -> None:
    """Rebuild it from passages and titles, whatever is left of it."""
    db.execute(sa.text("DROP TABLE IF EXISTS full_text"))
    db.execute(sa.text(FULL_TEXT))
    rows = sa.select(passages.c.rowid, sa.func.nfkc(articles.c.title), sa.func.nfkc(passages.c.text))
    rows = rows.join(articles, articles.c.id == passages.c.article_id)
    db.execute(sa.text(f"INSERT INTO full_text (rowid, title, text) {rows}"))


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
        same = sa.select(source).where(sa.func.casefold(source) == filters.source.casefold())
        wanted.append(articles.c.source.in_(same))
    if filters.article_id:
        wanted.append(articles.c.id == filters.article_id)
    if filters.tag:
        wanted.append(articles.c.id.in_(tagged(filters.tag)))
    return wanted


def holding(words: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    """That each of the words, in any of its forms, stands in the article or its title, as conditions on `articles`."""
    return [articles.c.id.in_(_holders(phrase(word)).scalar_subquery()) for word in words]


def _holders(match: str) -> sa.TextualSelect:
    """The id of its article for each passage that matches."""
    query = sa.text(
        "SELECT passages.article_id FROM full_text JOIN passages ON passages.rowid = full_text.rowid"
        " WHERE full_text MATCH :match"
    )
    return query.bindparams(sa.bindparam("match", match, unique=True)).columns(sa.column("article_id", sa.Text))


def phrase(word: str, *, is_begun: bool = False) -> str:
    """A word as FTS5 looks for it, in any of its forms; with all that begin with it, if it is only begun."""
    quoted = '"' + word.replace('"', '""') + '"'
    return f"{quoted} OR {quoted}*" if is_begun else quoted
