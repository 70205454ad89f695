"""Hybrid retrieval: BM25 full text and vectors, fused into one ranking, whose first passages are then reranked."""

import math
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qa.errors import EMPTY, IndexUnavailable, IndexUnwritable, LibraryError
from qa.index import MemoryIndex, VectorIndex
from qa.language.text import content_words, stem
from qa.library import Library, check
from qa.models.embeddings import SentenceEmbeddings, load_embeddings
from qa.models.progress import say
from qa.models.reader import Reader, Reading
from qa.models.reranker import Reranker, load_reranker
from qa.query.dates import favour
from qa.query.languages import told
from qa.query.query import Query, understand
from qa.query.question import named_sources
from qa.query.recency import Recency, recency
from qa.retrieval.fusion import TEXT_WEIGHT, Candidates, fuse
from qa.retrieval.hits import READ_CLOSELY, Hit, likeliest, pointing
from qa.settings import Settings
from qa.telemetry.stages import stage
from qa.types import Evidence, Filters, Preference, Stretch

CANDIDATES = 50
# How many passages the reader sees: on 160 SQuAD questions over 376 articles fusion alone had 0.94 in the first 4, with
# twelve read it had 0.975, with thirty, which take three times as long, 0.975 too.
READ = 12
# Log odds that a passage answers, by logistic regression over the twelve of each of 591 SQuAD questions. On the other
# 209 the probability is off by 0.02, on the corpus gold set by 0.03 (expected calibration error over ten bins).
FUSED_WEIGHT, READER_WEIGHT, BIAS = 3.25, 0.5, -3.0
CONSIDERED = 4  # times as many are weighed with their age before it is decided which are read
UNREAD = -4.0  # what stands in for the reader's logit
TAKEN_IN = 10.0  # seconds that whoever adds articles waits for the index at most
SOURCES = 4  # named in a question, that are searched by themselves
# What the date that a question prefers adds to the log odds: it decides among passages that answer about as well.
DATE_WEIGHT = 1.5
LOOKED_AT = 20  # articles for their language, passages for how a word is written
BEGINNING = 500  # characters of an article that tell its language
REPEATED = 0.8  # of a passage's words, when copies of the story that rank higher hold them


