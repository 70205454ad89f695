"""Opinions: that a question asks for one, and the sentences that say who holds one, each as its own quote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.grounding.attribution import source_of
from qa.grounding.steps import Retrieved
from qa.language.text import names, stems
from qa.plans.bearing import bearing
from qa.plans.plan import Plan, Point, is_shown, laid_out, quotable
from qa.plans.points import Points
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Evidence, Length

MOST: dict[Length, int] = {"short": 2, "normal": 3, "detailed": 6}  # points, each of another holder
LENGTH = range(30, 400)  # characters of a sentence
LEAD = "That is a matter of opinion. The articles quote, among others:"
ON_IT = "That is a matter of opinion. The articles say on it:"
NOBODY = "That is a matter of opinion, and the articles quote nobody on it."


class Opinion(Plan):
    """No verdict of its own: what others say, by those who say it, else what the articles say on it; a refusal where
    they do not speak of it.
    """

    def __init__(self, retriever: HybridRetriever, points: Points) -> None:
        self._retriever = retriever
        self._points = points

    def answer(self, found: Retrieved) -> Answer:
        """Of what the passages ascribe to somebody, that which bears most on the question."""
        most = MOST[found.query.length]
        told = [said for said in _ascribed(found.query, found.answer.passages) if not is_shown(found.query, said)]
        scores = bearing(found.query, told, self._retriever)
        held: dict[str | None, Point] = {}
        for row in sorted(range(len(told)), key=lambda row: -scores[row]):
            if scores[row] > 0:
                held.setdefault(source_of(_plain(told[row])), Point(told[row], told[row].start, told[row].end))
        if held:
            return laid_out(found.answer, LEAD, list(held.values())[:most])
        points = self._points.chosen(found, most, only_likely=True)
        return laid_out(found.answer, ON_IT, points) if points else replace(found.answer, status="refused", text=NOBODY)


def _ascribed(query: Query, passages: Sequence[Evidence]) -> Iterator[Evidence]:
    """The sentences that ascribe something to somebody and hold a name of the question, or follow one that does.

    Where the question has no names, a word of it.
    """
    seen = set[tuple[str, int]]()
    for passage in passages:
        follows = False
        for start, end in quotable(passage.text):
            sentence = passage.cut(start, end)
            said, place = _plain(sentence), (passage.article_id, sentence.end)
            about = bool(names(f"a {said}") & query.names if query.names else stems(said) & query.stems)
            if (about or follows) and len(said) in LENGTH and source_of(said) and place not in seen:
                seen.add(place)
                yield sentence
            follows = about


def _plain(sentence: Evidence) -> str:
    return " ".join(sentence.text.split())
