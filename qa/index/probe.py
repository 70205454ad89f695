"""Whether an index holds what the library says, asked in a process of its own: opening a damaged one can kill it."""

import pickle
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from qa.index import chroma
from qa.library import Entries, Library, VectorTable

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

# A damaged graph can be walked for ever, and a large one takes its time: of a processor, so that nothing is thrown away
# where others keep the machine busy.
SECONDS = 30
BYTES_A_SECOND = 100_000_000
LONGEST = 300.0  # seconds by the clock
NEWEST = 1_000  # passages that are looked for, those last: what is written when a process dies is damaged first
SPREAD = 1_000  # as many of all
SEARCHED = 10  # every tenth vector is searched for, too
NEAR = 0.01  # cosine distance of a vector to itself, rounding included
AMONG = 200  # nearest, of which one must be the vector itself
MISSED = 0.02  # share of vectors that may not find themselves: the graph is approximate


def is_sound(index_dir: Path, library: Library) -> bool:
    """Whether Chroma opens the directory in time, and the vectors looked for are there and can be found."""
    command = [sys.executable, "-m", "qa.index.probe", str(index_dir)]
    place = pickle.dumps(library.place)  # not among the arguments, where everybody would see a password
    try:
        return subprocess.run(command, input=place, capture_output=True, timeout=LONGEST, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def _check(index_dir: Path, library: Library) -> bool:
    with closing(sqlite3.connect(index_dir / "chroma.sqlite3")) as database:
        if database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            return False
    collection = chroma.embedded(index_dir).get_collection(chroma.COLLECTION, embedding_function=None)
    revision = int((collection.metadata or {}).get("revision", 0))
    if revision == 0 and collection.count():  # its first filling was cut off, so nothing vouches for what is there
        return False
    entries = Entries.beside(library)
    draw = Random(revision)
    looked_for = entries.table(entries.sample(revision, NEWEST, [draw.random() for _ in range(SPREAD)]))
    return _holds(collection, looked_for) and _finds(collection, looked_for)


def _holds(collection: "Collection", looked_for: VectorTable) -> bool:
    found = collection.get(ids=[str(rowid) for rowid in looked_for.rowids], include=["embeddings"])
    if len(found["ids"]) < len(looked_for.rowids):
        return False
    vectors = dict(zip(map(int, found["ids"]), np.asarray(found["embeddings"]), strict=True))
    return all(
        np.allclose(vectors[rowid], vector, atol=1e-4)
        for rowid, vector in zip(looked_for.rowids.tolist(), looked_for.vectors, strict=True)
    )


def _finds(collection: "Collection", looked_for: VectorTable) -> bool:
    vectors = looked_for.vectors[::SEARCHED]
    if not len(vectors):
        return True
    found = collection.query(query_embeddings=vectors, n_results=AMONG, include=["distances"])
    distances = np.array([row[0] if row else 1.0 for row in found["distances"] or []])
    return bool((distances > NEAR).mean() <= MISSED)


def _limit(index_dir: Path) -> None:
    """Let the process be killed once it has taken longer than it may."""
    size = sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file())
    seconds = SECONDS + size // BYTES_A_SECOND
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


if __name__ == "__main__":
    _limit(Path(sys.argv[1]))
    sys.exit(0 if _check(Path(sys.argv[1]), Library.open(pickle.load(sys.stdin.buffer))) else 1)
