"""Which articles tell the same story: those that are near copies of one another, directly or through others."""

from collections.abc import Iterable

import sqlalchemy as sa

from qa.library.bands import bands_of
from qa.library.records import Likeness
from qa.library.schema import among, articles, bands, copies, near_copies, unsigned

IS_COPY = sa.exists().where(copies.c.article_id == articles.c.id, copies.c.story != articles.c.id)
# Made once: to build them takes longer than to run them.
_MAY_BE_ALIKE = (
    sa.select(copies.c.article_id, copies.c.signature)
    .where(
        copies.c.article_id.in_(
            sa.select(bands.c.article_id).where(bands.c.value.in_(sa.bindparam("bands", expanding=True)))
        )
    )
    .order_by(copies.c.article_id)
)
_OWN = sa.select(copies.c.signature, copies.c.story).where(copies.c.article_id == sa.bindparam("id"))
_SIGNED = sa.delete(unsigned).where(unsigned.c.article_id == sa.bindparam("id"))


def tie(db: sa.Connection, article_id: str, likeness: Likeness) -> None:
    """Tie an article to what it is like, in place of what it was tied to until now."""
    untie(db, article_id)
    row = {"article_id": article_id, "signature": likeness.signature, "story": article_id}
    db.execute(sa.insert(copies), row)
    if parts := [{"value": value, "article_id": article_id} for value in bands_of(likeness.signature)]:
        db.execute(sa.insert(bands), parts)
    if not likeness.near:
        return
    near = among(copies.c.article_id, set(likeness.near) - {article_id})
    there = {
        row.article_id: row.story for row in db.execute(sa.select(copies.c.article_id, copies.c.story).where(near))
    }
    if there:
        pairs, stories = [(article_id, other) for other in there], {article_id, *there.values()}
        rows = [{"article_id": one, "near_id": other} for pair in pairs for one, other in (pair, pair[::-1])]
        db.execute(sa.insert(near_copies), rows)
        _name(db, among(copies.c.story, stories), among(articles.c.id, stories))


def untie(db: sa.Connection, article_id: str) -> None:
    """Forget what an article is like; those that only it held together part."""
    own = db.execute(_OWN, {"id": article_id}).one_or_none()
    if own is None:
        db.execute(_SIGNED, {"id": article_id})
        return
    db.execute(sa.delete(copies).where(copies.c.article_id == article_id))
    parts = among(bands.c.value, bands_of(own.signature))
    db.execute(sa.delete(bands).where(bands.c.article_id == article_id, parts))
    left = _tied(db, {article_id})
    for end in (near_copies.c.article_id, near_copies.c.near_id):
        db.execute(sa.delete(near_copies).where(end == article_id))
    groups = _groups(db, left)
    if len(groups) > 1:
        for group in groups:
            _name(db, among(copies.c.article_id, group), among(articles.c.id, group))
    elif groups and own.story == article_id:
        orphaned = copies.c.story == article_id
        _name(db, orphaned, articles.c.id.in_(sa.select(copies.c.article_id).where(orphaned)))


def note_unsigned(db: sa.Connection, article_id: str) -> None:
    """Note that an article is stored without a likeness, where it has none."""
    rows = sa.select(sa.literal(article_id)).where(
        ~sa.exists().where(copies.c.article_id == article_id), ~sa.exists().where(unsigned.c.article_id == article_id)
    )
    db.execute(sa.insert(unsigned).from_select(["article_id"], rows))


def alike(db: sa.Connection, signature: bytes) -> dict[str, bytes]:
    """Article id -> signature, of those that share a band with this one; by id."""
    rows = db.execute(_MAY_BE_ALIKE, {"bands": bands_of(signature)})
    return {row.article_id: row.signature for row in rows}


def _name(db: sa.Connection, tellers: sa.ColumnElement[bool], candidates: sa.ColumnElement[bool]) -> None:
    """Name the story of articles, a condition on `copies`, after the earliest of some, a condition on `articles`."""
    date = articles.c.published_at
    first = db.scalars(
        sa.select(articles.c.id).where(candidates).order_by(date.is_(None), date, articles.c.id).limit(1)
    )
    db.execute(sa.update(copies).where(tellers).values(story=first.one()))


def _groups(db: sa.Connection, ends: set[str]) -> list[set[str]]:
    """The articles that hold together, for each of these: one group, not sought to its end, if all of them do."""
    groups: list[set[str]] = []
    while left := ends.difference(*groups):
        group = rest = {min(left)}
        while rest and not ends <= group:
            rest = _tied(db, rest) - group
            group = group | rest
        groups.append(group)
    return groups


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


def _tied(db: sa.Connection, article_ids: Iterable[str]) -> set[str]:
    """The articles that one of these is like."""
    return set(db.scalars(sa.select(near_copies.c.near_id).where(among(near_copies.c.article_id, article_ids))))
