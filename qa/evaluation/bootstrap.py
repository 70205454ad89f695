"""95 % intervals by the percentile bootstrap over questions (Efron and Tibshirani 1993), with a fixed seed."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

RESAMPLES = 2000
SEED = 7
BATCH = 200  # resamples at once, so that memory stays flat for thousands of questions
Pair = tuple[float, float]


def interval(pairs: Sequence[Pair]) -> tuple[float, float] | None:
    """Of sum of sums / sum of counts; None for fewer than two questions."""
    sums, counts = _columns(pairs)
    if len(pairs) < 2:
        return None
    found = _bootstrap((sums, counts), _ratio)
    return _bounds(found.confidence_interval)


def mean_interval(groups: Sequence[Sequence[float]]) -> tuple[float, float] | None:
    """Of the mean of the groups' means, each group drawn by itself; None where one has fewer than two values."""
    if not groups or any(len(group) < 2 for group in groups):
        return None
    found = _bootstrap(
        tuple(np.asarray(group, float) for group in groups),
        lambda *samples, axis: np.mean([sample.mean(axis=axis) for sample in samples], axis=0),
        paired=False,
    )
    return _bounds(found.confidence_interval)


def percentile_interval(values: Sequence[float], share: float) -> tuple[float, float] | None:
    """Of a percentile; None for fewer than two values."""
    if len(values) < 2:
        return None
    found = _bootstrap(
        (np.asarray(values, float),),
        lambda sample, axis: np.percentile(sample, share * 100, axis=axis, method="inverted_cdf"),
    )
    return _bounds(found.confidence_interval)


def difference(now: Sequence[Pair], before: Sequence[Pair]) -> tuple[float, float, float]:
    """Low, high and two-sided p of now - before over the same questions, drawn in pairs.

    p is twice the smaller share of resampled differences on either side of 0 (Efron and Tibshirani 1993, ch. 16).
    """
    if list(now) == list(before):
        return 0.0, 0.0, 1.0
    found = _bootstrap(
        (*_columns(now), *_columns(before)),
        lambda s1, c1, s0, c0, axis: _ratio(s1, c1, axis) - _ratio(s0, c0, axis),
    )
    drawn = found.bootstrap_distribution
    p = min(1.0, 2 * min(float(np.mean(drawn <= 0)), float(np.mean(drawn >= 0))))
    low, high = _bounds(found.confidence_interval)
    return low, high, max(p, 1 / RESAMPLES)


def _columns(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray]:
    table = np.asarray(pairs, float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _ratio(sums: np.ndarray, counts: np.ndarray, axis: int) -> np.ndarray:
    """A resample that drew nothing countable has the ratio 0."""
    total = counts.sum(axis=axis)
    ratio: np.ndarray = np.divide(sums.sum(axis=axis), total, out=np.zeros(total.shape), where=total > 0)
    return ratio


def _bootstrap(data: tuple[np.ndarray, ...], statistic: Any, paired: bool = True) -> Any:
    return stats.bootstrap(
        data,
        statistic,
        paired=paired,
        vectorized=True,
        method="percentile",
        n_resamples=RESAMPLES,
        batch=BATCH,
        rng=np.random.default_rng(SEED),
    )


def _bounds(found: Any) -> tuple[float, float]:
    return float(found.low), float(found.high)
