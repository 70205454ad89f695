"""Which articles tell the same story: those that are near copies of one another, directly or through others."""

from collections.abc import Iterable

import sqlalchemy as sa

from qa.library.records import Likeness
from qa.library.schema import among, articles, copies, near_copies

IS_COPY = sa.exists().where(copies.c.article_id == articles.c.id, copies.c.story != articles.c.id)


def tie(db: sa.Connection, article_id: str, likeness: Likeness) -> None:
    """Tie an article to what it is like, in place of what it was tied to until now."""
    untie(db, article_id)
    row = {"article_id": article_id, "signature": likeness.signature, "story": article_id}
    db.execute(sa.insert(copies), row)
    if not likeness.near:
        return
    there = db.scalars(sa.select(copies.c.article_id).where(among(copies.c.article_id, likeness.near)))
    pairs = [(article_id, near) for near in set(there) - {article_id}]
    if pairs:
        rows = [{"article_id": one, "near_id": other} for pair in pairs for one, other in (pair, pair[::-1])]
        db.execute(sa.insert(near_copies), rows)
        regroup(db, article_id)


def untie(db: sa.Connection, article_id: str) -> None:
    """Forget what an article is like; those that only it held together part."""
    if not db.execute(sa.delete(copies).where(copies.c.article_id == article_id)).rowcount:
        return
    left = sorted(_tied(db, article_id))
    pairs = sa.or_(near_copies.c.article_id == article_id, near_copies.c.near_id == article_id)
    db.execute(sa.delete(near_copies).where(pairs))
    for near in left:
        regroup(db, near)


def regroup(db: sa.Connection, article_id: str) -> None:
    """Name the story of an article, and of all that it is tied to, after the earliest of them."""
    group, rest = {article_id}, [article_id]
    while rest:
        fresh = _tied(db, rest.pop()) - group
        group |= fresh
        rest += fresh
    date = articles.c.published_at
    first = sa.select(articles.c.id).where(among(articles.c.id, group)).order_by(date.is_(None), date, articles.c.id)
    db.execute(sa.update(copies).where(among(copies.c.article_id, group)).values(story=db.scalars(first).first()))


def copies_of(db: sa.Connection, article_ids: Iterable[str]) -> dict[str, str]:
    """Article id -> id of the first article of its story; itself where it has no copies."""
    ids = list(dict.fromkeys(article_ids))
    rows = db.execute(sa.select(copies.c.article_id, copies.c.story).where(among(copies.c.article_id, ids)))
    stories = {row.article_id: row.story for row in rows}
    return {article_id: stories.get(article_id, article_id) for article_id in ids}


def story() -> sa.ScalarSelect[str]:
    """The story of an article in a query of articles, where it has near copies."""
    tied = sa.exists().where(near_copies.c.article_id == copies.c.article_id)
    return sa.select(copies.c.story).where(copies.c.article_id == articles.c.id, tied).scalar_subquery()


def near(db: sa.Connection, article_id: str) -> tuple[str, ...]:
    """The other articles of its story, by id."""
    named = sa.select(copies.c.story).where(copies.c.article_id == article_id).scalar_subquery()
    others = sa.select(copies.c.article_id).where(copies.c.story == named, copies.c.article_id != article_id)
    return tuple(db.scalars(others.order_by(copies.c.article_id)))


def _tied(db: sa.Connection, article_id: str) -> set[str]:
    """The articles that this one is like."""
    return set(db.scalars(sa.select(near_copies.c.near_id).where(near_copies.c.article_id == article_id)))
