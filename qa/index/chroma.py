"""How Chroma is reached: embedded in this process, or as a server."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from qa.errors import IndexMismatch

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")

COLLECTION = "passages"
LAYOUT = 3  # of what it knows of an entry beside its vector: the article alone; one of another layout is rebuilt
BATCH = 200  # entries that are written at once; a search that comes meanwhile waits for them
WRITTEN_EVERY = 10_000  # entries; the graph's table is written whole each time
REBUILD = "run `python -m ingest rebuild`"


class Chroma:
    """The entries in a folder, which one process at a time may have, or on the server at an address.

    A server may come later than this program and go away meanwhile: each call reaches for it anew.
    """

    def __init__(self, place: Path | str, model: str) -> None:
        self.place = place
        self.model = model
        self._client: Any = None
        self._entries: Collection | None = None

    @property
    def name(self) -> str:
        """Where it is, without anything that is secret."""
        return str(self.place) if isinstance(self.place, Path) else urlsplit(self.place).netloc.rpartition("@")[2]

    @property
    def entries(self) -> "Collection":
        """The collection; raises IndexMismatch where it is another program's."""
        if self._entries is None:
            return self.refresh()
        return self._entries

    def refresh(self) -> "Collection":
        """The collection, empty where there is none, with what it says of itself now."""
        found: Collection = self.client.get_or_create_collection(
            COLLECTION,
            metadata={"model": self.model, "revision": 0, "layout": LAYOUT},
            configuration={"hnsw": {"space": "cosine", "sync_threshold": WRITTEN_EVERY}},
            embedding_function=None,
        )
        if embeds_itself(found):
            raise IndexMismatch(f"the index was made by another program, whose code would run here; {REBUILD}")
        self._entries = found
        return found

    def empty(self) -> None:
        """Forget all entries; the next look begins the collection anew."""
        if isinstance(self.place, Path):
            self.close()
            shutil.rmtree(self.place)
        elif COLLECTION in (collection.name for collection in self.client.list_collections()):
            self.client.delete_collection(COLLECTION)
        self._entries = None

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    @property
    def client(self) -> Any:
        """Chroma's own, made where there is none."""
        if self._client is None:
            self._client = embedded(self.place) if isinstance(self.place, Path) else server(self.place)
        return self._client


def embedded(folder: Path) -> Any:
    """Kills the process where the folder is damaged badly."""
    import chromadb

    return chromadb.PersistentClient(folder, settings=_quiet())


def server(url: str) -> Any:
    import chromadb

    address = urlsplit(url)
    ssl = address.scheme == "https"
    port = address.port or (443 if ssl else 8000)
    return chromadb.HttpClient(host=address.hostname or "", port=port, ssl=ssl, settings=_quiet())


def embeds_itself(collection: "Collection") -> bool:
    """Whether a collection comes with a function of its own that embeds texts; ours never do.

    Chroma's client would load that function here at the first write, with whatever code its model brings along
    (CVE-2026-45829): whoever can write to the server would run programs on this machine.
    """
    return _names_function([collection.configuration_json, collection._model.serialized_schema])


def batches(items: Iterator[T], size: int = BATCH) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch


def _names_function(described: Any) -> bool:
    """Whether there is, at any depth, an `embedding_function` with a name; Chroma loads by the name, whatever else."""
    if isinstance(described, dict):
        function = described.get("embedding_function")
        return (isinstance(function, dict) and "name" in function) or _names_function(list(described.values()))
    return isinstance(described, list) and any(map(_names_function, described))


def _quiet() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)
