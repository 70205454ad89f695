"""Reasons, ways, things to list: the model's answer where the articles support it, and below it what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from langchain_core.runnables import RunnableConfig

from qa.grounding.steps import Retrieved
from qa.plans.fact import PlainFact
from qa.plans.plan import Plan, Point, Steps, is_shown, laid_out, quotable, refused, with_points
from qa.query.followups import NEEDED_FROM, need
from qa.types import Answer, Evidence

MOST = {"short": 0, "normal": 4, "detailed": 9}  # points
LENGTH = range(25, 600)  # characters of a point
BEHIND = 3.0  # log odds that a point may be behind the best one
LIKELIER = 0.5  # than not: that a passage answers
LEAD = "The articles say:"
ALIKE = 0.8  # cosine of two points that say the same


@dataclass(frozen=True)
class Told:
    """A stretch of a passage, and the log odds that it answers."""

    stretch: Evidence
    logit: float


class Points(Plan):
    """First what a fact would be answered with, then the sentences of the articles that answer best."""

    def __init__(self, steps: Steps, fact: PlainFact) -> None:
        self._steps = steps
        self._fact = fact

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        points = self.chosen(found, MOST[found.query.length])
        answer = refused(found)
        for answer in self._fact.answers(found, config):
            if answer.status == "answering":
                yield answer
        yield beside(answer, points) if points else answer

    def chosen(self, found: Retrieved, most: int) -> list[Point]:
        """The stretches that answer best, none that says the same as a better one, in the order of the articles."""
        probable = max((hit.evidence.score for hit in found.hits), default=0.0) >= LIKELIER
        told = self._told(found) if most and probable else []
        if not told:
            return []
        best = [one for one in told if one.logit >= told[0].logit - BEHIND]
        vectors = np.asarray(
            self._steps.retriever.embeddings.embed_documents([t.stretch.text for t in best]), np.float32
        )
        shown = [row for row, one in enumerate(best) if is_shown(found, one.stretch)]
        kept: list[int] = []
        for row in range(len(best)):
            if len(kept) < most and not any(vectors[row] @ vectors[other] >= ALIKE for other in (*shown, *kept)):
                kept.append(row)
        return _in_order([best[row].stretch for row in kept])

    def _told(self, found: Retrieved) -> list[Told]:
        stretches = list(_stretches(found.answer.passages))
        reader = self._steps.retriever.reader
        if not stretches or reader is None:
            return []
        readings = reader.read(found.query.text, stretches)
        told = [Told(stretch, reading.logit) for stretch, reading in zip(stretches, readings, strict=True)]
        return sorted(told, key=lambda one: -one.logit)


def beside(answer: Answer, points: Sequence[Point]) -> Answer:
    """An answer with points below it, but for those that it quotes already; they alone where it says nothing."""
    if answer.status == "refused":
        return laid_out(replace(answer, closest=()), LEAD, points)
    return with_points(answer, [p for p in points if not any(p.overlaps(c) for c in answer.citations)])


def _stretches(passages: Sequence[Evidence]) -> Iterator[Evidence]:
    """Their sentences, each once; one that cannot be understood by itself together with the one before it."""
    seen = set[tuple[str, int]]()
    for passage in passages:
        before: int | None = None
        for start, end in quotable(passage.text):
            said = " ".join(passage.text[start:end].split())
            first = before if before is not None and need(said, ()) >= NEEDED_FROM else start
            before = start
            place = (passage.article_id, passage.start + end)
            if place not in seen and end - first in LENGTH:
                seen.add(place)
                text = passage.text[first:end]
                yield replace(passage, text=text, start=passage.start + first, end=passage.start + end)


def _in_order(stretches: Sequence[Evidence]) -> list[Point]:
    """By article, the best one first, and within it as they stand there."""
    rank = {stretch.article_id: place for place, stretch in reversed(list(enumerate(stretches)))}
    ordered = sorted(stretches, key=lambda s: (rank[s.article_id], s.start))
    return [Point(stretch, stretch.start, stretch.end) for stretch in ordered]
