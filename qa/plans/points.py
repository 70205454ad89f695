"""Reasons, ways, things to list: the model's answer where the articles support it, and below it what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from langchain_core.runnables import RunnableConfig

from qa.grounding.steps import Retrieved
from qa.plans.bearing import belonging, embedded
from qa.plans.fact import PlainFact
from qa.plans.plan import AFTER_AN_END, Plan, Point, Steps, is_shown, laid_out, quotable, refused, with_points
from qa.query.followups import NEEDED_FROM, need
from qa.types import Answer, Citation, Evidence, overlap

MOST = {"short": 0, "normal": 4, "detailed": 9}  # points
LENGTH = range(40, 600)  # characters of a point
LIKELIER = 0.5  # than not: that a passage answers
LEAD = "The articles say:"
ALIKE = 0.8  # cosine of two points that say the same


class Points(Plan):
    """First what a fact would be answered with, then the sentences of the articles that answer best."""

    def __init__(self, steps: Steps, fact: PlainFact) -> None:
        self._steps = steps
        self._fact = fact

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        """The points first, while the model writes what stands above them in the end."""
        points = self.chosen(found, MOST[found.query.length])
        probable = bool(points) and _probable(found)
        early = laid_out(found.answer, LEAD, points) if probable else found.answer
        answer = refused(found)
        for answer in self._fact.answers(found, config):
            if answer.status == "answering":
                yield replace(early, status="answering", draft=answer.draft, timings_ms=answer.timings_ms)
        yield beside(answer, points) if points and (probable or answer.status == "answered") else answer

    def chosen(self, found: Retrieved, most: int) -> list[Point]:
        """The stretches that answer best, none that says the same as a better one, in the order of the articles."""
        told = list(stretches(found.answer.passages)) if most else []
        if not told:
            return []
        vectors = embedded(told, self._steps.retriever)
        belong = belonging(found.query, told, vectors, self._steps.retriever)
        shown = [row for row in belong if is_shown(found.query, told[row])]
        kept: list[int] = []
        for row in belong:
            new = not any(vectors[row] @ vectors[other] >= ALIKE for other in (*shown, *kept))
            if len(kept) < most and new and not any(overlap(told[row], told[other]) for other in kept):
                kept.append(row)
        return _in_order([told[row] for row in kept])


def _probable(found: Retrieved) -> bool:
    """Whether it is likelier than not that a passage answers."""
    return max((passage.score for passage in found.answer.passages), default=0.0) >= LIKELIER


def beside(answer: Answer, points: Sequence[Point]) -> Answer:
    """An answer with points below it, without the words that it quotes already; they alone where it says nothing."""
    if answer.status == "refused":
        return laid_out(replace(answer, closest=()), LEAD, points)
    left = (_beyond(point, answer.citations) for point in points)
    return with_points(answer, [point for point in left if point])


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
    """Their sentences that ask nothing, each once; one that cannot be understood by itself together with the one before
    it.
    """
    seen = set[tuple[str, int]]()
    for passage in passages:
        before: int | None = None
        for start, end in quotable(passage.text):
            said = " ".join(passage.text[start:end].split())
            first = before if before is not None and need(said, ()) >= NEEDED_FROM else start
            before = start
            place = (passage.article_id, passage.start + end)
            if place not in seen and end - first in LENGTH and not said.rstrip(AFTER_AN_END).endswith("?"):
                seen.add(place)
                yield passage.cut(first, end)


def _in_order(stretches: Sequence[Evidence]) -> list[Point]:
    """By article, the best one first, and within it as they stand there."""
    rank = {stretch.article_id: place for place, stretch in reversed(list(enumerate(stretches)))}
    ordered = sorted(stretches, key=lambda s: (rank[s.article_id], s.start))
    return [Point(stretch, stretch.start, stretch.end) for stretch in ordered]
