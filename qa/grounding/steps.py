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

    @classmethod
    def of(cls, query: Query, hits: tuple[Hit, ...], model: str, pending: int) -> "Retrieved":
        """With the answer of a model of this name begun; so many articles are still `pending`."""
        answer = Answer(
            query.asked,
            query.text,
            passages=tuple(hit.evidence for hit in hits),
            model=model,
            notes=(*query.notes, *_pending_note(pending)),
            kind=query.kind,
            language=query.language,
            timings_ms=query.clock.times,
        )
        return cls(query, hits, answer)


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


def _pending_note(articles: int) -> tuple[str, ...]:
    if not articles:
        return ()
    those = "1 article is" if articles == 1 else f"{articles:,} articles are"
    return (f"{those} still being taken in: until then only their words are searched, not what they mean.",)
