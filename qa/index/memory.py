"""The nearest passages without an index: every vector of the library is compared, where the disk takes no index."""

import numpy as np

from qa.errors import IndexMismatch
from qa.index.exact import nearest
from qa.library import Entries, Library, VectorTable
from qa.types import Filters


class MemoryIndex:
    """Searched as `VectorIndex` is, and exact; it keeps all vectors in memory and writes nothing."""

    def __init__(self, library: Library, model: str) -> None:
        """Raises IndexMismatch where the library was embedded by another model."""
        self._library = library
        self._entries = Entries.beside(library)
        self.model = model
        self._revision = -1
        self.sync()

    def sync(self) -> int:
        """Read the vectors again where the library has changed; the number of passages read."""
        revision = self._library.revision()
        if revision == self._revision:
            return 0
        if self._entries.of_another_model(self.model):
            raise IndexMismatch(f"the library was embedded by another model than {self.model}; start again")
        self._table, self._revision = self._entries.table(), revision
        return self.count()

    def pending(self) -> int:
        """No article: all are read where any has changed."""
        self.sync()
        return 0

    def count(self) -> int:
        """How many passages there are."""
        return len(self._table.rowids)

    def search(self, vector: list[float], limit: int, filters: Filters | None = None) -> dict[int, float]:
        """Row id -> cosine similarity of the nearest passages, best first, of articles that the filters let through."""
        table = self._table
        if filters and filters != Filters():
            rows = np.isin(table.rowids, self._entries.chosen(filters))
            table = VectorTable(table.rowids[rows], table.vectors[rows])
        return nearest(table, vector, limit)

    def close(self) -> None:
        """Nothing is held."""
