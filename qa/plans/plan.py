"""What a plan is: how one kind of question is answered, and how its points are laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig

from qa.grounding.confidence import Thresholds
from qa.grounding.steps import Asked, Draft, Excerpted, Retrieved
from qa.grounding.verification import Judge
from qa.language.enumerations import in_a_line
from qa.language.markdown import listed
from qa.language.orders import plays_a_part
from qa.language.text import is_ended, sentences
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Article, Citation, Evidence, Sentence, Stretch, overlap

REFUSAL = "The articles do not answer this question."


class Steps(Protocol):
    """What a plan may use: the steps of the path, which may be replaced, and the parts that these are made of."""

    retriever: HybridRetriever
    judge: Judge
    model: BaseChatModel
    thresholds: Thresholds
    passages_sent: int
    understand: Runnable[Asked | str, Query]
    rewrite: Runnable[Asked, str]
    retrieve: Runnable[Query, Retrieved]
    excerpts: Runnable[Retrieved, tuple[Evidence, ...]]
    prompt: Runnable[Excerpted, list[BaseMessage]]
    ground: Runnable[Draft, list[Answer]]

    def written(self, messages: list[BaseMessage], config: RunnableConfig) -> str:
        """What the model writes; nothing where it cannot answer."""


class Plan:
    """Answers one kind of question; `searches` is whether it wants the passages that retrieval finds.

    A plan that knows its answer at once has `answer`; one that takes time has `answers`.
    """

    searches = True

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        """Growing answers, of which the last is finished; none where the articles have no answer."""
        if answer := self.answer(found):
            yield answer

    def answer(self, found: Retrieved) -> Answer | None:
        """The finished answer, or a refusal that says more than that; None where the articles have no answer."""
        raise NotImplementedError


@dataclass(frozen=True)
class Point:
    """A point of a list, and the stretch of an article that is quoted for it; without text in the quote's words."""

    source: Article | Evidence
    start: int
    end: int
    text: str = ""

    @property
    def quote(self) -> str:
        offset = self.source.start if isinstance(self.source, Evidence) else 0
        return self.source.text[self.start - offset : self.end - offset]

    @property
    def article_id(self) -> str:
        return self.source.article_id if isinstance(self.source, Evidence) else self.source.id

    def cited(self, number: int) -> Citation:
        s = self.source
        facts = s.title, s.source, s.published_at, s.url
        return Citation(number, self.article_id, *facts, self.quote, self.start, self.end, s.notes)


def refused(found: Retrieved) -> Answer:
    """That the articles do not answer."""
    return replace(found.answer, status="refused", text=REFUSAL)


def is_shown(query: Query, words: Point | Evidence) -> bool:
    """Whether some of these words were quoted in what was shown before, where more than that is asked for."""
    return any(overlap(words, span) for span in query.without)


def laid_out(answer: Answer, lead: str, points: Sequence[Point | Sentence | str] = ()) -> Answer:
    """An answer of a first sentence made by code and points, as `with_points` lays them out."""
    said = (Sentence(lead, (), "known"),)
    first = replace(answer, status="answered", text=lead, sentences=said, citations=(), confidence=1.0)
    return with_points(first, points)


def with_points(answer: Answer, points: Sequence[Point | Sentence | str]) -> Answer:
    """An answer with points below it, each with its own quote but for sentences, which cite the answer's, and texts."""
    below, citations = list[Sentence](), list(answer.citations)
    for point in points:
        if not isinstance(point, Point):
            below.append(Sentence(point, (), "known") if isinstance(point, str) else point)
            continue
        citations.append(point.cited(len(citations) + 1))
        own = in_a_line(point.quote)
        below.append(Sentence(point.text or own, (len(citations),), "known" if point.text else "quoted"))
    return replace(
        answer,
        text=listed(answer.text, (sentence.marked for sentence in below)),
        sentences=(*answer.sentences, *below),
        citations=tuple(citations),
        listed_from=len(answer.sentences) if below else None,
    )


def quotable(text: str) -> list[Stretch]:
    """The sentences of a text that tell something: no lines without an end, such as headings, no part of a prompt."""
    return [
        (start, end)
        for start, end in sentences(text)
        if not (said := text[start:end]).startswith("#") and is_ended(said) and not plays_a_part(said)
    ]


def named(source: Article | Evidence) -> str:
    """An article as it is listed: its title, and in brackets its source and day."""
    known = ", ".join(fact for fact in (source.source, (source.published_at or "")[:10]) if fact)
    return f"{source.title} ({known})" if known else source.title


def number_of(count: int, noun: str) -> str:
    """1 article, 2 articles, 1,312 articles."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
