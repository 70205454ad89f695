"""A question, with everything that the path of an answer needs to know of it, worked out once."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

from qa.language.facts import Facts
from qa.language.text import names, stem, stems, weigh, words
from qa.query.dates import sought
from qa.query.followups import Rewrite, standalone
from qa.query.kinds import PLAIN, Asks, Tell, asks
from qa.query.languages import ENGLISH, SERVED, told
from qa.query.question import Wanted, asks_for, asks_yes_or_no, checked_question
from qa.query.spelling import Lexicon, corrected
from qa.query.translation import Translate, faithful
from qa.types import Filters, Kind, Length, Preference, Span, Turn

Weigh = Callable[[str], Mapping[str, float]]


def all_alike(text: str) -> Mapping[str, float]:
    """No weights: every word counts 1."""
    return {}


class Articles(Lexicon, Protocol):
    """What must be known of the articles to understand a question about them."""

    def check(self, filters: Filters) -> None:
        """Raises FilterError where what they name does not exist."""

    def holds_any(self, filters: Filters) -> bool:
        """Whether a filter leaves any article."""

    def weights(self, text: str) -> Mapping[str, float]:
        """How much each word of a text tells: stem -> inverse document frequency."""

    def holding(self, word: str) -> Iterable[str]:
        """Texts of a few passages that hold a word."""

    def written_in(self, language: str) -> bool:
        """Whether most of the newest articles are in a language."""

    def embed(self, text: str) -> list[float]:
        """The vector of a question."""


class Clock:
    """Milliseconds since a question was asked, each mark once."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.times: Mapping[str, int] = {}

    def mark(self, name: str) -> None:
        if name not in self.times:
            self.times = {**self.times, name: round((time.perf_counter() - self._start) * 1000)}

    def stop(self) -> Mapping[str, int]:
        self.mark("total")
        return self.times


@dataclass(frozen=True)
class Query:
    """What is asked, and where it is looked up.

    asked       the question as the user wrote it
    text        the question in words that stand alone; everything below is read from it
    filters     the articles that may answer
    preference  the articles that are favoured
    notes       what there is to say about the filters
    current     whether it asks how things are now
    as_of       the day on which it is asked; None for today
    weigh       gives the weights of a text's words
    clock       milliseconds since it was asked
    asks        what kind of answer it asks for
    vector      its embedding, where it is known already
    length      how long an answer is wanted
    without     the quotes that were shown already, where more than these is asked for
    language    the code of the language that it was translated from, "en" where it was not
    understood  whether it could be read in that language

    >>> query = Query.of("Did the Varga bridge open in 1931?")
    >>> query.yes_or_no, sorted(query.named)
    (True, ['1931', 'varga'])
    """

    asked: str
    text: str
    filters: Filters | None = None
    preference: Preference | None = None
    notes: tuple[str, ...] = ()
    current: bool = False
    as_of: date | None = None
    weigh: Weigh = field(default=all_alike, repr=False, compare=False)
    clock: Clock = field(default_factory=Clock, repr=False, compare=False)
    asks: Asks = PLAIN
    vector: list[float] | None = field(default=None, repr=False, compare=False)
    length: Length = "normal"
    without: Collection[Span] = ()
    language: str = ENGLISH
    understood: bool = True

    @property
    def kind(self) -> Kind:
        """What kind of answer it asks for."""
        return self.asks.kind

    @property
    def effort(self) -> int:
        """How many times as many passages are read as for others: twice for a detailed answer."""
        return 2 if self.length == "detailed" else 1

    @classmethod
    def of(cls, question: str, filters: Filters | None = None, weigh: Weigh = all_alike) -> "Query":
        """A question that is looked up as it stands, whatever its time words say; raises QuestionError."""
        checked = checked_question(question)
        return cls(checked, checked, filters, weigh=weigh)

    @cached_property
    def yes_or_no(self) -> bool:
        """Whether Yes or No would answer it."""
        return asks_yes_or_no(self.text)

    @cached_property
    def wanted(self) -> Wanted | None:
        """What kind of value would answer it."""
        return asks_for(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(stems(self.text))

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of its capitalised words, but for the first."""
        return frozenset(names(self.text))

    @cached_property
    def named(self) -> frozenset[str]:
        """The stems of its names, and of what it writes in digits."""
        return self.names | {stem(word) for word in words(self.text) if word[0].isdigit()}

    @cached_property
    def facts(self) -> Facts:
        """What it states that can be compared."""
        return Facts.of(self.text)

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How much each of its words tells: stem -> inverse document frequency; 1 where one is missing."""
        return self.weigh(self.text)

    def weights_with(self, draft: str) -> Mapping[str, float]:
        """The weights of its words and of a draft's."""
        return self.weigh(f"{self.text} {draft}")

    def weight(self, found: Iterable[str]) -> float:
        """The sum of the weights of some stems."""
        return weigh(found, self.weights)

    def share(self, found: Iterable[str]) -> float:
        """Of its words, by weight, those found, in 0..1; 0 where it has none."""
        return self.weight(self.stems.intersection(found)) / (self.weight(self.stems) or 1.0)


def understand(
    question: str,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    as_of: date | None = None,
    *,
    articles: Articles,
    tell: Tell | None = None,
    rewrite: Rewrite | None = None,
    translate: Translate | None = None,
) -> Query:
    """What is asked: in English, spelt right, a follow-up in words that stand alone, and what its time words ask for
    beside the filters.

    Spelling comes before what else reads the words: the kind of answer, whether a follow-up needs the conversation,
    and the check that its rewrite keeps them.

    `tell` says what kind of answer a question asks for; without it all ask for facts. `rewrite` gives a follow-up in
    words that stand alone, `translate` a question in English; without them every question is taken as it stands. Time
    words count from `as_of`, else today. Raises QuestionError, FilterError, and what the two raise.
    """
    clock = Clock()
    asked = checked_question(question)
    if filters:
        articles.check(filters)
    language, english = _in_english(asked, articles, translate)
    if english is None:
        return Query(asked, asked, filters, as_of=as_of, clock=clock, language=language, understood=False)
    spelt = text = corrected(english, articles) if language == ENGLISH else english
    vector = articles.embed(text)
    wanted = asks(text, tell)
    if rewrite and history and not wanted.alone:
        text = standalone(spelt, history, rewrite)
    if text != spelt:
        vector = articles.embed(text)
        wanted = asks(text, tell)
    where = sought(text, filters, as_of, articles.holds_any)
    return Query(
        asked,
        text,
        where.filters,
        where.preference,
        where.notes,
        where.current,
        as_of,
        articles.weights,
        clock,
        wanted,
        vector,
        language=language,
    )


def _in_english(asked: str, articles: Articles, translate: Translate | None) -> tuple[str, str | None]:
    """The language of a question, and the question in English; None where it cannot be read.

    A question in the language of the articles stays as it is, and so does one that a translation leaves as it is.
    """
    language = told(asked) if translate else ENGLISH
    if translate is None or language == ENGLISH or articles.written_in(language):
        return ENGLISH, asked
    if language not in SERVED:
        return language, None
    translated = " ".join(translate(asked, language).split())
    if stems(translated) == stems(asked):
        return ENGLISH, asked
    return language, translated if faithful(translated, asked, articles.holding) else None
