"""What is shown of the sources beside an answer: quotes with the sentences around them, passages by their article."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.language.text import stems
from qa.types import Citation, Evidence

GLIMPSE = 260  # characters of a passage shown before it is cited
GAP = " … "


@dataclass(frozen=True)
class Piece:
    """Words of a passage; those of a quote with the numbers of its citations."""

    text: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Card:
    """The citations of one passage, and its words around them."""

    citations: tuple[Citation, ...]
    pieces: tuple[Piece, ...]


def cards(citations: Sequence[Citation], passages: Sequence[Evidence]) -> list[Card]:
    """A card for each passage that is cited, in the order of its first citation."""
    held: dict[tuple[str, int, int], list[Citation]] = {}
    for citation in citations:
        held.setdefault(_place(passage_of(citation, passages) or citation), []).append(citation)
    return [Card(tuple(some), _pieces(some, passage_of(some[0], passages))) for some in held.values()]


def passage_of(citation: Citation, passages: Sequence[Evidence]) -> Evidence | None:
    """The passage that a quote stands in."""
    for e in passages:
        if e.article_id == citation.article_id and e.start <= citation.start and citation.end <= e.end:
            return e
    return None


def by_article(passages: Sequence[Evidence]) -> list[list[Evidence]]:
    """The passages of each article, in the order of its first."""
    found: dict[str, list[Evidence]] = {}
    for passage in passages:
        found.setdefault(passage.article_id, []).append(passage)
    return list(found.values())


def glimpse(passage: Evidence, question: str) -> str:
    """The sentences of a passage from the one on that shares most words with the question."""
    told = [" ".join(sentence.split()) for sentence in passage.sentences if not sentence.startswith("#")]
    if not told:
        return ""
    asked = stems(question)
    best = max(range(len(told)), key=lambda n: len(asked & stems(told[n])))
    shown = " ".join(told[best:])
    cut = shown if len(shown) <= GLIMPSE else shown[:GLIMPSE].rsplit(" ", 1)[0] + " …"
    return f"… {cut}" if best else cut


def _place(words: Citation | Evidence) -> tuple[str, int, int]:
    return words.article_id, words.start, words.end


def _pieces(citations: Sequence[Citation], passage: Evidence | None) -> tuple[Piece, ...]:
    """The quotes to the letter, each between the sentence before and the one after it; the quote alone where no passage
    holds it.
    """
    if passage is None:
        return (Piece(citations[0].quote, tuple(citation.number for citation in citations)),)
    quotes = [(c.start - passage.start, c.end - passage.start, c.number) for c in citations]
    pieces = list[Piece]()
    for start, end in _stretches(quotes, passage):
        pieces += [Piece(GAP)] if pieces else []
        edges = sorted({start, end, *(edge for a, b, _ in quotes for edge in (a, b) if start < edge < end)})
        for a, b in pairwise(edges):
            pieces.append(Piece(passage.text[a:b], tuple(n for first, last, n in quotes if first <= a and b <= last)))
    return tuple(pieces)


def _stretches(quotes: Sequence[tuple[int, int, int]], passage: Evidence) -> list[tuple[int, int]]:
    """What is shown of a passage, in its characters: what touches is one stretch."""
    found = list[tuple[int, int]]()
    for start, end in sorted(_around(start, end, passage) for start, end, _ in quotes):
        if found and not passage.text[found[-1][1] : start].strip():
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _around(start: int, end: int, passage: Evidence) -> tuple[int, int]:
    """From the sentence before a quote to the one after it; headings are none, for they begin another part."""
    touched = [n for n, (a, b) in enumerate(passage.spans) if a < end and start < b]
    if not touched:
        return start, end
    first, last = touched[0], touched[-1]
    first -= first > 0 and not passage.sentences[first - 1].startswith("#")
    last += last + 1 < len(passage.spans) and not passage.sentences[last + 1].startswith("#")
    return min(start, passage.spans[first][0]), max(end, passage.spans[last][1])
