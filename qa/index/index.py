"""Nearest passages by cosine, brought in step with the library beside the questions."""

import logging
import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import ArticleQAError, IndexMismatch, IndexUnavailable, IndexUnwritable
from qa.index import chroma
from qa.index.chroma import LAYOUT, REBUILD, Chroma
from qa.index.directory import IndexDirectory
from qa.index.exact import nearest
from qa.index.keeper import Keeper
from qa.index.probe import is_sound
from qa.index.turns import Turn
from qa.library import Changes, Entries, Leases, Library
from qa.models.progress import say
from qa.settings import Settings
from qa.storage import disk
from qa.telemetry.stages import stage
from qa.types import Filters

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

# Passages let through by a filter, whose vectors are compared one by one; of more, the nearest of all are asked whether
# it lets them through, so many at first and so many at last.
FEW = 5_000
AHEAD = (2_000, 8_000)
AWAITED = 0.2  # seconds between two looks at what another program brings in

log = logging.getLogger(__name__)


class VectorIndex:
    """One process at a time holds a directory; a damaged one is replaced by what the library knows. A server has many.

    Each entry's id is the passage's row id in the library, and its metadata the article. The collection remembers
    which embedding model it was built with, in which layout, and the library revision it stands at; `sync` brings in
    the rest, and a thread does by itself once it is woken. `refused` is why the disk takes nothing more.
    """

    def __init__(self, library: Library, entries: Chroma, directory: IndexDirectory | None) -> None:
        self._library = library
        self._stored = Entries.beside(library)
        self._chroma = entries
        self._directory = directory
        self._turn = None if directory else Turn(Leases.beside(library))
        self._revision = 0
        self._syncing = threading.Lock()  # of several threads, one brings some changes in
        self._keeper = Keeper(self._keep)
        self._problem = ""
        self.model = entries.model
        self.refused: IndexUnwritable | None = None

    @classmethod
    def open(cls, settings: Settings, library: Library, model: str, *, behind: bool = False) -> "VectorIndex":
        """Open the index and bring it in step, at once or `behind` the questions.

        Raises IndexLocked where another process holds it, IndexMismatch where the library was embedded by another
        embedding model than `model`, or the index on a server built by one, IndexUnwritable where the disk takes
        nothing, IndexUnavailable where Chroma cannot open it.
        """
        if Entries.beside(library).of_another_model(model):
            raise IndexMismatch(f"the library was embedded by another model than {model}; {REBUILD}")
        index = cls._opened(settings, library, model)
        try:
            if behind:
                index.wake()
            else:
                index.sync()
        except BaseException:
            index.close()
            raise
        return index

    @classmethod
    def _opened(cls, settings: Settings, library: Library, model: str) -> "VectorIndex":
        if settings.chroma_url:
            return cls(library, Chroma(settings.chroma_url, model), None)
        directory = IndexDirectory.hold(settings)
        try:
            with _translated(directory):
                if directory.path.exists() and not directory.settled and not is_sound(directory.path, library):
                    say("the index is damaged: it is being rebuilt from the library")
                    Chroma(directory.path, model).empty()
                return cls._connect(directory, library, model)
        except BaseException:
            directory.release()
            raise

    @classmethod
    def _connect(cls, directory: IndexDirectory, library: Library, model: str) -> "VectorIndex":
        index = cls(library, Chroma(directory.path, model), directory)
        directory.unsettle()  # merely opening it writes
        try:
            index._refresh()
        except BaseException:
            index._chroma.close()
            raise
        index._settle()
        return index

    @classmethod
    def rebuild(cls, settings: Settings, library: Library, model: str) -> "VectorIndex":
        """Rebuild the index from the vectors that the library keeps; nothing is embedded."""
        if settings.chroma_url:
            with _translated(settings.chroma_url):
                Chroma(settings.chroma_url, model).empty()
            return cls.open(settings, library, model)
        directory = IndexDirectory.hold(settings)
        try:
            with _translated(directory):
                with directory.replacement() as new:
                    filled = cls._connect(new, library, model)
                    filled.sync()
                    filled.close()
                return cls._connect(directory, library, model)
        except BaseException:
            directory.release()
            raise

    def wake(self) -> None:
        """Have the index brought in step beside what else is done; from now on whenever the library changes."""
        self._keeper.wake()

    def pending(self) -> int:
        """How many articles it does not know yet as they are; these are brought in meanwhile.

        Raises IndexMismatch where another model embedded the library since.
        """
        if self._library.revision() == self._revision:
            return 0
        self._check_model()
        self.wake()
        return self._stored.pending(self._revision)

    def sync(self, patience: float = math.inf) -> int:
        """Bring in what changed in the library, some articles at a time; the number of articles touched.

        Where another program does so it waits for it; after `patience` seconds the rest is left for later.
        """
        touched, end = 0, time.monotonic() + patience
        with _translated(self._place):
            while time.monotonic() < end and not self._keeper.is_stopped:
                with self._syncing:
                    if self._is_in_step():
                        break
                    done = self._catch_up()
                if done is None:
                    time.sleep(AWAITED)
                touched += done or 0
            if touched:
                self._settle()
            if self._turn:
                self._turn.leave()
        return touched

    def _is_in_step(self) -> bool:
        if self._turn:
            self._refresh()
        return self._library.revision() == self._revision

    @stage("index")
    def _catch_up(self) -> int | None:
        """The next changes: of how many articles; None where they must be left."""
        self._check_model()
        if self._directory:
            self._directory.unsettle()
        changes = self._stored.changes(self._revision)
        if not self._may_go_on() or not self._replace(changes):
            return None
        self._revision = changes.revision
        self._collection.modify(metadata={**(self._collection.metadata or {}), "revision": changes.revision})
        return len(changes.gone) + len(changes.fresh)

    def _replace(self, changes: Changes) -> bool:
        """Whether all of them could be brought in."""
        stale: Any = {"article_id": {"$in": [*changes.gone, *changes.fresh]}}
        known = (
            self._collection.get(where=stale, include=[])["ids"] if self._revision or self._collection.count() else []
        )
        for ids in chroma.batches(iter(known)):
            if not self._may_go_on():
                return False
            self._collection.delete(ids=ids)
        fresh = chroma.batches(iter(changes.fresh))
        passages = (passage for articles in fresh for passage in self._library.vectors(*articles))
        for batch in chroma.batches(passages):
            if not self._may_go_on():
                return False
            self._collection.upsert(
                ids=[str(passage.rowid) for passage in batch],
                embeddings=np.stack([passage.vector for passage in batch]),
                metadatas=[{"article_id": passage.article_id} for passage in batch],
            )
        return True

    def _may_go_on(self) -> bool:
        """Whether the index is not closed, and it is this program that brings it in step."""
        return not self._keeper.is_stopped and (self._turn is None or self._turn.take(self._collection.id))

    def _settle(self) -> None:
        """Mark a directory as left in order, once Chroma has read its graph: that writes, too."""
        if self._directory:
            self._collection.get(limit=1, include=["embeddings"])
            self._directory.settle()

    def _keep(self) -> None:
        """What is wrong is told to whoever asks; here it is tried again."""
        try:
            self.sync()
        except IndexUnwritable as error:
            self.refused = error
        except ArticleQAError as error:
            if str(error) != self._problem:
                log.warning("the index is not in step: %s", error)
            self._problem = str(error)
        else:
            self._problem = ""

    def count(self) -> int:
        """How many passages the index holds; all are counted."""
        with _translated(self._place):
            return self._collection.count()

    def search(self, vector: list[float], limit: int, filters: Filters | None = None) -> dict[int, float]:
        """Row id -> cosine similarity of the nearest passages, best first, of articles that the filters let through.

        What a filter lets through the library says: Chroma looks at each entry, which takes seconds of a million.
        """
        if not filters or filters == Filters():
            return self._nearest(vector, limit)
        chosen = self._stored.chosen(filters, FEW + 1)
        if len(chosen) <= FEW:
            return nearest(self._stored.table(chosen), vector, limit)
        looked_through, kept = set[int](), set[int]()
        for ahead in AHEAD:
            best = self._nearest(vector, ahead)
            kept |= self._stored.kept(filters, best.keys() - looked_through)
            looked_through |= best.keys()
            found = {rowid: score for rowid, score in best.items() if rowid in kept}
            if len(found) >= limit or len(best) < ahead:
                break
        return dict(islice(found.items(), limit))

    def _nearest(self, vector: list[float], limit: int) -> dict[int, float]:
        with _translated(self._place):
            asked = np.asarray([vector], np.float32)
            found = self._collection.query(query_embeddings=asked, n_results=limit, include=["distances"])
        distances = (found["distances"] or [[]])[0]
        return {int(rowid): 1.0 - distance for rowid, distance in zip(found["ids"][0], distances, strict=True)}

    def close(self) -> None:
        """Let another process have the index."""
        self._keeper.stop()
        self._chroma.close()
        if self._directory:
            self._directory.release()

    @property
    def _collection(self) -> "Collection":
        return self._chroma.entries

    @property
    def _place(self) -> IndexDirectory | str:
        return self._directory or self._chroma.name

    def _check_model(self) -> None:
        if self._stored.of_another_model(self.model):
            raise IndexMismatch(f"the library was embedded since by another model than {self.model}; start again")

    def _refresh(self) -> None:
        """Read anew what the collection says of itself: others write to that on a server."""
        told: Any = self._chroma.refresh().metadata or {}
        if self._directory is None and told.get("model") != self.model:  # somebody else's, perhaps
            raise IndexMismatch(f"the index was built with {told.get('model')}, not {self.model}; {REBUILD}")
        if (told.get("model"), told.get("layout")) != (self.model, LAYOUT):
            say("the index was made by an older version or another model: it is being rebuilt from the library")
            self._chroma.empty()
            told = self._chroma.refresh().metadata or {}
        self._revision = int(told.get("revision", 0))


@contextmanager
def _translated(place: IndexDirectory | str) -> Iterator[None]:
    """Whatever Chroma or the disk raises leaves as one line that says what to do."""
    try:
        yield
    except ArticleQAError:
        raise
    except Exception as error:  # Chroma's errors have no common base
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        if isinstance(place, str):
            raise IndexUnavailable(
                f"the Chroma server {place} cannot be used ({reason}); see that it runs: the articles are safe, "
                f"and the index is brought in step by itself"
            ) from error
        if refusal := disk.obstacle(place.path.parent):
            raise IndexUnwritable(disk.advice(refusal, place.path.parent)) from error
        raise IndexUnavailable(f"Chroma cannot use {place.path} ({reason}); {REBUILD}") from error
