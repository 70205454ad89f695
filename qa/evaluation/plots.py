"""The report's plots as points; the template draws them as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.evaluation.summary import Row
from qa.evaluation.words import Words
from qa.grounding.confidence import THRESHOLDS

WIDTH, HEIGHT = 320, 160  # of the area in which a chart's lines are drawn
BY_TYPE = (
    *(("answers", "accuracy"), ("nuggets", "recall")),
    *(("refusal", "negative_rejection"), ("retrieval", "hits@4")),
)
STEPS = 40


@dataclass(frozen=True)
class Line:
    """A named curve; `points` in the coordinates of the drawing."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chart:
    """Lines over a horizontal axis from `ticks[0]` to `ticks[-1]`; the vertical one goes from 0 to 1."""

    title: str
    axis: str
    ticks: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bar:
    """A type of question, and the first measure that it has, with its interval."""

    kind: str
    measure: str
    n: int
    value: float
    low: float
    high: float


def by_type(types: Mapping[str, Mapping[str, Any]]) -> list[Bar]:
    """One bar a type: accuracy or recall of nuggets where there are answers, else rejection or hits@4."""
    bars = []
    for kind, found in types.items():
        known = (f"{g}.{m}" for g, m in BY_TYPE if m in found.get(g, {}))
        if measure := next(known, None):
            group, name = measure.split(".")
            bars.append(Bar(kind, measure, found["n"], *found[group][name]))
    return bars


def charts(rows: Sequence[Row], t: Words) -> list[Chart]:
    """What refusing more would cost, where answers were asked for, and how long questions took."""
    asked = [row for row in rows if "status" in row]
    return ([_threshold(asked, t)] if asked else []) + [_times(rows, t)]


def _threshold(rows: Sequence[Row], t: Words) -> Chart:
    """Answers below the threshold in use were never shown, so the curves begin there."""
    confidence = np.array([row["confidence"] if row["status"] == "answered" else 0.0 for row in rows])
    answerable = np.array([row["answerable"] for row in rows])
    accurate = np.array([row["accurate"] for row in rows])
    at = np.linspace(THRESHOLDS.shown_from, 1.0, STEPS)
    shown = confidence[None, :] >= at[:, None]
    curves = {
        t("chart.right"): _share(shown & accurate, shown),
        t("chart.rejected"): _share(~shown & ~answerable, np.broadcast_to(~answerable, shown.shape)),
        t("chart.refused"): _share(~shown & answerable, np.broadcast_to(answerable, shown.shape)),
    }
    lines = tuple(_line(name, at, curve) for name, curve in curves.items() if not np.isnan(curve[0]))
    middle = (THRESHOLDS.shown_from + 1) / 2
    return Chart(
        t("chart.threshold"),
        t("chart.threshold.axis"),
        (f"{THRESHOLDS.shown_from:.2f}", f"{middle:.2f}", "1.00"),
        lines,
    )


def _times(rows: Sequence[Row], t: Words) -> Chart:
    """Share of the questions that a stage was done with after so many seconds."""
    stages = {
        t(f"chart.{stage}"): np.sort([row["timings_ms"][stage] / 1000 for row in rows if stage in row["timings_ms"]])
        for stage in ("retrieve", "first_token", "total")
    }
    known = {name: times for name, times in stages.items() if len(times)}
    last = float(max((np.percentile(times, 99) for times in known.values()), default=1.0)) or 1.0
    at = np.linspace(0.0, last, STEPS)
    lines = tuple(
        _line(name, at, np.searchsorted(times, at, side="right") / len(times)) for name, times in known.items()
    )
    return Chart(t("chart.times"), t("chart.times.axis"), ("0", f"{last / 2:.2g}", f"{last:.2g}"), lines)


def _share(counted: np.ndarray, of: np.ndarray) -> np.ndarray:
    total = of.sum(axis=1)
    share: np.ndarray = np.divide(counted.sum(axis=1), total, out=np.full(len(total), np.nan), where=total > 0)
    return share


def _line(name: str, at: np.ndarray, share: np.ndarray) -> Line:
    """From values to the drawing; what cannot be told, since nothing is left to count, is left out."""
    across = (at - at[0]) / (at[-1] - at[0]) * WIDTH
    known = ~np.isnan(share)
    points = zip(across[known], (1 - share[known]) * HEIGHT, strict=True)
    return Line(name, tuple((round(float(x), 1), round(float(y), 1)) for x, y in points))
