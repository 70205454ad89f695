"""One language model on several servers: the least busy answers, and one that failed is left alone for a while."""

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from qa.errors import ProviderError
from qa.models.provider import reason

PAUSE = 5.0  # seconds for which a server that failed is left alone, twice as long after each failure
LONGEST_PAUSE = 60.0

T = TypeVar("T", ChatGenerationChunk, ChatResult)


class Server:
    """One of them. `busy` are the answers that it writes, `asked` tells when its last turn was."""

    def __init__(self, model: BaseChatModel) -> None:
        self.model = model
        self.busy = self.asked = self.failures = 0
        self.closed_until = 0.0


class Servers:
    """Whose turn it is. Several threads may ask at once."""

    def __init__(self, models: Sequence[BaseChatModel], clock: Callable[[], float] = time.monotonic) -> None:
        self._servers = [Server(model) for model in models]
        self._clock = clock
        self._lock = threading.Lock()
        self._turns = 0

    def __len__(self) -> int:
        return len(self._servers)

    @contextmanager
    def turn(self, tried: "Sequence[Server]" = ()) -> Iterator[Server | None]:
        """The least busy that can be asked and was not `tried`; one that failed is asked one thing at a time."""
        with self._lock:
            server = min(
                (server for server in self._servers if server not in tried and self._is_open(server)),
                key=lambda server: (server.busy, server.asked),
                default=None,
            )
            if server:
                self._turns += 1
                server.busy, server.asked = server.busy + 1, self._turns
        try:
            yield server
        finally:
            if server:
                with self._lock:
                    server.busy -= 1

    def answered(self, server: Server) -> None:
        """It has begun to answer."""
        with self._lock:
            server.failures, server.closed_until = 0, 0.0

    def failed(self, server: Server) -> None:
        """It did not answer, or not to the end. Those that were asked beside it tell nothing new."""
        with self._lock:
            if self._clock() >= server.closed_until:
                pause = min(PAUSE * 2**server.failures, LONGEST_PAUSE)
                server.failures, server.closed_until = server.failures + 1, self._clock() + pause

    def wait(self) -> int:
        """Seconds until one of them is asked again."""
        with self._lock:
            return max(1, round(min(server.closed_until for server in self._servers) - self._clock()))

    def _is_open(self, server: Server) -> bool:
        return self._clock() >= server.closed_until and not (server.failures and server.busy)


class ServedChatModel(BaseChatModel):
    """Asks the next server where one fails before its first word; afterwards the failure is told."""

    model: str
    models: list[BaseChatModel]

    _servers: Servers = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:
        self._servers = Servers(self.models)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        return self._asked(lambda model: model._stream(messages, stop=stop, **kwargs), lambda chunk: bool(chunk.text))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        def whole(model: BaseChatModel) -> Iterator[ChatResult]:
            yield model._generate(messages, stop=stop, **kwargs)

        with closing(self._asked(whole, lambda result: True)) as results:
            return next(results)

    def _asked(self, ask: Callable[[BaseChatModel], Iterator[T]], is_word: Callable[[T], bool]) -> Generator[T]:
        """What one of the servers says. Raises ProviderError where none of them can be asked or answers."""
        tried: list[Server] = []
        failure: Exception | None = None
        while True:
            with self._servers.turn(tried) as server:
                if server is None:
                    raise self._silence(failure) from failure
                tried.append(server)
                has_begun = False
                try:
                    for item in ask(server.model):
                        if not has_begun and is_word(item):
                            has_begun = True
                            self._servers.answered(server)
                        yield item
                    self._servers.answered(server)
                    return
                except Exception as error:
                    if not _is_fault(error):
                        raise
                    self._servers.failed(server)
                    if has_begun:
                        raise
                    failure = error

    def _silence(self, failure: Exception | None) -> ProviderError:
        every = f"the model {self.model} cannot answer: none of its {len(self._servers)} servers does"
        if failure:
            return ProviderError(f"{every}; of the last one asked: {reason(failure)}")
        return ProviderError(
            f"{every}; are they running, and are their addresses right? Ask again in {self._servers.wait()} seconds"
        )

    @property
    def _llm_type(self) -> str:
        return "article-qa-served"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.model, "servers": len(self.models)}


def _is_fault(error: Exception) -> bool:
    """Whether another server might do better: this one cannot be reached, breaks off, fails, or has too much to do."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status_code in (
            HTTPStatus.REQUEST_TIMEOUT,
            HTTPStatus.TOO_MANY_REQUESTS,
        )
    return isinstance(error, openai.APIConnectionError)
