"""An Answerer whose every word is known by hand, for the tests of the web layer."""

import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from dataclasses import replace
from datetime import date

from qa.errors import FilterError, QuestionError
from qa.library import Library, PreparedQuestion
from qa.plans.more import LEAD, NO_MORE
from qa.plans.plan import REFUSAL, Point, laid_out
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Answering, Citation, Evidence, Filters, Length, Sentence, Span, Suggestion, Turn

TEXT = (
    "The Varga bridge was planned for years. It opened in 1931 after a long dispute over its cost. "
    "It is 412 metres long and carries two railway tracks."
)
QUOTE = "It opened in 1931 after a long dispute over its cost."
EVIDENCE = Evidence(
    "bridge",
    "The Varga bridge",
    "Test Gazette",
    "2025-03-01",
    "https://example.org/bridge",
    100,
    100 + len(TEXT),
    TEXT,
    0.9,
)
FURTHER = replace(EVIDENCE, start=400, end=500, text="It was widened in 1950. " * 4, score=0.3)
OTHER = Evidence(
    "ferry", "The Lomond ferry", None, None, None, 0, 44, "The Lomond ferry carries 9,300 people a day.", 0.2
)
START = 100 + TEXT.index(QUOTE)
CITATION = Citation(
    1, "bridge", EVIDENCE.title, EVIDENCE.source, EVIDENCE.published_at, EVIDENCE.url, QUOTE, START, START + len(QUOTE)
)
NO_SOURCE = "Nowhere"
NOTE = "The sources disagree."
LENGTH = "It is 412 metres long and carries two railway tracks."
LENGTH_CITATION = replace(
    CITATION, quote=LENGTH, start=100 + TEXT.index(LENGTH), end=100 + TEXT.index(LENGTH) + len(LENGTH)
)


COMPARED = (  # growing, a label before each point, and the last with two marks
    Sentence(f"1931: {QUOTE}", (1,), "quoted"),
    Sentence("412 metres: It opened in 1931 and is 412 metres long.", (1, 2), "supported", 0.9),
)
NEWEST = (
    Suggestion("How many tracks does the Varga bridge carry?", EVIDENCE.article_id, EVIDENCE.title),
    Suggestion("How many people does the Lomond ferry carry a day?", OTHER.article_id, OTHER.title),
)
SUGGESTED = ("How long is it?", "How many tracks does the bridge carry?")


SUMMED_UP = (CITATION, LENGTH_CITATION)


class _Library:
    def count(self) -> int:
        return 2

    def held(self, name: str, wait: object) -> AbstractContextManager[None]:
        return nullcontext()


class FakeRelated:
    """Two questions are prepared, none about cheese; on each article in `unprepared` one more is found.

    `asked` are the questions for which others were suggested. A preparing takes five times `pace` seconds; `begun`
    counts them, `closed` those that were left early.
    """

    def __init__(self) -> None:
        self.questions = self
        self.newest_ones: tuple[Suggestion, ...] = NEWEST
        self.prepared = [Suggestion(asked, EVIDENCE.article_id, EVIDENCE.title) for asked in SUGGESTED]
        self.unprepared: dict[str, str] = {}
        self.asked: list[tuple[str, tuple[Turn, ...], Filters | None, tuple[str, ...]]] = []
        self.begun = self.closed = 0
        self.pace = 0.0
        self.failing: dict[str, Exception] = {}

    def newest(self, count: int) -> list[Suggestion]:
        return list(self.newest_ones[:count])

    def found_for(self, question: str, filters: Filters | None = None) -> list[str]:
        return [EVIDENCE.article_id, OTHER.article_id]

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
        self.asked.append((question, tuple(history), filters, tuple(about)))
        if "crash" in question:
            raise ZeroDivisionError("secret detail")
        near = [] if "cheese" in question else self.prepared
        return [suggestion for suggestion in near if suggestion.question not in given][: 3 - len(given)]

    def take_in_shipped(self, newest: int) -> None:
        pass

    def lacking(self, about: Sequence[str], given: int) -> list[str]:
        return self.waiting(of=about) if given < 3 else []

    def waiting(self, newest: int | None = None, of: Collection[str] | None = None) -> list[str]:
        return [article_id for article_id in self.unprepared if of is None or article_id in of]

    def prepare(self, article_id: str) -> Iterator[PreparedQuestion | None]:
        self.begun += 1
        if article_id in self.failing:
            raise self.failing[article_id]
        try:
            for _ in range(5):
                time.sleep(self.pace)
                yield None
        except GeneratorExit:
            self.closed += 1
            raise
        question = self.unprepared.pop(article_id)
        self.prepared.append(Suggestion(question, article_id, article_id))
        yield PreparedQuestion(question, article_id, article_id, "", "", 0, 0)


