"""python -m tests.bench.scale [SIZE ...]: what each call costs as the library grows, without any model.

Libraries of so many passages are made of real texts in minutes, and kept in the folder of `--data`. With `--index` the
vectors are searched in the real index, which takes long to make; else a stand-in finds passages by chance.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest.pipeline import add
from qa.index import MemoryIndex, VectorIndex
from qa.library import Library, Questions, Shelf, Wanted
from qa.library.overview import Holdings
from qa.library.records import Vectors
from qa.retrieval.retriever import CANDIDATES, HybridRetriever
from qa.settings import Settings
from qa.types import Filters
from tests.bench.child import run
from tests.bench.recombined import DIMENSIONS, MODEL, build, questions
from tests.test_ingest_pipeline import Recorder
from tests.test_watch import offline

SIZES = (10_000, 100_000, 1_000_000)
ASKED = 60
OTHERS = 10  # times that another call is made
ADDED = 5


class Directions(Embeddings):
    """A vector for each text that says nothing of it."""

    identity = MODEL

    def embed_query(self, text: str) -> list[float]:
        vector = np.random.default_rng(sum(text.encode())).standard_normal(DIMENSIONS, np.float32)
        return (vector / np.linalg.norm(vector)).tolist()  # type: ignore[no-any-return]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> Vectors:
        return np.array(self.embed_documents(texts), np.float32)


class Chance(MemoryIndex):
    """Finds as many passages as an index would, at no cost."""

    def __init__(self, library: Library, passages: int) -> None:
        self.model = MODEL
        self._passages = passages
        self._draw = np.random.default_rng(0)

    def sync(self) -> int:
        return 0

    def count(self) -> int:
        return self._passages

    def search(self, vector: list[float], limit: int, filters: Filters | None = None) -> dict[int, float]:
        drawn = self._draw.integers(1, self._passages, CANDIDATES)
        return {int(rowid): 0.5 - n / 1_000 for n, rowid in enumerate(drawn)}


def measured(path: Path, passages: int, with_index: bool) -> dict[str, float]:
    """Name -> milliseconds, MB or seconds."""
    found = dict[str, float]()

    def timed(name: str, call: Callable[[str], object], asked: Sequence[str]) -> None:
        taken = []
        for question in asked:
            start, busy = time.perf_counter(), time.process_time()
            call(question)
            taken.append((time.perf_counter() - start, time.process_time() - busy))
        for which, seconds in zip(("", " of a processor"), np.transpose(taken), strict=True):
            for share in (50, 95):
                found[f"{name}, p{share}{which} (ms)"] = float(np.percentile(seconds, share)) * 1_000

    start = time.perf_counter()
    library = Library.open(path)
    index = (
        VectorIndex.open(Settings(data_dir=path.parent), library, MODEL) if with_index else Chance(library, passages)
    )
    retriever = HybridRetriever(library=library, index=index, embeddings=Directions())
    asked = questions(ASKED)
    retriever.search(asked[0])
    found["open, and the first question (s)"] = time.perf_counter() - start
    few = asked[:OTHERS]
    timed("retrieve", retriever.search, asked)
    days = Filters("2024-01-01", "2024-03-01")
    for name, filters in (
        ("a source", Filters(source="source 7")),
        ("two months", days),
        ("since", Filters("2020-01-01")),
    ):
        timed(f"retrieve, {name}", lambda question, kept=filters: retriever.search(question, filters=kept), few)  # type: ignore[misc]
    shelf, holdings, prepared = Shelf.beside(library), Holdings.beside(library), Questions.beside(library)
    timed("a page of the list", lambda _: shelf.page(Wanted(descending=True)), few)
    timed("the same by title", lambda _: shelf.page(Wanted(order="title")), few)
    timed("the same, of a source", lambda _: shelf.page(Wanted(filters=Filters(source="source 7"))), few)
    timed("the same, of what holds a word", lambda _: shelf.page(Wanted("castle")), few)
    timed("facets", lambda _: shelf.facets(), few)
    timed("overview", lambda _: holdings.overview(), few)
    timed("which articles are to be prepared", lambda _: prepared.waiting(newest=100), few)
    timed("add one article", lambda text: _add(library, path.parent, text), few[:ADDED])
    found["disk (MB)"] = sum(file.stat().st_size for file in path.parent.rglob("*") if file.is_file()) / 1e6
    library.close()
    return found


def _add(library: Library, folder: Path, text: str) -> None:
    file = folder / f"added-{time.time_ns()}.md"
    file.write_text(f"# {text}\n\n{text} {file.name}")
    encoder = Directions()
    report = add([str(file)], library, lambda: encoder, Recorder(), fetcher=offline)
    assert len(report.added) == 1, report
    file.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, help="passages; by default 10,000, 100,000 and 1,000,000")
    parser.add_argument("--data", type=Path, help="where the libraries are kept, and found the next time")
    parser.add_argument("--index", action="store_true", help="with the real index of vectors")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measured(asked.one, asked.sizes[0], asked.index)))
        return
    with tempfile.TemporaryDirectory(prefix="article-qa-scale-") as folder:
        _compare(asked.data or Path(folder), asked.sizes or SIZES, ["--index"] if asked.index else [])


def _compare(folder: Path, sizes: Sequence[int], options: Sequence[str]) -> None:
    figures = []
    for size in sizes:
        path, start = folder / str(size) / "library.sqlite3", time.perf_counter()
        if not path.exists():
            build(path, size).close()
            print(f"{size:,} passages made in {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        child = run("-m", "tests.bench.scale", str(size), "--one", str(path), *options)
        figures.append(json.loads(child.out) | {"memory (MB)": child.megabytes})
    print(f"{'':60}" + "".join(f"{size:>14,}" for size in sizes) + f"{'times':>9}")
    for name in figures[0]:
        values = [one[name] for one in figures]
        print(f"{name:60}" + "".join(f"{value:14,.1f}" for value in values) + f"{values[-1] / (values[0] or 1):9.1f}")


if __name__ == "__main__":
    main()
