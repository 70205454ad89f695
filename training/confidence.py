"""python -m training.confidence: the weights of the confidence score and its thresholds, from answers to gold sets.

ask GOLD --to ROWS [--every N --from K]   asks the questions of the library in ARTICLE_QA_DATA_DIR, all drafts shown
drafts FILE                               from right and wrong drafts over small articles, when a sentence is supported
quotes DATA                               from the held-out training questions, when a quote's own words answer
fit ROWS...                               weights and thresholds, and what comes of them, set by set

The last three write into qa/grounding/confidence.json.
"""

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qa.answer import Answerer
from qa.evaluation.gold import read_gold
from qa.evaluation.run import asking, run
from qa.grounding.citations import backings, candidates
from qa.grounding.claim import Claim
from qa.grounding.confidence import FITTED, SHOWN_FROM, WEIGHTS, features
from qa.grounding.verification import scored, without_verdict
from qa.models.support import load_support
from qa.query.query import Query
from qa.settings import Settings
from qa.types import Evidence, Signals
from training.data import read_rows
from training.support.answers import from_questions
from training.support.pairs import Pair

RIDGE = 1.0  # keeps a weight small that few questions speak for
PRICE = 0.6  # of a wrong answer that is shown, in right ones
PRICE_OF_SENTENCES = 5.0  # of a false sentence, in true ones: those can be told in a quote's words
PRICE_OF_QUOTES = 0.1  # of quotes shown as the closest that do not answer, in such as do
QUESTIONS = 3000  # claims made of held-out questions
THRESHOLDS = [step / 50 for step in range(2, 48)]


@dataclass(frozen=True)
class Outcome:
    """What became of one question; no signals where nothing was found to show."""

    answerable: bool
    right: bool
    signals: Signals | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    asked = steps.add_parser("ask")
    asked.add_argument("gold", type=Path)
    asked.add_argument("--to", type=Path, required=True)
    asked.add_argument("--every", type=int, default=1)
    asked.add_argument("--from", dest="first", type=int, default=0)
    steps.add_parser("drafts").add_argument("file", type=Path)
    steps.add_parser("quotes").add_argument("folder", type=Path)
    steps.add_parser("fit").add_argument("rows", type=Path, nargs="+")
    options = parser.parse_args()
    if options.step == "ask":
        ask(options.gold, options.to, slice(options.first, None, options.every))
    elif options.step == "drafts":
        keep({"supported_from": supported_from(list(map(json.loads, options.file.read_text("utf-8").splitlines())))})
    elif options.step == "quotes":
        keep({"quoted_from": quoted_from(from_questions(read_rows(options.folder), QUESTIONS, random.Random(7), True))})
    else:
        sets = [read(path) for path in options.rows]
        weights = fit(sets)
        thresholds = {"shown_from": best(sets, weights, PRICE), "closest_from": best(sets, weights, PRICE_OF_QUOTES)}
        rounded = dict(zip(WEIGHTS, np.round(weights, 3).tolist(), strict=True))
        keep({"weights": rounded, **thresholds})
        report(options.rows, sets, weights, thresholds["shown_from"])


def ask(gold: Path, to: Path, which: slice) -> None:
    """A line a question: whether it can be answered, whether the answer is right, and the signals."""
    answerer = Answerer.open(Settings.from_env())
    answerer.shown_from, answerer.enough_from = 0.0, SHOWN_FROM
    rows = run(asking(answerer), read_gold(gold)[which])
    answerer.close()
    lines = ({"answerable": r["answerable"], "right": r["accurate"], "signals": r["signals"]} for r in rows)
    to.write_text("".join(json.dumps(line) + "\n" for line in lines))


def keep(fitted: Mapping[str, object]) -> None:
    """Put what was fitted in the place of what was."""
    known = json.loads(FITTED.read_text("utf-8"))
    FITTED.write_text(json.dumps(known | fitted, indent=2) + "\n", "utf-8")


