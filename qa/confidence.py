"""One score for "do the articles answer this?", from signals that are cheap to have.

A logistic regression. Small models say yes to everything, yet how sure they are of it tells a lot; the
rest is counted in the text around the quotes.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.citations import Checked, surroundings
from qa.question import counted, kind_matches
from qa.text import names, sentences, stem, stems, words
from qa.types import Evidence

SHOWN_FROM = 0.5
# What a signal is taken to be where the model cannot give it.
MEAN_ANSWERABLE = 0.7
MEAN_FLUENCY = -0.2


@dataclass(frozen=True)
class Signals:
    """What is known about a checked draft; shares are weighted by inverse document frequency, in 0..1.

    names       share of the question's names and numbers that stand around the quotes of one article
    words       share of its other words
    kind        whether the answer is of the kind asked for, a number or a time
    counted     whether what "how many" counts stands in a quote
    answerable  how probable the model finds it that the passages answer the question; None where it cannot tell
    fluency     mean log probability of the draft's tokens; None where the model gives none
    """

    names: float
    words: float
    kind: bool
    counted: bool
    answerable: float | None = None
    fluency: float | None = None


def signals(
    question: str,
    checked: Checked,
    passages: Sequence[Evidence],
    weights: Mapping[str, float],
    answerable: float | None,
    fluency: float | None,
) -> Signals:
    """The signals of a draft that has at least one supported sentence."""
    asked = stems(question)
    named = asked & (_names(question) | _names_in(passages))
    around = surroundings(checked.quotes)
    noun = counted(question)
    return Signals(
        names=max(_share(named, near, weights) for near in around),
        words=max(_share(asked - named, near, weights) for near in around),
        kind=kind_matches(question, " ".join(sentence.text for sentence in checked.sentences)),
        counted=noun is None or any(noun in quote.stems for quote in checked.quotes),
        answerable=answerable,
        fluency=fluency,
    )


def confidence(signals: Signals) -> float:
    """Probability that the draft answers the question from the articles, in 0..1."""
    answerable = MEAN_ANSWERABLE if signals.answerable is None else min(max(signals.answerable, 0.02), 0.98)
    fluency = MEAN_FLUENCY if signals.fluency is None else signals.fluency
    z = (
        -2.8
        + 1.4 * signals.names
        + 0.6 * signals.words
        + 1.5 * signals.counted
        + 1.5 * signals.kind
        + 1.2 * math.log(answerable / (1 - answerable))
        + 3.0 * fluency
    )
    return 1 / (1 + math.exp(-z))


def _names(question: str) -> set[str]:
    return names(f"… {question}") | {stem(word) for word in words(question) if word[0].isdigit()}


def _names_in(passages: Sequence[Evidence]) -> set[str]:
    """What the passages capitalise is a name, however the question writes it."""
    return {name for p in passages for start, end in sentences(p.text) for name in names(p.text[start:end])}


def _share(asked: set[str], found: set[str], weights: Mapping[str, float]) -> float:
    total = sum(weights.get(s, 1.0) for s in asked)
    return sum(weights.get(s, 1.0) for s in asked & found) / total if total else 1.0
