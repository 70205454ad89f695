"""Articles that answer one question differently: what is shown side by side instead of one of them, chosen silently.

The reader says for each passage whether it answers and with which words. Where the answer's own article and another,
no copy of it, both answer surely, and with values that cannot both be true of one thing, they disagree.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import mean

from qa.grounding.citations import marked
from qa.grounding.values import Name, Value, value_of
from qa.grounding.verification import Judge, heading
from qa.language.days import Day, days_in
from qa.language.text import stems
from qa.models.reader import Reading
from qa.models.support import Claimed
from qa.query.query import Query
from qa.query.question import Wanted
from qa.retrieval.hits import Hit
from qa.types import Answer, Citation, Evidence, Sentence

NOTE = "The sources disagree; the newer one comes first."
ANSWERS = 1.5  # the reader's logit from which a passage counts as answering
CONTRADICTED_FROM = 0.5  # probability, the mean of both ways
POINTS = 0.0  # the margin from which its words count as the answer
ABOUT = 0.6  # of the question's words, by weight, that must stand around the value
SIDES = 3
_LIMITED = re.compile(
    r"\b(?:longest|shortest|highest|lowest|largest|biggest|smallest|widest|tallest|deepest|heaviest|oldest|youngest"
    r"|earliest|latest|most|fewest|average|mean|median|maximum|minimum|peak|record|first|second|third|last|previous"
    r"|total)\b(?! (?:year|month|week|summer|autumn|winter|spring|night)\b)",
    re.IGNORECASE,
)
_COMMA = re.compile(r"[,;:] ")
PRONOUN = re.compile(r"^(?:it|its|they|their|he|his|she|her|this|that|these|those|the (?:same|latter))\b", re.I)


@dataclass(frozen=True)
class Side:
    """What one article gives as the answer: the value, the sentence that gives it, and what leads up to it there.

    Offsets count in the passage. To Yes or No a sentence alone is the answer.
    """

    evidence: Evidence
    start: int
    end: int
    value: Value | None = None
    lead: str = ""

    @property
    def text(self) -> str:
        return self.evidence.text[self.start : self.end]

    def cited(self, citations: Sequence[Citation]) -> bool:
        """Whether a quote of the answer holds the sentence."""
        first, last = self.evidence.start + self.start, self.evidence.start + self.end
        return any(c.article_id == self.evidence.article_id and c.start < last and first < c.end for c in citations)

    def contradicts(self, other: "Side", judge: Judge) -> bool:
        """Whether both cannot be true: by their values, said of the same thing and time, else by the support model."""
        if _other_time(self, other):
            return False
        if self.value and other.value:
            return _limits(self.lead) == _limits(other.lead) and self.value.contradicts(other.value)
        both = judge.judge([self._against(other), other._against(self)])
        return mean(judged.contradicted for judged in both) >= CONTRADICTED_FROM

    def _against(self, other: "Side") -> Claimed:
        return Claimed(self.text, "", other.text, heading(other.evidence))


def disagreeing(
    query: Query, citations: Sequence[Citation], hits: Sequence[Hit], stories: Mapping[str, str], judge: Judge
) -> tuple[Side, ...]:
    """What the answer's article and others say, newest first, each value once; nothing where none contradicts it.

    `stories` tells which articles are copies of one story: article id -> id of the first of them.
    """
    said: dict[str, Side] = {}
    for side in _sides(query, hits):
        said.setdefault(stories.get(side.evidence.article_id, side.evidence.article_id), side)
    newest = sorted(said.values(), key=lambda side: side.evidence.published_at or "", reverse=True)
    used = [side for side in newest if side.cited(citations)]
    shown: list[Side] = []
    for side in newest:
        concerned = side in used or any(side.contradicts(other, judge) for other in used)
        if concerned and all(side.contradicts(other, judge) for other in shown):
            shown.append(side)
    return tuple(shown[:SIDES]) if len(shown) > 1 else ()


def side_by_side(answer: Answer, sides: Sequence[Side]) -> Answer:
    """The answer with each side in its article's own words, after its source and date."""
    citations = tuple(_citation(number, side) for number, side in enumerate(sides, 1))
    told = tuple(Sentence(f"{_source(c)}: {' '.join(c.quote.split())}", (c.number,), "quoted") for c in citations)
    text = marked(told)
    return replace(answer, text=text, sentences=told, citations=citations, notes=(*answer.notes, NOTE))


