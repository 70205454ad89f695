"""The path of an answer: understand | retrieve | respond, and within the last: excerpts, prompt | model, ground."""

from collections.abc import AsyncIterator, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda
from langchain_core.runnables.config import run_in_executor

from qa.errors import ProviderError
from qa.generation import prompts
from qa.generation.excerpts import choose
from qa.generation.languages import name_of, said_in
from qa.generation.suggestions import Fact
from qa.grounding.answers import ground
from qa.grounding.confidence import THRESHOLDS
from qa.grounding.steps import Asked, Draft, Excerpted, Foreign, Retrieved
from qa.grounding.verification import Judge
from qa.models.chat import Resident, count_tokens, load_chat_model, model_name, usage
from qa.models.cores import Urgency, urgency
from qa.models.extractor import load_extractor
from qa.models.kinds import load_kinds
from qa.models.provider import provider_errors
from qa.models.support import load_support
from qa.plans import More, PlainFact, Plan, Summary, Unread, plans, refused
from qa.query.kinds import Asks, Tell
from qa.query.languages import ENGLISH
from qa.query.query import Query, understand
from qa.related import Related
from qa.retrieval.hits import Hit
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.telemetry.stages import stage
from qa.types import Answer, Answering, Evidence, Filters, Kind, Length, Span, Suggestion, Turn

PASSAGES_KEPT = 10
PASSAGES_SENT = 3  # whole, where the excerpts gave no answer


