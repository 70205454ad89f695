"""Questions about the collection itself, answered by code from the library."""

import numpy as np

from qa.grounding.steps import Retrieved
from qa.language.text import sentences, stems
from qa.plans.plan import Plan, Point, laid_out, named, number_of, quotable
from qa.plans.salience import salient
from qa.plans.topic import Topic
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Evidence

LISTED = 20  # articles or sources, at most
NEWEST = 5
NEAREST, NEAR = 4, 0.28  # articles that are nearest in meaning, and the least cosine of a passage
CANDIDATES = 20  # passages that these are looked for in
SPREAD = 8  # articles that stand for a large collection
LOOKED_AT = 300  # newest articles that these are chosen from
PASSAGES = 400  # looked at for articles on a topic


class Catalogue(Plan):
    """How many articles, by whom, from when, on what."""

    searches = False

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever
        self._library = retriever.library

    def answer(self, found: Retrieved) -> Answer | None:
        """A list of articles with their first words or those that name the topic; it says what it leaves out.

        None where no article has the words of the topic.
        """
        topic = Topic.or_period(found.query, self._library.sources())
        total = self._library.count(topic.filters, topic.words)
        if topic.words and not total:
            return None
        if not total:
            return laid_out(found.answer, f"There are no articles{topic.where}.")
        aspect = found.query.asks.aspect
        if aspect == "sources":
            return self._sources(found.answer, topic)
        if aspect in ("newest", "oldest"):
            return self._dated(found.answer, topic, aspect == "oldest")
        if topic.words:
            return self._about(found.answer, topic, total)
        if aspect == "count":
            verb = "is" if total == 1 else "are"
            return laid_out(found.answer, f"There {verb} {number_of(total, 'article')}{topic.where}.")
        return self.overview(found.answer, topic)

    def overview(self, answer: Answer, topic: Topic, in_words: bool = False) -> Answer:
        """How many articles there are, from how many sources and when, and some that stand for them; `in_words` with
        the first sentence of each.
        """
        count, sources = self._library.count(topic.filters), self._library.counted_sources(topic.filters)
        lead = f"{number_of(count, 'article')}{topic.where}"
        if sources:
            lead += f" from {number_of(len(sources), 'source')}"
        days = [article for first in (True, False) if (article := self._first(topic, first))]
        if days:
            lead += f", published between {days[0]} and {days[-1]}"
        chosen = self._spread(topic) if count > LISTED else self._library.dated(LISTED, topic.filters)
        return laid_out(
            answer,
            f"{lead}{'. Among them' if count > LISTED else ''}:",
            [self._listed(each, in_words) for each in chosen],
        )

    def _sources(self, answer: Answer, topic: Topic) -> Answer:
        counted = self._library.counted_sources(topic.filters, topic.words)
        about = f" that mention {topic}" if topic.words else ""
        if not counted:
            return laid_out(answer, f"The articles{topic.where}{about} name no source.")
        lead = f"{number_of(len(counted), 'source')} of articles{topic.where}{about}{_cut(len(counted))}:"
        return laid_out(answer, lead, [f"{s}: {number_of(n, 'article')}" for s, n in list(counted.items())[:LISTED]])

    def _dated(self, answer: Answer, topic: Topic, oldest: bool) -> Answer:
        ids = self._library.dated(NEWEST, topic.filters, topic.words, oldest_first=oldest)
        points = [point for point in map(self._listed, ids) if point.source.published_at]
        about = f" that mention {topic}" if topic.words else ""
        if not points:
            return laid_out(answer, f"The articles{topic.where}{about} bear no date.")
        order = "oldest" if oldest else "newest"
        return laid_out(answer, f"The {order} articles{topic.where}{about}, the {order} first:", points)

    def _about(self, answer: Answer, topic: Topic, total: int) -> Answer:
        """The articles in which the topic's words tell most first, each with a sentence that has them."""
        rows = self._library.search_text(topic.words, PASSAGES, topic.filters, topic.words)
        best: dict[str, Evidence] = {}
        for passage in self._library.evidence(rows):
            best.setdefault(passage.article_id, passage)
        points = [_mention(passage, topic) for passage in list(best.values())[:LISTED]]
        verb = "mentions" if total == 1 else "mention"
        lead = f"{number_of(total, 'article')}{topic.where} {verb} {topic}{_cut(total, len(points))}:"
        return laid_out(answer, lead, points)

    def nearest(self, found: Retrieved) -> Answer:
        """That no article has the topic's words, and those that are nearest to them in meaning."""
        topic = Topic.of(found.query, self._library.sources())
        lead = f"No article{topic.where} mentions {topic}."
        near = self._retriever.index.search(self._retriever.embed(" ".join(topic.words)), CANDIDATES, topic.filters)
        best: dict[str, Evidence] = {}
        for passage in self._library.evidence(near):
            if passage.score >= NEAR:
                best.setdefault(passage.article_id, passage)
        points = [_mention(passage, topic) for passage in list(best.values())[:NEAREST]]
        return laid_out(found.answer, f"{lead} The nearest in meaning:" if points else lead, points)

    def _listed(self, article_id: str, in_words: bool = False) -> Point:
        """An article by its title; its first sentence is quoted, and with `in_words` said."""
        article = self._library.article(article_id)
        start, end = next(iter(quotable(article.text) or sentences(article.text)), (0, 0))
        said = f": {' '.join(article.text[start:end].split())}" if in_words else ""
        return Point(article, start, end, f"{named(article)}{said}")

    def _first(self, topic: Topic, oldest: bool) -> str:
        ids = self._library.dated(1, topic.filters, oldest_first=oldest)
        return (self._library.article(ids[0]).published_at or "")[:10] if ids else ""

    def _spread(self, topic: Topic) -> list[str]:
        """Some of the newest articles that together are near to most of them."""
        of: dict[str, list[np.ndarray]] = {}
        for passage in self._library.vectors(*self._library.dated(LOOKED_AT, topic.filters)):
            of.setdefault(passage.article_id, []).append(passage.vector)
        means = np.stack([np.mean(vectors, axis=0) for vectors in of.values()])
        chosen = salient(means / np.linalg.norm(means, axis=1, keepdims=True), SPREAD, [True] * len(means))
        return [list(of)[row] for row in chosen]


def _cut(total: int, shown: int = LISTED) -> str:
    return f", the first {shown} of them" if total > shown else ""


def _mention(passage: Evidence, topic: Topic) -> Point:
    """The article of a passage, with the first of its sentences that hold most of the topic."""
    spans = quotable(passage.text) or [(0, len(passage.text))]
    start, end = max(spans, key=lambda span: (len(topic.stems & stems(passage.text[slice(*span)])), -span[0]))
    return Point(passage, passage.start + start, passage.start + end, named(passage))
