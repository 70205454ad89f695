"""How much an article's age tells on whether it answers, by a model that `python -m training.recency` fitted.

Who asks of the news asks of days ago; who asks of history is answered by an article of any age. Which of the two a
question is, its embedding tells. Where no article has a date, or all are of one age, nothing changes.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.types import Filters

FITTED = Path(__file__).with_name("recency.npz")
EDGES = (0, 4, 8, 15, 32)  # days: an article is of later than the question, of 0 to 3 days before it, …, or older
LIKELY = 0.5


@dataclass(frozen=True)
class Model:
    """What was fitted on the vectors of the model called `embeddings`.

    weights  of a question's embedding, and a constant: the log odds that it asks of the news
    ratios   one for each stretch of ages: how much likelier the article that answers such a question is of that age
             than others that are found for it
    """

    embeddings: str
    weights: NDArray[np.float32]
    ratios: tuple[float, ...]

    def asks_of_news(self, vector: Sequence[float]) -> float:
        """The probability that a question asks of what happened days ago."""
        return 1 / (1 + math.exp(-float(np.dot(self.weights[:-1], vector) + self.weights[-1])))


@dataclass(frozen=True)
class Recency:
    """What the age of an article tells for one question that is asked on a day.

    >>> Recency(0.5, (1, 3, 1, 1, 1, 0), date(2024, 5, 10)).log_odds("2024-05-09") == math.log(0.5 * 3 + 0.5)
    True
    """

    news: float
    ratios: tuple[float, ...]
    today: date

    def log_odds(self, published_at: str | None) -> float:
        """What is added to the log odds that the article answers; 0 where its day is not known."""
        age = stretch(published_at, self.today)
        return 0.0 if age is None else math.log(self.news * self.ratios[age] + 1 - self.news)

    def penalties(self, published: Sequence[str | None]) -> list[float]:
        """What articles of these days lose against the one of them whose age speaks for it most: so nothing changes
        where all are of one age.
        """
        odds = [self.log_odds(day) for day in published]
        best = max(odds, default=0.0)
        return [each - best for each in odds]

    @property
    def fresh(self) -> Filters | None:
        """The articles of the days before, where it is likely that the question asks of these."""
        first, last = self.today - timedelta(days=EDGES[-1] - 1), self.today
        return Filters(since=first.isoformat(), until=last.isoformat()) if self.news >= LIKELY else None


def stretch(published_at: str | None, today: date) -> int | None:
    """In which stretch of EDGES the age of an article lies; None where its day is not known."""
    try:
        return bisect_right(EDGES, (today - date.fromisoformat((published_at or "")[:10])).days)
    except ValueError:
        return None


@cache
def fitted() -> Model:
    """The model that the package brings."""
    with np.load(FITTED) as data:
        return Model(str(data["embeddings"]), data["weights"].astype(np.float32), tuple(data["ratios"].tolist()))


def recency(vector: Sequence[float], embeddings: str, today: date) -> Recency | None:
    """For a question of a day by its vector, of the model called `embeddings`; None for the vectors of another."""
    model = fitted()
    if embeddings != model.embeddings:
        return None
    return Recency(model.asks_of_news(vector), model.ratios, today)
