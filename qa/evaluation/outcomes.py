"""How a question ended. A refusal is no wrong answer: it is counted by itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

Outcome = Literal["right", "incomplete", "wrong", "refused", "rejected", "found", "missed"]
OUTCOMES: tuple[Outcome, ...] = ("right", "incomplete", "wrong", "refused", "rejected", "found", "missed")


def outcome(row: Mapping[str, Any]) -> Outcome | None:
    """Of a row of a run; None where there was nothing to find, or the row does not say.

    right       the answer holds an accepted one, or states all facts of a complete one
    incomplete  it leaves facts out
    wrong       an answer was shown that is not accepted, or where nothing answers
    refused     no answer was shown although the articles have one
    rejected    no answer was shown, rightly
    found       retrieval only: the evidence is among the passages
    missed      retrieval only: it is not
    """
    if "answerable" not in row:
        return None
    answerable = row["answerable"]
    match row.get("status"):
        case "refused":
            return "refused" if answerable else "rejected"
        case "answered" if answerable and row["accurate"]:
            return "right"
        case "answered":
            return "incomplete" if answerable and not row["answers"] else "wrong"
    if answerable and (row.get("evidence") or row.get("articles")):
        return "found" if row.get("rank") else "missed"
    return None


def counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many questions ended in each way that any did, in the order of OUTCOMES."""
    found = Counter(outcome(row) for row in rows)
    return {name: found[name] for name in OUTCOMES if found[name]}
