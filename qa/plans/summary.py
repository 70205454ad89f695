"""Summaries: the sentences that say most of an article, or of what was found, each as its own quote."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from qa.grounding.disagreement import PRONOUN
from qa.grounding.steps import Retrieved
from qa.language.facts import Facts, quoted
from qa.language.text import stem, stems, words
from qa.plans.catalogue import Catalogue
from qa.plans.meant import meant
from qa.plans.plan import REFUSAL, Plan, Point, is_shown, laid_out, named, quotable
from qa.plans.salience import Matrix, salient, shares
from qa.plans.topic import Topic
from qa.query.followups import NEEDED_FROM, need
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Evidence, Length, Stretch

FEWEST: dict[Length, int] = {"short": 3, "normal": 5, "detailed": 8}  # points
SHORTER = 3  # times, that a summary of an article must be shorter than its text
MOST: dict[Length, int] = {"short": FEWEST["short"], "normal": 7, "detailed": 12}
A_POINT: dict[Length, int] = {"short": 8, "normal": 8, "detailed": 4}  # sentences of a text for each of them
LENGTH = range(40, 400)  # characters of a sentence that can stand by itself
# What all names, and all numbers, may add where the nearness to all sentences adds 1: of 0, 0.25, 0.5 and 1 that which
# covered most, over the lead, of the half of the articles in tests/bench/summaries.py that is not reported by itself
FACTS = 0.5
BETWEEN = 1  # words that may stand among those by which a topic is named: "the state of Maine"
NAMED = 2  # sentences that a name stands in before it counts
ELSEWHERE = 2  # other articles with the same sentence, which is then furniture of the page
LOOKED_AT = 9  # passages that may hold the same sentence
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
        points = self.of(texts.one, found.query) if texts.one else self._points(_in_order(texts.passages), found.query)
        if not points:
            return None
        one = len({point.article_id for point in points}) == 1
        return laid_out(
            found.answer,
            _lead(points[0].source) if one else lead_on(topic, found.query, [point.quote for point in points]),
            points,
        )

    def whole(self, answer: Answer, article: Article) -> Answer:
        """The answer as a summary of one article; a refusal where its text is too short to be said much shorter."""
        points = self.of(article)
        if not points or SHORTER * sum(len(point.quote) for point in points) > len(article.text):
            return replace(answer, status="refused", text=REFUSAL)
        return laid_out(answer, _lead(article), points)

    def of(self, article: Article, query: Query | None = None) -> list[Point]:
        """The sentences that say most of an article, its first one among them; as many as a query wants, and without
        what was shown for it.
        """
        return self._points([Point(article, *span) for span in self._read(article)], query, with_first=True)

    def _points(self, stretches: Sequence[Point], query: Query | None, with_first: bool = False) -> list[Point]:
        """Those that together say most of all."""
        if not stretches:
            return []
        texts = [" ".join(point.quote.split()) for point in stretches]
        vectors = np.asarray(self._retriever.embeddings.embed_documents(texts), np.float32)
        facts = _facts(texts)
        fit = [
            len(text) in LENGTH and stands_alone(text) and not (query and is_shown(query, stretch))
            for text, stretch in zip(texts, stretches, strict=True)
        ]
        length: Length = query.length if query else "normal"
        fewest = max(FEWEST["short"], min(FEWEST[length], len(texts) // SHORTER))
        count = min(max(len(texts) // A_POINT[length], fewest), MOST[length])
        own = dict[int, bool]()
        while True:
            rows = salient(vectors, count, fit, facts, with_first)
            own |= {row: self._own(stretches[row].article_id, texts[row]) for row in rows if row not in own}
            if all(own[row] for row in rows):
                return [stretches[row] for row in rows]
            fit = [ok and own.get(row, True) for row, ok in enumerate(fit)]

    def _own(self, article_id: str, text: str) -> bool:
        """Whether a sentence does not stand, word by word, in other articles that do not tell the same story."""
        held = self._library.evidence(self._library.search_text([text], LOOKED_AT))
        others = {passage.article_id for passage in held} - {article_id}
        return len(others) < ELSEWHERE or len(others.difference(self._library.near_copies(article_id))) < ELSEWHERE

    def _read(self, article: Article) -> list[Stretch]:
        """Its sentences; where they are many those of the passages that say most of the whole."""
        spans = quotable(article.text)
        if len(spans) <= READ:
            return spans
        passages = self._library.passages(article.id)
        vectors = np.stack([stored.vector for stored in self._library.vectors(article.id)])
        count = max(1, READ * len(passages) // len(spans))
        kept = [passages[row] for row in salient(vectors, count, [True] * len(passages), with_first=True)]
        return [(start, end) for start, end in spans if any(p.start <= start and end <= p.end for p in kept)]


def _lead(article: Article | Evidence) -> str:
    return f"{named(article)}, in its own words:"


def lead_on(topic: Topic, query: Query, quotes: Sequence[str]) -> str:
    """What quotes of several articles are on, in the question's words where these stand close together."""
    said = set().union(*map(stems, quotes))
    words = [word for word in topic.words if stem(word) in said] or topic.words
    first, last = re.search(re.escape(words[0]), query.text), re.search(f".*{re.escape(words[-1])}", query.text)
    named = query.text[first.start() : last.end()] if first and last else ""
    about = f"about {named}" if named and len(named.split()) <= len(words) + BETWEEN else "on this"
    return f"What the articles say {about}, in their own words:"


def _facts(texts: Sequence[str]) -> Matrix:
    """What each sentence adds by its names, numbers and dates."""
    stated = [Facts.of(text) for text in texts]
    named = Facts.together(stated).names
    names = shares([named & facts.words for facts in stated], NAMED)
    return FACTS * np.hstack([names, shares([facts.numbers | facts.days for facts in stated], 1)])


def stands_alone(text: str) -> bool:
    """Whether a sentence is understood without those around it: it asks nothing, does not begin with a pronoun, and is
    no quotation without who said it, nor a part of one.
    """
    outside = text
    for start, end in reversed(quoted(text)):
        outside = outside[:start] + outside[end:]
    said_by = bool(words(outside)) and not set(outside) & set('"“”')
    return said_by and not text.endswith("?") and not PRONOUN.match(text) and need(text, ()) < NEEDED_FROM


def _in_order(passages: Sequence[Evidence]) -> list[Point]:
    """The sentences of passages by day and article, each once though passages overlap."""
    places: dict[tuple[str, int], Point] = {}
    for p in sorted(passages, key=lambda p: (p.published_at or "", p.article_id, p.start)):
        for start, end in quotable(p.text):
            places.setdefault((p.article_id, p.start + end), Point(p, p.start + start, p.start + end))
    return list(places.values())
