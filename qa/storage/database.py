"""Where things are kept, whatever engine keeps them: transactions, versions, and faults in one line."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from qa.errors import ArticleQAError
from qa.storage.places import Place

PATIENCE = 30.0  # seconds that a writer waits for another one
BROUGHT_BACK = "`python -m ingest restore DIR` brings a backup back, and `python -m qa doctor` says more"


@dataclass(frozen=True)
class Contents:
    """What is kept: its tables in the form of `version`, which `prepare(db, version found)` brings about.

    Faults are told as `error`; `lost` says what is lost where it is damaged.
    """

    name: str
    version: int
    prepare: Callable[[sa.Connection, int], None]
    error: type[ArticleQAError]
    lost: str


class Database(ABC):
    """Many processes may read and write at once; readers never wait for the writer.

    It is opened by its `place`; `folder` is where this machine's files lie that belong to it.
    """

    def __init__(self, place: Place, folder: Path, contents: Contents, engine: sa.Engine) -> None:
        self.place, self.folder = place, folder
        self._contents = contents
        self._checked = False
        self._engine = engine
        self._readers, self._writers = self._kinds(engine)

    def close(self) -> None:
        self._engine.dispose()

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that only reads; its faults, and those of what cannot be used, are `contents.error`."""
        self.check()
        return self._transaction(self._readers)

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that holds the write lock from its start, so that no two writers see the same state."""
        self.check()
        return self._transaction(self._writers)

    def check(self) -> None:
        """Make it where it is missing, or bring an older one to this version."""
        if self._checked:
            return
        with self._transaction(self._readers) as db:
            known = self._version(db)
        if known < self._contents.version:
            with self._transaction(self._writers) as db:
                known = self._version(db)
                if known < self._contents.version:  # or another process has just done it
                    self._contents.prepare(db, known)
                    self._note_version(db, self._contents.version)
        self._checked = True

    @property
    @abstractmethod
    def name(self) -> str:
        """Where it is, without anything that is secret."""

    @abstractmethod
    def faults(self) -> list[str]:
        """What the engine finds wrong in all of it, in its own words; nothing where it is sound."""

    @abstractmethod
    def size(self) -> int:
        """In bytes, on disk."""

    @abstractmethod
    def held(self, name: str, wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Hold what has this name, for whoever uses the same database; ends with the process, however that ends.

        Waits for another holder, and calls `wait` before. Raises `contents.error` where it cannot be held.
        """

    @abstractmethod
    def is_held(self, name: str) -> bool:
        """Whether anybody, of this or another process, holds what has this name."""

    @abstractmethod
    def _kinds(self, engine: sa.Engine) -> tuple[sa.Engine, sa.Engine]:
        """The engine of readers and that of writers."""

    @abstractmethod
    def _version(self, db: sa.Connection) -> int:
        """The version that is there, 0 where it is new; one from nowhere is a fault."""

    @abstractmethod
    def _note_version(self, db: sa.Connection, version: int) -> None: ...

    @abstractmethod
    def _fault(self, error: BaseException | None) -> ArticleQAError:
        """The same in one line that says what to do."""

    def _newer(self, version: int) -> ArticleQAError:
        return self._contents.error(
            f"{self.name} has schema {version}, and {self._contents.version} is the newest known here: it was written"
            f" by a newer article-qa, so use that; or it is damaged: {BROUGHT_BACK}"
        )

    @contextmanager
    def _transaction(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        with self._told(), engine.connect() as db:
            try:
                with db.begin():
                    yield db
            finally:
                self._leave(db)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DatabaseError, sa.exc.InterfaceError) as error:
            raise self._fault(error.orig) from error
        except sa.exc.TimeoutError as error:  # all connections are taken, and none came free
            raise self._contents.error(f"too much is asked of {self.name} at once; try again in a moment") from error

    @abstractmethod
    def _leave(self, db: sa.Connection) -> None:
        """A transaction on this connection is over."""


class Store:
    """What is kept in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def beside(cls, other: "Store") -> Self:
        """What other tables of the same database hold."""
        return cls(other._database)

    def close(self) -> None:
        self._database.close()

    def faults(self) -> list[str]:
        """What is wrong in it, in the engine's words; nothing where it is sound."""
        return self._database.faults()

    def held(self, name: str, wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Hold what has this name among all that use the same database, as `Database.held` says."""
        return self._database.held(name, wait)

    def is_held(self, name: str) -> bool:
        """Whether anybody, of this or another process, holds what has this name."""
        return self._database.is_held(name)

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return self._database.reading()

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return self._database.writing()
