"""The numbers that a sum is made of: those that the extractor points at and the support model takes to be stated."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product

from qa.grounding.confidence import THRESHOLDS, Thresholds
from qa.grounding.values import Number, numbers_in
from qa.grounding.verification import Judge, heading
from qa.language.numerals import numerals
from qa.language.text import numbers
from qa.models.support import Claimed
from qa.retrieval.retriever import HybridRetriever
from qa.types import Evidence, Stretch

KEPT = 5  # numbers for each part that may be meant
_WORD = re.compile(r"[^\S\n]\w+")


@dataclass(frozen=True)
class Operand:
    """A number in the words of the sentence that it stands in, how much likelier it is to answer than nothing, and how
    probably the sentence states that it does.
    """

    number: Number
    words: str
    sentence: Evidence
    margin: float
    support: float = 0.0


def operands(
    questions: Sequence[str],
    passages: Sequence[Evidence],
    retriever: HybridRetriever,
    judge: Judge,
    thresholds: Thresholds = THRESHOLDS,
) -> tuple[Operand, ...]:
    """For each question a number of its own that answers it, all of one measure; none where one is missing."""
    pointed = (_pointed(question, passages, retriever) for question in questions)
    found = [
        _supported(question, some, judge, thresholds.quoted_from)
        for question, some in zip(questions, pointed, strict=True)
    ]
    together = [some for some in product(*found) if _apart(some)]
    return max(together, key=lambda some: sum(one.margin for one in some), default=())


def _pointed(question: str, passages: Sequence[Evidence], retriever: HybridRetriever) -> list[Operand]:
    """The numbers of the passages that likelier answer than nothing does, the likeliest first."""
    places = [list(_places(passage, numbers(question))) for passage in passages]
    read = retriever.read_closely(question, passages, [[span for span, _ in some] for some in places])
    found = dict[tuple[str, int], Operand]()
    for hit, some in zip(read, places, strict=False):
        for ((start, end), number), margin in zip(some, hit.reading.within if hit.reading else (), strict=False):
            passage = hit.evidence
            at = next((span for span in passage.spans if span[0] <= start < span[1]), None)
            place = passage.article_id, passage.start + start
            if at and margin > 0 and (place not in found or found[place].margin < margin):
                found[place] = Operand(number, passage.text[start:end], passage.cut(*at), margin)
    return sorted(found.values(), key=lambda one: -one.margin)[:KEPT]


def _places(passage: Evidence, asked: Set[str]) -> Iterator[tuple[Stretch, Number]]:
    """The numbers of a passage but for those that are asked with, each with where it and the word after it stand."""
    for numeral in numerals(passage.text):
        read = numbers_in(passage.text, numeral.start, numeral.end)
        if len(read) == 1 and f"{read[0].size:.10g}" not in asked:
            word = _WORD.match(passage.text, numeral.end)
            yield (numeral.start, word.end() if word else numeral.end), read[0]


def _supported(question: str, found: Sequence[Operand], judge: Judge, least: float) -> list[Operand]:
    """Those of which their sentence states that they answer."""
    asked = [Claimed(one.words, question, " ".join(one.sentence.text.split()), heading(one.sentence)) for one in found]
    judged = judge.judge(asked) if asked else []
    told = (replace(one, support=each.supported) for one, each in zip(found, judged, strict=True))
    return [one for one in told if one.support >= least]


def _apart(some: Sequence[Operand]) -> bool:
    places = {(one.sentence.article_id, one.sentence.start, one.words) for one in some}
    sizes = {one.number.size for one in some}
    return len(places) == len(sizes) == len(some) and len({one.number.measure for one in some}) == 1
