"""The one Answerer of the process: loaded behind the running server, shared by the page and the routes."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from qa.errors import ArticleQAError
from qa.question import checked_question
from qa.types import Answer, Evidence, Filters, Suggestion, Turn
from qa.web.limits import Place, Queue, Rate

if TYPE_CHECKING:
    from collections.abc import Generator

    from qa.answer import Answerer
    from qa.library import LibraryStats

AT_ONCE = 4
WAITING = 32  # questions in the queue; more are turned away
A_MINUTE = 120  # questions of one user
POLL_SECONDS = 0.3

log = logging.getLogger(__name__)
Item = TypeVar("Item")


class NotReadyError(ArticleQAError):
    """The models are still being loaded."""


class UnforeseenError(ArticleQAError):
    """A fault of ours: the log holds it whole, the user gets one line."""


@contextmanager
def foreseen() -> Iterator[None]:
    """Let only errors leave whose message is written for the user."""
    try:
        yield
    except ArticleQAError:
        raise
    except Exception as error:
        log.exception("unforeseen error")
        raise UnforeseenError(f"something went wrong ({type(error).__name__}); the server's log says more") from error


def one_line(error: Exception) -> str:
    """The message of an error, whatever its breaks."""
    return " ".join(str(error).split())


@dataclass(frozen=True)
class Waiting:
    """So many questions are answered before this one."""

    before: int


class Stream(Generic[Item]):
    """What the model makes of one question, in a thread of its own: whoever leaves never waits for the model."""

    def __init__(self, items: Iterator[Item], place: Place) -> None:
        self._items = cast("Generator[Item]", items)
        self._place = place
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Item | ArticleQAError | None] = asyncio.Queue()
        self._left = threading.Event()

    def _produce(self) -> None:
        end: ArticleQAError | None = None
        try:
            with foreseen(), closing(self._items):
                for item in self._items:
                    if self._left.is_set():
                        return
                    self._put(item)
        except ArticleQAError as error:
            end = error
        self._put(end)

    def _put(self, item: Item | ArticleQAError | None) -> None:
        with suppress(RuntimeError):  # the event loop is closed: the server has stopped
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)

    def stop(self) -> None:
        """End the stream now; the model stops at its next word."""
        self._left.set()
        self._place.leave()
        self._queue.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Item | Waiting]:
        async for before in self._place.waiting():
            yield Waiting(before)
        if not self._left.is_set():
            threading.Thread(target=self._produce, daemon=True).start()
        while (item := await self._queue.get()) is not None:
            if isinstance(item, ArticleQAError):
                raise item
            if not self._left.is_set():
                yield item


class Engine:
    """Loads the Answerer in the background and answers a few questions at once."""

    def __init__(self, load: Callable[[], "Answerer"]) -> None:
        self._load = load
        self._answerer: Answerer | None = None
        self._queue = Queue(AT_ONCE, WAITING)
        self._rate = Rate(A_MINUTE, 60, f"that is more than {A_MINUTE} questions in a minute")
        self._live: set[Stream[Any]] = set()
        self.step = "starting"
        self.problem = ""

    def start(self) -> None:
        """Load the models in a thread; `step` says how far it is, `problem` why it failed."""
        threading.Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        try:
            with foreseen():
                self.step = "loading the models"
                answerer = self._load()
                answerer.warm_up()
                self.step = "reading the index"
                if answerer.library.stats().articles:
                    answerer.search("What is this about?", k=1)
        except ArticleQAError as error:
            self.problem = one_line(error)
            log.error("not ready: %s", self.problem)
        else:
            self._answerer = answerer
            self.step = "ready"
            log.info("Ready for questions.")

    @property
    def ready(self) -> bool:
        return self._answerer is not None

    async def loading(self) -> AsyncIterator[str]:
        """The step that loading is at, until it is over."""
        while not self.ready and not self.problem:
            yield self.step
            await asyncio.sleep(POLL_SECONDS)

    def answerer(self) -> "Answerer":
        """The loaded Answerer; raises NotReadyError while it is loading or where that failed."""
        if self._answerer is None:
            raise NotReadyError(self.problem or f"still {self.step}; try again in a moment")
        return self._answerer

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        user: str = "",
    ) -> AbstractAsyncContextManager[Stream[Answer]]:
        """Answer a question as soon as it is its turn; leaving the context stops the model.

        Raises QuestionError, NotReadyError, and TooManyError where the queue is full or a user asks too often.
        """
        return self._streaming(question, user, lambda answerer, asked: answerer.stream(asked, history, filters, as_of))

    def suggest(
        self, question: str, history: Sequence[Turn] = (), filters: Filters | None = None, user: str = ""
    ) -> AbstractAsyncContextManager[Stream[Suggestion]]:
        """Other questions that the articles answer, in the queue of the questions and with its errors."""
        return self._streaming(question, user, lambda answerer, asked: answerer.suggest(asked, history, filters))

    @asynccontextmanager
    async def _streaming(
        self, question: str, user: str, made: "Callable[[Answerer, str], Iterator[Item]]"
    ) -> AsyncIterator[Stream[Item]]:
        answerer, question = self.answerer(), checked_question(question)
        if user:
            self._rate.check(user)
            self._rate.count(user)
        with self._queue.place() as place:
            stream = Stream(made(answerer, question), place)
            self._live.add(stream)
            try:
                yield stream
            finally:
                self._live.discard(stream)
                stream.stop()

    async def search(
        self, question: str, k: int, filters: Filters | None = None, as_of: date | None = None
    ) -> Sequence[Evidence]:
        """Passages only."""
        with foreseen():
            return await asyncio.to_thread(self.answerer().search, question, k, filters, as_of)

    async def stats(self) -> "LibraryStats":
        """What the library holds now."""
        with foreseen():
            return await asyncio.to_thread(self.answerer().library.stats)

    def stop(self) -> None:
        """End all answers that are being written: the server stops."""
        for stream in self._live:
            stream.stop()
