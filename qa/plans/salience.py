"""Which sentences say most of what a text says: those that together come nearest to all of its sentences."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def salient(
    vectors: Vectors, count: int, fit: Sequence[bool], weights: "NDArray[np.float32] | None" = None
) -> list[int]:
    """The places of at most `count` rows, in order, that cover all rows best; only those that are `fit` are taken.

    Greedy facility location (Lin and Bilmes 2011): each step takes the row that adds most to how near every row, by
    its weight, has one of those taken. `vectors` are unit vectors, a row a sentence.
    """
    alike = np.maximum(vectors @ vectors.T, 0.0)
    worth = np.ones(len(vectors), np.float32) if weights is None else weights
    covered = np.zeros(len(vectors), np.float32)
    chosen: list[int] = []
    left = {row for row, ok in enumerate(fit) if ok}
    while left and len(chosen) < count:
        best = max(left, key=lambda row: (float(np.maximum(alike[row] - covered, 0.0) @ worth), -row))
        covered = np.maximum(covered, alike[best])
        chosen.append(best)
        left.remove(best)
    return sorted(chosen)
