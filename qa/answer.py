"""THE path: question -> passages -> draft by the model -> checked answer, or a refusal."""

import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from langchain_core.language_models import BaseChatModel

from qa.generation import prompts
from qa.generation.excerpts import choose, whole
from qa.generation.suggestions import Fact, suggestions
from qa.grounding.attribution import attributed
from qa.grounding.citations import relevance, supported_prefix
from qa.grounding.confidence import CLOSEST_FROM, SHOWN_FROM, confidence, signals
from qa.grounding.disagreement import disagreeing, side_by_side
from qa.grounding.verification import Judge, Verifier, says_the_same
from qa.language.text import contains, sentences
from qa.models.chat import load_chat_model, model_name
from qa.models.embedded import EmbeddedChatModel
from qa.models.extractor import load_extractor
from qa.models.provider import provider_errors
from qa.models.support import load_support
from qa.query.dates import age_notes
from qa.query.followups import standalone
from qa.query.question import asks_yes_or_no, checked_question
from qa.retrieval.retriever import Found, HybridRetriever
from qa.settings import Settings
from qa.types import Answer, Evidence, Filters, Suggestion, Turn

PASSAGES_KEPT = 10
PASSAGES_SENT = 3  # whole, where the excerpts gave no answer
SENTENCES_DRAFTED = 2  # the model is asked for one; a small one that goes on after two is telling the passages again
MIN_RELEVANCE = 0.15  # below it the passages share too little with the question to ask the model at all
SURER = 0.05  # by how much another draft must be surer than one that could be shown
REFUSAL = "The articles do not answer this question."


