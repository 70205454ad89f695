"""python -m training.confidence: the weights of the confidence score, and its threshold, from answers to gold sets.

ask GOLD --to ROWS    asks every question of the library in ARTICLE_QA_DATA_DIR with the threshold off (hours)
fit ROWS...           prints weights, and for each threshold what would be right, refused and wrongly refused
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qa.answer import build_answerer
from qa.confidence import SHOWN_FROM, WEIGHTS, features
from qa.evaluation.gold import read_gold
from qa.evaluation.run import asking, run
from qa.settings import Settings
from qa.types import Signals

RIDGE = 1.0  # keeps a weight small that few questions speak for
FALSE_REFUSAL = 0.10  # the share of answerable questions that may be refused
THRESHOLDS = [step / 20 for step in range(6, 17)]


@dataclass(frozen=True)
class Outcome:
    """What became of one question; no signals where nothing was found to show."""

    answerable: bool
    right: bool
    signals: Signals | None

    @property
    def usable(self) -> Signals | None:
        """The signals, where the answer is of the kind asked for and the extractor told something.

        No answer of another kind is ever shown; those of which it tells nothing are too few to fit weights on.
        """
        return self.signals if self.signals and self.signals.kind and self.signals.answers is not None else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    asked = steps.add_parser("ask")
    asked.add_argument("gold", type=Path)
    asked.add_argument("--to", type=Path, required=True)
    steps.add_parser("fit").add_argument("rows", type=Path, nargs="+")
    options = parser.parse_args()
    if options.step == "ask":
        ask(options.gold, options.to)
    else:
        report([read(path) for path in options.rows])


def ask(gold: Path, to: Path) -> None:
    """A line a question: whether it can be answered, whether the answer is right, and the signals."""
    answerer = build_answerer(Settings.from_env())
    answerer.shown_from = 0.0
    rows = run(asking(answerer), read_gold(gold))
    answerer.close()
    lines = ({"answerable": r["answerable"], "right": r["accurate"], "signals": r["signals"]} for r in rows)
    to.write_text("".join(json.dumps(line) + "\n" for line in lines))


def read(path: Path) -> list[Outcome]:
    rows = map(json.loads, path.read_text().splitlines())
    return [Outcome(r["answerable"], r["right"], Signals(**r["signals"]) if r["signals"] else None) for r in rows]


def report(sets: Sequence[Sequence[Outcome]]) -> None:
    """Both on standard output: the weights rounded, and a table over thresholds with them."""
    weights = np.round(fit(sets), 2)
    print("weights  ", dict(zip(WEIGHTS, weights.tolist(), strict=True)))
    print("threshold", *(f"right refused wrongly | set {n}" for n in range(1, len(sets) + 1)), sep="   ")
    for threshold in THRESHOLDS:
        cells = ("  ".join(f"{share:.3f}" for share in shares(outcomes, weights, threshold)) for outcomes in sets)
        print(f"{threshold:9.2f}", *cells, sep="   ")
    allowed = [t for t in THRESHOLDS if np.mean([shares(o, weights, t)[2] for o in sets]) <= FALSE_REFUSAL]
    print(f"highest with at most {FALSE_REFUSAL} wrongly refused: {max(allowed, default=None)}; in use: {SHOWN_FROM}")


def fit(sets: Sequence[Sequence[Outcome]]) -> "np.ndarray":
    """Logistic regression of right answers with a ridge, each set with the same weight in all."""
    usable = [(o, len(outcomes)) for outcomes in sets for o in outcomes if o.usable]
    x = np.array([features(o.signals) for o, _ in usable if o.signals])
    y = np.array([o.right for o, _ in usable], float)
    share = np.array([1 / size for _, size in usable])
    share *= len(usable) / share.sum()

    def loss(weights: "np.ndarray") -> float:
        z = x @ weights
        return float((share * (np.logaddexp(0, z) - y * z)).sum() + RIDGE / 2 * (weights[1:] ** 2).sum())

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), method="L-BFGS-B").x)


def shares(outcomes: Sequence[Outcome], weights: "np.ndarray", threshold: float) -> tuple[float, float, float]:
    """Of the answerable the share of right answers, of the others that of refusals, of the answerable that again."""

    def shown(outcome: Outcome) -> bool:
        return bool(outcome.usable) and 1 / (1 + np.exp(-weights @ features(outcome.usable))) >= threshold

    asked = [o for o in outcomes if o.answerable]
    others = [o for o in outcomes if not o.answerable]
    right = np.mean([o.right and shown(o) for o in asked])
    return float(right), float(np.mean([not shown(o) for o in others])), float(np.mean([not shown(o) for o in asked]))


if __name__ == "__main__":
    main()
