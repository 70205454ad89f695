"""Questions that articles answer: prepared ahead, each asked once to be sure, and found again beside an answer.

A question is kept where the whole path, which knows nothing but its words, answers it from the sentence that it was
written for: round-trip consistency (Alberti et al. 2019, "Synthetic QA Corpora Generation with Roundtrip Consistency").
"""

import json
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np

from qa.generation.suggestions import Fact, can_be_asked, facts, is_new
from qa.language.text import contains
from qa.library import PreparedQuestion, Questions, Vectors
from qa.plans.summary import Summary
from qa.query.query import Query, understand
from qa.query.question import checked_question
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Filters, Suggestion, Turn, overlap

MOST = 3  # suggestions
KEPT = 3  # questions of an article
TRIED = 8  # facts of an article that a question is sought for
NEAREST = 4  # passages found for a question, in one of which its fact must stand
NEARBY = 50  # passages whose articles are asked first, of all
AT_ONCE = 50  # prepared questions that are looked at more closely
SHIPPED = Path(__file__).with_name("questions.json")  # on the articles in corpus/, as `questions --json` prints them


class Related:
    """Prepares questions on articles, and suggests those near to what was asked.

    `write` is what the model writes for a fact, bit by bit, `ask` the growing answers to a question.
    """

    def __init__(
        self,
        retriever: HybridRetriever,
        write: Callable[[Fact], Generator[str]],
        ask: Callable[[str], Generator[Answer]],
    ) -> None:
        self.questions = Questions.beside(retriever.library)
        self._retriever = retriever
        self._summary = Summary(retriever)
        self._write = write
        self._ask = ask

    def newest(self, count: int) -> list[Suggestion]:
        """One of each of so many articles, the newest first."""
        return [_suggested(question) for question in self.questions.newest(count)]

    def near(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        about: Collection[str] = (),
        given: Collection[str] = (),
        *,
        others: bool = True,
    ) -> list[Suggestion]:
        """The nearest prepared questions, at most MOST with those already given: those on the articles `about` first,
        then those on others, if wanted: on the nearest articles, then on any.

        None is on what the history says, asks what was asked, or asks the same as another.
        """
        said = [f"{turn.question} {turn.answer}" for turn in history]
        known = [question, *(turn.question for turn in history), *given]
        wanted = MOST - len(given)
        found = list[Suggestion]()
        context = f"{question} {history[-1].answer}" if history else question
        vector = np.asarray(self._retriever.embed(context), np.float32)
        for among in self._asked(about, vector, filters) if others else (about,):
            table = self.questions.table(self._retriever.embedder, filters, among)
            if not table.ids:
                continue
            nearest = np.argsort(-(table.vectors @ vector))[:AT_ONCE]
            for prepared in self.questions.take([table.ids[row] for row in nearest]):
                if is_new(prepared.question, known) and not any(contains(text, prepared.words) for text in said):
                    known.append(prepared.question)
                    found.append(_suggested(prepared))
                if len(found) >= wanted:
                    return found[:wanted]
        return found

    def _asked(
        self, about: Collection[str], vector: Vectors, filters: Filters | None
    ) -> Iterator[Collection[str] | None]:
        """Articles that are asked one after the other: those given, those of the nearest passages, all."""
        yield about
        library = self._retriever.library
        nearest = self._retriever.index.search(vector.tolist(), NEARBY, filters)
        yield {passage.article_id for passage in library.evidence(nearest)}
        yield None

    def suggest(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Suggestion]:
        """What is near to a question, at most MOST; where too little is prepared it is prepared now, and takes time."""
        question = checked_question(question)
        about = self.found_for(question, filters)
        given = list[str]()

        def near(others: bool) -> Iterator[Suggestion]:
            for suggestion in self.near(question, history, filters, about, given, others=others):
                given.append(suggestion.question)
                yield suggestion

        yield from near(others=False)
        for article_id in self.lacking(about, len(given)):
            if len(given) == MOST:
                return
            for kept in self.prepare(article_id):
                yield from near(others=False) if kept else ()
        yield from near(others=True)

    def lacking(self, about: Sequence[str], given: int) -> list[str]:
        """Which of these articles could have more questions, where so many given are too few."""
        waiting = set(self.questions.waiting(of=about)) if given < MOST else set()
        return [article_id for article_id in about if article_id in waiting]

    def found_for(self, question: str, filters: Filters | None = None) -> list[str]:
        """The articles that bear on a question, the best first."""
        hits = self._retriever.find(Query.of(question, filters))
        return list(dict.fromkeys(hit.evidence.article_id for hit in hits))

    def take_in_shipped(self, newest: int) -> None:
        """Keep the questions that are shipped on some of the newest articles; asks no language model."""
        for article_id in self.questions.waiting(newest):
            self._note_shipped(self._retriever.library.article(article_id))

    def prepare(self, article_id: str) -> Generator[PreparedQuestion | None]:
        """Seek questions on an article from where that was left off: each as it is kept, and None after each step.

        It may be closed at any step; what was done is done. Raises ArticleNotFound, and what the models raise.
        """
        article = self._retriever.library.article(article_id)
        if self._note_shipped(article):
            yield from self.questions.of(article_id)
            return
        found = facts(article, [(point.start, point.end) for point in self._summary.of(article)])[:TRIED]
        yield None
        known = [kept.question for kept in self.questions.of(article_id)]
        for tried in range(self.questions.tried(article_id), max(len(found), 1)):
            kept = (yield from self._sought(found[tried], article, known)) if found else None
            known += [kept.question] if kept else []
            over = tried + 1 >= len(found) or len(known) >= KEPT
            if not self._note(article, tried + 1, over, [kept] if kept else []):
                return
            yield kept
            if over:
                return

    def _sought(
        self, fact: Fact, article: Article, known: Sequence[str]
    ) -> Generator[None, None, PreparedQuestion | None]:
        """A question that the fact answers; None where that is not sure."""
        written = ""
        with closing(self._write(fact)) as pieces:
            for piece in pieces:
                written += piece
                yield
        question = " ".join(written.split())
        if not can_be_asked(question, fact, known):
            return None
        yield
        if not self._is_found(fact, question):
            return None
        yield
        with closing(self._ask(question)) as answers:
            for answer in answers:
                yield
                if answer.kind != "fact":
                    return None
        if answer.status != "answered" or not any(overlap(fact, citation) for citation in answer.citations):
            return None
        quote = article.text[fact.start : fact.end]
        return PreparedQuestion(question, article.id, article.title, fact.words, quote, fact.start, fact.end)

    def _is_found(self, fact: Fact, question: str) -> bool:
        """Whether its sentence stands in the nearest passages, where the extractor answers with the fact."""
        query = understand(question, articles=self._retriever)
        hits = self._retriever.find(query, NEAREST)
        if not any(overlap(fact, hit.evidence) for hit in hits):
            return False
        if self._retriever.extractor is None:
            return True
        guess = self._retriever.guess(query, hits)
        if guess is None or not guess.sure or guess.evidence.article_id != fact.article_id:
            return False
        return contains(guess.answer, fact.words) or contains(fact.words, guess.answer)

    def _note_shipped(self, article: Article) -> bool:
        """Keep what is shipped on an article of this text, where nothing was sought yet; whether there is any."""
        shipped = _shipped().get(article.id, [])
        stand = all(article.text[question.start : question.end] == question.quote for question in shipped)
        new = stand and bool(shipped) and not self.questions.tried(article.id)
        return new and self._note(article, len(shipped), True, shipped)

    def _note(self, article: Article, tried: int, over: bool, kept: Sequence[PreparedQuestion]) -> bool:
        vectors = [np.asarray(self._retriever.embed(question.question), np.float32) for question in kept]
        questions = list(zip(kept, vectors, strict=True))
        return self.questions.note(article, tried, over=over, kept=questions, model=self._retriever.embedder)


@cache
def _shipped() -> dict[str, list[PreparedQuestion]]:
    """By article."""
    found: dict[str, list[PreparedQuestion]] = {}
    for question in json.loads(SHIPPED.read_text(encoding="utf-8")):
        found.setdefault(question["article_id"], []).append(PreparedQuestion(**question))
    return found


def _suggested(question: PreparedQuestion) -> Suggestion:
    return Suggestion(question.question, question.article_id, question.title)