def supported_from(cases: Sequence[Mapping[str, str]]) -> float:
    """The probability with the most right drafts supported, less the price of each wrong one."""
    model = load_support(Settings.from_env())
    best: dict[str, list[float]] = {"right": [], "wrong": []}
    for case in cases:
        text = case["text"]
        passage = Evidence("a", case["title"], case["source"], case["published_at"], None, 0, len(text), text, 1.0)
        for which, found in best.items():
            plain = without_verdict(case[which])
            claim = Claim.of(plain, Query.of(case["question"]), [passage])
            own = [b for b in backings(claim, plain, candidates([passage]), {}) if b.own]
            found.append(max((one.support for one in scored(model, own, case["question"])), default=0.0))

    def worth(least: float) -> float:
        right, wrong = (sum(p >= least for p in best[which]) for which in ("right", "wrong"))
        return right - PRICE_OF_SENTENCES * wrong

    return max(THRESHOLDS, key=worth)


def quoted_from(pairs: Sequence[Pair]) -> float:
    """The probability with the most sentences taken that answer, less those taken that do not, as shares of either."""
    told = [pair for pair in pairs if pair.claimed.claim in pair.claimed.quote]
    judged = load_support(Settings.from_env()).judge([pair.claimed for pair in told])
    said = np.array([judgement.supported for judgement in judged])
    answers = np.array([pair.label == "supported" for pair in told])
    return max(THRESHOLDS, key=lambda least: np.mean(said[answers] >= least) - np.mean(said[~answers] >= least))


def read(path: Path) -> list[Outcome]:
    rows = map(json.loads, path.read_text().splitlines())
    return [Outcome(r["answerable"], r["right"], Signals(**r["signals"]) if r["signals"] else None) for r in rows]


def fit(sets: Sequence[Sequence[Outcome]]) -> "np.ndarray":
    """Logistic regression of right answers with a ridge, each set with the same weight in all."""
    usable = [(o, o.signals, len(outcomes)) for outcomes in sets for o in outcomes if o.signals]
    x = np.array([features(signals) for _, signals, _ in usable])
    y = np.array([o.right for o, _, _ in usable], float)
    share = np.array([1 / size for *_, size in usable])
    share *= len(usable) / share.sum()

    def loss(weights: "np.ndarray") -> float:
        z = x @ weights
        return float((share * (np.logaddexp(0, z) - y * z)).sum() + RIDGE / 2 * (weights[1:] ** 2).sum())

    return np.asarray(minimize(loss, np.zeros(x.shape[1]), method="L-BFGS-B").x)


def best(sets: Sequence[Sequence[Outcome]], weights: "np.ndarray", price: float) -> float:
    """The threshold with the most right answers shown, less the price of each wrong one, the sets alike in weight."""

    def worth(threshold: float) -> float:
        return sum(
            float(np.mean([shown(o, weights, threshold) * (1.0 if o.right else -price) for o in outcomes]))
            for outcomes in sets
        )

    return max(THRESHOLDS, key=worth)


def shown(outcome: Outcome, weights: "np.ndarray", threshold: float) -> bool:
    """Whether its answer is as sure as that."""
    if outcome.signals is None:
        return False
    return bool(1 / (1 + np.exp(-weights @ features(outcome.signals))) >= threshold)


def shares(outcomes: Sequence[Outcome], weights: "np.ndarray", threshold: float) -> tuple[float, float, float]:
    """Of the answerable the share of right answers, of the others that of refusals, of the answerable that again."""
    asked = [o for o in outcomes if o.answerable]
    others = [o for o in outcomes if not o.answerable]
    right = np.mean([o.right and shown(o, weights, threshold) for o in asked])
    refused = (
        float(np.mean([not shown(o, weights, threshold) for o in some])) if some else 0.0 for some in (others, asked)
    )
    rejected, wrongly = refused
    return float(right), rejected, wrongly


def report(names: Sequence[Path], sets: Sequence[Sequence[Outcome]], weights: "np.ndarray", threshold: float) -> None:
    """Weights, the threshold, and set by set what is right, refused and wrongly refused."""
    print(FITTED.read_text(), end="")
    for name, outcomes in zip(names, sets, strict=True):
        right, rejected, wrongly = shares(outcomes, weights, threshold)
        print(f"{name.stem:20} n {len(outcomes):4}  right {right:.3f}  rejected {rejected:.3f}  refused {wrongly:.3f}")


if __name__ == "__main__":
    main()
