"""python -m training.followups FOLDER: the decision whether a question needs the conversation before it.

A logistic regression on rewrites made by people (`rewrite_*.jsonl` in FOLDER). A question that they changed needs its
conversation. What they left alone, what they wrote, and what they wrote for another dialogue does not; neither does a
question from `nq_oracle.jsonl` or `boolq.jsonl` put at the end of a dialogue. A part is shown in small letters without
a question mark, as people type.

Writes qa/query/followups.json: the weights, and how often they are right on dialogues left out (five folds).
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.query.followups import FITTED, features, recent
from qa.types import Turn
from training.logistic import logistic

RIDGE = 3.0
FOLDS = 5
TYPED = 0.3  # share shown in small letters
SEARCHES = ("nq_oracle", "boolq")  # what people typed into a search box stands alone
SWITCHES = 500  # of each for a file of dialogues
LEAST_SEEN = 5  # rows with a feature, for it to have a weight
WEIGHTS_OF_FILES = {"canard_dev": 0.5, "trec_cast": 1.5}  # the one has three times as many rows, mostly "he" and "she"
NEEDED_FROM = 0.3  # a needless try costs a rewrite that the guard mostly refuses; a missed one costs the answer


@dataclass(frozen=True)
class Row:
    """A question after some turns, and whether it needs them."""

    dialogue: str
    kind: str
    question: str
    turns: tuple[Turn, ...]
    needs: bool
    weight: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    rows = read(parser.parse_args().folder, random.Random(7))
    known, x = matrix(rows)
    probabilities = held_out(rows, x)
    weights = fit(rows, x)
    right = {
        kind: round(float(np.mean([(p >= NEEDED_FROM) == r.needs for r, p in told])), 3)
        for kind in sorted({r.kind for r in rows})
        if (told := [(r, p) for r, p in zip(rows, probabilities, strict=True) if r.kind == kind])
    }
    fitted = {
        "about": "Fitted by training/followups.py; 'right' is the share decided rightly in dialogues left out.",
        "rows": len(rows),
        "right": right,
        "needed_from": NEEDED_FROM,
        "weights": dict(zip(known, np.round(weights, 3).tolist(), strict=True)),
    }
    FITTED.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    print(json.dumps(right, indent=1))


def read(folder: Path, rng: random.Random) -> list[Row]:
    """What people changed and left alone, and what stands alone by its making."""
    rows = []
    searches = {name: [row["question"] for row in _lines(folder / f"{name}.jsonl")] for name in SEARCHES}
    for name, weight in WEIGHTS_OF_FILES.items():
        followups = [row for row in _lines(folder / f"rewrite_{name}.jsonl") if row["turns"]]
        others = rng.choices(followups, k=len(followups))
        switches = [
            (search, dict(zip(rng.sample(range(len(followups)), SWITCHES), rng.sample(asked, SWITCHES), strict=True)))
            for search, asked in searches.items()
        ]
        for place, (row, other) in enumerate(zip(followups, others, strict=True)):
            turns = tuple(recent([Turn(question, answer or "") for question, answer in row["turns"]]))
            dialogue = row["id"].split("#")[0] if "#" in row["id"] else row["id"].rpartition("_")[0]
            kind = "changed by people" if row["changed"] else "left alone by people"
            told = [(kind, row["question"], row["changed"])]
            if row["changed"]:
                told.append(("written by people", row["rewrite"], False))
            told.append(("of another dialogue", other["rewrite"], False))
            told += [(f"of {search}", chosen[place], False) for search, chosen in switches if place in chosen]
            for kind, question, needs in told:
                typed = question.lower().rstrip("?") if rng.random() < TYPED else question
                rows.append(Row(dialogue, f"{name}: {kind}", typed, turns, needs, weight))
    return rows


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def matrix(rows: Sequence[Row]) -> tuple[list[str], "np.ndarray"]:
    """The features that are seen often enough, the bias first, and a line with their values for each row."""
    found = [features(row.question, row.turns) for row in rows]
    seen = Counter(name for values in found for name, value in values.items() if value)
    known = ["bias", *(name for name, count in seen.items() if count >= LEAST_SEEN and name != "bias")]
    return known, np.array([[values.get(name, 0.0) for name in known] for values in found])


def fit(rows: Sequence[Row], x: "np.ndarray") -> "np.ndarray":
    """Weights of a logistic regression with a ridge on all but the bias."""
    y = np.array([row.needs for row in rows], float)
    return logistic(x, y, np.array([row.weight for row in rows]), RIDGE)


def held_out(rows: Sequence[Row], x: "np.ndarray") -> "np.ndarray":
    """The probability of each row by weights fitted on other dialogues."""
    dialogues = sorted({row.dialogue for row in rows})
    random.Random(7).shuffle(dialogues)
    fold = {dialogue: place % FOLDS for place, dialogue in enumerate(dialogues)}
    probabilities = np.zeros(len(rows))
    for number in range(FOLDS):
        out = np.array([fold[row.dialogue] == number for row in rows])
        weights = fit([row for row, left in zip(rows, out, strict=True) if not left], x[~out])
        probabilities[out] = 1 / (1 + np.exp(-x[out] @ weights))
    return probabilities


if __name__ == "__main__":
    main()