class HybridRetriever(BaseRetriever):
    """Passages for a question, best first.

    With a reader a score is the probability that the passage answers; without, it is the fused score, a convex
    combination of the two scores, each divided by the question's best (Bruch, Gai and Ingber 2023, "An analysis of
    fusion functions for hybrid retrieval"). `ages_tell` is whether the age of an article counts.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    index: VectorIndex | MemoryIndex
    embeddings: Embeddings
    reader: Reranker | None = None
    extractor: Reader | None = None
    k: int = 10
    text_weight: float = TEXT_WEIGHT
    read: int = READ
    reader_weight: float = READER_WEIGHT
    ages_tell: bool = True

    @classmethod
    def open(cls, settings: Settings) -> "HybridRetriever":
        """The library, the index and the embedding model of these settings; takes seconds."""
        library = Library.open(settings.library)
        embeddings = load_embeddings(settings)
        try:
            index: VectorIndex | MemoryIndex = VectorIndex.open(settings, library, embeddings.identity, behind=True)
        except IndexUnwritable as error:
            index = _in_memory(library, embeddings.identity, error)
        return cls(library=library, index=index, embeddings=embeddings, reader=load_reranker(settings))

    def search(
        self, question: str, k: int | None = None, filters: Filters | None = None, as_of: date | None = None
    ) -> list[Evidence]:
        """The best k passages with their scores in 0..1; time words in the question count from `as_of`, else today.

        Raises QuestionError where the question is empty or too long, LibraryError where the library is empty.
        """
        query = understand(question, filters=filters, as_of=as_of, articles=self)
        return [hit.evidence for hit in self.find(query, k)]

    def find(self, query: Query, k: int | None = None) -> list[Hit]:
        """The best k passages, with what the reranker makes of each that it read."""
        k = k or self.k
        vector = self.embed(query.text) if query.vector is None else query.vector
        age = self._age(query, vector)
        candidates = self._with_fresh(self._candidates(query.text, vector, query.filters), query, vector, age)
        hits = self._reranked(query.text, candidates, k, self.read * query.effort, age)
        return self._without_copies(_favoured(hits, query.preference) if query.preference else hits)[:k]

    def guess(self, query: Query, hits: Sequence[Hit]) -> Hit | None:
        """The passage in which the answer stands likeliest, with its words; None without an extractor."""
        return likeliest(self.guesses(query, hits))

    def guesses(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Those of the first passages that point at words that would answer; none without an extractor."""
        if self.extractor is None:
            return []
        first = [hit.evidence for hit in hits[: READ_CLOSELY * query.effort]]
        return pointing(query, list(map(Hit, first, self.extractor.read(query.text, first))))

    def read_closely(
        self, question: str, passages: Sequence[Evidence], within: Sequence[Sequence[Stretch]] | None = None
    ) -> list[Hit]:
        """These passages with what the extractor makes of them and of stretches of each, its sentences where none are
        given; none without an extractor.
        """
        if self.extractor is None:
            return []
        within = [passage.spans for passage in passages] if within is None else within
        return list(map(Hit, passages, self.extractor.read(question, passages, within)))

    def rankings(self, question: str, k: int | None = None, as_of: date | None = None) -> dict[str, list[Evidence]]:
        """What each step of a search would give by itself, by name; the last is what `search` gives."""
        query = understand(question, as_of=as_of, articles=self)
        vector = query.vector or self.embed(query.text)
        age = self._age(query, vector)
        candidates = self._candidates(query.text, vector, query.filters)
        k = k or self.k
        steps = {"bm25": candidates.by_text, "vectors": candidates.by_vector, "fusion": candidates.fused}
        found = {name: [Hit(evidence) for evidence in self._best(scores, k)] for name, scores in steps.items()}
        if self.reader is not None:
            found["fusion+reader"] = self._reranked(query.text, candidates, k, self.read)
        if age and self.reader is not None:
            candidates = self._with_fresh(candidates, query, vector, age)
            found["fusion+reader+age"] = self._reranked(query.text, candidates, k, self.read, age)
        if query.preference:
            last = list(found)[-1]
            found[last] = _favoured(found[last], query.preference)
        return {name: [hit.evidence for hit in self._without_copies(best)[:k]] for name, best in found.items()}

    def _candidates(self, question: str, vector: list[float], filters: Filters | None) -> Candidates:
        """What each side finds; a source that the question names is searched by itself too."""
        self.pending()
        if not self.library.holds_any(Filters()):
            raise LibraryError(EMPTY)
        asked = filters or Filters()
        by_text, by_vector = self._both(question, vector, asked)
        sources = () if asked.source else named_sources(question, self.library.sources())[:SOURCES]
        apart = [
            fuse(*self._both(question, vector, replace(asked, source=source)), self.text_weight) for source in sources
        ]
        return Candidates(by_text, by_vector, apart, fuse(by_text, by_vector, self.text_weight))

    def _with_fresh(self, found: Candidates, query: Query, vector: list[float], age: Recency | None) -> Candidates:
        """With the articles of the days before the question searched by themselves too, where it asks of these."""
        asked, fresh = query.filters or Filters(), age.fresh if age else None
        if fresh is None or asked.since or asked.until:
            return found
        part = self._both(query.text, vector, replace(asked, since=fresh.since, until=fresh.until))
        return replace(found, apart=[*found.apart, fuse(*part, self.text_weight)])

    def _both(self, question: str, vector: list[float], wanted: Filters) -> tuple[dict[int, float], dict[int, float]]:
        """What full text and what vectors find among some articles."""
        by_text = self.library.search_text(content_words(question), CANDIDATES, wanted)
        return by_text, self.index.search(vector, CANDIDATES, wanted)

    def _age(self, query: Query, vector: list[float]) -> Recency | None:
        """What the age of articles tells; nothing where the question names a time that is over."""
        today, named = query.as_of or date.today(), query.preference
        over = named is not None and named.since is not None and named.until < today.isoformat()
        return recency(vector, self.embedder, today) if self.ages_tell and not over else None

    def pending(self) -> int:
        """How many articles are found by their words alone, until the index knows them; it takes them in meanwhile.

        An index that the disk refuses to write is left for memory.
        """
        if isinstance(self.index, VectorIndex) and self.index.refused:
            self.index = _in_memory(self.library, self.index.model, self.index.refused)
        return self.index.pending()

    def take_in(self) -> None:
        """Let the index know of what was just added, as far as that takes seconds; the rest beside the questions.

        What stands in the way is told to whoever asks.
        """
        with suppress(IndexUnavailable):
            if self.pending() and isinstance(self.index, VectorIndex):
                self.index.sync(TAKEN_IN)

    def _best(self, scores: dict[int, float], count: int) -> list[Evidence]:
        """The first of a ranking, with their text."""
        return self.library.evidence(dict(list(scores.items())[:count]))

    def _reranked(
        self, question: str, candidates: Candidates, k: int, read: int, age: Recency | None = None
    ) -> list[Hit]:
        """In the order of how probably each passage answers; with no reader as they come.

        So many are read, those first that rank high and whose age speaks for them.
        """
        if self.reader is None:
            return [Hit(evidence) for evidence in self._best(candidates.fused, k)]
        looked_at = self._best(candidates.fused, max(k, CONSIDERED * read))
        priors = age.penalties([evidence.published_at for evidence in looked_at]) if age else [0.0] * len(looked_at)
        fused = [FUSED_WEIGHT * e.score + prior for e, prior in zip(looked_at, priors, strict=True)]
        order = sorted(range(len(looked_at)), key=lambda n: -fused[n])[: max(k, read)]
        best = [looked_at[n] for n in order]
        with stage("rerank"):
            readings: list[Reading | None] = [*self.reader.read(question, best[:read])]
        readings += [None] * (len(best) - len(readings))
        hits = []
        for n, evidence, reading in zip(order, best, readings, strict=True):
            logit = reading.logit if reading else UNREAD
            odds = math.exp(fused[n] + self.reader_weight * logit + BIAS)
            hits.append(Hit(replace(evidence, score=odds / (1 + odds)), reading))
        return sorted(hits, key=lambda hit: -hit.evidence.score)

    def _without_copies(self, hits: Sequence[Hit]) -> list[Hit]:
        """Without the passages that repeat what better ones, of another copy of their story, say."""
        stories = self.library.copies_of(hit.evidence.article_id for hit in hits)
        kept: list[Hit] = []
        for candidate in hits:
            evidence = candidate.evidence
            better = (hit.evidence for hit in kept if stories[hit.evidence.article_id] == stories[evidence.article_id])
            copies = [e for e in better if e.article_id != evidence.article_id]
            if not copies or not _repeats(evidence, copies):
                kept.append(candidate)
        return kept

    def check(self, filters: Filters) -> None:
        """Raises FilterError where what they name does not exist."""
        check(filters, self.library)

    def holds_any(self, filters: Filters) -> bool:
        """Whether a filter leaves any article."""
        return self.library.holds_any(filters)

    def holding(self, word: str) -> list[str]:
        """Texts of a few passages that hold a word, best first."""
        return [evidence.text for evidence in self._best(self.library.search_text([word], LOOKED_AT), LOOKED_AT)]

    def written_in(self, language: str) -> bool:
        """Whether most of the newest articles are in a language, by how they begin."""
        newest = [self.library.article(article_id) for article_id in self.library.dated(LOOKED_AT)]
        return 2 * sum(told(article.text[:BEGINNING]) == language for article in newest) > len(newest)

    def embed(self, text: str) -> list[float]:
        """The vector of a question."""
        return self.embeddings.embed_query(text)

    def is_word(self, word: str) -> bool:
        """Whether the embedding model has a piece of its own for it; any may be one where its pieces are not known."""
        return not isinstance(self.embeddings, SentenceEmbeddings) or self.embeddings.is_word(word)

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, in any of its forms."""
        return self.library.document_frequencies(words)

    def terms(self, beginning: str, among: Collection[str]) -> list[str]:
        """The stems of the articles' words: those with this beginning, and those among some others."""
        return self.library.terms(beginning, among)

    def texts(self, words: Sequence[str], limit: int) -> list[str]:
        """The passages that hold most of the words, with their titles."""
        return [f"{e.title}\n{e.text}" for e in self.library.evidence(self.library.search_text(words, limit))]

    @property
    def embedder(self) -> str:
        """The name of the model that makes the vectors."""
        return self.index.model

    def weights(self, text: str) -> dict[str, float]:
        """How much each word of a text tells: stem -> inverse document frequency, as in BM25."""
        total = self.library.passage_count()
        found = self.library.document_frequencies(content_words(text))
        held = {stem(word): min(n, total) for word, n in found.items()}
        return {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in held.items()}

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,
        understood: Query | None = None,
        k: int | None = None,
    ) -> list[Document]:
        """The passages as documents; `understood` is the query where the caller has it already."""
        return [hit.document() for hit in self.find(understood or understand(query, articles=self), k)]


def _in_memory(library: Library, model: str, error: IndexUnwritable) -> MemoryIndex:
    say(f"the vectors are searched in memory until the next start, for the index needs a disk: {error}")
    return MemoryIndex(library, model)


def _favoured(hits: Sequence[Hit], preference: Preference) -> list[Hit]:
    """In the order of scores to whose log odds the preference for a date has added its part."""
    added = favour(preference, [hit.evidence.published_at for hit in hits])
    scored = [
        replace(hit, evidence=replace(hit.evidence, score=_raised(hit.evidence.score, DATE_WEIGHT * share)))
        for hit, share in zip(hits, added, strict=True)
    ]
    return sorted(scored, key=lambda hit: -hit.evidence.score)


def _raised(probability: float, log_odds: float) -> float:
    """The probability after something is added to its log odds."""
    factor = math.exp(log_odds)
    return probability * factor / (1 - probability + probability * factor)


def _repeats(evidence: Evidence, copies: Sequence[Evidence]) -> bool:
    said = frozenset().union(*(copy.stems for copy in copies))
    return len(evidence.stems & said) >= REPEATED * len(evidence.stems)
