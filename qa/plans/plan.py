"""What a plan is: how one kind of question is answered, and how its points are laid out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa.grounding.steps import Retrieved
from qa.language.orders import plays_a_part
from qa.language.text import sentences
from qa.types import Answer, Article, Citation, Evidence, Sentence

Stretch = tuple[int, int]  # start and end, in characters of the article
ENDS = (".", "!", "?", "…")
AFTER_AN_END = "\"'”’»)]"


class Plan(Protocol):
    """Answers one kind of question; `searches` is whether it wants the passages that retrieval finds."""

    searches: bool

    def answer(self, found: Retrieved) -> Answer | None:
        """The finished answer, or a refusal that says more than that; None where the articles have no answer."""


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

    def cited(self, number: int) -> Citation:
        s = self.source
        article_id = s.article_id if isinstance(s, Evidence) else s.id
        return Citation(number, article_id, s.title, s.source, s.published_at, s.url, self.quote, self.start, self.end)


def laid_out(answer: Answer, lead: str, points: Sequence[Point | str] = ()) -> Answer:
    """An answer of a first sentence made by code and points, each with its own quote but for those that are texts."""
    said, citations = [Sentence(lead, (), "known")], list[Citation]()
    for point in points:
        if isinstance(point, str):
            said.append(Sentence(point, (), "known"))
            continue
        citations.append(point.cited(len(citations) + 1))
        own = " ".join(point.quote.split())
        said.append(Sentence(point.text or own, (len(citations),), "known" if point.text else "quoted"))
    lines = (f"- {s.text} {''.join(f'[{n}]' for n in s.citations)}".rstrip() for s in said[1:])
    return replace(
        answer,
        status="answered",
        text="\n".join((lead, *lines)),
        sentences=tuple(said),
        citations=tuple(citations),
        confidence=1.0,
        listed_from=1 if points else None,
    )


def quotable(text: str) -> list[Stretch]:
    """The sentences of a text that tell something: no lines without an end, such as headings, no part of a prompt."""
    return [
        (start, end)
        for start, end in sentences(text)
        if not (said := text[start:end]).startswith("#")
        and said.rstrip(AFTER_AN_END).endswith(ENDS)
        and not plays_a_part(said)
    ]


def named(source: Article | Evidence) -> str:
    """An article as it is listed: its title, and in brackets its source and day."""
    known = ", ".join(fact for fact in (source.source, (source.published_at or "")[:10]) if fact)
    return f"{source.title} ({known})" if known else source.title


def number_of(count: int, noun: str) -> str:
    """1 article, 2 articles, 1,312 articles."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