class Answerer:
    """Answers questions over one library; several threads may ask at once."""

    def __init__(self, retriever: HybridRetriever, chat_model: BaseChatModel, model_name: str, judge: Judge) -> None:
        self.retriever = retriever
        self.judge = judge
        self._verifier = Verifier(judge)
        self.library = retriever.library
        self._model = chat_model
        self._model_name = model_name
        self.passages_sent = PASSAGES_SENT
        self.shown_from = SHOWN_FROM
        self.enough_from: float | None = None  # where the model need not write again, if that is not `shown_from`
        self.closest_from = CLOSEST_FROM

    def search(
        self, question: str, k: int = PASSAGES_KEPT, filters: Filters | None = None, as_of: date | None = None
    ) -> tuple[Evidence, ...]:
        """The best k passages, without asking the model."""
        return tuple(self.retriever.search(question, k, filters, as_of))

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
    ) -> Answer:
        """The finished answer."""
        *_, last = self.stream(question, history, filters, as_of)
        return last

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
    ) -> Iterator[Answer]:
        """Growing answers: first the passages, then the draft as it is written, at last what was checked.

        A follow-up is answered as what it means after the turns before it; time words count from `as_of`, else today.
        Closing the iterator stops the model. Raises QuestionError, LibraryError (empty), IndexUnavailable,
        ProviderError.
        """
        clock = _Clock()
        asked = checked_question(question)
        question = standalone(asked, history, self._answered, self._rewritten)
        sought = self.retriever.sought(question, filters, as_of)
        found = self.retriever.find(question, PASSAGES_KEPT, sought.filters, sought.preference)
        passages = tuple(f.evidence for f in found)
        answer = Answer(asked, question, passages=passages, model=self._model_name, notes=sought.notes)
        clock.mark("retrieve")
        yield replace(answer, timings_ms=clock.times)

        refused = replace(answer, status="refused", text=REFUSAL)
        weights = self.retriever.weights(question)
        if relevance(question, passages, weights) < MIN_RELEVANCE:
            yield replace(refused, timings_ms=clock.stop())
            return
        best = yield from self._best(answer, clock, found, weights)
        if best.status != "answered" or best.confidence < self.shown_from:
            near = best.citations if best.confidence >= self.closest_from else ()
            best = replace(refused, confidence=best.confidence, signals=best.signals, closest=near)
        else:
            best = self._finished(best, found, weights)
            if sought.current:
                best = replace(best, notes=(*best.notes, *age_notes(best.citations, as_of)))
        yield replace(best, timings_ms=clock.stop())

    def _best(
        self, answer: Answer, clock: "_Clock", found: Sequence[Found], weights: Mapping[str, float]
    ) -> Generator[Answer, None, Answer]:
        """The surest of what the model wrote and, where it disregards the extractor's words, what these stand in.

        It writes again with those words in view where it wrote others, and from whole passages where what it wrote
        could not be shown.
        """
        question = answer.standalone_question
        enough = self.shown_from if self.enough_from is None else self.enough_from
        excerpts = choose(question, answer.passages, weights)
        guess = None if asks_yes_or_no(question) else self.retriever.guess(question, found)
        draft = yield from self._draft(answer, clock, excerpts)
        agreed = contains(draft, guess.answer) if guess else None
        best = self._checked(answer, draft, guess, agreed)
        if guess and guess.sure and not agreed:
            again = yield from self._draft(answer, clock, excerpts, guess.answer)
            drafts = [again] if contains(again, guess.answer) else [again, guess.sentence]
        elif best.confidence < enough:
            drafts = [(yield from self._draft(answer, clock, whole(answer.passages[: self.passages_sent])))]
        else:
            drafts = []
        for other in (self._checked(answer, again, guess, agreed) for again in drafts if again != draft):
            lead = SURER if best.confidence >= enough else 0.0
            best = other if other.confidence > best.confidence + lead else best
        return best

    def _draft(
        self, answer: Answer, clock: "_Clock", excerpts: Sequence[Evidence], guess: str | None = None
    ) -> Generator[Answer, None, str]:
        """Yields what can be shown of a draft while the model writes; gives the whole of it."""
        draft = shown = ""
        with provider_errors(self._model_name):
            for chunk in self._model.stream(prompts.answer(answer.standalone_question, excerpts, guess)):
                draft += chunk.text
                if draft:
                    clock.mark("first_token")
                shown = supported_prefix(draft, answer.passages) or shown
                yield replace(answer, draft=shown, timings_ms=clock.times)
                written = sentences(draft)
                if len(written) > SENTENCES_DRAFTED:
                    return draft[: written[SENTENCES_DRAFTED - 1][1]]
        return draft

    def _checked(self, answer: Answer, draft: str, guess: Found | None, agreed: bool | None) -> Answer:
        """The answer that is left of a draft, and how probable it is that it is one."""
        question, passages = answer.standalone_question, answer.passages
        weights = self.retriever.weights(f"{question} {draft}")
        checked = self._verifier.check(draft, question, passages, weights)
        if not checked.sentences:
            return answer
        if asks_yes_or_no(question):
            agreed = says_the_same(draft, checked.text)
        answers = guess.reading.logit if guess and guess.reading else None
        found = signals(question, checked, passages, weights, agreed, answers)
        return replace(
            answer,
            status="answered",
            text=checked.text,
            sentences=checked.sentences,
            citations=checked.citations,
            confidence=confidence(found),
            signals=found,
        )

    def _finished(self, answer: Answer, found: Sequence[Found], weights: Mapping[str, float]) -> Answer:
        """What other articles say against it beside it, else who it is that says so."""
        stories = self.library.copies_of(f.evidence.article_id for f in found)
        sides = disagreeing(answer.standalone_question, answer.citations, found, stories, weights, self.judge)
        return side_by_side(answer, sides) if sides else attributed(answer)

    def suggest(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Suggestion]:
        """Other questions that the articles found for this one answer; closing the iterator stops after the next.

        Nothing that the history says is asked for. Raises QuestionError, LibraryError, IndexUnavailable, ProviderError.
        """
        said = (*history, Turn(checked_question(question), ""))

        def write(fact: Fact) -> str:
            with provider_errors(self._model_name):
                return self._model.invoke(prompts.asked_for(fact.evidence.title, fact.text, fact.words)).text

        passages = self.search(question, filters=filters)
        yield from suggestions(said, passages, write, lambda asked: self.retriever.find(asked, filters=filters))

    def warm_up(self) -> None:
        """Make the first question as quick as the next; raises ProviderError where the model cannot be loaded."""
        self.retriever.embeddings.embed_query("warm-up")
        if isinstance(self._model, EmbeddedChatModel):
            self._model.warm_up()
            for messages in (prompts.answer("?", ()), prompts.standalone("?", ())):
                self._model.first_tokens(messages)  # it keeps what every prompt begins with

    def trouble(self) -> str:
        """What is being done about a model that cannot answer just now; empty where it can, as far as is known."""
        return self._model.trouble() if isinstance(self._model, EmbeddedChatModel) else ""

    def close(self) -> None:
        """End the embedded model and let another process have the index."""
        self.retriever.index.close()
        if isinstance(self._model, EmbeddedChatModel):
            self._model.close()

    def _answered(self, question: str) -> float:
        """How probably the best passage answers a question."""
        return max((e.score for e in self.retriever.search(question, 1)), default=0.0)

    def _rewritten(self, question: str, turns: Sequence[Turn]) -> str:
        """A follow-up as the model would ask it by itself."""
        with provider_errors(self._model_name):
            return self._model.invoke(prompts.standalone(question, turns)).text


def build_answerer(settings: Settings, chat_model: BaseChatModel | None = None) -> Answerer:
    """Everything that these settings name, loaded, but for a chat model that is shared; takes seconds."""
    model = chat_model or load_chat_model(settings)  # the embedded one goes on loading beside what follows
    retriever = HybridRetriever.open(settings)
    retriever.extractor = load_extractor(settings)  # a search alone asks for no answer
    return Answerer(retriever, model, model_name(settings), load_support(settings))


class _Clock:
    """Milliseconds since a question was asked, each mark once."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.times: dict[str, int] = {}

    def mark(self, name: str) -> None:
        if name not in self.times:
            self.times = {**self.times, name: round((time.perf_counter() - self._start) * 1000)}

    def stop(self) -> dict[str, int]:
        self.mark("total")
        return self.times
