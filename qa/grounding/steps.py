"""What the steps of the chain hand to one another."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from qa.query.query import Query
from qa.retrieval.hits import Hit
from qa.types import Answer, Evidence, Filters, Length, Span, Turn


@dataclass(frozen=True)
class Asked:
    """What the chain is given: a question, the turns before it, where to look, and how long an answer is wanted.

    With the quotes `without` that an earlier answer showed it asks what more the articles say.
    """

    question: str
    history: Sequence[Turn] = ()
    filters: Filters | None = None
    as_of: date | None = None
    length: Length = "normal"
    without: Collection[Span] = ()


@dataclass(frozen=True)
class Foreign:
    """A question that is to be put into English, and the code of its language."""

    question: str
    language: str


@dataclass(frozen=True)
class Retrieved:
    """A query with what was found for it; `answer` is the growing answer, with the passages.

    `guesses` are the words with which the extractor would answer, where it read them already, and `excerpts` what the
    model is to read first, where that is known.
    """

    query: Query
    hits: tuple[Hit, ...]
    answer: Answer
    guesses: tuple[Hit, ...] | None = None
    excerpts: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Excerpted:
    """What the model is to read: excerpts of passages, and perhaps the words that the extractor would answer with; and
    how many sentences it may write.
    """

    query: Query
    excerpts: Sequence[Evidence]
    guess: str | None = None
    sentences: int = 1


@dataclass(frozen=True)
class Draft:
    """A draft that is to be grounded; `guess` holds the words with which the extractor would answer."""

    text: str
    found: Retrieved
    guess: Hit | None = None