class Answerer(Answering):
    """Answers questions over one library; several threads may ask at once.

    Each step is a LangChain Runnable and may be replaced by another of the same input and output:

    understand  Asked | str -> Query
    rewrite     Asked -> its question in words that stand alone; within `understand`, for a follow-up only
    translate   Foreign -> its question in English; within `understand`, for one in another language only
    retrieve    Query -> Retrieved
    excerpts    Retrieved -> the stretches of passages that the model reads first
    prompt      Excerpted -> messages
    model       messages -> words, streamed
    ground      Draft -> Answers that may be shown for it, in its own words first; none where nothing supports it
    respond     Retrieved -> growing Answers; it drafts, grounds, and perhaps drafts again
    say         Answer, finished -> the same in its language; within `respond`
    """

    def __init__(
        self,
        retriever: HybridRetriever,
        chat_model: BaseChatModel,
        model_name: str,
        judge: Judge,
        tell: Tell | None = None,
    ) -> None:
        self.retriever = retriever
        self.library = retriever.library
        self.judge = judge
        self.tell = tell
        self.model_name = model_name
        self.passages_sent = PASSAGES_SENT
        self.thresholds = THRESHOLDS
        self.understand: Runnable[Asked | str, Query] = RunnableLambda(self._understand, name="understand")
        self.rewrite: Runnable[Asked, str] = RunnableLambda(self._rewrite, name="rewrite")
        self.translate: Runnable[Foreign, str] = RunnableLambda(self._translate, name="translate")
        self.say: Runnable[Answer, Answer] = RunnableLambda(self._say, name="say")
        self.retrieve: Runnable[Query, Retrieved] = RunnableLambda(self._retrieve, name="retrieve")
        self.excerpts: Runnable[Retrieved, tuple[Evidence, ...]] = RunnableLambda(_excerpts, name="excerpts")
        self.prompt: Runnable[Excerpted, list[BaseMessage]] = RunnableLambda(_prompt, name="prompt")
        self.model = chat_model
        self.ground: Runnable[Draft, list[Answer]] = RunnableLambda(self._ground, name="ground")
        self._fact = PlainFact(self)
        self._unread = Unread()
        self.plans: Mapping[Kind, Plan] = plans(self, self._fact)
        self._more = More(self, self._fact, self.plans)
        self.related = Related(retriever, self._asked_for, self.stream)
        both: tuple[Any, Any] = self._respond, self._arespond  # generators, which its annotations lack
        self.respond: Runnable[Retrieved, Answer] = RunnableLambda(*both, name="respond")

    @classmethod
    def open(cls, settings: Settings, chat_model: BaseChatModel | None = None) -> "Answerer":
        """Everything that these settings name, loaded, but for a chat model that is shared; takes seconds."""
        model = chat_model or load_chat_model(settings)  # the embedded one goes on loading beside what follows
        retriever = HybridRetriever.open(settings)
        retriever.extractor = load_extractor(settings)  # a search alone asks for no answer
        return cls(retriever, model, model_name(settings), load_support(settings), load_kinds(settings).tell)

    def with_model(self, chat_model: BaseChatModel, model_name: str) -> "Answerer":
        """Another one over the same library and by the same judge, with another language model."""
        other = Answerer(self.retriever, chat_model, model_name, self.judge, self.tell)
        other.passages_sent, other.thresholds = self.passages_sent, self.thresholds
        return other

    @property
    def chain(self) -> Runnable[Asked | str, Answer]:
        """The whole path. `invoke` gives the finished Answer, `stream` growing ones; both take a RunnableConfig."""
        return (self.understand | self.retrieve | self.respond).with_config(run_name="answer")

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        length: Length = "normal",
        without: Collection[Span] = (),
    ) -> Generator[Answer]:
        counted = UsageMetadataCallbackHandler()
        asked = Asked(question, history, filters, as_of, length, without)
        with stage("question" if urgency.get() <= Urgency.ANSWER else "background") as whole:
            whole.texts["question"] = question
            for answer in self.chain.stream(asked, {"callbacks": [counted]}):
                if answer.status != "answering":
                    answer = replace(answer, usage=usage(counted))
                    whole.facts |= {"status": answer.status, "kind": answer.kind, "language": answer.language}
                    whole.texts |= {"answer": answer.text}
                yield answer

    def answer(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        length: Length = "normal",
        without: Collection[Span] = (),
    ) -> Answer:
        """The finished answer."""
        *_, last = self.stream(question, history, filters, as_of, length, without)
        return last

    def check(self, filters: Filters) -> None:
        """Raises FilterError where what they name does not exist."""
        self.retriever.check(filters)

    def search(
        self, question: str, k: int = PASSAGES_KEPT, filters: Filters | None = None, as_of: date | None = None
    ) -> tuple[Evidence, ...]:
        with stage("search") as whole:
            whole.texts["question"] = question
            return tuple(self.retriever.search(question, k, filters, as_of))

    @stage("understand")
    def _understand(self, asked: Asked | str, config: RunnableConfig) -> Query:
        asked = Asked(asked) if isinstance(asked, str) else asked
        query = understand(
            asked.question,
            asked.history,
            asked.filters,
            asked.as_of,
            articles=self.retriever,
            tell=self.tell,
            rewrite=lambda question, turns: self.rewrite.invoke(Asked(question, turns), config),
            translate=lambda question, language: self.translate.invoke(Foreign(question, language), config),
        )
        return replace(query, length=asked.length, without=asked.without)

    @stage("rewrite")
    def _rewrite(self, asked: Asked, config: RunnableConfig) -> str:
        # What is wrong with a model is said when the answer is to be written, beside the passages.
        return self.written(prompts.standalone(asked.question, asked.history), config)

    @stage("translate")
    def _translate(self, foreign: Foreign, config: RunnableConfig) -> str:
        return self.written(prompts.translate(foreign.question, name_of(foreign.language)), config)

    @stage("say")
    def _say(self, answer: Answer, config: RunnableConfig) -> Answer:
        def say(sentences: Sequence[str]) -> str:
            return self.written(prompts.say(sentences, name_of(answer.language)), config)

        return said_in(answer, say)

    def written(self, messages: list[BaseMessage], config: RunnableConfig) -> str:
        """What the model writes; nothing where it cannot answer."""
        try:
            with provider_errors(self.model_name):
                return self.model.invoke(messages, config).text
        except ProviderError:
            return ""

    @stage("retrieve")
    def _retrieve(self, query: Query, config: RunnableConfig) -> Retrieved:
        documents: list[Document] = []
        pending = 0
        if self._plan(query).searches:
            pending = self.retriever.pending()
            documents = self.retriever.invoke(query.text, config, understood=query, k=PASSAGES_KEPT * query.effort)
        query.clock.mark("retrieve")
        return Retrieved.of(query, tuple(map(Hit.of, documents)), self.model_name, pending)

    def _plan(self, query: Query) -> Plan:
        """Its kind's, of a kind without a plan that of facts; others where it could not be read, and where more is
        asked for than was shown.
        """
        if not query.understood:
            return self._unread
        return self._more if query.without else self.plans.get(query.kind, self._fact)

    def _respond(self, found: Retrieved, config: RunnableConfig) -> Generator[Answer, None, None]:
        """First the passages, then the draft as it is written, at last what was checked."""
        query = found.query
        yield found.answer
        answer = yield from self._by_plan(found, config)
        for kind in () if query.without else query.asks.otherwise:
            if answer.status != "refused":
                break
            other = replace(found, query=replace(query, asks=Asks(kind)), answer=replace(found.answer, kind=kind))
            instead = yield from self._by_plan(other, config)
            answer = answer if instead.status == "refused" else instead
        yield self._finished(answer, query, config)

    def _by_plan(self, found: Retrieved, config: RunnableConfig) -> Generator[Answer, None, Answer]:
        """Yields growing answers, gives the finished one; a refusal where its plan has none."""
        for answer in self._plan(found.query).answers(found, config):
            if answer.status != "answering":
                return answer
            yield answer
        return refused(found)

    def _finished(self, answer: Answer, query: Query, config: RunnableConfig) -> Answer:
        """In the language of the question, with the time it took."""
        said = answer if query.language == ENGLISH or not query.understood else self.say.invoke(answer, config)
        return replace(said, timings_ms=query.clock.stop())

    async def _arespond(self, found: Retrieved, config: RunnableConfig) -> AsyncIterator[Answer]:
        """The same for asynchronous callers; the work is done in threads."""
        answers = self._respond(found, config)
        try:
            while answer := await run_in_executor(config, next, answers, None):
                yield answer
        finally:
            answers.close()

    @stage("verify")
    def _ground(self, draft: Draft) -> list[Answer]:
        return ground(draft, self.judge, self.thresholds)

    def suggest(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None
    ) -> Iterator[Suggestion]:
        """Other questions that the articles answer, those that are prepared first; closing the iterator stops.

        Nothing that the history says is asked for. Raises QuestionError, LibraryError, IndexUnavailable, ProviderError.
        """
        yield from self.related.suggest(question, history, filters)

    def _asked_for(self, fact: Fact) -> Generator[str]:
        with provider_errors(self.model_name):
            for chunk in self.model.stream(prompts.asked_for(fact.title, fact.read, fact.words)):
                yield chunk.text

    @property
    def is_resident(self) -> bool:
        """Whether the language model runs in a process of this program."""
        return isinstance(self.model, Resident)

    def summary(self, article_id: str) -> Answer:
        """The sentences that say most of an article, each with its quote; a refusal where it is short.

        Raises ArticleNotFound.
        """
        article = self.library.article(article_id)
        asked = f"Summary of {article.title}"
        return Summary(self.retriever).whole(Answer(asked, asked, model=self.model_name, kind="summary"), article)

    def count_tokens(self, text: str) -> int:
        """How many tokens a text is to the language model; about so many where only its provider knows."""
        return count_tokens(self.model, text)

    def warm_up(self) -> None:
        """Make the first question as quick as the next; raises ProviderError where the model cannot be loaded."""
        self.retriever.embeddings.embed_query("warm-up")
        if isinstance(self.model, Resident):
            self.model.warm_up((prompts.answer(Query.of("?"), ()), prompts.standalone("?", ())))

    def trouble(self) -> str:
        """What is being done about a model that cannot answer just now; empty where it can, as far as is known."""
        return self.model.trouble() if isinstance(self.model, Resident) else ""

    def close(self) -> None:
        """End the model's process, if it has one, and let another process have the index."""
        self.retriever.index.close()
        self.end_model()

    def end_model(self) -> None:
        """End the model's process and free its memory, if it has one."""
        if isinstance(self.model, Resident):
            self.model.close()


def _excerpts(found: Retrieved) -> tuple[Evidence, ...]:
    return choose(found.query, found.answer.passages)


def _prompt(read: Excerpted) -> list[BaseMessage]:
    return prompts.answer(read.query, read.excerpts, read.guess, read.sentences)
