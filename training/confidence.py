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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.runnables import RunnableLambda

from qa.answer import Answerer
from qa.evaluation.gold import read_gold
from qa.evaluation.metrics import accuracy
from qa.grounding.citations import backings, candidates
from qa.grounding.claim import Claim
from qa.grounding.confidence import FITTED, WEIGHTS, features
from qa.grounding.verification import scored, without_verdict
from qa.models.support import load_support
from qa.query.query import Query
from qa.settings import Settings
from qa.types import Answer, Evidence, Signals
from training.data import read_rows
from training.logistic import logistic
from training.support.answers import from_questions
from training.support.pairs import Pair

RIDGE = 1.0  # keeps a weight small that few questions speak for
PRICE = 0.9  # of a wrong answer that is shown, in right ones
PRICE_OF_SENTENCES = 5.0  # of a false sentence, in true ones: those can be told in a quote's words
PRICE_OF_QUOTES = 0.1  # of quotes shown as the closest that do not answer, in such as do
QUESTIONS = 3000  # claims made of held-out questions
THRESHOLDS = [step / 50 for step in range(2, 48)]


@dataclass(frozen=True)
class Outcome:
    """What could be shown for one question: of each answer whether it is right, and its signals."""

    answerable: bool
    answers: Sequence[tuple[bool, Signals]]


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
    """A line a question: whether it can be answered, and of all that could be shown whether it is right, and why."""
    answerer = Answerer.open(Settings.from_env())
    with to.open("w") as file:
        for question in read_gold(gold)[which]:
            found = supported(answerer, question.question)
            answers = [(bool(question.answerable and accuracy(a.text, question.answers)), a) for a in found]
            file.write(json.dumps(row(question.answerable, answers)) + "\n")
    answerer.close()


def supported(answerer: Answerer, question: str) -> list[Answer]:
    """All that could be shown for a question, each answer once."""
    found: list[Answer] = []
    ground = answerer.ground
    answerer.ground = ground | RunnableLambda(lambda answers: found.extend(answers) or answers)
    answerer.answer(question)
    answerer.ground = ground
    return list({answer.text: answer for answer in found}.values())


def row(answerable: bool, answers: Iterable[tuple[bool, Answer]]) -> dict[str, Any]:
    """As `fit` reads it."""
    told = [{"right": right, "signals": asdict(a.signals)} for right, a in answers if a.signals]
    return {"answerable": answerable, "answers": told}


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
    return [Outcome(r["answerable"], [(a["right"], Signals(**a["signals"])) for a in r["answers"]]) for r in rows]


def fit(sets: Sequence[Sequence[Outcome]]) -> "np.ndarray":
    """Logistic regression of right answers with a ridge; each set weighs the same, and each question in it."""
    usable = [(o, len([o for o in some if o.answers])) for some in sets for o in some if o.answers]
    told = [(answer, 1 / len(outcome.answers) / size) for outcome, size in usable for answer in outcome.answers]
    x = np.array([features(signals) for (_, signals), _ in told])
    y = np.array([right for (right, _), _ in told], float)
    share = np.array([share for _, share in told])
    return logistic(x, y, share * len(usable) / share.sum(), RIDGE)


def best(sets: Sequence[Sequence[Outcome]], weights: "np.ndarray", price: float) -> float:
    """The threshold with the most right answers shown, less the price of each wrong one, the sets alike in weight."""
    chosen = [[surest(outcome, weights) for outcome in outcomes] for outcomes in sets]

    def worth(threshold: float) -> float:
        return sum(
            float(np.mean([(p >= threshold) * (1.0 if right else -price) for right, p in some])) for some in chosen
        )

    return max(THRESHOLDS, key=worth)


def surest(outcome: Outcome, weights: "np.ndarray") -> tuple[bool, float]:
    """Whether the surest of the answers is right, and how sure it is: -1 where there is none."""
    told = [(1 / (1 + float(np.exp(-weights @ features(signals)))), right) for right, signals in outcome.answers]
    sure, right = max(told, key=itemgetter(0), default=(-1.0, False))
    return right, sure


def shares(outcomes: Sequence[Outcome], weights: "np.ndarray", threshold: float) -> tuple[float, float, float]:
    """Of the answerable the share of right answers, of the others that of refusals, of the answerable that again."""
    chosen = [(outcome.answerable, *surest(outcome, weights)) for outcome in outcomes]
    right = np.mean([right and sure >= threshold for answerable, right, sure in chosen if answerable])
    refused = [[sure < threshold for answerable, _, sure in chosen if answerable is which] for which in (False, True)]
    rejected, wrongly = (float(np.mean(some)) if some else 0.0 for some in refused)
    return float(right), rejected, wrongly


def report(names: Sequence[Path], sets: Sequence[Sequence[Outcome]], weights: "np.ndarray", threshold: float) -> None:
    """Weights, the threshold, and set by set what is right, refused and wrongly refused."""
    print(FITTED.read_text(), end="")
    for name, outcomes in zip(names, sets, strict=True):
        right, rejected, wrongly = shares(outcomes, weights, threshold)
        print(f"{name.stem:20} n {len(outcomes):4}  right {right:.3f}  rejected {rejected:.3f}  refused {wrongly:.3f}")


if __name__ == "__main__":
    main()
