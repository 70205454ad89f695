"""Tags: what the user calls articles by. They stay with an article until they are taken off, or it is removed."""

from collections.abc import Collection, Iterable
from unicodedata import normalize

import sqlalchemy as sa

from qa.errors import TagError
from qa.library.dialects import insert
from qa.library.schema import OnLines, among, articles, each, tags
from qa.storage.database import Store

LONGEST = 60  # characters


def tag_of(text: str) -> str:
    """A tag as it is kept, on one line; raises TagError where it is none."""
    tag = normalize("NFC", " ".join(text.split()))
    if not tag or len(tag) > LONGEST or not tag.isprintable():
        raise TagError(f"a tag is a word or a few, of at most {LONGEST} characters; give another")
    return tag


class Tags(Store):
    """The tags of the articles; capitals make no difference, and the first spelling of a tag is kept."""

    def change(self, article_ids: Iterable[str], add: Collection[str] = (), drop: Collection[str] = ()) -> list[str]:
        """Put tags on articles and take others off; the ids of which there is no article. Raises TagError."""
        added, dropped = [tag_of(text) for text in add], [tag_of(text) for text in drop]
        asked = list(dict.fromkeys(article_ids))
        with self._writing() as db:
            there = set(db.scalars(sa.select(articles.c.id).where(among(articles.c.id, asked))))
            spelt = {tag.casefold(): tag for tag in db.scalars(sa.select(each(tags.c.tag)))}
            for tag in dropped:
                named = spelt.get(tag.casefold())
                db.execute(sa.delete(tags).where(tags.c.tag == named, among(tags.c.article_id, there)))
            for tag in added:
                named = spelt.setdefault(tag.casefold(), tag)
                if rows := [{"article_id": article_id, "tag": named} for article_id in there]:
                    db.execute(insert(tags).on_conflict_do_nothing(), rows)
        return [article_id for article_id in asked if article_id not in there]

    def of(self, article_id: str) -> tuple[str, ...]:
        """The tags of an article, in the order of the alphabet."""
        query = sa.select(tags.c.tag).where(tags.c.article_id == article_id)
        with self._reading() as db:
            return tuple(sorted(db.scalars(query), key=str.casefold))

    def articles(self, tag: str) -> tuple[str, ...]:
        """The ids of the articles that have a tag."""
        with self._reading() as db:
            return tuple(db.scalars(tagged(tag).order_by(tags.c.article_id)))

    def counted(self) -> dict[str, int]:
        """Tag -> how many articles have it, in the order of the alphabet."""
        query = sa.select(tags.c.tag, sa.func.count().label("number")).group_by(tags.c.tag)
        with self._reading() as db:
            return {row.tag: row.number for row in sorted(db.execute(query), key=lambda row: row.tag.casefold())}


def tagged(tag: str) -> sa.Select[tuple[str]]:
    """The ids of the articles that have a tag."""
    spelt = each(tags.c.tag)
    named = sa.select(spelt).where(sa.func.folded(spelt) == normalize("NFC", tag).casefold())
    return sa.select(tags.c.article_id).where(tags.c.tag.in_(named))


def listed() -> sa.ColumnElement[tuple[str, ...]]:
    """The tags of each article, as a column of a query on `articles`."""
    own = sa.select(tags.c.tag).where(tags.c.article_id == articles.c.id).order_by(sa.func.folded(tags.c.tag))
    ordered = own.correlate(articles).subquery()
    return sa.type_coerce(sa.select(sa.func.aggregate_strings(ordered.c.tag, "\n")).scalar_subquery(), OnLines())


def rename(db: sa.Connection, article_id: str, former: str) -> None:
    """The tags of an article follow it to another id."""
    rows = sa.select(sa.literal(article_id), tags.c.tag).where(tags.c.article_id == former)
    db.execute(insert(tags).from_select(["article_id", "tag"], rows).on_conflict_do_nothing())
    forget(db, former)


def forget(db: sa.Connection, article_id: str) -> None:
    db.execute(sa.delete(tags).where(tags.c.article_id == article_id))
