"""The tables of the library; nothing else knows SQL names."""

import sqlite3

import sqlalchemy as sa

SCHEMA_VERSION = 1

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
# Porter stemming lets "signatures" find "signature"; the title is a column of its own, to be weighted.
FULL_TEXT = """
CREATE VIRTUAL TABLE IF NOT EXISTS full_text
USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2')
"""


def configure(connection: sqlite3.Connection, _record: object) -> None:
    """Readers never wait for the writer; a commit survives the death of the process."""
    connection.isolation_level = None  # `begin` decides how a transaction starts, not the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def begin(db: sa.Connection) -> None:
    """A writer takes the write lock at once, so that no two writers give out the same revision."""
    db.exec_driver_sql(db.get_execution_options().get("begin", "BEGIN"))
