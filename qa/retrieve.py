"""Hybrid retrieval: BM25 full text and vectors, fused into one ranking, whose first passages are then read."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from qa.dates import Sought, favour, sought
from qa.errors import EMPTY, LibraryError
from qa.index import VectorIndex
from qa.library import Library
from qa.models.embeddings import load_embeddings
from qa.models.reader import Reader, Reading
from qa.models.reranker import NamedCrossEncoder, load_reranker
from qa.question import checked_question
from qa.settings import Settings
from qa.text import content_words, stem, stems
from qa.types import Evidence, Filters, Preference

CANDIDATES = 50
# Share of BM25 in the fused score. On 800 SQuAD questions over 35 articles 0.6 is better at rank 1 than
# either alone (0.85 against 0.83 and 0.68), where reciprocal rank fusion is worse than BM25 (0.76).
TEXT_WEIGHT = 0.6
# How many passages the reader sees: on 300 SQuAD questions fusion alone had 0.86 / 0.95 in the first 1 / 4, with twelve
# read it had 0.88 / 0.97.
READ = 12
# Log odds that a passage answers, by logistic regression over the twelve of each of 600 SQuAD questions. On the other
# 600, and on the corpus gold set, the probability is off by 0.02 (expected calibration error over ten bins).
FUSED_WEIGHT, READER_WEIGHT, BIAS = 3.6, 0.67, -4.8
UNREAD = -4.0  # what stands in for the reader's logit
# What the date that a question prefers adds to the log odds: it decides among passages that answer about as well.
DATE_WEIGHT = 1.5
RETOLD = 0.8  # of a passage's words, when copies of the story that rank higher hold them


@dataclass(frozen=True)
class Found:
    """A passage, and what the reader makes of it where it read it."""

    evidence: Evidence
    reading: Reading | None = None


class HybridRetriever(BaseRetriever):
    """Passages for a question, best first.

    With a reader a score is the probability that the passage answers; without, it is the fused score, a convex
    combination of the two scores, each divided by the question's best (Bruch, Gai and Ingber 2023, "An analysis of
    fusion functions for hybrid retrieval").
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    index: VectorIndex
    embeddings: Embeddings
    reader: Reader | NamedCrossEncoder | None = None
    k: int = 10
    text_weight: float = TEXT_WEIGHT
    read: int = READ
    reader_weight: float = READER_WEIGHT

    @classmethod
    def open(cls, settings: Settings) -> "HybridRetriever":
        """The library, the index and the embedding model of these settings; takes seconds."""
        library = Library.open(settings.library_path)
        embeddings = load_embeddings(settings)
        index = VectorIndex.open(settings, library, embeddings.identity)
        return cls(library=library, index=index, embeddings=embeddings, reader=load_reranker(settings))

    def search(
        self, question: str, k: int | None = None, filters: Filters | None = None, as_of: date | None = None
    ) -> list[Evidence]:
        """The best k passages with their scores in 0..1; time words in the question count from `as_of`, else today.

        Raises QuestionError where the question is empty or too long, LibraryError where the library is empty.
        """
        wanted = self.sought(question, filters, as_of)
        return [found.evidence for found in self.find(question, k, wanted.filters, wanted.preference)]

    def sought(self, question: str, filters: Filters | None = None, as_of: date | None = None) -> Sought:
        """What the question's time words ask for, beside the filters."""
        return sought(question, filters, as_of, lambda wanted: bool(self.library.allowed(wanted)))

    def find(
        self,
        question: str,
        k: int | None = None,
        filters: Filters | None = None,
        preference: Preference | None = None,
    ) -> list[Found]:
        """As `search`, with what the reader makes of each passage; dates count only as far as `preference` says."""
        question = checked_question(question)
        fused = fuse(*self._candidates(question, filters), self.text_weight)
        k = k or self.k
        found = self._reread(question, self._best(fused, max(k, self.read)))
        return self._told_once(_favoured(found, preference) if preference else found)[:k]

    def rankings(self, question: str, k: int | None = None) -> dict[str, list[Evidence]]:
        """What each step of a search would give by itself, by name; the last is what `search` gives."""
        question = checked_question(question)
        by_text, by_vector = self._candidates(question, None)
        k = k or self.k
        fused = self._best(fuse(by_text, by_vector, self.text_weight), max(k, self.read))
        steps = {
            "bm25": self._best(by_text, k),
            "vectors": self._best(by_vector, k),
            "fusion": fused,
        }
        found = {name: [Found(evidence) for evidence in best] for name, best in steps.items()}
        if self.reader is not None:
            found["fusion+reader"] = self._reread(question, fused)
        return {name: [f.evidence for f in self._told_once(best)[:k]] for name, best in found.items()}

    def _candidates(self, question: str, filters: Filters | None) -> tuple[dict[int, float], dict[int, float]]:
        """The rankings by full text and by vectors: rowid -> score, best first."""
        self.index.sync()
        if self.index.count() == 0:
            raise LibraryError(EMPTY)
        by_text = self.library.search_text(content_words(question), CANDIDATES, filters)
        allowed = None if filters is None else self.library.allowed(filters)
        return by_text, self.index.search(self.embeddings.embed_query(question), CANDIDATES, allowed)

    def _best(self, scores: dict[int, float], count: int) -> list[Evidence]:
        """The first of a ranking, with their text."""
        return self.library.evidence(dict(list(scores.items())[:count]))

    def _reread(self, question: str, best: Sequence[Evidence]) -> list[Found]:
        """In the order of how probably each passage answers, the first ones read; with no reader as they come."""
        if self.reader is None:
            return [Found(evidence) for evidence in best]
        readings: list[Reading | None] = [*self.reader.read(question, best[: self.read])]
        readings += [None] * (len(best) - len(readings))
        found = []
        for evidence, reading in zip(best, readings, strict=True):
            logit = reading.logit if reading else UNREAD
            odds = math.exp(FUSED_WEIGHT * evidence.score + self.reader_weight * logit + BIAS)
            found.append(Found(replace(evidence, score=odds / (1 + odds)), reading))
        return sorted(found, key=lambda found: -found.evidence.score)

    def _told_once(self, found: Sequence[Found]) -> list[Found]:
        """Without the passages that say again what better ones of another copy of their story said."""
        stories = self.library.copies_of(f.evidence.article_id for f in found)
        kept: list[Found] = []
        for candidate in found:
            evidence = candidate.evidence
            better = (f.evidence for f in kept if stories[f.evidence.article_id] == stories[evidence.article_id])
            copies = [e for e in better if e.article_id != evidence.article_id]
            if not copies or not _retold(evidence, copies):
                kept.append(candidate)
        return kept

    def weights(self, text: str) -> dict[str, float]:
        """How much each word of a text tells: stem -> inverse document frequency, as in BM25."""
        total = self.index.count()
        found = self.library.document_frequencies(content_words(text))
        return {stem(word): math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in found.items() if n <= total}

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [
            Document(
                page_content=evidence.text,
                metadata={
                    name: getattr(evidence, name)
                    for name in ("article_id", "title", "source", "published_at", "url", "start", "end", "score")
                },
            )
            for evidence in self.search(query)
        ]


