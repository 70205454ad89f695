"""Answers as HTML. Everything that a model or an article wrote is escaped by the templates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from qa.types import Answer, Citation, Evidence

if TYPE_CHECKING:
    from qa.library import LibraryStats
    from qa.web.docs import Operation, Shape

GLIMPSE = 260  # characters of a passage shown before it is cited
FIRST = 4  # passages shown at once; the others are one click away

_HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
_LAST_HEADING = re.compile(r"\n#{1,6} [^\n]*\s*\Z")
_HEADING_MARK = re.compile(r"^#{1,6} +", re.MULTILINE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True)
class Quoted:
    """A citation's quote within the passage it stands in."""

    before: str
    quote: str
    after: str


def render_turn(
    answer: Answer, number: int, *, step: str = "", before: int = 0, problem: str = "", stopped: bool = False
) -> str:
    """A question with its growing or final answer beside its sources; `number` keeps ids apart.

    Until it is its turn, `before` tells how many questions are answered before it.
    """
    cited = [_passage_of(citation, answer.passages) for citation in answer.citations]
    return _templates.get_template("turn.html").render(
        answer=answer,
        before=before,
        by_number={citation.number: citation for citation in answer.citations},
        number=number,
        problem=problem,
        step=step,
        stopped=stopped,
        uncited=[passage for passage in answer.passages if passage not in cited],
        waiting=answer.status == "answering" and not stopped and not problem,
    )


def render_welcome(stats: "LibraryStats | None", problem: str = "", step: str = "") -> str:
    """What the page is, what the library holds, or what is missing."""
    return _templates.get_template("welcome.html").render(stats=stats, problem=problem, step=step)


def render_views(*, signed_in: bool = False) -> str:
    """The links to the page's two views, and to where those who signed in sign out."""
    return _templates.get_template("views.html").render(signed_in=signed_in)


def render_sign_in(problem: str = "", name: str = "", *, user: str = "", has_users: bool = True) -> str:
    """The page to sign in by, or to sign out for `user`; `problem` is why `name` could not."""
    template = _templates.get_template("signin.html")
    return template.render(problem=problem, name=name, user=user, has_users=has_users)


def render_docs(operations: "Sequence[Operation]", shapes: "Sequence[Shape]") -> str:
    """The routes and the objects that they take and give."""
    return _templates.get_template("docs.html").render(operations=operations, shapes=shapes)


def render_articles(max_file: int) -> str:
    """The Articles view, still empty: static/articles.js fills it from /api/articles. `max_file` in bytes."""
    return _templates.get_template("articles.html").render(max_file=max_file)


def quoted(citation: Citation, passages: Sequence[Evidence]) -> Quoted:
    """The passage around a citation, cut at its quote; the quote alone where no passage holds it.

    The quote is shown to the letter; around it the marks of Markdown headings are left out, and a heading
    that ends the passage, for it belongs to the next one.
    """
    passage = _passage_of(citation, passages)
    if passage is None:
        return Quoted("", citation.quote, "")
    start, end = citation.start - passage.start, citation.end - passage.start
    before, after = passage.text[:start], _LAST_HEADING.sub("", passage.text[end:])
    return Quoted(
        _HEADING_MARK.sub("", before).lstrip(), passage.text[start:end], _HEADING_MARK.sub("", after).rstrip()
    )


def _passage_of(citation: Citation, passages: Sequence[Evidence]) -> Evidence | None:
    for e in passages:
        if e.article_id == citation.article_id and e.start <= citation.start and citation.end <= e.end:
            return e
    return None


def glimpse(text: str, question: str) -> str:
    """The sentences of a passage that share most words with the question."""
    sentences = _SENTENCE_END.split(" ".join(_HEADING.sub("", text).split()))
    asked = _stems(question)
    best = max(range(len(sentences)), key=lambda i: len(asked & _stems(sentences[i])))
    shown = " ".join(sentences[best:])
    cut = shown if len(shown) <= GLIMPSE else shown[:GLIMPSE].rsplit(" ", 1)[0] + " …"
    return f"… {cut}" if best else cut


def _stems(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.lower())}


def web_link(url: str | None) -> str | None:
    """The address where it is one of the web; any other scheme could run code."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def long_date(published_at: str | None) -> str:
    """29 January 2026; what is no date stays as it is."""
    try:
        day = date.fromisoformat((published_at or "")[:10])
    except ValueError:
        return published_at or ""
    return f"{day.day} {day:%B %Y}"


def seconds(timings_ms: Mapping[str, int]) -> str:
    """How long the whole answer took."""
    return f"{timings_ms['total'] / 1000:.1f} s" if "total" in timings_ms else ""


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
_templates.globals.update(FIRST=FIRST, glimpse=glimpse, quoted=quoted)
_templates.filters.update(web_link=web_link, long_date=long_date, seconds=seconds)
