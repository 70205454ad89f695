"""Articles in and out of the tables, within the transaction of whoever asks."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256

import numpy as np
import sqlalchemy as sa

from qa.library import full_text, ledger, stories, tags
from qa.library.records import Entry, Vectors
from qa.library.schema import articles, count_of, other_than, passages, removed
from qa.types import Article, Passage


def revision(db: sa.Connection) -> int:
    """The number of the last change."""
    last = sa.select(sa.func.max(articles.c.revision)).union_all(sa.select(sa.func.max(removed.c.revision)))
    return max((number or 0 for number in db.scalars(last)), default=0)


def outdated(db: sa.Connection) -> int:
    """How many articles a rebuild that was cut short left to the model before."""
    newest = sa.select(articles.c.model).order_by(articles.c.revision.desc()).limit(1).scalar_subquery()
    return count_of(db, articles, other_than(articles.c.model, newest))


def first_added(db: sa.Connection, article_id: str) -> str | None:
    """When an article came the first time, an ISO 8601 time, UTC: now where it is new, None where nobody noted it."""
    query = sa.select(articles.c.added_at).where(articles.c.id == article_id)
    known = db.execute(query).one_or_none()
    return known.added_at if known else datetime.now(UTC).isoformat(timespec="seconds")


def put(db: sa.Connection, entry: Entry, revision: int) -> None:
    """Insert or replace an article with all that belongs to it."""
    article, former = entry.article, entry.former
    added_at = first_added(db, former or article.id)
    if former:
        rename(db, article.id, former, revision)
    insert(
        db,
        article,
        entry.passages,
        entry.vectors,
        origin=entry.origin,
        model=entry.model,
        revision=revision,
        added_at=added_at,
    )
    if entry.likeness:
        stories.tie(db, article.id, entry.likeness)
    else:
        stories.note_unsigned(db, article.id)


def insert(
    db: sa.Connection,
    article: Article,
    split: Sequence[Passage],
    vectors: Vectors,
    *,
    origin: str,
    model: str,
    revision: int,
    added_at: str | None,
) -> None:
    """Insert or replace an article with its passages, full text and vectors."""
    _delete(db, article.id)
    facts = {"origin": origin, "model": model, "revision": revision, "added_at": added_at}
    facts["text_sha256"] = sha256(article.text.encode()).hexdigest()
    db.execute(sa.insert(articles), asdict(article) | facts)
    rows = [
        asdict(passage) | {"vector": vector.astype(np.float32).tobytes()}
        for passage, vector in zip(split, vectors, strict=True)
    ]
    if rows:
        insertion = sa.insert(passages).returning(passages.c.rowid, sort_by_parameter_order=True)
        rowids = db.scalars(insertion, rows).all()
        texts = [(rowid, passage.text) for rowid, passage in zip(rowids, split, strict=True)]
        full_text.index(db).add(article.title, texts)


def rename(db: sa.Connection, article_id: str, former: str, revision: int) -> None:
    """Make way for an article under another id than it had; what came to it and its tags stay its own."""
    ledger.rename(db, article_id, former)
    tags.rename(db, article_id, former)
    _drop(db, former, revision)


def remove(db: sa.Connection, article_id: str, revision: int) -> bool:
    """Remove an article and all that came of it; whether it was there."""
    if there := _drop(db, article_id, revision):
        ledger.forget_visits(db, article_id)
    return there


def _drop(db: sa.Connection, article_id: str, revision: int) -> bool:
    """Delete an article for good, so that the index drops it too; whether it was there."""
    stories.untie(db, article_id)
    tags.forget(db, article_id)
    if there := _delete(db, article_id):
        db.execute(sa.insert(removed).values(article_id=article_id, revision=revision))
    return there


def _delete(db: sa.Connection, article_id: str) -> bool:
    """Delete an article with its passages and full text; whether it was there."""
    db.execute(sa.delete(removed).where(removed.c.article_id == article_id))
    if db.scalar(sa.select(articles.c.id).where(articles.c.id == article_id)) is None:
        return False
    full_text.index(db).drop(article_id)
    db.execute(sa.delete(passages).where(passages.c.article_id == article_id))
    db.execute(sa.delete(articles).where(articles.c.id == article_id))
    return True
