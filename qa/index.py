"""The Chroma collection: a cache of the library's vectors that can always be rebuilt from it."""

import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from qa.errors import IndexLocked, IndexMismatch, IndexUnavailable
from qa.library import Library
from qa.settings import Settings

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")

COLLECTION = "passages"
BATCH = 1000  # Chroma takes at most 5,461 at once
LOCK_SECONDS = 2.0  # a command that is just ending gives way
REBUILD = "run `python -m ingest rebuild`"


class VectorIndex:
    """Nearest passages by cosine; one process at a time holds a directory.

    Each entry's id is the passage's row id in the library. The collection remembers which embedding
    model it was built with and the library revision it stands at; `sync` brings in the rest.
    """

    def __init__(self, library: Library, client: Any, collection: "Collection", lock: Any) -> None:
        self._library = library
        self._client = client
        self._collection = collection
        self._lock = lock
        self._model = str((collection.metadata or {}).get("model"))
        self._revision = int((collection.metadata or {}).get("revision", 0))

    @classmethod
    def open(cls, settings: Settings, library: Library, model: str) -> "VectorIndex":
        """Open the index and bring it up to date.

        Raises IndexLocked where another process holds it, IndexMismatch where it was built by another
        embedding model than `model`, IndexUnavailable where Chroma cannot open it.
        """
        if library.embedded_otherwise(model):
            raise IndexMismatch(f"the library was embedded by another model than {model}; {REBUILD}")
        lock = None if settings.chroma_url else _lock(settings)
        try:
            client = _client(settings)
            collection = client.get_or_create_collection(
                COLLECTION,
                metadata={"model": model, "revision": 0},
                configuration={"hnsw": {"space": "cosine"}},
                embedding_function=None,
            )
        except Exception as error:  # Chroma's errors have no common base
            _release(lock)
            place = settings.chroma_url or settings.index_dir
            raise IndexUnavailable(f"Chroma cannot open {place} ({_first_line(error)}); {REBUILD}") from error
        if (built_by := (collection.metadata or {}).get("model")) != model:
            client.close()
            _release(lock)
            raise IndexMismatch(f"the index was built with {built_by}, not {model}; {REBUILD}")
        index = cls(library, client, collection, lock)
        index.sync()
        return index

    @classmethod
    def rebuild(cls, settings: Settings, library: Library, model: str) -> "VectorIndex":
        """Throw the index away and build it from the vectors that the library keeps; nothing is embedded."""
        if settings.chroma_url:
            client = _client(settings)
            if COLLECTION in (collection.name for collection in client.list_collections()):
                client.delete_collection(COLLECTION)
        else:
            lock = _lock(settings)
            shutil.rmtree(settings.index_dir, ignore_errors=True)
            _release(lock)
        return cls.open(settings, library, model)

    def sync(self) -> int:
        """Bring in what changed in the library since the last time; the number of articles touched."""
        if self._library.revision() == self._revision:
            return 0
        if self._library.embedded_otherwise(self._model):
            raise IndexMismatch(f"the library was embedded anew by another model than {self._model}; start again")
        changes = self._library.changes(self._revision)
        stale = [*changes.gone, *changes.fresh]
        for start in range(0, len(stale) if self._revision else 0, BATCH):
            where: Any = {"article_id": {"$in": stale[start : start + BATCH]}}
            self._collection.delete(where=where)
        entries = ((article, p) for article in changes.fresh for p in self._library.vectors(article))
        for batch in _batches(entries, BATCH):
            self._collection.upsert(
                ids=[str(passage.rowid) for _, passage in batch],
                embeddings=np.stack([passage.vector for _, passage in batch]),
                metadatas=[{"article_id": article} for article, _ in batch],
            )
        self._revision = changes.revision
        self._collection.modify(metadata={**(self._collection.metadata or {}), "revision": changes.revision})
        return len(stale)

    def count(self) -> int:
        """How many passages the index holds."""
        return self._collection.count()

    def search(self, vector: list[float], limit: int, article_ids: Sequence[str] | None = None) -> dict[int, float]:
        """Row id -> cosine similarity of the nearest passages, best first, within these articles if given."""
        where: Any = None if article_ids is None else {"article_id": {"$in": list(article_ids)}}
        limit = min(limit, self.count())
        if limit == 0 or (article_ids is not None and not article_ids):
            return {}
        found = self._collection.query(
            query_embeddings=np.asarray([vector], np.float32), n_results=limit, where=where, include=["distances"]
        )
        distances = (found["distances"] or [[]])[0]
        return {int(rowid): 1.0 - distance for rowid, distance in zip(found["ids"][0], distances, strict=True)}

    def close(self) -> None:
        """Let another process have the index."""
        self._client.close()
        _release(self._lock)


def _client(settings: Settings) -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if settings.chroma_url:
        address = urlsplit(settings.chroma_url)
        ssl = address.scheme == "https"
        port = address.port or (443 if ssl else 8000)
        return chromadb.HttpClient(host=address.hostname or "", port=port, ssl=ssl, settings=quiet)
    return chromadb.PersistentClient(settings.index_dir, settings=quiet)


def _lock(settings: Settings) -> Any:
    """Chroma loses data when two processes open one directory, so the second one is turned away."""
    from filelock import FileLock, Timeout

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.data_dir / "index.lock")
    holder = settings.data_dir / "index.pid"
    try:
        lock.acquire(timeout=LOCK_SECONDS)
    except Timeout:
        pid = holder.read_text() if holder.exists() else "?"
        raise IndexLocked(
            f"another article-qa process (pid {pid}) uses {settings.data_dir}; stop it and try again"
        ) from None
    holder.write_text(str(os.getpid()))
    return lock


def _release(lock: Any) -> None:
    if lock is not None:
        lock.release()


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
