"""A PostgreSQL database: how it is connected to, who writes, and what its faults mean for the user."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import sqlalchemy as sa

from qa.errors import ArticleQAError
from qa.storage.database import PATIENCE, Contents, Database
from qa.storage.places import Server

SETTING = "ARTICLE_QA_DATABASE_URL"
OLDEST = 13  # it has normalize()
CONNECTING = 10  # seconds
READ_ONLY, FULL, BUSY, NOT_ALLOWED, TOO_MANY = "25006", "53100", "55P03", "42501", "53300"
DAMAGED = {"XX001", "XX002"}
GONE = {"57P01", "57P02", "57P03"}  # it is shut down, has crashed, or is starting
WRITER = "writer"
# What SQLite has or is given by us. Texts sort without accents and capitals, and 9 comes before 10: `collated`.
FUNCTIONS = (
    """CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(lower($1 COLLATE "und-x-icu"), 'ß', 'ss'), 'ς', 'σ') COLLATE "C" $$""",
    """CREATE FUNCTION collated(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(
        folded(regexp_replace(normalize($1, NFKD), '[\\u0300-\\u036f]', '', 'g')),
        '(\\d+)', '000000000000\\1', 'g'), '0{0,12}(\\d{12,})', '\\1', 'g') COLLATE "C" $$""",
    """CREATE FUNCTION json_extract(text, text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT jsonb_path_query_first(replace($1, '\\u0000', '\\ufffd')::jsonb, $2::jsonpath) #>> '{}' $$""",
)


