"""How Chroma is reached: embedded in this process, or as a server."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

T = TypeVar("T")

COLLECTION = "passages"
BATCH = 1000  # entries; Chroma takes at most 5,461 at once
ARTICLES = 100  # whose vectors are read from the library at once


def embedded(folder: Path) -> Any:
    """Kills the process where the folder is damaged badly; one process at a time."""
    import chromadb

    return chromadb.PersistentClient(folder, settings=_quiet())


def server(url: str) -> Any:
    import chromadb

    address = urlsplit(url)
    ssl = address.scheme == "https"
    port = address.port or (443 if ssl else 8000)
    return chromadb.HttpClient(host=address.hostname or "", port=port, ssl=ssl, settings=_quiet())


def drop(url: str) -> None:
    """Delete the collection on a server, if there is one."""
    client = server(url)
    if COLLECTION in (collection.name for collection in client.list_collections()):
        client.delete_collection(COLLECTION)


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
