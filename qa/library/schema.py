"""The tables of the library; nothing else knows SQL names."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from qa.errors import LibraryError
from qa.library.bands import bands_of
from qa.library.dialects import FULL_TEXT, IsListed, Listed, by_code_points
from qa.storage.database import Contents

SCHEMA_VERSION = 4
LAST = chr(0x10FFFF)  # sorts after whatever may follow


class Lines(sa.TypeDecorator[tuple[str, ...]]):
    """Texts in order, as a JSON array."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Sequence[str] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value or "[]"))


class OnLines(sa.TypeDecorator[tuple[str, ...]]):
    """Texts without line ends, each on a line of its own; NULL is none."""

    impl = sa.Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> tuple[str, ...]:
        return tuple(value.split("\n")) if value else ()


metadata = sa.MetaData()
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "text")),
    *(sa.Column(name, sa.Text) for name in ("source", "author", "published_at", "url", "language")),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False, index=True),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, index=True),
    sa.Column("updated_at", sa.Text),
    sa.Column("notes", Lines, nullable=False, server_default="[]"),
    sa.Column("markup", sa.Text),
    sa.Column("added_at", sa.Text),  # when it came the first time; unknown of what was stored before version 4
    sa.Column("text_sha256", sa.Text, nullable=False, server_default="", index=True),  # by which exact copies are found
    # With all that is asked for by them, or each article would be read with its text.
    sa.Index("articles_by_source", "source", "title", "id"),
    *(sa.Index(f"articles_by_{name}", name, "id") for name in ("published_at", "model")),
    sa.Index("articles_by_title", "title", "source", "author", "published_at", "id"),
    sa.Index("articles_by_added_at", "added_at", "published_at", "id"),
)
# In the words of the index, or SQLite would not use it.
NOTED = sa.cast(articles.c.notes, sa.Text) != sa.literal_column("'[]'")
sa.Index("articles_noted", articles.c.id, sqlite_where=NOTED, postgresql_where=NOTED)
DAY_ADDED = sa.func.substr(articles.c.added_at, sa.literal_column("1"), sa.literal_column("10"))
sa.Index("articles_newest", DAY_ADDED.desc(), articles.c.published_at.desc(), articles.c.id)
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("rowid", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("article_id", sa.Text, sa.ForeignKey("articles.id"), nullable=False, index=True),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("number", "start", "end")),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
removed = sa.Table(
    "removed",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False, index=True),
)
# Articles that tell the same story have one `story`: the id of the first of them.
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("story", sa.Text, nullable=False, index=True),
)
# Those beyond the first of each story.
FURTHER = copies.c.story != copies.c.article_id
sa.Index("copies_further", copies.c.article_id, sqlite_where=FURTHER, postgresql_where=FURTHER)
# Parts of the signature: articles that share one may be near copies of one another.
bands = sa.Table(
    "bands",
    metadata,
    sa.Column("value", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
# Articles that were stored without a signature, until they get theirs.
unsigned = sa.Table("unsigned", metadata, sa.Column("article_id", sa.Text, primary_key=True))
# Every pair stands in it both ways round.
near_copies = sa.Table(
    "near_copies",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("near_id", sa.Text, primary_key=True, index=True),
)
# What the user calls articles by. One tag is spelt in one way only.
tags = sa.Table(
    "tags",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("tag", sa.Text, primary_key=True, index=True),
)
visits = sa.Table(
    "visits",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("etag", "last_modified", "digest")),
    sa.Column("article_id", sa.Text),
    sa.Index("visits_by_article", "article_id", "digest"),
)
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("item", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("target", "error", "failed_at")),
    sa.Index("failures_by_target", "target"),
)
# One row while a run goes on, or after it was cut short.
unfinished = sa.Table(
    "unfinished",
    metadata,
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("total", "done")),
)
# Questions that articles answer, each with the words that answer it and the stretch of the text that they stand in.
# With a changed text, as with a removed article, they are gone.
questions = sa.Table(
    "questions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("article_id", sa.Text, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("question", "words", "quote")),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("start", "end")),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
# How many facts of an article a question was sought for, and whether that is over.
questioned = sa.Table(
    "questioned",
    metadata,
    sa.Column("article_id", sa.Text, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tried", sa.Integer, nullable=False),
    sa.Column("over", sa.Boolean, nullable=False),
)
# Feeds and folders that are looked at again and again, because a user asked for it. `outcome` is what the last look
# brought, `error` why it brought nothing, `failures` how many have failed since the last that did not.
followed = sa.Table(
    "followed",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("address", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("minutes", sa.Integer),  # between two looks; of a folder its changes decide
    sa.Column("followed_at", sa.Text, nullable=False),
    *(sa.Column(name, sa.Text) for name in ("looked_at", "error")),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("failures", sa.Integer, nullable=False, server_default="0"),
    sa.Column("paused", sa.Boolean, nullable=False, server_default=sa.false()),
    sqlite_autoincrement=True,
)
# Who of several programs does what only one of them may, as the index on a server is brought in step: until the moment
# `until`, in seconds since 1970.
leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("until", sa.Float, nullable=False),
)
# The summary of the text with this digest, as an answer in its public form; gone with its article.
summaries = sa.Table(
    "summaries",
    metadata,
    sa.Column("article_id", sa.Text, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("answer", sa.JSON, nullable=False),
)
by_code_points(metadata)
# What turns a file of this version into one of the next, beside the tables that are new.
MIGRATIONS = {
    1: ("ALTER TABLE articles ADD COLUMN updated_at TEXT",),
    2: ("ALTER TABLE articles ADD COLUMN notes JSON NOT NULL DEFAULT '[]'",),
    3: (
        "ALTER TABLE articles ADD COLUMN added_at TEXT",
        "ALTER TABLE articles ADD COLUMN markup TEXT",
        "UPDATE articles SET markup = 'markdown' WHERE lower(origin) LIKE '%.md' OR lower(origin) LIKE '%.markdown'",
        "ALTER TABLE articles ADD COLUMN text_sha256 TEXT NOT NULL DEFAULT ''",
        "UPDATE articles SET text_sha256 = sha256(text)",
        "DROP INDEX IF EXISTS ix_visits_article_id",
    ),
}


def prepare(db: sa.Connection, known: int) -> None:
    """Bring a new file, or one of the version `known`, to this version."""
    for step in range(known or SCHEMA_VERSION, SCHEMA_VERSION):
        for statement in MIGRATIONS[step]:
            db.execute(sa.text(statement))
    metadata.create_all(db)
    for table in metadata.tables.values():
        for index in table.indexes:
            db.execute(
                sa.schema.CreateIndex(index, if_not_exists=True)
            )  # a table that is there already gets none by `create_all`
    for statement in FULL_TEXT[db.dialect.name]:
        db.execute(sa.text(statement))
    if known:
        _fill_bands(db)


def _fill_bands(db: sa.Connection) -> None:
    """Of a library of before: those of the stored signatures, and which articles have none."""
    for row in db.execute(sa.select(copies.c.article_id, copies.c.signature)):
        if rows := [{"value": value, "article_id": row.article_id} for value in bands_of(row.signature)]:
            db.execute(sa.insert(bands), rows)
    there = sa.exists().where(copies.c.article_id == articles.c.id)
    db.execute(sa.insert(unsigned).from_select(["article_id"], sa.select(articles.c.id).where(~there)))


def among(column: sa.Column[Any], values: Iterable[str | int]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of any number of values."""
    kind = Listed(isinstance(column.type, sa.Integer))
    return IsListed(column, sa.bindparam(None, list(values), kind, unique=True))


def other_than(column: sa.Column[Any], text: "str | sa.ScalarSelect[Any]") -> sa.ColumnElement[bool]:
    """Whether a column holds another text: an index finds what comes before and what comes after it."""
    return sa.or_(column < text, column > text)


def count_of(db: sa.Connection, table: sa.FromClause, *chosen: sa.ColumnElement[bool]) -> int:
    """How many rows of a table there are, or of those of which all is true."""
    return db.scalar(sa.select(sa.func.count()).select_from(table).where(*chosen)) or 0


def begins(column: sa.Column[Any], text: str) -> sa.ColumnElement[bool]:
    """Whether a column begins with a text, found by its index; it must sort by code points, as SQLite does."""
    return sa.and_(column >= text, column < f"{text}{LAST}")


def each(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The values of an indexed column of which there are few, each once: found one after the other, not row by row."""
    value = sa.select(sa.func.min(column).label("value")).cte(f"each_{column.name}", recursive=True)
    after = sa.select(sa.func.min(column)).where(column > value.c.value).scalar_subquery()
    values = value.union_all(sa.select(after).where(value.c.value.is_not(None)))
    return sa.select(values).where(values.c.value.is_not(None)).subquery().c.value


LIBRARY = Contents("library", SCHEMA_VERSION, prepare, LibraryError, lost="articles")
