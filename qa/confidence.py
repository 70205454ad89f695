"""One score for "do the articles answer this?", from signals that are cheap to have.

A logistic regression over how probable the language model finds it that the quotes state the answer, and what the
extractor, a second model, makes of the question; over what is counted in the text around the quotes where it makes
nothing of it. `python -m training.confidence` fits the weights on answers to gold sets.
"""

import math
from collections.abc import Mapping, Sequence

from qa.citations import Checked, surroundings
from qa.claim import share
from qa.facts import Facts
from qa.opposites import contrary
from qa.question import counted, kind_matches
from qa.text import names, sentences, stem, stems, words
from qa.types import Evidence, Signals

SHOWN_FROM = 0.5
# About as fitted beside 1.0 for "names", since few of the questions fitted on name what no passage does. "agreed" is
# more by 0.15 and "always" by 0.5, so that 0.95 of the answers shown hold what is accepted; about a tenth of what can
# be answered is refused.
WEIGHTS = {"always": -2.5, "names": 1.0, "counted": 0.7, "agreed": 0.5, "stated": 0.8, "answers": 0.45}
# Where the extractor tells nothing: without one, or of answers over several passages, which it reads one by one.
ALONE = {"always": -1.9, "names": 1.0, "words": 0.3, "counted": 0.7, "stated": 1.45}
USUALLY_STATED = 0.75  # stands in where a model gives no probabilities


def signals(
    question: str,
    checked: Checked,
    passages: Sequence[Evidence],
    weights: Mapping[str, float],
    stated: float | None = None,
    agreed: bool | None = None,
    answers: float | None = None,
) -> Signals:
    """The signals of a draft that has at least one supported sentence."""
    asked = stems(question)
    named = asked & (_names(question) | _names_in(passages))
    near = surroundings(checked.quotes)
    noun = counted(question)
    return Signals(
        names=share(named, near, weights),
        words=share(asked - named, near, weights),
        kind=kind_matches(question, " ".join(sentence.text for sentence in checked.sentences))
        and not contrary(question, Facts.together(quote.facts for quote in checked.quotes)),
        counted=noun is None or any(noun in quote.stems for quote in checked.quotes),
        stated=stated,
        agreed=agreed,
        answers=answers,
    )


def confidence(signals: Signals) -> float:
    """Probability that the draft answers the question from the articles, in 0..1."""
    if not signals.kind:
        return 0.0
    weights = ALONE if signals.answers is None else WEIGHTS
    z = sum(weight * value for weight, value in zip(weights.values(), features(signals), strict=True))
    return 1 / (1 + math.exp(-z))


def features(signals: Signals) -> tuple[float, ...]:
    """What each of WEIGHTS is multiplied with, or of ALONE where the extractor tells nothing."""
    stated = USUALLY_STATED if signals.stated is None else min(max(signals.stated, 0.02), 0.99)
    logit, counted = math.log(stated / (1 - stated)), float(signals.counted)
    if signals.answers is None:
        return 1.0, signals.names, signals.words, counted, logit
    agreed, answers = 1.0 if signals.agreed else -1.0, min(max(signals.answers, -5.0), 5.0)
    return 1.0, signals.names, counted, agreed, logit, answers


def _names(question: str) -> set[str]:
    return names(question) | {stem(word) for word in words(question) if word[0].isdigit()}


def _names_in(passages: Sequence[Evidence]) -> set[str]:
    """What the passages capitalise is a name, however the question writes it."""
    return {name for p in passages for start, end in sentences(p.text) for name in names(p.text[start:end])}