def _sides(query: Query, hits: Sequence[Hit]) -> Iterator[Side]:
    """What the passages that surely answer say, the likeliest first."""
    if query.wanted is None:
        return
    for evidence, reading in ((hit.evidence, hit.reading) for hit in hits):
        if reading is None or reading.logit < ANSWERS:
            continue
        yes_or_no = query.wanted == "outcome"
        side = _outcome(query, evidence) if yes_or_no else _value(query, evidence, reading, query.wanted)
        if side and _about(query, side):
            yield side


def _value(query: Query, evidence: Evidence, reading: Reading, asked: Wanted) -> Side | None:
    """The value that the reader points at."""
    if reading.margin < POINTS:
        return None
    place = next(((a, b) for a, b in evidence.spans if a <= reading.start < b), None)
    if place is None or reading.end > place[1]:
        return None
    a, b = place
    value = value_of(evidence.text[a:b], reading.start - a, reading.end - a, asked)
    if value is None or (isinstance(value, Name) and value.stems <= query.stems):
        return None
    return Side(evidence, *_whole(evidence, a, b), value, _lead(evidence.text[a:b], reading.start - a))


def _outcome(query: Query, evidence: Evidence) -> Side | None:
    """The sentence that names most of the question."""
    sides = [Side(evidence, *_whole(evidence, start, end)) for start, end in evidence.spans]
    return max(sides, key=lambda side: len(stems(side.text) & query.stems), default=None)


def _whole(evidence: Evidence, start: int, end: int) -> tuple[int, int]:
    """A sentence that begins with a pronoun needs the one before it."""
    before = [a for a, b in evidence.spans if b <= start]
    return (before[-1], end) if before and PRONOUN.match(evidence.text[start:end]) else (start, end)


def _about(query: Query, side: Side) -> bool:
    """Whether the sentence, with its title and the sentence before it, speaks of what was asked."""
    evidence = side.evidence
    before = [(a, b) for a, b in evidence.spans if b <= side.start][-1:]
    near = stems(side.text) | stems(evidence.title) | {s for a, b in before for s in stems(evidence.text[a:b])}
    named = (query.stems & evidence.names) | query.named
    if (evidence.published_at or "")[:4] in named and not days_in(side.text):
        near.add((evidence.published_at or "")[:4])
    if not named or not named <= near or not _limits(query.text) <= _limits(side.text):
        return False
    return query.weight(query.stems & near) >= ABOUT * query.weight(query.stems)


def _lead(sentence: str, at: int) -> str:
    """What leads up to a place, from the comma before it."""
    return _COMMA.split(sentence[:at])[-1]


def _limits(text: str) -> set[str]:
    """The words that make a value one of a part, a time or an extreme."""
    return {match[0].lower() for match in _LIMITED.finditer(text)}


def _other_time(one: Side, other: Side) -> bool:
    """Whether both sentences name years beside their values, and none in common."""
    years = [
        {day.year for day in days_in(side.text) if day.year}
        - ({side.value.year} if isinstance(side.value, Day) else set())
        for side in (one, other)
    ]
    return all(years) and not years[0] & years[1]


def _citation(number: int, side: Side) -> Citation:
    e = side.evidence
    facts = e.article_id, e.title, e.source, e.published_at, e.url
    return Citation(number, *facts, side.text, e.start + side.start, e.start + side.end, e.notes)


def _source(citation: Citation) -> str:
    """Harbour News (1 June 2025)."""
    try:
        day = date.fromisoformat((citation.published_at or "")[:10])
    except ValueError:
        return citation.source or citation.title
    return f"{citation.source or citation.title} ({day.day} {day:%B %Y})"
