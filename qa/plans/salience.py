"""Which sentences say most of what a text says: those that together come nearest to all of it and hold its facts."""

from collections import Counter
from collections.abc import Hashable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def salient(
    vectors: Matrix, count: int, fit: Sequence[bool], facts: Matrix | None = None, with_first: bool = False
) -> list[int]:
    """The places of at most `count` rows, in order, that cover all rows best; only those that are `fit` are taken.

    Greedy facility location (Lin and Bilmes 2011): each step takes the row that adds most to how near every row has one
    of those taken, a mean over rows, and to the sum of the facts that stand in one. `vectors` are unit vectors, a row a
    sentence; `facts` has a row a sentence, and what a fact adds in the columns of those that it stands in.
    `with_first` takes the first row that is fit before any other, as news begins with what matters most.
    """
    value = np.maximum(vectors @ vectors.T, 0.0) / max(len(vectors), 1)
    value = value if facts is None else np.hstack([value, facts])
    covered = np.zeros(value.shape[1], np.float32)
    chosen: list[int] = []
    left = [row for row, ok in enumerate(fit) if ok]
    while left and len(chosen) < count:
        gains = np.maximum(value[left] - covered, 0.0).sum(axis=1)
        best = left.pop(0 if with_first and not chosen else int(np.argmax(gains)))
        covered = np.maximum(covered, value[best])
        chosen.append(best)
    return sorted(chosen)


def shares(held: Sequence[AbstractSet[Hashable]], fewest: int) -> Matrix:
    """Of sentences and the facts that each holds, those in `fewest` sentences or more: a column a fact, with the share
    of its sentences among those of all facts in the rows that hold it.
    """
    counts = Counter(fact for facts in held for fact in facts)
    kept = {fact: n for fact, n in counts.items() if n >= fewest}
    table = np.array([[n if fact in facts else 0 for fact, n in kept.items()] for facts in held], np.float32)
    return table.reshape(len(held), len(kept)) / np.float32(sum(kept.values()) or 1)
