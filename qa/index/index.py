"""Nearest passages by cosine, in step with the library."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import ArticleQAError, IndexMismatch, IndexUnavailable, IndexUnwritable
from qa.index import chroma
from qa.index.directory import IndexDirectory
from qa.index.facts import LAYOUT, conditions, facts_of
from qa.index.probe import is_sound
from qa.library import Library, Tags
from qa.models.progress import say
from qa.settings import Settings
from qa.storage import disk
from qa.types import Filters

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

REBUILD = "run `python -m ingest rebuild`"


class _Outdated(Exception):
    """The collection says something else of its entries than this version needs."""


class VectorIndex:
    """One process at a time holds a directory; a damaged one is replaced by what the library knows.

    Each entry's id is the passage's row id in the library, and its metadata what articles are chosen by. The collection
    remembers which embedding model it was built with, in which layout, and the library revision it stands at; `sync`
    brings in the rest.
    """

    def __init__(
        self, library: Library, client: Any, collection: "Collection", directory: IndexDirectory | None
    ) -> None:
        self._library = library
        self._client = client
        self._collection = collection
        self._directory = directory
        self.model = str((collection.metadata or {}).get("model"))
        self._revision = int((collection.metadata or {}).get("revision", 0))
        self._syncing = threading.Lock()  # of several threads that search, one brings the changes in

    @classmethod
    def open(cls, settings: Settings, library: Library, model: str) -> "VectorIndex":
        """Open the index and bring it up to date.

        Raises IndexLocked where another process holds it, IndexMismatch where the library was embedded by another
        embedding model than `model`, or the index on a server built by one, IndexUnwritable where the disk takes
        nothing, IndexUnavailable where Chroma cannot open it.
        """
        if library.embedded_otherwise(model):
            raise IndexMismatch(f"the library was embedded by another model than {model}; {REBUILD}")
        if settings.chroma_url:
            return cls._connect_current(settings.chroma_url, library, model)
        directory = IndexDirectory.hold(settings)
        try:
            with _translated(directory):
                if directory.path.exists() and not directory.settled and not is_sound(directory.path, library):
                    say("the index is damaged: it is being rebuilt from the library")
                    cls._replace(directory, library, model)
                return cls._connect_current(directory, library, model)
        except BaseException:
            directory.release()
            raise

    @classmethod
    def rebuild(cls, settings: Settings, library: Library, model: str) -> "VectorIndex":
        """Rebuild the index from the vectors that the library keeps; nothing is embedded."""
        if settings.chroma_url:
            chroma.drop(settings.chroma_url)
            return cls.open(settings, library, model)
        directory = IndexDirectory.hold(settings)
        try:
            with _translated(directory):
                cls._replace(directory, library, model)
                return cls._connect(directory, library, model)
        except BaseException:
            directory.release()
            raise

    @classmethod
    def _connect_current(cls, place: IndexDirectory | str, library: Library, model: str) -> "VectorIndex":
        """As `_connect`, after what an older version made is rebuilt."""
        try:
            return cls._connect(place, library, model)
        except _Outdated:
            say("the index was made by an older version or another model: it is being rebuilt from the library")
        if isinstance(place, IndexDirectory):
            cls._replace(place, library, model)
        else:
            chroma.drop(place)
        return cls._connect(place, library, model)

    @classmethod
    def _replace(cls, directory: IndexDirectory, library: Library, model: str) -> None:
        with directory.replacement() as new:
            cls._connect(new, library, model).close()

    @classmethod
    def _connect(cls, place: IndexDirectory | str, library: Library, model: str) -> "VectorIndex":
        """The index in a directory or on the server at an address, in step with the library."""
        directory = place if isinstance(place, IndexDirectory) else None
        with _translated(place):
            if isinstance(place, IndexDirectory):
                place.unsettle()  # merely opening it writes
                client = chroma.embedded(place.path)
            else:
                client = chroma.server(place)
            collection = client.get_or_create_collection(
                chroma.COLLECTION,
                metadata={"model": model, "revision": 0, "layout": LAYOUT},
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
        if chroma.embeds_itself(collection):
            client.close()
            raise IndexMismatch(f"the index was made by another program, whose code would run here; {REBUILD}")
        index = cls(library, client, collection, directory)
        if index.model != model and directory is None:  # somebody else's, perhaps
            index.close()
            raise IndexMismatch(f"the index was built with {index.model}, not {model}; {REBUILD}")
        if index.model != model or (collection.metadata or {}).get("layout") != LAYOUT:
            client.close()
            raise _Outdated
        index.sync()
        index._settle()
        return index

    def sync(self) -> int:
        """Bring in what changed in the library since the last time; the number of articles touched."""
        with self._syncing, _translated(self._directory):
            return 0 if self._library.revision() == self._revision else self._catch_up()

    def _catch_up(self) -> int:
        if self._library.embedded_otherwise(self.model):
            raise IndexMismatch(f"the library was embedded since by another model than {self.model}; start again")
        if self._directory:
            self._directory.unsettle()
        changes = self._library.changes(self._revision)
        stale = [*changes.gone, *changes.fresh]
        for start in range(0, len(stale) if self.count() else 0, chroma.BATCH):
            where: Any = {"article_id": {"$in": stale[start : start + chroma.BATCH]}}
            self._collection.delete(where=where)
        fresh = chroma.batches(iter(changes.fresh), chroma.ARTICLES)
        entries = (passage for batch in fresh for passage in self._library.vectors(*batch))
        for batch in chroma.batches(entries):
            self._collection.upsert(
                ids=[str(passage.rowid) for passage in batch],
                embeddings=np.stack([passage.vector for passage in batch]),
                metadatas=[facts_of(passage) for passage in batch],
            )
        self._revision = changes.revision
        self._collection.modify(metadata={**(self._collection.metadata or {}), "revision": changes.revision})
        self._settle()
        return len(stale)

    def count(self) -> int:
        """How many passages the index holds."""
        with _translated(self._directory):
            return self._collection.count()

    def search(self, vector: list[float], limit: int, filters: Filters | None = None) -> dict[int, float]:
        """Row id -> cosine similarity of the nearest passages, best first, of articles that the filters let through."""
        limit = min(limit, self.count())
        if limit == 0:
            return {}
        tagged = Tags.beside(self._library).articles(filters.tag) if filters and filters.tag else ()
        scores: dict[int, float] = {}
        for where in conditions(filters, tagged):
            scores |= self._nearest(vector, limit, where)
        best = sorted(scores.items(), key=lambda scored: -scored[1])
        return dict(best[:limit])

    def _nearest(self, vector: list[float], limit: int, where: Any) -> dict[int, float]:
        with _translated(self._directory):
            found = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=limit,
                where=where,
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return {int(rowid): 1.0 - distance for rowid, distance in zip(found["ids"][0], distances, strict=True)}

    def close(self) -> None:
        """Let another process have the index."""
        self._client.close()
        if self._directory:
            self._directory.release()

    def _settle(self) -> None:
        if self._directory:
            self._directory.settle()


@contextmanager
def _translated(place: IndexDirectory | str | None) -> Iterator[None]:
    """Whatever Chroma or the disk raises leaves as one line that says what to do."""
    try:
        yield
    except ArticleQAError:
        raise
    except Exception as error:  # Chroma's errors have no common base
        if isinstance(place, IndexDirectory) and (refusal := disk.obstacle(place.path.parent)):
            raise IndexUnwritable(disk.advice(refusal, place.path.parent)) from error
        where = place.path if isinstance(place, IndexDirectory) else place or "its server"
        raise IndexUnavailable(f"Chroma cannot use {where} ({_first_line(error)}); {REBUILD}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
