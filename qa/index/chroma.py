"""How Chroma is reached: embedded in this process, or as a server."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

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


def batches(items: Iterator[T], size: int = BATCH) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch


def _quiet() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)
