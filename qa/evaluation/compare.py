"""A run against an earlier one over the same questions, and against floors."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.errors import GoldError
from qa.evaluation.bootstrap import Pair, difference
from qa.evaluation.outcomes import outcome
from qa.evaluation.summary import Row, measured, ratio

ALPHA = 0.05
LOWER_IS_BETTER = {"refusal.false_refusal", "length.words", "length.redundancy"}
AT_LEAST, AT_MOST = "at_least", "at_most"
# By what a question is called better or worse: the first of these that both runs have of it.
_VERDICTS = ("answers.accuracy", "nuggets.recall", "refusal.negative_rejection", "retrieval.mrr@10")

Floors = dict[str, dict[str, float]]


def read_baseline(path: Path) -> list[Row]:
    """The questions of an earlier `run.json`; raises GoldError."""
    try:
        rows: list[Row] = json.loads(path.read_text(encoding="utf-8"))["questions"]
        {row["id"]: row["scores"] for row in rows}
    except OSError as error:
        raise GoldError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise GoldError(f"{path} is no run.json of `python -m qa evaluate --out`") from error
    return rows


def compare(now: Sequence[Row], before: Sequence[Row], baseline: str) -> dict[str, Any]:
    """Differences over the questions of both runs, by paired bootstrap; raises GoldError where there are none."""
    earlier = {row["id"]: row for row in before}
    pairs = [(row, earlier[row["id"]]) for row in now if row["id"] in earlier]
    if not pairs:
        raise GoldError(f"{baseline} has none of these questions; compare runs of the same gold set")
    names = dict.fromkeys(name for row in now for name in row["scores"] if not name.startswith("rankings"))
    verdicts = {row["id"]: _verdict(row, old) for row, old in pairs}
    return {
        "baseline": baseline,
        "questions": len(pairs),
        "measures": [measure for name in names if (measure := _measure(name, pairs))],
        "better": [name for name, change in verdicts.items() if change > 0],
        "worse": [name for name, change in verdicts.items() if change < 0],
        "changes": [_change(row, old, verdicts[row["id"]]) for row, old in pairs if _changed(row, old, verdicts)],
    }


def differences(comparison: Mapping[str, Any]) -> str:
    """One line a measure; a star marks what chance alone would hardly make."""
    lines = [f"against {comparison['baseline']}, {comparison['questions']} questions in both"]
    lines += [
        f"{'*' if m['significant'] else ' '} {m['measure']:32} {m['before']:.3f} -> {m['now']:.3f}"
        f"  {m['difference']:+.3f} [{m['interval'][0]:+.3f}, {m['interval'][1]:+.3f}]  p {m['p']:.3f}"
        for m in comparison["measures"]
    ]
    ended = {
        change["id"]: f" ({change['before']['outcome']} -> {change['now']['outcome']})"
        for change in comparison["changes"]
        if change["before"]["outcome"] != change["now"]["outcome"]
    }
    for name in ("better", "worse"):
        lines.append(f"{name}: {', '.join(which + ended.get(which, '') for which in comparison[name]) or 'none'}")
    return "\n".join(lines)


def read_floors(given: Sequence[str]) -> Floors:
    """Of MEASURE=VALUE and of TOML files with tables `at_least` and `at_most`; raises GoldError."""
    floors: Floors = {AT_LEAST: {}, AT_MOST: {}}
    for text in given:
        name, equals, value = text.partition("=")
        try:
            if equals:
                floors[AT_MOST if name in LOWER_IS_BETTER else AT_LEAST][name] = float(value)
                continue
            with Path(text).open("rb") as file:
                read = tomllib.load(file)
            for bound, values in read.items():
                floors[bound] |= {measure: float(limit) for measure, limit in values.items()}
        except OSError as error:
            raise GoldError(
                f"cannot read {text}: {error.strerror}; --fail-below takes MEASURE=VALUE or a file"
            ) from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise GoldError(
                f"{text}: give MEASURE=VALUE, or a TOML file with the tables {AT_LEAST} and {AT_MOST}"
            ) from error
    return floors


def falls(report: Mapping[str, Any], floors: Floors) -> list[str]:
    """Why the gate fails, one line a measure: beyond its floor, or significantly worse than the baseline.

    Raises GoldError where a floor is set for what was not measured.
    """
    reasons = []
    for bound, limits in floors.items():
        for measure, limit in limits.items():
            value = measured(report, measure)
            if value is None:
                raise GoldError(f"a floor is set for {measure!r}, which this run does not measure")
            if value < limit if bound == AT_LEAST else value > limit:
                reasons.append(f"{measure} is {value:.3f}; {bound.replace('_', ' ')} {limit:g} is asked")
    guarded = floors[AT_LEAST].keys() | floors[AT_MOST].keys()
    for m in report.get("comparison", {}).get("measures", ()):
        worse = m["difference"] > 0 if m["measure"] in LOWER_IS_BETTER else m["difference"] < 0
        if m["measure"] in guarded and m["significant"] and worse:
            reasons.append(f"{m['measure']} fell from {m['before']:.3f} to {m['now']:.3f} (p {m['p']:.3f})")
    return reasons


def _measure(name: str, pairs: Sequence[tuple[Row, Row]]) -> dict[str, Any] | None:
    """A question that lacks the measure in one run counts nothing there."""
    now: list[Pair] = [tuple(row["scores"].get(name, (0.0, 0))) for row, _ in pairs]
    before: list[Pair] = [tuple(old["scores"].get(name, (0.0, 0))) for _, old in pairs]
    value, earlier = ratio(now), ratio(before)
    if value is None or earlier is None:
        return None
    low, high, p = difference(now, before)
    return {
        "measure": name,
        "before": earlier,
        "now": value,
        "difference": value - earlier,
        "interval": [low, high],
        "p": p,
        "significant": p < ALPHA,
    }


def _changed(row: Row, old: Row, verdicts: Mapping[str, float]) -> bool:
    return bool(verdicts[row["id"]]) or outcome(row) != outcome(old)


def _change(row: Row, old: Row, verdict: float) -> dict[str, Any]:
    """A question that ended otherwise than before: what was expected, and what was said each time."""
    expected = [*row.get("answers", ()), *(nugget[0] for nugget in row.get("nuggets", ()))]
    return {
        "id": row["id"],
        "question": row.get("question", row["id"]),
        "answerable": row.get("answerable", True),
        "expected": expected,
        "change": "better" if verdict > 0 else "worse" if verdict < 0 else "other",
        "before": _said(old),
        "now": _said(row),
    }


def _said(row: Row) -> dict[str, Any]:
    return {"outcome": outcome(row), "text": row.get("text", ""), "rank": row.get("rank")}


def _verdict(row: Row, old: Row) -> float:
    known = (name for name in _VERDICTS if name in row["scores"] and name in old["scores"])
    if (name := next(known, None)) is None:
        return 0.0
    return float(row["scores"][name][0] - old["scores"][name][0])
