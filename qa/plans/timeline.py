"""Timelines: the sentences that bear a date, each as its own quote, by day."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from qa.grounding.steps import Retrieved
from qa.language.days import Day, days_in
from qa.plans.meant import WHOLE, meant
from qa.plans.plan import Plan, Point, is_shown, laid_out, quotable
from qa.plans.topic import Topic
from qa.query.dates import within
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Evidence, Filters, Length

MOST: dict[Length, int] = {"short": 3, "normal": 12, "detailed": 24}  # entries
LENGTH = range(30, 500)  # characters of a sentence
READ = 120  # dated sentences that are compared
ALIKE, ALIKE_OF_A_YEAR = 0.8, 0.6  # cosine of two sentences of one day, or one year, that tell the same


@dataclass(frozen=True)
class Entry:
    """A day and the sentence that names it."""

    day: Day
    point: Point

    def falls_in(self, period: Filters) -> bool:
        """Whether it lies between two days, as far as it is told."""
        first, last = period.since or "", period.until or "9999"
        told = "-".join(f"{part:02}" for part in self.order if part)
        return first[: len(told)] <= told <= last

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
        period, _ = within(found.query.text, Filters(), found.query.as_of)
        entries = [e for text in self._read(topic, found) for e in _entries(text) if e.falls_in(period)][:READ]
        if not entries:
            return None
        vectors = np.asarray(self._retriever.embeddings.embed_documents([e.point.text for e in entries]), np.float32)
        asked = np.asarray(found.query.vector or self._retriever.embed(found.query.text), np.float32)
        shown = [row for row, entry in enumerate(entries) if is_shown(found.query, entry.point)]
        kept: list[int] = []
        for row in np.argsort(-(vectors @ asked), kind="stable"):
            day = entries[row].day
            alike = ALIKE if day.month else ALIKE_OF_A_YEAR
            told = (entries[k].day == day and vectors[k] @ vectors[row] >= alike for k in (*shown, *kept))
            if len(kept) < MOST[found.query.length] and not any(told):
                kept.append(int(row))
        ordered = sorted((entries[row] for row in kept), key=lambda entry: entry.order)
        return laid_out(found.answer, "By day, in the articles' own words:", [entry.point for entry in ordered])

    def _read(self, topic: Topic, found: Retrieved) -> list[Article | Evidence]:
        """The articles that are named as a whole or of which several passages were found, and the passages on the topic
        of others; nothing where no passage is on it.
        """
        texts = meant(topic, found.answer.passages, self._retriever)
        if not texts.articles and not texts.passages:
            return []
        often = Counter(p.article_id for p in found.answer.passages if not texts.articles)
        whole = [article_id for article_id, count in often.most_common(WHOLE) if count > 1]
        articles = [*texts.articles, *map(self._retriever.library.article, whole)]
        read = {article.id for article in articles}
        return [*articles, *(passage for passage in texts.passages if passage.article_id not in read)]


def _entries(text: Article | Evidence) -> Iterator[Entry]:
    """The sentences with a date, by the first of these; one without a year is the last before the article appeared."""
    offset = text.start if isinstance(text, Evidence) else 0
    for start, end in quotable(text.text):
        sentence = " ".join(text.text[start:end].split())
        days = [day for told in days_in(sentence) if (day := _with_year(told, text.published_at)).year]
        if days and len(sentence) in LENGTH:
            point = Point(text, offset + start, offset + end, f"{days[0]}: {sentence}")
            yield Entry(days[0], point)


def _with_year(day: Day, published_at: str | None) -> Day:
    if day.year or not published_at or not day.month:
        return day
    year, month, of_month = (int(part) for part in published_at[:10].split("-"))
    return replace(day, year=year - ((day.month, day.day or 0) > (month, of_month)))
