"""What a sentence says, and whether quotes say it too."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa.language.days import MONTHS, Day
from qa.language.facts import Facts, first_word, small_words, to_the_letter
from qa.language.orders import plays_a_part, unmarked
from qa.language.text import names, stem, stems, weigh
from qa.query.query import Query
from qa.types import Evidence

_VERDICTS = frozenset({stem("yes"), "no"})

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Quote:
    """A stretch of one passage, cut at sentence borders; offsets count in the article."""

    evidence: Evidence
    start: int
    end: int
    text: str
    facts: Facts

    @classmethod
    def cut(cls, evidence: Evidence, start: int, end: int) -> "Quote":
        text = evidence.text[start:end]
        return cls(evidence, evidence.start + start, evidence.start + end, text, Facts.of(unmarked(text)))

    def with_next(self, other: "Quote") -> "Quote":
        """One quote of two that follow each other."""
        offset = self.evidence.start
        text = self.evidence.text[self.start - offset : other.end - offset]
        return Quote(self.evidence, self.start, other.end, text, Facts.together((self.facts, other.facts)))

    @property
    def stems(self) -> frozenset[str]:
        return self.facts.words

    @cached_property
    def shown(self) -> frozenset[str]:
        """The words that a reader sees with it."""
        return self.facts.words | shown_with(self.evidence)

    def holds(self, other: "Quote") -> bool:
        """Whether the other is a part of it, in the same passage."""
        return self.evidence is other.evidence and self.start <= other.start and other.end <= self.end

    def distance(self, other: "Quote") -> float:
        """How many characters lie between two quotes; infinitely many between articles."""
        if self.evidence.article_id != other.evidence.article_id:
            return math.inf
        return max(0, other.start - self.end, self.start - other.end)


@dataclass(frozen=True)
class Claim:
    """What a sentence says, apart in what it adds to the question and what it repeats of it.

    `context` holds the words of each article's passages and title.
    """

    facts: Facts
    asked: Facts
    names: frozenset[str]
    context: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, sentence: str, query: Query, passages: Sequence[Evidence]) -> "Claim":
        facts = Facts.of(sentence)
        named = facts.names | (facts.words & query.names)
        opening = first_word(sentence)
        small = [small_words(text) for text in (query.text, *(p.text for p in passages))]
        if opening in names(f"a {sentence}") - _VERDICTS and not any(opening in found for found in small):
            named |= {opening}
        context: dict[str, frozenset[str]] = {}
        for p in passages:
            context[p.article_id] = context.get(p.article_id, frozenset()) | _stems(f"{p.title} ; {p.text}")
        return cls(facts, query.facts, named, context)

    @cached_property
    def words(self) -> frozenset[str]:
        return self.facts.words - self.asked.words

    @cached_property
    def new_names(self) -> frozenset[str]:
        return self.names - self.asked.words

    @cached_property
    def repeated_names(self) -> frozenset[str]:
        return self.names & self.asked.words

    @cached_property
    def new_numbers(self) -> frozenset[str]:
        return self.facts.numbers - self.asked.values

    def gain(self, quote: Quote, chosen: Sequence[Quote], weights: Weights) -> float:
        """How much of what is still missing the quote brings; a longer quote must bring more."""
        have = {s for other in chosen for s in other.stems}
        values = {number for other in chosen for number in other.facts.values}
        title = Facts.of(quote.evidence.title).words
        days = [day for day in self.facts.days - self.asked.days if _states(day, [quote]) and not _states(day, chosen)]
        new = (
            weigh(self.words & quote.stems - have, weights)
            + 3.0 * len((self.new_numbers & quote.facts.values) - values)
            + 6.0 * len(days)
            + 2.0 * len(self.new_names & quote.stems - have)
            + 1.0 * bool(self.repeated_names & have) * len(self.repeated_names & (quote.stems | title) - have)
        )
        if chosen and not new:
            return 0.0
        asked = weigh(self.asked.words & quote.stems, weights)
        asked += 0.5 * weigh(self.asked.words & title - quote.stems, weights)
        return new + 0.7 * asked + 0.5 * quote.evidence.score - 0.004 * len(quote.text)

    def additions_in_context(self, chosen: Sequence[Quote]) -> bool:
        """Whether the quotes hold the names, numbers and days that it adds, and their articles the names it repeats."""
        around = {s for quote in chosen for s in self.context[quote.evidence.article_id]}
        return self.additions_in(chosen) and self.repeated_names <= around

    def additions_in(self, chosen: Sequence[Quote]) -> bool:
        """Whether the quotes hold every number, date and name that the question did not bring.

        A name may also stand in the title or source that are shown beside them.
        """
        values = {number for quote in chosen for number in quote.facts.values}
        named = {s for quote in chosen for s in quote.shown}
        return (
            bool(chosen)
            and self.new_numbers <= values
            and self.new_names <= named
            and all(_states(day, chosen) for day in self.facts.days - self.asked.days)
        )

    def unnamed(self, chosen: Sequence[Quote]) -> frozenset[str]:
        """Its names that are not shown with the quotes; where all are, those that only a title or source shows."""
        shown = {s for quote in chosen for s in quote.shown}
        return (self.names - shown) or self.new_names - {s for quote in chosen for s in quote.stems}

    def missing(self, chosen: Sequence[Quote]) -> frozenset[str]:
        """The names and numbers that it repeats of the question and that are not shown with the quotes."""
        shown = {s for quote in chosen for s in quote.shown}
        beside = _beside(chosen)
        values = {n for quote in chosen for n in quote.facts.values} | {n for facts in beside for n in facts.values}
        days = {str(n) for day in self.facts.days if not _states(day, chosen, beside) for n in (day.day, day.year) if n}
        return (self.names - shown) | (self.facts.numbers - values) | days

    def fully_in(self, chosen: Sequence[Quote]) -> bool:
        """Whether no name, number or day of the sentence is missing in the quotes, and quotations stand there."""
        letters = [to_the_letter(text) for q in chosen for text in (q.text, q.evidence.title, q.evidence.source or "")]
        return (
            self.additions_in(chosen)
            and not self.missing(chosen)
            and all(any(run in text for text in letters) for run in self.facts.quotations)
        )

    def as_much_in(self, fewer: Sequence[Quote], chosen: Sequence[Quote]) -> bool:
        """Whether fewer quotes hold as much of the sentence."""
        have, had = ({s for quote in some for s in quote.stems} for some in (fewer, chosen))
        return self.fully_in(fewer) and not (self.facts.words & had) - have


def shown_with(evidence: Evidence) -> frozenset[str]:
    """The words of what is shown beside each quote: the article's title, its source and its day in words."""
    day = re.match(r"(\d{4})-(\d\d)-(\d\d)", evidence.published_at or "")
    written = f"{int(day[3])} {MONTHS[int(day[2]) - 1]} {day[1]}" if day else ""
    beside = (text for text in (evidence.title, evidence.source or "", written) if not plays_a_part(text))
    return frozenset().union(*(Facts.of(unmarked(text)).words for text in beside))


def share(asked: frozenset[str], found: set[str], weights: Weights) -> float:
    """Of the stems asked for, by weight, those found, in 0..1; 1 where nothing is asked for."""
    total = weigh(asked, weights)
    return weigh(asked & found, weights) / total if total else 1.0


def _states(day: Day, chosen: Sequence[Quote], beside: Sequence[Facts] = ()) -> bool:
    """Whether quotes, or what is shown beside them, tell a date; a year may be understood from what is shown."""
    told = [*(quote.facts for quote in chosen), *beside]
    years = {value for facts in (*told, *_beside(chosen)) for value in facts.values}
    return any(day.told_by(other, years) for facts in told for other in facts.days)


def _beside(chosen: Sequence[Quote]) -> list[Facts]:
    """What is shown beside quotes and can hold a number that the question brought: title and day of publication."""
    return [Facts.of(f"{q.evidence.title} ; {q.evidence.published_at or ''}") for q in chosen]


@lru_cache(maxsize=1_024)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stems(text))