class PostgreSQL(Database):
    """Tables in one schema of a PostgreSQL database, the first of its search path.

    Whoever writes holds an advisory lock, as the one writer of an SQLite file does, and readers see one state.
    """

    def __init__(self, server: Server, contents: Contents) -> None:
        url = sa.make_url(server.url)
        self._name = f"postgresql://{url.host or url.query.get('host') or 'localhost'}"
        self._name += f"{f':{url.port}' if url.port else ''}/{url.database or ''}"
        try:
            engine = sa.create_engine(
                url,
                pool_pre_ping=True,  # a server that was started again is found by the next transaction
                connect_args={
                    "connect_timeout": CONNECTING,
                    "application_name": "article-qa",
                    "prepare_threshold": None,  # a pooler between may give each transaction another connection
                },
            )
        except ModuleNotFoundError as error:
            raise contents.error(
                "PostgreSQL needs psycopg: run `.venv/bin/python -m pip install -c constraints.txt -e '.[postgres]'`,"
                f" or unset {SETTING}"
            ) from error
        sa.event.listen(engine, "connect", _without_nul)
        sa.event.listen(engine, "begin", _begin)
        super().__init__(server, server.folder, contents, engine)

    @property
    def name(self) -> str:
        return self._name

    def check(self) -> None:
        if not self._checked:
            with self._transaction(self._engine) as db:
                self._require(db)
        super().check()

    def faults(self) -> list[str]:
        """None: a server looks after its own files, and `pg_amcheck` looks through them."""
        with self.reading():
            return []

    def size(self) -> int:
        tables = "FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        with self.reading() as db:
            return int(db.scalar(sa.text(f"SELECT coalesce(sum(pg_total_relation_size(oid)), 0) {tables}")) or 0)

    @contextmanager
    def held(self, name: str, wait: Callable[[], None]) -> Iterator[None]:
        """It ends with its connection, too: once the server was started again, others may hold it."""
        self.check()
        with ExitStack() as left:
            with self._told():
                db = left.enter_context(self._engine.connect().execution_options(isolation_level="AUTOCOMMIT"))
                db.detach()  # closed, and not given to others, when it is left
                if not db.scalar(_lock("pg_try_advisory_lock", name)):
                    wait()
                    db.execute(_lock("pg_advisory_lock", name))
            try:
                yield
            finally:
                with suppress(sa.exc.DBAPIError):  # it ended with the connection
                    db.execute(_lock("pg_advisory_unlock", name))

    def is_held(self, name: str) -> bool:
        held = sa.text(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = hashtext(current_schema())::bigint & 4294967295"
            " AND objid::bigint = hashtext(:name)::bigint & 4294967295"
        )
        with self.reading() as db:
            return bool(db.scalar(held, {"name": name}))

    def _kinds(self, engine: sa.Engine) -> tuple[sa.Engine, sa.Engine]:
        readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return readers, engine.execution_options(writer=f"{self._contents.name} {WRITER}")

    def _require(self, db: sa.Connection) -> None:
        """See that it is a server and a schema for us, and make what all our tables need where it is new."""
        row = db.execute(
            sa.text(
                "SELECT current_setting('server_version_num')::int / 10000 AS version, current_schema() AS schema,"
                " current_setting('server_encoding') AS encoding"
            )
        ).one()
        if row.version < OLDEST:
            raise self._contents.error(f"{self._name} is PostgreSQL {row.version}; {OLDEST} is the oldest that will do")
        if row.encoding != "UTF8":
            raise self._contents.error(f"{self._name} keeps texts as {row.encoding}; make a database with UTF8")
        if row.schema is None:
            raise self._contents.error(
                f"{self._name} has no schema to work in; make the one that its search_path names"
            )
        if self._is_made(db):
            return
        db.execute(_lock("pg_advisory_xact_lock", "making"))
        if self._is_made(db):
            return
        if db.scalar(sa.text("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")):
            raise self._contents.error(
                f"the schema {row.schema} of {self._name} holds tables of something else; make a database or schema for"
                f" article-qa alone, and name it in {SETTING}"
            )
        for statement in (*FUNCTIONS, "CREATE TABLE versions (name TEXT PRIMARY KEY, version INTEGER NOT NULL)"):
            db.execute(sa.text(statement.replace(":", "\\:")))

    def _is_made(self, db: sa.Connection) -> bool:
        made = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'versions'"
        return bool(db.scalar(sa.text(made)))

    def _version(self, db: sa.Connection) -> int:
        known = sa.text("SELECT version FROM versions WHERE name = :name")
        version = int(db.scalar(known, {"name": self._contents.name}) or 0)
        if version > self._contents.version:
            raise self._newer(version)
        return version

    def _note_version(self, db: sa.Connection, version: int) -> None:
        db.execute(
            sa.text(
                "INSERT INTO versions VALUES (:name, :version) ON CONFLICT (name) DO UPDATE SET version = :version"
            ),
            {"name": self._contents.name, "version": version},
        )

    def _leave(self, db: sa.Connection) -> None:
        pass

    def _fault(self, error: BaseException | None) -> ArticleQAError:
        state = getattr(error, "sqlstate", None) or ""
        said = " ".join(str(error).split())
        return self._contents.error(self._advice(state, said))

    def _advice(self, state: str, said: str) -> str:
        name = self._name
        if state in GONE or state.startswith("08") or (not state and "connection" in said):
            if "authentication failed" in said or "no password supplied" in said:
                return f"{name} refuses the name or password in {SETTING}; correct it"
            if "does not exist" in said:
                return f"{said.rpartition('FATAL: ')[2].strip()} at {name}; make it, or correct {SETTING}"
            return f"cannot reach {name} ({said}); start the server or correct {SETTING}, and try again"
        advices = {
            READ_ONLY: f"{name} can only be read; name the server that is written to in {SETTING}",
            FULL: f"the disk of {name} is full; free some space there and try again",
            BUSY: f"another process is writing to {name}; try again in a moment",
            TOO_MANY: f"{name} has no connection left; raise its max_connections, or try again in a moment",
            NOT_ALLOWED: f"{name} does not let this user do it ({said}); grant it the schema, or correct {SETTING}",
        }
        if state in advices:
            return advices[state]
        lost = f": {self._contents.lost} may be lost; bring a dump back with pg_restore" if state in DAMAGED else ""
        return f"cannot use the {self._contents.name} in {name}: {said}{lost}; `python -m qa doctor` says more"


def _begin(db: sa.Connection) -> None:
    if writer := db.get_execution_options().get("writer"):
        db.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
        db.execute(_lock("pg_advisory_xact_lock", writer))


def _without_nul(connection: Any, _: object) -> None:
    """Let texts go in with U+FFFD in the place of each NUL, which SQLite keeps and PostgreSQL refuses."""
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):  # type: ignore[misc]
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, WithoutNul)


def _lock(function: str, name: str) -> sa.Select[tuple[Any]]:
    """A lock of this name in this schema, by one of PostgreSQL's functions."""
    call = getattr(sa.func, function)
    return sa.select(call(sa.func.hashtext(sa.func.current_schema()), sa.func.hashtext(name)))
