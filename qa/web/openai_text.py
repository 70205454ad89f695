"""Answers as the text of a message: checked sentences with their marks, then the sources and notes."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from qa.language.markdown import escaped, linked
from qa.query.languages import ENGLISH
from qa.types import Answer, Citation, Sentence
from qa.web.render import web_link

SOURCES = "\n\nSources:\n"


class Telling:
    """A growing answer told piece by piece: what was sent stays, so each new sentence is added behind it.

    Quotes have the numbers of the answer where it only grows. Where the final one is in another order, they go on being
    counted, and what was sent is not sent again.
    """

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._told: list[Sentence] = []
        self._after_point = False

    def more(self, answer: Answer) -> str:
        """What is new of its sentences; nothing as long as it may yet be said in another language.

        While it grows, one without a quote waits for the next that has one: it may introduce what is never found.
        """
        sentences = answer.sentences
        if answer.status == "answering":
            quoted = [n for n, sentence in enumerate(sentences) if sentence.citations]
            sentences = sentences[: quoted[-1] + 1] if quoted and answer.language == ENGLISH else ()
        if not sentences:
            return ""
        numbers = {citation.number: self._number(citation) for citation in answer.citations}
        new = [(n, sentence) for n, sentence in enumerate(sentences) if not self._is_told(sentence)]
        pieces = [
            self._piece(
                replace(sentence, citations=tuple(numbers.get(c, c) for c in sentence.citations)),
                is_point=answer.listed_from is not None and n >= answer.listed_from,
            )
            for n, sentence in new
        ]
        return "".join(pieces)

    def last(self, answer: Answer) -> str:
        """What is left of a finished answer. The notes come last: what stands behind the sources is left out where it
        is sent back as history.
        """
        said = self.more(answer)
        if not self._told:
            said = escaped(answer.text)
        shown: Sequence[Citation] = self.citations or answer.closest
        sources = SOURCES + "\n".join(map(_source, shown)) if shown else ""
        return "\n\n".join((said + sources, *map(escaped, answer.notes)))

    def facts(self, answer: Answer) -> dict[str, Any]:
        """The quotes and notes beside the text of a finished answer."""
        quotes = {"citations": self.citations, "closest": answer.closest}
        told = {name: [asdict(citation) for citation in citations] for name, citations in quotes.items()}
        return {**told, "notes": list(answer.notes)}

    def _number(self, citation: Citation) -> int:
        place = citation.article_id, citation.start, citation.end
        if place not in self._numbers:
            self._numbers[place] = len(self._numbers) + 1
            self.citations.append(replace(citation, number=self._numbers[place]))
        return self._numbers[place]

    def _is_told(self, sentence: Sentence) -> bool:
        """Whether these words were sent, alone or as part of a longer quote."""
        return any(
            sentence.label == told.label
            and (
                sentence.text == told.text
                or (sentence.support == told.support == "quoted" and sentence.text in told.text)
            )
            for told in self._told
        )

    def _piece(self, sentence: Sentence, *, is_point: bool) -> str:
        marked = replace(sentence, text=escaped(sentence.text), label=escaped(sentence.label)).marked
        first, after_point = not self._told, self._after_point
        self._told.append(sentence)
        self._after_point = is_point
        before = "\n" if is_point else "\n\n" if after_point else " "
        return f"{'' if first else before}{'- ' if is_point else ''}{marked}"


def content(answer: Answer) -> str:
    """The text of a finished answer; nothing in it may act as Markdown."""
    return Telling().last(answer)


def _source(citation: Citation) -> str:
    known = ", ".join(escaped(fact) for fact in (citation.source, citation.published_at) if fact)
    link = web_link(citation.url)
    facts = (f"({known})" if known else "", f"“{escaped(citation.quote)}”", linked(link) if link else "")
    return " ".join(("-", f"[{citation.number}]", escaped(citation.title), *filter(None, facts)))
