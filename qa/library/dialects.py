"""What SQLite and PostgreSQL do not do alike: full text, lists of values, and the order of texts."""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

insert = postgresql.insert  # with what is done on a conflict; SQLite says the same alike

# Porter stemming lets "signatures" find "signature"; the title is a column of its own, to be weighted. What goes in is
# normalised by NFKC, as words are wherever they are compared: "CO2" finds "CO₂". PostgreSQL gets the stems from us; it
# counts them in `terms`, and all passages with their words in the one row of `sizes`.
TOKENIZER = "porter unicode61 remove_diacritics 2"
FULL_TEXT = {
    "sqlite": (f"CREATE VIRTUAL TABLE IF NOT EXISTS full_text USING fts5(title, text, tokenize = '{TOKENIZER}')",),
    "postgresql": (
        "CREATE TABLE full_text (rowid BIGINT PRIMARY KEY, words INTEGER NOT NULL, document TSVECTOR NOT NULL)",
        # What comes is entered some hundred passages at a time, and looked through until then, which takes no time.
        "CREATE INDEX full_text_by_word ON full_text USING gin (document) WITH (gin_pending_list_limit = 512)",
        'CREATE TABLE terms (term TEXT COLLATE "C" PRIMARY KEY, passages BIGINT NOT NULL)',
        "CREATE TABLE sizes (passages BIGINT NOT NULL, words BIGINT NOT NULL)",
        "INSERT INTO sizes VALUES (0, 0)",
    ),
}


class Listed(sa.TypeDecorator[list[Any]]):
    """Any number of values as one variable: an array, or JSON; of variables SQLite takes 32,766, PostgreSQL 65,535."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, numbers: bool) -> None:
        super().__init__()
        self.numbers = numbers

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(postgresql.ARRAY(sa.BigInteger() if self.numbers else sa.Text()))

    def process_bind_param(self, value: list[Any] | None, dialect: sa.Dialect) -> Any:
        return json.dumps(value) if dialect.name == "sqlite" else value


class IsListed(FunctionElement[bool]):
    """Whether a column holds one of the listed values; with no type, for SQLite would get ` = 1` behind a Boolean."""

    inherit_cache = True


@compiles(IsListed, "sqlite")
def _in_json(element: IsListed, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({values})))"


@compiles(IsListed, "postgresql")
def _in_array(element: IsListed, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(part, **kw) for part in element.clauses)
    return f"({column} = ANY ({values}))"


def by_code_points(metadata: sa.MetaData) -> None:
    """Let the texts of these tables sort by code points in every engine, as they do in SQLite."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.Text):
                column.type = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
