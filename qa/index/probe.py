"""Whether an index holds what the library says, asked in a process of its own: opening a damaged one can kill it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qa.index import chroma
from qa.library import Library, StoredPassage

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

SECONDS = 300.0  # a damaged graph can be walked for ever
SEARCHED = 10  # every tenth vector is searched for, too
NEAR = 0.01  # cosine distance of a vector to itself, rounding included
MISSED = 0.02  # share of vectors that may not find themselves: the graph is approximate


def is_sound(index_dir: Path, library: Library) -> bool:
    """Whether Chroma opens the directory, and every vector that should be there is and can be found."""
    command = [sys.executable, "-m", "qa.index.probe", str(index_dir), str(library.path)]
    try:
        return subprocess.run(command, capture_output=True, timeout=SECONDS, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _check(index_dir: Path, library: Library) -> bool:
    collection = chroma.embedded(index_dir).get_collection(chroma.COLLECTION, embedding_function=None)
    revision = int((collection.metadata or {}).get("revision", 0))
    if revision == 0 and collection.count():  # its first filling was cut off, so nothing vouches for what is there
        return False
    batches = chroma.batches(_indexed(library, revision))
    return all(_holds(collection, batch) and _finds(collection, batch[::SEARCHED]) for batch in batches)


def _indexed(library: Library, revision: int) -> Iterator[StoredPassage]:
    """What an index that stands at this revision holds in any case; a later `sync` brings the rest."""
    newer = set(library.changes(revision).fresh)
    older = (info.id for info in library.articles() if info.id not in newer)
    for batch in chroma.batches(older, chroma.ARTICLES):
        yield from library.vectors(*batch)


def _holds(collection: "Collection", passages: list[StoredPassage]) -> bool:
    found = collection.get(ids=[str(p.rowid) for p in passages], include=["embeddings"])
    if len(found["ids"]) < len(passages):
        return False
    vectors = dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
    return all(np.allclose(vectors[str(p.rowid)], p.vector, atol=1e-4) for p in passages)


def _finds(collection: "Collection", passages: list[StoredPassage]) -> bool:
    vectors = np.stack([p.vector for p in passages])
    found = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
    distances = np.array([row[0] if row else 1.0 for row in found["distances"] or []])
    return bool((distances > NEAR).mean() <= MISSED)


if __name__ == "__main__":
    sys.exit(0 if _check(Path(sys.argv[1]), Library.open(Path(sys.argv[2]))) else 1)
