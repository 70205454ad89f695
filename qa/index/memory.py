"""The nearest passages without an index: every vector of the library is compared, where the disk takes no index."""

import numpy as np

from qa.errors import IndexMismatch
from qa.library import Library
from qa.types import Filters


class MemoryIndex:
    """Searched as `VectorIndex` is, and exact; it keeps all vectors in memory and writes nothing."""

    def __init__(self, library: Library, model: str) -> None:
        """Raises IndexMismatch where the library was embedded by another model."""
        self._library = library
        self.model = model
        self._revision = -1
        self.sync()

    def sync(self) -> int:
        """Read the vectors again where the library has changed; the number of passages read."""
        revision = self._library.revision()
        if revision == self._revision:
            return 0
        if self._library.embedded_otherwise(self.model):
            raise IndexMismatch(f"the library was embedded by another model than {self.model}; start again")
        self._table, self._revision = self._library.all_vectors(), revision
        return self.count()

    def count(self) -> int:
        """How many passages there are."""
        return len(self._table.rowids)

    def search(self, vector: list[float], limit: int, filters: Filters | None = None) -> dict[int, float]:
        """Row id -> cosine similarity of the nearest passages, best first, of articles that the filters let through."""
        table = self._table
        if not len(table.rowids):
            return {}
        asked = np.asarray(vector, np.float32)
        lengths = np.linalg.norm(table.vectors, axis=1) * np.linalg.norm(asked)
        scores = table.vectors @ asked / np.maximum(lengths, np.finfo(np.float32).tiny)
        order = np.argsort(-scores, kind="stable")
        if filters and filters != Filters():
            order = order[np.isin(table.rowids[order], self._library.rowids(filters))]
        return {int(table.rowids[at]): float(scores[at]) for at in order[:limit]}

    def close(self) -> None:
        """Nothing is held."""
