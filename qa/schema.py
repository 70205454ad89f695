"""The tables of the library; nothing else knows SQL names."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

SCHEMA_VERSION = 2

metadata = sa.MetaData()
articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "text")),
    *(sa.Column(name, sa.Text) for name in ("source", "author", "published_at", "url", "language")),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False, index=True),
    sa.Column("updated_at", sa.Text),
)
passages = sa.Table(
    "passages",
    metadata,
    sa.Column("rowid", sa.Integer, primary_key=True),
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
    sa.Column("revision", sa.Integer, nullable=False),
)
# Articles that tell the same story have one `story`: the id of the first of them.
copies = sa.Table(
    "copies",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("story", sa.Text, nullable=False, index=True),
)
# Every pair stands in it both ways round.
near_copies = sa.Table(
    "near_copies",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("near_id", sa.Text, primary_key=True, index=True),
)
visits = sa.Table(
    "visits",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text) for name in ("etag", "last_modified", "digest")),
    sa.Column("article_id", sa.Text, index=True),
)
failures = sa.Table(
    "failures",
    metadata,
    sa.Column("item", sa.Text, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("target", "error", "failed_at")),
)
# One row while a run goes on, or after it was cut short.
unfinished = sa.Table(
    "unfinished",
    metadata,
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("total", "done")),
)
# Porter stemming lets "signatures" find "signature"; the title is a column of its own, to be weighted.
FULL_TEXT = """
CREATE VIRTUAL TABLE IF NOT EXISTS full_text
USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2')
"""
# What turns a file of this version into one of the next, beside the tables that are new.
MIGRATIONS = {1: ("ALTER TABLE articles ADD COLUMN updated_at TEXT",)}


def version(db: sa.Connection) -> int:
    """The schema of the file: 0 where it is new."""
    return int(db.scalar(sa.text("PRAGMA user_version")) or 0)


def prepare(db: sa.Connection) -> None:
    """Bring a new or an older file to this version, in the writing transaction that `db` is."""
    known = version(db)  # another process may just have done it
    for step in range(known or SCHEMA_VERSION, SCHEMA_VERSION):
        for statement in MIGRATIONS[step]:
            db.execute(sa.text(statement))
    metadata.create_all(db)
    db.execute(sa.text(FULL_TEXT))
    db.execute(sa.text(f"PRAGMA user_version = {SCHEMA_VERSION}"))


def configure(connection: sqlite3.Connection, _record: object) -> None:
    """Readers never wait for the writer; a commit survives the death of the process."""
    connection.isolation_level = None  # `begin` decides how a transaction starts, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.create_function("casefold", 1, lambda text: text and text.casefold(), deterministic=True)


def begin(db: sa.Connection) -> None:
    """A writer takes the write lock at once, so that no two writers give out the same revision."""
    db.exec_driver_sql(db.get_execution_options().get("begin", "BEGIN"))


def among(column: sa.Column[Any], values: Iterable[str | int]) -> sa.ColumnElement[bool]:
    """Whether a column holds one of any number of values; of variables SQLite takes only so many, 32,766 by default."""
    listed = sa.func.json_each(json.dumps(list(values))).table_valued("value")
    return column.in_(sa.select(listed.c.value))
