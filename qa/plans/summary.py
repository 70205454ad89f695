"""Summaries: the sentences that say most of an article, or of what was found, each as its own quote."""

from collections.abc import Sequence

import numpy as np

from qa.grounding.steps import Retrieved
from qa.plans.catalogue import Catalogue
from qa.plans.meant import meant
from qa.plans.plan import Plan, Point, Stretch, is_shown, laid_out, named, quotable
from qa.plans.salience import salient
from qa.plans.topic import Topic
from qa.query.followups import NEEDED_FROM, need
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Evidence, Length

FEWEST = 3  # points
MOST: dict[Length, int] = {"short": FEWEST, "normal": 7, "detailed": 12}
A_POINT: dict[Length, int] = {"short": 8, "normal": 8, "detailed": 4}  # sentences of a text for each of them
LENGTH = range(40, 400)  # characters of a sentence that can stand by itself
READ = 150  # sentences that are compared; of a longer article those of the passages that say most of it


class Summary(Plan):
    """Some sentences in the order of the articles; none where no article is about what is asked."""

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever
        self._library = retriever.library
        self._catalogue = Catalogue(retriever)

    def answer(self, found: Retrieved) -> Answer | None:
        """Of the one article that is meant, of what was found on the topic, or without a topic of all articles."""
        topic = Topic.or_period(found.query, self._library.sources())
        if not topic.words and not topic.filters.article_id:
            if found.query.without or not self._library.count(topic.filters):
                return None
            return self._catalogue.overview(found.answer, topic, in_words=True)
        texts = meant(topic, found.answer.passages, self._retriever)
        if texts.one:
            points = self._points(found, [Point(texts.one, *span) for span in self._read(texts.one)])
            lead = f"{named(texts.one)}, in its own words:"
        else:
            points = self._points(found, _in_order(texts.passages))
            lead = f"What the articles say about {topic}, in their own words:"
        return laid_out(found.answer, lead, points) if points else None

    def _points(self, found: Retrieved, stretches: Sequence[Point]) -> list[Point]:
        """Those that together say most of all, without those that were shown."""
        if not stretches:
            return []
        texts = [" ".join(point.quote.split()) for point in stretches]
        vectors = np.asarray(self._retriever.embeddings.embed_documents(texts), np.float32)
        fit = [
            len(text) in LENGTH and need(text, ()) < NEEDED_FROM and not is_shown(found, stretch)
            for text, stretch in zip(texts, stretches, strict=True)
        ]
        length = found.query.length
        count = min(max(len(texts) // A_POINT[length], FEWEST), MOST[length])
        return [stretches[row] for row in salient(vectors, count, fit)]

    def _read(self, article: Article) -> list[Stretch]:
        """Its sentences; where they are many those of the passages that say most of the whole."""
        spans = quotable(article.text)
        if len(spans) <= READ:
            return spans
        passages = self._library.passages(article.id)
        vectors = np.stack([stored.vector for stored in self._library.vectors(article.id)])
        count = max(1, READ * len(passages) // len(spans))
        kept = [passages[row] for row in salient(vectors, count, [True] * len(passages))]
        return [(start, end) for start, end in spans if any(p.start <= start and end <= p.end for p in kept)]


def _in_order(passages: Sequence[Evidence]) -> list[Point]:
    """The sentences of passages by day and article, each once though passages overlap."""
    places: dict[tuple[str, int], Point] = {}
    for p in sorted(passages, key=lambda p: (p.published_at or "", p.article_id, p.start)):
        for start, end in quotable(p.text):
            places.setdefault((p.article_id, p.start + end), Point(p, p.start + start, p.start + end))
    return list(places.values())
