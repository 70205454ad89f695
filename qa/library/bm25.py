"""The passages that match best by BM25, without the lengths of all that match.

A passage scores the more the shorter it is, so its length is looked up only where it would be among the best if it had
none. FTS5's own bm25() looks up all of them, which took most of a search.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.library.text_index import BY_LENGTH, SATURATION

FIRST = 3_000  # passages whose length is looked up before it is known of which others it matters
Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """The row ids of the passages that hold a word, ascending, how often each does, and how much the word tells."""

    rowids: Numbers
    often: Weights
    tells: float


def best(
    held: Sequence[Held], lengths: Callable[[Numbers], Weights], limit: int, let_through: Numbers | None = None
) -> dict[int, float]:
    """Row id -> score of the passages that hold the words best, best first; the usual length is 1."""
    every = np.sort(np.concatenate([one.rowids for one in held] or [np.array([], np.int64)]), kind="stable")
    rowids = every[np.diff(every, prepend=-1) > 0]
    if let_through is not None:
        rowids = np.intersect1d(rowids, let_through, assume_unique=True)
    if not len(rowids):
        return {}
    places = [np.searchsorted(rowids, one.rowids) for one in held]
    there = [rowids.take(at, mode="clip") == one.rowids for at, one in zip(places, held, strict=True)]
    at = np.concatenate([found[kept] for found, kept in zip(places, there, strict=True)])
    often = np.concatenate([one.often[kept] for one, kept in zip(held, there, strict=True)])
    gains = np.repeat([one.tells * (SATURATION + 1) for one in held], [kept.sum() for kept in there]) * often
    length, is_known = np.zeros(len(rowids)), np.zeros(len(rowids), bool)
    while True:
        damped = often + SATURATION * (1 - BY_LENGTH + BY_LENGTH * length[at])
        scores = np.bincount(at, gains / damped, len(rowids))
        known = scores[is_known]
        least = np.partition(known, -limit)[-limit] if len(known) > limit else 0.0
        asked = np.flatnonzero(~is_known & (scores >= least))
        if not len(asked):
            break
        if not len(known) and len(asked) > max(FIRST, limit):
            asked = np.sort(asked[np.argpartition(scores[asked], -max(FIRST, limit))[-max(FIRST, limit) :]])
        length[asked], is_known[asked] = lengths(rowids[asked]), True
    order = np.lexsort((rowids, -scores))[:limit]
    return dict(zip(rowids[order].tolist(), scores[order].tolist(), strict=True))
