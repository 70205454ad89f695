"""python -m training.support.measure: the shipped support model on held-out claims, beside shared words, by source.

With --to the claims are written as a file that `python -m qa evaluate --claims` takes.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.stats import mannwhitneyu

from qa.language.text import stems
from qa.models.support import load_support
from qa.settings import Settings
from training.support.pairs import UNSUPPORTED, Pair
from training.support.train import material
from training.support.written import WRITTEN

SHARED = 0.6  # of a claim's words, from which the check before this model took it for supported
DRAWS = 1_000
MEASURED = 400  # claims of a source, at most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--written", type=Path, default=WRITTEN)
    parser.add_argument("--to", type=Path)
    options = parser.parse_args()
    _, test = material(options.data, options.written, random.Random(7), MEASURED)
    if options.to:
        options.to.write_text("".join(json.dumps(row(n, pair)) + "\n" for n, pair in enumerate(test)), "utf-8")
    model = load_support(Settings.from_env())
    scores = {"model": [j.supported for j in model.judge([p.claimed for p in test])], "words": list(map(overlap, test))}
    found: dict[str, list[int]] = defaultdict(list)
    for n, pair in enumerate(test):
        found[pair.source].append(n)
    print(f"{'source':20} {'n':>5}  {'balanced accuracy':>24}  {'by words':>9}  {'AUROC':>6}  {'by words':>9}")
    for source, places in sorted(found.items()):
        truth = np.array([test[n].label == "supported" for n in places])
        model_, words = (np.array([scores[name][n] for n in places]) for name in ("model", "words"))
        low, high = interval(truth, model_ >= 0.5)
        told = f"{balanced(truth, model_ >= 0.5):.3f} [{low:.3f}, {high:.3f}]"
        plain, areas = balanced(truth, words >= SHARED), f"{auroc(truth, model_):6.3f}  {auroc(truth, words):9.3f}"
        print(f"{source:20} {len(places):5}  {told:>24}  {plain:9.3f}  {areas}")


def row(number: int, pair: Pair) -> dict[str, str | None]:
    claimed = pair.claimed
    label = "not_supported" if pair.label == UNSUPPORTED else pair.label
    return {"id": f"{pair.source}-{number}", "kind": pair.source, "label": label, **vars(claimed)}


def overlap(pair: Pair) -> float:
    """The share of a claim's own words that stand in its quote."""
    own = stems(pair.claimed.claim) - stems(pair.claimed.question)
    return len(own & stems(pair.claimed.quote)) / len(own) if own else 1.0


def balanced(truth: "np.ndarray", said: "np.ndarray") -> float:
    """The mean of how many of each class are told rightly; of the one class where there is but one."""
    return float(np.mean([np.mean(said[truth == kind] == kind) for kind in (True, False) if (truth == kind).any()]))


def interval(truth: "np.ndarray", said: "np.ndarray") -> tuple[float, float]:
    """95 %, by bootstrap."""
    rng = np.random.default_rng(7)
    draws = (rng.integers(0, len(truth), len(truth)) for _ in range(DRAWS))
    return tuple(np.percentile([balanced(truth[at], said[at]) for at in draws], (2.5, 97.5)))  # type: ignore[return-value]


def auroc(truth: "np.ndarray", score: Sequence[float]) -> float:
    """How often a supported claim is found more probable than another; nan with one class."""
    score = np.asarray(score)
    if truth.all() or not truth.any():
        return float("nan")
    return float(mannwhitneyu(score[truth], score[~truth]).statistic / (truth.sum() * (~truth).sum()))


if __name__ == "__main__":
    main()
