"""One score for "do the articles answer this?", from signals that are cheap to have.

A logistic regression over how probable the model finds it that the quotes state the answer, and what is
counted in the text around them; its weights were fitted on answers to the corpus gold set, and rounded.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.citations import Checked, surroundings
from qa.question import counted, kind_matches
from qa.text import names, sentences, stem, stems, words
from qa.types import Evidence

SHOWN_FROM = 0.5
USUALLY_STATED = 0.75  # stands in where a model gives no probabilities


@dataclass(frozen=True)
class Signals:
    """What is known about a checked draft; shares are weighted by inverse document frequency, in 0..1.

    names       share of the question's names and numbers that stand around the quotes of one article
    words       share of its other words
    kind        whether the answer is of the kind asked for, a number or a time
    counted     whether what "how many" counts stands in a quote
    agreed      whether the reader, which knew nothing of the draft, would answer with words of it; None without one
    stated      how probable the model finds it that the quotes state the answer; None where it cannot tell
    """

    names: float
    words: float
    kind: bool
    counted: bool
    stated: float | None = None
    agreed: bool | None = None


def signals(
    question: str,
    checked: Checked,
    passages: Sequence[Evidence],
    weights: Mapping[str, float],
    stated: float | None,
    agreed: bool | None,
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
        stated=stated,
        agreed=agreed,
    )


def confidence(signals: Signals) -> float:
    """Probability that the draft answers the question from the articles, in 0..1."""
    if not signals.kind:
        return 0.0
    stated = USUALLY_STATED if signals.stated is None else min(max(signals.stated, 0.02), 0.99)
    z = (
        -1.9
        + 1.0 * signals.names
        + 0.3 * signals.words
        + 0.7 * signals.counted
        + 0.4 * {True: 1, False: -1, None: 0}[signals.agreed]
        + 1.45 * math.log(stated / (1 - stated))
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
