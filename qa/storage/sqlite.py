"""An SQLite file: how it is opened, read on a disk that takes nothing, and what its faults mean for the user."""

import os
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from unicodedata import combining, normalize

import sqlalchemy as sa
from filelock import FileLock, Timeout

from qa.errors import ArticleQAError
from qa.storage import disk
from qa.storage.database import BROUGHT_BACK, PATIENCE, Contents, Database
from qa.storage.privacy import private_folder

UNDECODABLE = "Could not decode to UTF-8"  # how Python says that a text is damaged
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
REFUSED = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
COPIED_AT_ONCE = 1000  # pages
SWITCHING = 0.01  # seconds that another connection may take to switch a file to its log
DIGITS = 12
_NUMBER = re.compile(r"\d+")
MOST_FAULTS = 10
MADE_AGAIN = "`python -m ingest rebuild` makes it again from the articles"


class Snapshot(sqlite3.Connection):
    """The file as it stood when it was opened, without the files that SQLite keeps beside it. Read-only."""


class SQLiteFile(Database):
    """Where the disk is full or read-only, each transaction reads the file as it stands.

    That is safe as long as no other process writes, and none can begin to on such a disk.
    """

    def __init__(self, path: Path, contents: Contents) -> None:
        engine = sa.create_engine("sqlite://", creator=self._connect, poolclass=sa.pool.QueuePool)
        sa.event.listen(engine, "begin", _begin)
        self.path = path
        super().__init__(path, path.parent, contents, engine)

    @property
    def name(self) -> str:
        return str(self.path)

    def size(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob(f"{self.path.name}*"))

    @contextmanager
    def held(self, name: str, wait: Callable[[], None]) -> Iterator[None]:
        lock = FileLock(self._lock(name))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            wait()
            lock.acquire()
        except OSError as error:
            raise self._contents.error(disk.advice(error, self.folder)) from error
        try:
            yield
        finally:
            lock.release()

    def is_held(self, name: str) -> bool:
        try:
            with FileLock(self._lock(name)).acquire(timeout=0):
                return False
        except Timeout:
            return True
        except OSError:  # a disk that takes nothing: nobody can
            return False

    def faults(self) -> list[str]:
        with self.reading() as db:
            found = [line for line in db.scalars(sa.text(f"PRAGMA integrity_check({MOST_FAULTS})")) if line != "ok"]
            orphans = db.execute(sa.text("PRAGMA foreign_key_check")).fetchmany(MOST_FAULTS)
        return found + [f"row {row[1]} of {row[0]} belongs to nothing in {row[2]}" for row in orphans]

    def copy(self, target: Path, told: Callable[[int], None]) -> None:
        """Copy the file as it stands at one moment, while others write; `told` gets each number of bytes done.

        Raises OSError where the target's disk takes nothing more.
        """
        with self.reading() as db, closing(sqlite3.connect(target)) as new:
            page_size = db.execute(sa.text("PRAGMA page_size")).scalar_one()
            db.execute(sa.text("SELECT count(*) FROM sqlite_master"))  # the transaction sees one state from here on
            source = db.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            before = 0

            def progress(_: int, remaining: int, total: int) -> None:
                nonlocal before
                done = total - remaining
                told((done - before) * page_size)
                before = done

            try:
                source.backup(new, pages=COPIED_AT_ONCE, progress=progress)
            except sqlite3.OperationalError as error:
                if _code(error) in REFUSED and (refusal := disk.obstacle(target.parent)):
                    raise refusal from error
                raise self._fault(error) from error

    def seal(self) -> None:
        """Make the file one that can be read alone, from any medium; nobody else may have it open."""
        with closing(sqlite3.connect(self.path)) as db:
            db.execute("PRAGMA journal_mode = DELETE")
        with self.path.open("rb") as file:
            os.fsync(file.fileno())

    def _lock(self, name: str) -> Path:
        return self.folder / f"{name}.lock"

    def _kinds(self, engine: sa.Engine) -> tuple[sa.Engine, sa.Engine]:
        return engine, engine.execution_options(begin="BEGIN IMMEDIATE")

    def _version(self, db: sa.Connection) -> int:
        version = int(db.scalar(sa.text("PRAGMA user_version")) or 0)
        if version > self._contents.version:
            raise self._newer(version)
        if version < 0 or (version == 0 and db.scalar(sa.text("SELECT count(*) FROM sqlite_master"))):
            raise self._contents.error(
                f"{self.path} is no {self._contents.name} of article-qa, or it is damaged (schema {version});"
                f" {BROUGHT_BACK}"
            )
        return version

    def _note_version(self, db: sa.Connection, version: int) -> None:
        db.execute(sa.text(f"PRAGMA user_version = {version}"))

    def _leave(self, db: sa.Connection) -> None:
        if isinstance(db.connection.driver_connection, Snapshot):
            db.invalidate()  # the next one may find the disk in order

    def _connect(self) -> sqlite3.Connection:
        try:
            private_folder(self.path.parent)
            return self._opened(self.path.absolute().as_uri(), sqlite3.Connection)
        except OSError as error:
            raise self._contents.error(disk.advice(error, self.path.parent)) from error
        except sqlite3.OperationalError as error:
            if _code(error) not in REFUSED or not self._stands_alone():
                raise
            return self._opened(f"{self.path.absolute().as_uri()}?immutable=1", Snapshot)

    def _opened(self, uri: str, kind: type[sqlite3.Connection]) -> sqlite3.Connection:
        db = sqlite3.connect(uri, PATIENCE, uri=True, check_same_thread=False, factory=kind)
        try:
            db.isolation_level = None  # `_begin` decides how a transaction starts, not the driver
            if kind is not Snapshot:
                _write_ahead(db)
            db.execute("PRAGMA synchronous = NORMAL")  # a commit survives the death of the process
            db.execute("PRAGMA foreign_keys = ON")
            db.create_function("folded", 1, lambda text: text and text.casefold(), deterministic=True)
            db.create_function("collated", 1, _collated, deterministic=True)
            db.create_function("sha256", 1, lambda text: sha256(text.encode()).hexdigest(), deterministic=True)
            db.create_function("nfkc", 1, lambda text: text and normalize("NFKC", text), deterministic=True)
            db.execute("PRAGMA user_version").fetchone()  # whether it can be read, now and not later
        except BaseException:
            db.close()
            raise
        return db

    def _stands_alone(self) -> bool:
        """Whether the file is there, and nothing that was committed waits beside it."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return _size(self.path) > 0 and _size(log) == 0

    def _fault(self, error: BaseException | None) -> ArticleQAError:
        code, name, folder = _code(error), self._contents.name, self.path.parent
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB:
            return self._contents.error(f"the full text of the {name} is damaged; {MADE_AGAIN}")
        if code in DAMAGED or UNDECODABLE in str(error):
            return self._contents.error(
                f"the {name} {self.path} is damaged ({error}): {self._contents.lost} may be lost; {BROUGHT_BACK}"
            )
        if code in BUSY:
            return self._contents.error(f"another process is writing to {self.path}; try again in a moment")
        if code == sqlite3.SQLITE_FULL:
            return self._contents.error(f"the disk is full at {folder}; free some space and try again")
        if code in REFUSED and (obstacle := disk.obstacle(folder)):
            return self._contents.error(disk.advice(obstacle, folder))
        return self._contents.error(f"cannot use the {name} {self.path}: {error}; `python -m qa doctor` says more")


def is_refusal(error: BaseException | None) -> bool:
    """Whether it was the disk or another process that stood in the way, and not the file."""
    return _code(error) in REFUSED | BUSY


def _write_ahead(db: sqlite3.Connection) -> None:
    """Switch a file to its write-ahead log; where another connection does the same just then SQLite fails at once,
    without the patience that it has with locks.
    """
    last = time.monotonic() + PATIENCE
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if _code(error) not in BUSY or time.monotonic() >= last:
                raise
            time.sleep(SWITCHING)


def _begin(db: sa.Connection) -> None:
    db.exec_driver_sql(db.get_execution_options().get("begin", "BEGIN"))


def _collated(text: str | None) -> str | None:
    """What a text is sorted by: accents and capitals make no difference, and 9 comes before 10."""
    plain = "".join(c for c in normalize("NFKD", text) if not combining(c)) if text and not text.isascii() else text
    return plain and _NUMBER.sub(lambda digits: digits[0].zfill(DIGITS), plain.casefold())


def _code(error: BaseException | None) -> int:
    """SQLite's primary result code, 0 where there is none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