def _favoured(found: Sequence[Found], preference: Preference) -> list[Found]:
    """In the order of scores to whose log odds the preference for a date has added its part."""
    added = favour(preference, [f.evidence.published_at for f in found])
    scored = [
        replace(f, evidence=replace(f.evidence, score=_raised(f.evidence.score, DATE_WEIGHT * share)))
        for f, share in zip(found, added, strict=True)
    ]
    return sorted(scored, key=lambda f: -f.evidence.score)


def _raised(probability: float, log_odds: float) -> float:
    """The probability after something is added to its log odds."""
    factor = math.exp(log_odds)
    return probability * factor / (1 - probability + probability * factor)


def _retold(evidence: Evidence, copies: Sequence[Evidence]) -> bool:
    own, told = stems(evidence.text), {s for copy in copies for s in stems(copy.text)}
    return len(own & told) >= RETOLD * len(own)


def likeliest_answer(found: Sequence[Found]) -> str | None:
    """The words that the reader would answer with, of all passages; None where it read none or points at nothing."""
    pointed = [f for f in found if f.reading and f.reading.end > f.reading.start]
    if not pointed:
        return None
    evidence, reading = max(
        ((f.evidence, f.reading) for f in pointed if f.reading), key=lambda pair: pair[1].logit + pair[1].margin
    )
    return evidence.text[reading.start : reading.end]


def fuse(by_text: dict[int, float], by_vector: dict[int, float], weight: float = TEXT_WEIGHT) -> dict[int, float]:
    """Both rankings in one, best first, scores in 0..1.

    A passage that only full text found is at most as near as the farthest that the vectors found.
    """
    best_text = max(by_text.values(), default=0.0) or 1.0
    best_vector = max(by_vector.values(), default=0.0) or 1.0
    farthest = min(by_vector.values(), default=0.0)
    scores = {
        rowid: weight * by_text.get(rowid, 0.0) / best_text
        + (1 - weight) * max(0.0, by_vector.get(rowid, farthest)) / best_vector
        for rowid in by_text.keys() | by_vector.keys()
    }
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))
