"""The questions of a run averaged: each measure with its 95 % interval, over all and by type of question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.evaluation import metrics
from qa.evaluation.bootstrap import Pair, interval, percentile_interval
from qa.evaluation.outcomes import counts

Row = dict[str, Any]
GROUPS = ("retrieval", "answers", "nuggets", "refusal", "citations", "length")
TIMES = (("retrieve", (50, 95)), ("first_token", (50,)), ("total", (50, 95)))


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """`evaluate --json`: the measures, their intervals, and the questions they come from."""
    pairs = collect(rows)
    report: dict[str, Any] = {group: {} for group in GROUPS if any(name.startswith(group) for name in pairs)}
    if asked := [row for row in rows if "status" in row]:
        report |= {group: report.get(group, {}) for group in ("answers", "refusal", "citations", "length")}
        with_answers = sum(row["answerable"] and bool(row["answers"]) for row in asked)
        report["answers"] |= dict.fromkeys(("accuracy", "f1")) | {"n": with_answers}
        report["refusal"] |= dict.fromkeys(("negative_rejection", "false_refusal"))
        report["citations"] |= dict.fromkeys(("verbatim", "precision", "answer_in_quote", "support"))
        report["length"] |= dict.fromkeys(("words", "redundancy"))
    report["retrieval"] = dict.fromkeys(metrics.RANKING) | report.get("retrieval", {})
    intervals: dict[str, Any] = {}
    for name, values in pairs.items():
        _put(report, name, ratio(values))
        if bounds := interval(values):
            _put(intervals, name, list(bounds))
    report["latency_ms"], intervals["latency_ms"] = _latency(rows)
    types = dict.fromkeys(row["type"] for row in rows if row["type"])
    by_type = {kind: _of_type([row for row in rows if row["type"] == kind]) for kind in types}
    whole = {"outcomes": counts(rows), "intervals": intervals, "by_type": by_type, "questions": list(rows)}
    return report | whole


def collect(rows: Sequence[Row]) -> dict[str, list[Pair]]:
    """Measure -> what each question adds to it, in the order of the questions."""
    pairs: dict[str, list[Pair]] = {}
    for row in rows:
        for name, (total, count) in row["scores"].items():
            pairs.setdefault(name, []).append((total, count))
    return pairs


def ratio(pairs: Sequence[Pair]) -> float | None:
    """Sum of sums / sum of counts; None where there is nothing to average."""
    count = sum(n for _, n in pairs)
    return sum(total for total, _ in pairs) / count if count else None


@dataclass(frozen=True)
class Figure:
    """A measure of a run, and its 95 % interval where it has one."""

    group: str
    name: str
    value: float | None
    interval: Sequence[float] | None


def figures(report: Mapping[str, Any]) -> list[Figure]:
    """Every measure in the order in which reports show them."""
    found = []
    for group in (*GROUPS, "latency_ms", "rankings"):
        bounds = dict(_flat(report["intervals"].get(group, {})))
        found += [Figure(group, name, value, bounds.get(name)) for name, value in _flat(report.get(group, {}))]
    return found


def table(report: Mapping[str, Any]) -> str:
    """How many questions ended how, then one line a measure, grouped; the questions themselves are left out."""
    return "\n".join(
        [f"{'outcomes':10} {name:24} {n}" for name, n in report["outcomes"].items()]
        + [
            f"{f.group:10} {f.name:24} {number(f.value)}"
            + (f"  [{number(f.interval[0])}, {number(f.interval[1])}]" if f.interval else "")
            for f in figures(report)
        ]
    )


def measured(report: Mapping[str, Any], name: str) -> float | None:
    """The measure called `group.name`; None where the run has none."""
    value: Any = report
    for part in name.split(".", 1):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, (int, float)) else None


def number(value: float | None) -> str:
    """As reports print a measure: shares with three digits, counts and times whole."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if isinstance(value, int) or value > 1 else f"{value:.3f}"


def _of_type(rows: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {"n": len(rows)}
    for name, values in collect(rows).items():
        if not name.startswith("rankings") and (value := ratio(values)) is not None:
            _put(found, name, [value, *(interval(values) or (value, value))])
    return found


def _latency(rows: Sequence[Row]) -> tuple[dict[str, Any], dict[str, Any]]:
    found, bounds = {}, {}
    for stage, shares in TIMES:
        times = [row["timings_ms"][stage] for row in rows if stage in row["timings_ms"]]
        for share in shares if times or any("status" in row for row in rows) else ():
            found[f"{stage}_p{share}"] = metrics.percentile(times, share / 100)
            if low_high := percentile_interval(times, share / 100):
                bounds[f"{stage}_p{share}"] = list(low_high)
    return found, bounds


def _put(report: dict[str, Any], name: str, value: Any) -> None:
    *groups, measure = name.split(".")
    for group in groups:
        report = report.setdefault(group, {})
    report[measure] = value


def _flat(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        found += _flat(value, f"{prefix}{name} ") if isinstance(value, Mapping) else [(prefix + name, value)]
    return found
