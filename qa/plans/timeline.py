"""Timelines: the sentences that bear a date, each as its own quote, by day."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qa.grounding.steps import Retrieved
from qa.language.days import MONTHS, Day, days_in
from qa.plans.meant import meant
from qa.plans.plan import Plan, Point, is_shown, laid_out, quotable
from qa.plans.topic import Topic
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Evidence, Length

MOST: dict[Length, int] = {"short": 3, "normal": 12, "detailed": 24}  # entries
LENGTH = range(30, 500)  # characters of a sentence
READ = 120  # dated sentences that are compared
ALIKE = 0.8  # cosine of two sentences of one day that tell the same


@dataclass(frozen=True)
class Entry:
    """A day and the sentence that names it."""

    day: Day
    point: Point

    @property
    def order(self) -> tuple[int, int, int]:
        return self.day.year or 0, self.day.month or 0, self.day.day or 0


class Timeline(Plan):
    """What happened when, as articles on the topic say, oldest first; each happening once."""

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever

    def answer(self, found: Retrieved) -> Answer | None:
        topic = Topic.of(found.query, self._retriever.library.sources())
        if not topic.words and not topic.filters.article_id:
            return None
        texts = meant(topic, found.answer.passages, self._retriever)
        whole = {article.id for article in texts.articles}
        others = [passage for passage in texts.passages if passage.article_id not in whole]
        read: list[Article | Evidence] = [*texts.articles, *others]
        entries = [entry for text in read for entry in _entries(text)][:READ]
        if not entries:
            return None
        vectors = np.asarray(self._retriever.embeddings.embed_documents([e.point.text for e in entries]), np.float32)
        asked = np.asarray(found.query.vector or self._retriever.embed(found.query.text), np.float32)
        shown = [row for row, entry in enumerate(entries) if is_shown(found, entry.point)]
        kept: list[int] = []
        for row in np.argsort(-(vectors @ asked), kind="stable"):
            told = (entries[k].day == entries[row].day and vectors[k] @ vectors[row] >= ALIKE for k in (*shown, *kept))
            if len(kept) < MOST[found.query.length] and not any(told):
                kept.append(int(row))
        ordered = sorted((entries[row] for row in kept), key=lambda entry: entry.order)
        return laid_out(found.answer, "By day, in the articles' own words:", [entry.point for entry in ordered])


def _entries(text: Article | Evidence) -> Iterator[Entry]:
    """The sentences with a date whose year is told, by the first of these."""
    offset = text.start if isinstance(text, Evidence) else 0
    for start, end in quotable(text.text):
        sentence = " ".join(text.text[start:end].split())
        days = [day for day in days_in(sentence) if day.year]
        if days and len(sentence) in LENGTH:
            point = Point(text, offset + start, offset + end, f"{spoken(days[0])}: {sentence}")
            yield Entry(days[0], point)


def spoken(day: Day) -> str:
    """6 May 1994, May 1994, 1994."""
    month = MONTHS[day.month - 1].capitalize() if day.month else ""
    return " ".join(str(part) for part in (day.day, month, day.year) if part)
