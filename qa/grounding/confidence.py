"""One score for "do the articles answer this?", from what three trained models say.

A logistic regression; `python -m training.confidence` fits its weights and the thresholds on answers to gold sets, and
writes them to `confidence.json`, which nobody edits.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from qa.grounding.citations import Checked, surroundings
from qa.grounding.claim import share
from qa.query.query import Query
from qa.types import Evidence, Signals


@dataclass(frozen=True)
class Thresholds:
    """The probabilities from which on something is done.

    supported_from  a draft's own sentence counts as supported, by the support model
    quoted_from     a quote's own words may answer, by the support model: that they are stated is certain
    shown_from      an answer is shown, by its confidence
    closest_from    a refusal shows the nearest quotes, by the confidence of the answer that they would have made
    """

    supported_from: float
    quoted_from: float
    shown_from: float
    closest_from: float


FITTED = Path(__file__).with_name("confidence.json")
_READ = json.loads(FITTED.read_text("utf-8"))
WEIGHTS: Mapping[str, float] = _READ["weights"]
THRESHOLDS = Thresholds(**{field.name: _READ[field.name] for field in fields(Thresholds)})
FURTHEST = 4.0  # log odds; beyond them probabilities tell no more


def signals(
    query: Query,
    checked: Checked,
    passages: Sequence[Evidence],
    weights: Mapping[str, float],
    agreed: bool | None = None,
    answers: float | None = None,
) -> Signals:
    """The signals of a draft that has at least one supported sentence."""
    # what the passages capitalise is a name, however the question writes it
    named = query.stems & query.named.union(*(passage.names for passage in passages))
    return Signals(
        support=checked.support,
        names=share(named, surroundings(checked.quotes), weights),
        found=max(quote.evidence.score for quote in checked.quotes),
        agreed=agreed,
        answers=answers,
    )


def confidence(signals: Signals) -> float:
    """Probability that the draft answers the question from the articles, in 0..1."""
    z = sum(weight * value for weight, value in zip(WEIGHTS.values(), features(signals), strict=True))
    return 1 / (1 + math.exp(-z))


def features(signals: Signals) -> tuple[float, ...]:
    """What each of WEIGHTS is multiplied with."""
    agreed = 0.0 if signals.agreed is None else 1.0 if signals.agreed else -1.0
    unread = signals.answers is None
    answers = 0.0 if signals.answers is None else _bounded(signals.answers)
    return 1.0, _log_odds(signals.support), signals.names, _log_odds(signals.found), agreed, answers, float(unread)


def _log_odds(probability: float) -> float:
    least = 1 / (1 + math.exp(FURTHEST))
    probability = min(max(probability, least), 1 - least)
    return math.log(probability / (1 - probability))


def _bounded(logit: float) -> float:
    return min(max(logit, -FURTHEST), FURTHEST)
