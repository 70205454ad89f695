"""The same questions under each setting of a grid, best first."""

import itertools
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from qa.answer import Answerer
from qa.errors import GoldError
from qa.evaluation.gold import Gold
from qa.evaluation.run import asking, run
from qa.evaluation.summary import measured, number, summarise
from qa.grounding.confidence import Thresholds
from qa.retrieval.retriever import HybridRetriever

OF_RETRIEVER = ("text_weight", "read", "reader_weight")
OF_CONFIDENCE = tuple(field.name for field in fields(Thresholds))
OF_ANSWERER = ("passages_sent", *OF_CONFIDENCE)
SHOWN = (
    *("retrieval.hits@1", "retrieval.hits@4", "retrieval.mrr@10", "answers.accuracy", "nuggets.recall"),
    *("refusal.negative_rejection", "refusal.false_refusal", "latency_ms.retrieve_p50", "latency_ms.total_p50"),
)


@dataclass(frozen=True)
class Grid:
    """Every combination of `values` (setting -> what to try), sorted by `sort`, highest first."""

    values: dict[str, list[float]]
    sort: str

    def points(self) -> list[dict[str, float]]:
        return [dict(zip(self.values, point, strict=True)) for point in itertools.product(*self.values.values())]


def read_grid(path: Path, retrieval_only: bool) -> Grid:
    """A TOML file with `sort` and a table `grid`; raises GoldError."""
    known = OF_RETRIEVER if retrieval_only else (*OF_RETRIEVER, *OF_ANSWERER)
    try:
        with path.open("rb") as file:
            read = tomllib.load(file)
    except OSError as error:
        raise GoldError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise GoldError(f"{path} is not TOML: {error}") from error
    grid, sort = read.get("grid"), read.get("sort", "retrieval.mrr@10" if retrieval_only else "answers.accuracy")
    if not isinstance(grid, dict) or not grid:
        raise GoldError(f"{path} needs a table [grid] such as `text_weight = [0.5, 0.6]`")
    for name, values in grid.items():
        if name not in known:
            raise GoldError(f"{path}: {name!r} cannot be swept here; {', '.join(known)} can")
        if not isinstance(values, list) or not values or not all(isinstance(value, (int, float)) for value in values):
            raise GoldError(f"{path}: {name} needs a list of numbers")
    if sort not in SHOWN:
        raise GoldError(f"{path}: sort must be one of {', '.join(SHOWN)}")
    return Grid(grid, sort)


def sweep(grid: Grid, engine: Answerer | HybridRetriever, questions: Sequence[Gold]) -> list[dict[str, Any]]:
    """The settings and measures of each point, best first."""
    retriever = engine.retriever if isinstance(engine, Answerer) else engine
    found = []
    for point in grid.points():
        tuned = retriever.model_copy(update={name: point[name] for name in OF_RETRIEVER if name in point})
        if isinstance(engine, Answerer):
            engine.retriever = tuned
            engine.passages_sent = int(point.get("passages_sent", engine.passages_sent))
            chosen = {name: point[name] for name in OF_CONFIDENCE if name in point}
            engine.thresholds = replace(engine.thresholds, **chosen)
        report = summarise(run(asking(engine if isinstance(engine, Answerer) else tuned), questions))
        found.append(point | {name: value for name in SHOWN if (value := measured(report, name)) is not None})
    return sorted(found, key=lambda point: -(point.get(grid.sort) or 0.0))


def table(grid: Grid, points: Sequence[Mapping[str, Any]]) -> str:
    """A line a point under the names of settings and measures."""
    names = [*grid.values, *(name for name in SHOWN if any(point.get(name) is not None for point in points))]
    lines = [names, *([_cell(name, point) for name in names] for point in points)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def _cell(name: str, point: Mapping[str, Any]) -> str:
    return number(point.get(name)) if name in SHOWN else f"{point[name]:g}"
