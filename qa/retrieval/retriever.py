"""Hybrid retrieval: BM25 full text and vectors, fused into one ranking, whose first passages are then reranked."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qa.errors import EMPTY, IndexUnwritable, LibraryError
from qa.index import MemoryIndex, VectorIndex
from qa.language.orders import plays_a_part
from qa.language.text import content_words, stem
from qa.library import Library
from qa.models.embeddings import SentenceEmbeddings, load_embeddings
from qa.models.progress import say
from qa.models.reader import Reader, Reading
from qa.models.reranker import Reranker, load_reranker
from qa.query.dates import favour
from qa.query.languages import told
from qa.query.query import Query, understand
from qa.query.question import named_sources
from qa.retrieval.fusion import TEXT_WEIGHT, Candidates, fuse
from qa.settings import Settings
from qa.types import Evidence, Filters, Preference

CANDIDATES = 50
# How many passages the reader sees: on 160 SQuAD questions over 376 articles fusion alone had 0.94 in the first 4, with
# twelve read it had 0.975, with thirty, which take three times as long, 0.975 too.
READ = 12
# Log odds that a passage answers, by logistic regression over the twelve of each of 591 SQuAD questions. On the other
# 209 the probability is off by 0.02, on the corpus gold set by 0.03 (expected calibration error over ten bins).
FUSED_WEIGHT, READER_WEIGHT, BIAS = 3.25, 0.5, -3.0
READ_CLOSELY = 4  # passages that the extractor sees: the evidence stands in them for 0.98 of SQuAD's questions
UNREAD = -4.0  # what stands in for the reader's logit
SOURCES = 4  # named in a question, that are searched by themselves
# What the date that a question prefers adds to the log odds: it decides among passages that answer about as well.
DATE_WEIGHT = 1.5
FACTS = ("article_id", "title", "source", "published_at", "url", "start", "end", "score")  # of a passage
LOOKED_AT = 20  # articles for their language, passages for how a word is written
BEGINNING = 500  # characters of an article that tell its language
REPEATED = 0.8  # of a passage's words, when copies of the story that rank higher hold them


@dataclass(frozen=True)
class Hit:
    """A passage, and what the reader makes of it where it read it."""

    evidence: Evidence
    reading: Reading | None = None

    @classmethod
    def of(cls, document: Document) -> "Hit":
        """The passage in a document of a retriever; its metadata holds the facts of Evidence, and perhaps a reading."""
        facts: dict[str, Any] = {name: document.metadata.get(name) for name in FACTS}
        reading = document.metadata.get("reading")
        return cls(Evidence(**facts, text=document.page_content), Reading(**reading) if reading else None)

    def document(self) -> Document:
        """As LangChain knows it."""
        facts: dict[str, Any] = {name: getattr(self.evidence, name) for name in FACTS}
        reading = {"reading": asdict(self.reading)} if self.reading else {}
        return Document(page_content=self.evidence.text, metadata=facts | reading)

    @property
    def answer(self) -> str:
        """The words that it would answer with, none where it did not read."""
        return self.evidence.text[self.reading.start : self.reading.end] if self.reading else ""

    @property
    def touched(self) -> list[tuple[int, int]]:
        """Start and end, in characters of the passage, of the sentences that these words stand in."""
        if self.reading is None:
            return []
        return [span for span in self.evidence.spans if span[0] < self.reading.end and span[1] > self.reading.start]

    @property
    def sentence(self) -> str:
        """The whole sentences that these words stand in."""
        return " ".join(" ".join(self.evidence.text[start:end] for start, end in self.touched).split())

    @property
    def points(self) -> bool:
        """Whether it points at words, and into no sentence that plays a part of the prompt."""
        return bool(self.answer) and not any(plays_a_part(self.evidence.text[a:b]) for a, b in self.touched)

    @property
    def sure(self) -> bool:
        """Whether it finds these words likelier to be the answer than none."""
        return self.reading is not None and self.reading.margin > 0


class HybridRetriever(BaseRetriever):
    """Passages for a question, best first.

    With a reader a score is the probability that the passage answers; without, it is the fused score, a convex
    combination of the two scores, each divided by the question's best (Bruch, Gai and Ingber 2023, "An analysis of
    fusion functions for hybrid retrieval").
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

    @classmethod
    def open(cls, settings: Settings) -> "HybridRetriever":
        """The library, the index and the embedding model of these settings; takes seconds."""
        library = Library.open(settings.library_path)
        embeddings = load_embeddings(settings)
        try:
            index: VectorIndex | MemoryIndex = VectorIndex.open(settings, library, embeddings.identity)
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
        candidates = self._candidates(query.text, vector, query.filters)
        hits = self._reranked(query.text, candidates, k, self.read * query.effort)
        return self._without_copies(_favoured(hits, query.preference) if query.preference else hits)[:k]

    def guess(self, query: Query, hits: Sequence[Hit]) -> Hit | None:
        """The passage in which the answer stands likeliest, with its words; None without an extractor."""
        return likeliest(self.guesses(query, hits))

    def guesses(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """Those of the first passages that point at words that would answer; none without an extractor."""
        if self.extractor is None:
            return []
        first = [hit.evidence for hit in hits[: READ_CLOSELY * query.effort]]
        read = [Hit(*read) for read in zip(first, self.extractor.read(query.text, first), strict=True)]
        return [hit for hit in read if hit.points]

    def rankings(self, question: str, k: int | None = None, as_of: date | None = None) -> dict[str, list[Evidence]]:
        """What each step of a search would give by itself, by name; the last is what `search` gives."""
        query = understand(question, as_of=as_of, articles=self)
        candidates = self._candidates(query.text, query.vector or self.embed(query.text), query.filters)
        k = k or self.k
        steps = {"bm25": candidates.by_text, "vectors": candidates.by_vector, "fusion": candidates.fused}
        found = {name: [Hit(evidence) for evidence in self._best(scores, k)] for name, scores in steps.items()}
        if self.reader is not None:
            found["fusion+reader"] = self._reranked(query.text, candidates, k, self.read)
        if query.preference:
            last = list(found)[-1]
            found[last] = _favoured(found[last], query.preference)
        return {name: [hit.evidence for hit in self._without_copies(best)[:k]] for name, best in found.items()}

    def _candidates(self, question: str, vector: list[float], filters: Filters | None) -> Candidates:
        """What each side finds; a source that the question names is searched by itself too."""
        self._bring_in_step()
        if self.index.count() == 0:
            raise LibraryError(EMPTY)
        asked, words = filters or Filters(), content_words(question)

        def both(wanted: Filters) -> tuple[dict[int, float], dict[int, float]]:
            by_text = self.library.search_text(words, CANDIDATES, wanted)
            return by_text, self.index.search(vector, CANDIDATES, wanted)

        by_text, by_vector = both(asked)
        sources = () if asked.source else named_sources(question, self.library.sources())[:SOURCES]
        by_source = [fuse(*both(replace(asked, source=source)), self.text_weight) for source in sources]
        return Candidates(by_text, by_vector, by_source, fuse(by_text, by_vector, self.text_weight))

    def _bring_in_step(self) -> None:
        """Let the index know what the library does; one that the disk refuses to is left for memory."""
        try:
            self.index.sync()
        except IndexUnwritable as error:
            self.index = _in_memory(self.library, self.index.model, error)

    def _best(self, scores: dict[int, float], count: int) -> list[Evidence]:
        """The first of a ranking, with their text."""
        return self.library.evidence(dict(list(scores.items())[:count]))

    def _reranked(self, question: str, candidates: Candidates, k: int, read: int) -> list[Hit]:
        """In the order of how probably each passage answers, the first `read`; with no reader as they come."""
        if self.reader is None:
            return [Hit(evidence) for evidence in self._best(candidates.fused, k)]
        best = self._best(candidates.in_turn(read), max(k, read))
        readings: list[Reading | None] = [*self.reader.read(question, best[:read])]
        readings += [None] * (len(best) - len(readings))
        hits = []
        for evidence, reading in zip(best, readings, strict=True):
            logit = reading.logit if reading else UNREAD
            odds = math.exp(FUSED_WEIGHT * evidence.score + self.reader_weight * logit + BIAS)
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
        total = self.index.count()
        found = self.library.document_frequencies(content_words(text))
        return {stem(word): math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in found.items() if n <= total}

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


def likeliest(hits: Sequence[Hit]) -> Hit | None:
    """The passage in which the reader would find its answer; None where it read none or points at nothing."""
    pointed = [hit for hit in hits if hit.points]
    return max(pointed, key=lambda hit: hit.reading.logit + hit.reading.margin if hit.reading else 0.0, default=None)
