"""Plain facts, and whatever has no plan of its own: a draft of the model, shown as far as the articles support it."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from langchain_core.runnables import RunnableConfig

from qa.generation.excerpts import whole
from qa.grounding.attribution import attributed
from qa.grounding.citations import relevance, supported_prefix
from qa.grounding.disagreement import disagreeing, side_by_side
from qa.grounding.steps import Draft, Excerpted, Retrieved
from qa.language.text import contains, sentences
from qa.models.chat import Resident
from qa.models.provider import provider_errors
from qa.plans.plan import Plan, Steps, refused
from qa.query.dates import age_notes
from qa.retrieval.hits import likeliest
from qa.telemetry.stages import stage
from qa.types import Answer

MIN_RELEVANCE = 0.15  # below it the passages share too little with the question to ask the model at all
SURER = 0.05  # by how much another draft must be surer than one that could be shown
DRAFTED = 2  # sentences: a small model, asked for one, that goes on after two repeats the passages
DRAFTED_BY_LARGE = 12
ASKED_OF_SMALL, ASKED_OF_LARGE = 3, 6  # sentences, where no plain fact is asked for


class PlainFact(Plan):
    """The surest of what the articles support: the model's words, the quotes', and the extractor's sentence."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    @property
    def _is_small(self) -> bool:
        return isinstance(self._steps.model, Resident)

    def answers(self, found: Retrieved, config: RunnableConfig) -> Iterator[Answer]:
        query, answer = found.query, found.answer
        if relevance(query, answer.passages) < MIN_RELEVANCE:
            yield refused(found)
            return
        best = yield from self._best(found, config)
        thresholds = self._steps.thresholds
        if best.status == "answered" and best.confidence >= thresholds.shown_from:
            best = self._finished(best, found)
            notes = age_notes(best.citations, query.as_of) if query.current else ()
            yield replace(best, notes=(*best.notes, *notes))
            return
        near = best.citations if best.confidence >= thresholds.closest_from else ()
        yield replace(refused(found), confidence=best.confidence, signals=best.signals, closest=near)

    def _best(self, found: Retrieved, config: RunnableConfig) -> Generator[Answer, None, Answer]:
        """Where nothing of what the model wrote could be shown it writes again: with the extractor's words in view
        where it wrote others, else from whole passages.
        """
        query, hits, steps = found.query, found.hits, self._steps
        excerpts = found.excerpts or steps.excerpts.invoke(found, config)
        guess = None
        if not query.yes_or_no:
            guess = steps.retriever.guess(query, hits) if found.guesses is None else likeliest(found.guesses)
        best = found.answer

        def surest_with(text: str) -> Answer:
            return self._surest(best, steps.ground.invoke(Draft(text, found, guess), config))

        more = query.kind != "fact" or (query.length == "detailed" and not self._is_small)
        count = (ASKED_OF_SMALL if self._is_small else ASKED_OF_LARGE) if more else 1
        draft = yield from self._draft(found.answer, Excerpted(query, excerpts, sentences=count), config)
        best = surest_with(draft)
        missed = guess if guess and guess.sure and not contains(draft, guess.answer) else None
        if missed:
            best = surest_with(missed.sentence)
        if best.confidence < steps.thresholds.shown_from:
            if missed:
                read = Excerpted(query, excerpts, missed.answer, count)
            else:
                read = Excerpted(
                    query, whole(found.answer.passages[: steps.passages_sent * query.effort]), sentences=count
                )
            again = yield from self._draft(found.answer, read, config)
            best = surest_with(again) if again != draft else best
        return best

    def _surest(self, best: Answer, others: Sequence[Answer]) -> Answer:
        """The answer that is surest; one that could be shown gives way only to one that is clearly surer, and to one
        that says less of it not at all.
        """
        for other in others:
            shown = best.confidence >= self._steps.thresholds.shown_from
            lead = SURER if shown else 0.0
            less = shown and len(other.sentences) < len(best.sentences)
            best = other if other.confidence > best.confidence + lead and not less else best
        return best

    def _draft(self, answer: Answer, read: Excerpted, config: RunnableConfig) -> Generator[Answer, None, str]:
        """Yields what can be shown of a draft while the model writes; gives the whole of it."""
        draft = shown = ""
        most = max(DRAFTED, read.sentences) if self._is_small else DRAFTED_BY_LARGE
        with stage("draft"), provider_errors(answer.model):
            for chunk in (self._steps.prompt | self._steps.model).stream(read, config):
                draft += chunk.text
                if draft:
                    read.query.clock.mark("first_token")
                shown = supported_prefix(draft, answer.passages) or shown
                yield replace(answer, draft=shown, timings_ms=read.query.clock.times)
                written = sentences(draft)
                if len(written) > most:
                    return draft[: written[most - 1][1]]
        return draft

    def _finished(self, answer: Answer, found: Retrieved) -> Answer:
        """What other articles say against it beside it, else who it is that says so."""
        steps = self._steps
        stories = steps.retriever.library.copies_of(hit.evidence.article_id for hit in found.hits)
        sides = disagreeing(found.query, answer.citations, found.hits, stories, steps.judge)
        return side_by_side(answer, sides) if sides else attributed(answer)
