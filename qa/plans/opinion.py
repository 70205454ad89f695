"""Opinions: that a question asks for one, and the sentences that say who holds one, each as its own quote."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from qa.grounding.attribution import source_of
from qa.grounding.steps import Retrieved
from qa.language.text import names, stems
from qa.plans.plan import Plan, Point, is_shown, laid_out, quotable
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Evidence, Length

MOST: dict[Length, int] = {"short": 2, "normal": 3, "detailed": 6}  # points, each of another holder
LENGTH = range(30, 400)  # characters of a sentence
NEAR = 0.6  # cosine of question and sentence, where there is no reader
LEAD = "That is a matter of opinion. The articles quote, among others:"
NOBODY = "That is a matter of opinion, and the articles quote nobody on it."


class Opinion(Plan):
    """No verdict of its own: what others say, by those who say it; a refusal where nobody is quoted."""

    def __init__(self, retriever: HybridRetriever) -> None:
        self._retriever = retriever

    def answer(self, found: Retrieved) -> Answer:
        """Of what the passages ascribe to somebody, that which bears most on the question."""
        told = [said for said in _ascribed(found.query, found.answer.passages) if not is_shown(found, said)]
        bearing = self._bearing(found.query, told)
        held: dict[str | None, Point] = {}
        for row in np.argsort([-score for score in bearing], kind="stable"):
            if bearing[row] > 0:
                held.setdefault(source_of(_plain(told[row])), Point(told[row], told[row].start, told[row].end))
        if not held:
            return replace(found.answer, status="refused", text=NOBODY)
        return laid_out(found.answer, LEAD, list(held.values())[: MOST[found.query.length]])

    def _bearing(self, query: Query, told: Sequence[Evidence]) -> list[float]:
        """How much each sentence bears on the question, above 0 if it does: the reader's log odds that it answers.

        Without a reader, how much nearer to the question it is than NEAR.
        """
        if not told:
            return []
        if reader := self._retriever.reader:
            return [reading.logit for reading in reader.read(query.text, told)]
        asked = np.asarray(query.vector or self._retriever.embed(query.text), np.float32)
        vectors = np.asarray(self._retriever.embeddings.embed_documents(list(map(_plain, told))), np.float32)
        return [float(cosine) - NEAR for cosine in vectors @ asked]


def _ascribed(query: Query, passages: Sequence[Evidence]) -> Iterator[Evidence]:
    """The sentences that ascribe something to somebody and hold a name of the question, or follow one that does.

    Where the question has no names, a word of it.
    """
    seen = set[tuple[str, int]]()
    for passage in passages:
        follows = False
        for start, end in quotable(passage.text):
            sentence = replace(
                passage, text=passage.text[start:end], start=passage.start + start, end=passage.start + end
            )
            said, place = _plain(sentence), (passage.article_id, sentence.end)
            about = bool(names(f"a {said}") & query.names if query.names else stems(said) & query.stems)
            if (about or follows) and len(said) in LENGTH and source_of(said) and place not in seen:
                seen.add(place)
                yield sentence
            follows = about


def _plain(sentence: Evidence) -> str:
    return " ".join(sentence.text.split())
