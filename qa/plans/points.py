"""Reasons, ways, things to list: the model's answer where the articles support it, and below it what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from langchain_core.runnables import RunnableConfig

from qa.generation.excerpts import in_order, within_budget
from qa.grounding.steps import Retrieved
from qa.language.enumerations import enumerations, in_a_line
from qa.language.text import contains, is_ended
from qa.models.support import Claimed
from qa.plans.bearing import Vectors, answered, belonging, embedded
from qa.plans.fact import PlainFact
from qa.plans.plan import Plan, Point, Steps, is_shown, laid_out, quotable, refused, with_points
from qa.query.followups import NEEDED_FROM, need
from qa.query.query import Query
from qa.retrieval.hits import Hit, pointing
from qa.types import Answer, Citation, Evidence, Sentence, Stretch, overlap

MOST = {"short": 0, "normal": 6, "detailed": 9}  # points
LENGTH = range(40, 600)  # characters of a point
LEAD = "The articles say:"
ALIKE = 0.8  # cosine of two points that say the same


class Points(Plan):
    """First what a fact would be answered with, then the sentences of the articles that answer best."""

    def __init__(self, steps: Steps, fact: PlainFact) -> None:
        self._steps = steps
        self._fact = fact

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        """The points first, while the model, which reads what belongs, writes what stands above them in the end."""
        read = self._steps.retriever.read_closely(found.query.text, found.answer.passages)
        told, vectors = self._belonging(found, read)
        points = _apart(found.query, told, vectors, MOST[found.query.length])
        likely = bool(points) and answered(found.query, read or found.hits)
        early = laid_out(found.answer, LEAD, points) if likely else found.answer
        found = replace(found, guesses=tuple(pointing(found.query, read)), excerpts=within_budget(found.query, told))
        answer = refused(found)
        for answer in self._fact.answers(found, config):
            if answer.status == "answering":
                yield replace(early, status="answering", draft=answer.draft, timings_ms=answer.timings_ms)
        yield self.beside(answer, points) if points and (likely or answer.status == "answered") else answer

    def chosen(self, found: Retrieved, most: int, only_likely: bool = False) -> list[Point]:
        """The stretches that answer best, none that says the same as a better one, in the order of the articles.

        With `only_likely` none where the passages likely hold no answer.
        """
        read = self._steps.retriever.read_closely(found.query.text, found.answer.passages)
        if only_likely and not answered(found.query, read):
            return []
        return _apart(found.query, *self._belonging(found, read), most)

    def beside(self, answer: Answer, points: Sequence[Point]) -> Answer:
        """An answer with points below it, without what it says already; they alone where it says nothing.

        What stands in one of its quotes and yet not in its own words is a point that cites this quote.
        """
        if answer.status == "refused":
            return laid_out(replace(answer, closest=()), LEAD, points)
        below = list[Point | Sentence]()
        for point in points:
            if quote := _holding(point, answer.citations):
                said = in_a_line(point.quote)
                below += [] if self._says(answer, said) else [Sentence(said, (quote.number,), "quoted")]
            elif beyond := _beyond(point, answer.citations):
                below.append(beyond)
        return with_points(answer, below)

    def _says(self, answer: Answer, words: str) -> bool:
        """Whether a sentence of the answer holds it or states it."""
        if any(contains(sentence.text, words) for sentence in answer.sentences):
            return True
        judged = self._steps.judge.judge([Claimed(words, "", sentence.text) for sentence in answer.sentences])
        return any(told.supported >= self._steps.thresholds.supported_from for told in judged)

    def _belonging(self, found: Retrieved, read: Sequence[Hit]) -> tuple[list[Evidence], Vectors]:
        """The stretches that belong into the answer, the likeliest first, with their vectors."""
        told = list(stretches(found.answer.passages))
        if not told:
            return [], np.empty((0, 0), np.float32)
        vectors = embedded(told, self._steps.retriever)
        rows = belonging(found.query, told, vectors, read, self._steps.retriever)
        return [told[row] for row in rows], vectors[rows]


def _apart(query: Query, told: Sequence[Evidence], vectors: Vectors, most: int) -> list[Point]:
    """The first of these, none that says the same as a better one or as one shown before, in the order of the articles.

    `vectors` are theirs.
    """
    shown = [row for row in range(len(told)) if is_shown(query, told[row])]
    kept: list[int] = []
    for row in range(len(told)):
        new = not any(vectors[row] @ vectors[other] >= ALIKE for other in (*shown, *kept))
        if len(kept) < most and new and not any(overlap(told[row], told[other]) for other in kept):
            kept.append(row)
    return [Point(stretch, stretch.start, stretch.end) for stretch in in_order([told[row] for row in kept])]


def _holding(point: Point, quoted: Sequence[Citation]) -> Citation | None:
    """The quote that a point stands in."""
    inside = (q for q in quoted if q.article_id == point.article_id and q.start <= point.start and point.end <= q.end)
    return next(inside, None)


def _beyond(point: Point, quoted: Sequence[Citation]) -> Point | None:
    """What a point says before or after the quotes that it overlaps; None where that is nothing to speak of."""
    for quote in [quote for quote in quoted if overlap(point, quote)]:
        if quote.end < point.end:
            space = len(text := point.quote[max(quote.end - point.start, 0) :]) - len(text.lstrip())
            point = replace(point, start=max(quote.end, point.start) + space)
        else:
            point = replace(point, end=max(quote.start, point.start))
    return point if len(point.quote) in LENGTH else None


def stretches(passages: Sequence[Evidence]) -> Iterator[Evidence]:
    """Their sentences that ask nothing, and then the lists that are laid out in each, whole; each once."""
    seen = set[tuple[str, int]]()
    for passage in passages:
        for start, end in (*_sentences(passage.text), *enumerations(passage.text, LENGTH.stop - 1)):
            place = (passage.article_id, passage.start + end)
            if place not in seen and end - start in LENGTH:
                seen.add(place)
                yield passage.cut(start, end)


def _sentences(text: str) -> Iterator[Stretch]:
    """Those that ask nothing; one that cannot be understood by itself together with the one before it."""
    before: int | None = None
    for start, end in quotable(text):
        said = " ".join(text[start:end].split())
        first = before if before is not None and need(said, ()) >= NEEDED_FROM else start
        before = start
        if not is_ended(said, ("?",)):
            yield first, end