class FakeAnswerer(Answering):
    """Says when the bridge opened, or how long; refuses when asked about cheese; notes whether sources disagree.

    What is compared grows point by point; where more is asked for it says what was not shown of the two.

    `closed` counts streams left early.
    """

    model_name = "fake"

    def __init__(self, delay: float = 0.0) -> None:
        self.library: Library | _Library = _Library()
        self.delay = delay
        self.closed = 0
        self.summed_up: list[str] = []
        self.troubled = ""
        self.related = FakeRelated()
        self.is_resident = True
        self.asked: list[tuple[str, tuple[Turn, ...], Filters | None]] = []
        self.as_of: date | None = None
        self.wanted: tuple[Length, frozenset[Span]] = "normal", frozenset()

    def with_model(self, chat_model: object, model_name: str) -> "FakeAnswerer":
        """The same words by another name."""
        other = copy(self)
        other.model_name = model_name
        return other

    def end_model(self) -> None:
        pass

    def over(self, retriever: HybridRetriever) -> "FakeAnswerer":
        """The same, but articles are really added to a library and removed from it."""
        self.retriever, self.library = retriever, retriever.library
        return self

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        length: Length = "normal",
        without: Collection[Span] = (),
    ) -> Iterator[Answer]:
        _check(question)
        self.wanted = length, frozenset(without)
        self.asked.append((question, tuple(history), filters))
        self.as_of = as_of
        if "crash" in question:
            raise ZeroDivisionError("secret detail")
        answer = Answer(question, question, passages=(EVIDENCE, OTHER), model="fake")
        if without:
            left = [c for c in (CITATION, LENGTH_CITATION) if Span(c.article_id, c.start, c.end) not in without]
            yield laid_out(answer, LEAD if left else NO_MORE, [Point(EVIDENCE, c.start, c.end) for c in left])
            return
        if "Compare" in question:
            yield from self._compared(answer)
            return
        try:
            yield answer
            for words in ("The bridge", "The bridge opened", "The bridge opened in 1931."):
                time.sleep(self.delay)
                yield replace(answer, draft=words)
            if "break off" in question:
                raise ZeroDivisionError("secret detail")
            while "endless" in question:
                time.sleep(0.01)
                yield replace(answer, draft="on and on")
        except GeneratorExit:
            self.closed += 1
            raise
        if "cheese" in question:
            refused = replace(answer, status="refused", text="The articles do not answer this question.")
            yield replace(refused, passages=(EVIDENCE, FURTHER, OTHER), timings_ms={"retrieve": 2, "total": 5})
            return
        is_length = "How long" in question
        said = "The bridge is 412 metres long." if is_length else "The bridge opened in 1931."
        yield replace(
            answer,
            status="answered",
            text=f"{said} [1]",
            sentences=(Sentence(said, (1,), "quoted"),),
            citations=(LENGTH_CITATION if is_length else CITATION,),
            timings_ms={"retrieve": 2, "total": 1234},
            notes=(NOTE,) if "disagree" in question else (),
            usage={"prompt_tokens": 700, "completion_tokens": 12} if "tokens" in question else None,
        )

    def _compared(self, answer: Answer) -> Iterator[Answer]:
        yield answer
        cited = (CITATION, replace(LENGTH_CITATION, number=2))
        for n in (1, 2):
            time.sleep(self.delay)
            text = "\n".join(f"- {s.text} {''.join(f'[{m}]' for m in s.citations)}" for s in COMPARED[:n])
            answer = replace(answer, text=text, sentences=COMPARED[:n], citations=cited[:n], listed_from=0)
            yield answer
        time.sleep(self.delay)
        yield replace(answer, status="answered", kind="comparison", timings_ms={"total": 1234})

    def summary(self, article_id: str) -> Answer:
        """Of the bridge when it opened and how long it is; all others are too short."""
        time.sleep(self.delay)
        self.summed_up.append(article_id)
        answer = Answer("Summary", "Summary", kind="summary", model="fake")
        if article_id != EVIDENCE.article_id:
            return replace(answer, status="refused", text=REFUSAL)
        return laid_out(answer, "In its own words:", [Point(EVIDENCE, c.start, c.end) for c in SUMMED_UP])

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def warm_up(self) -> None:
        pass

    def trouble(self) -> str:
        return self.troubled

    def check(self, filters: Filters) -> None:
        if filters.source == NO_SOURCE:
            raise FilterError(f"no article is by {filters.source!r}; there is Test Gazette")

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> tuple[Evidence, ...]:
        _check(question)
        self.as_of = as_of
        return (EVIDENCE, OTHER)[:k]


def _check(question: str) -> None:
    if not question.strip() or len(question) > 2000:
        raise QuestionError("the question is empty or too long")
