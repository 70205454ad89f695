"""The nearest passages by comparing every vector."""

import numpy as np

from qa.library import VectorTable


def nearest(table: VectorTable, vector: list[float], limit: int) -> dict[int, float]:
    """Row id -> cosine similarity, best first."""
    if not len(table.rowids):
        return {}
    asked = np.asarray(vector, np.float32)
    lengths = np.linalg.norm(table.vectors, axis=1) * np.linalg.norm(asked)
    scores = table.vectors @ asked / np.maximum(lengths, np.finfo(np.float32).tiny)
    order = np.argsort(-scores, kind="stable")[:limit]
    return {int(table.rowids[at]): float(scores[at]) for at in order}
