"""The one Answerer of the process: loaded behind the running server, shared by the page and the routes."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from qa.accounts.sessions import Sessions
from qa.errors import ArticleQAError, IndexUnavailable, LibraryError
from qa.models.cores import Urgency
from qa.query.question import checked_question
from qa.types import Answer, Evidence, Filters, Length, Span, Turn
from qa.web.idle import Idle
from qa.web.limits import Rate
from qa.web.scheduler import Bounds, Place, Queue
from qa.web.succession import Succession
from qa.web.watched import Watched

if TYPE_CHECKING:
    from collections.abc import Generator

    from qa.answer import Answerer
    from qa.library import Library

# Many clients give up after a minute: an answer comes before that, or the word that it will not.
ASKS = Bounds(at_once=4, waiting=32, patience=45, longest=300, usual=5)
# A search that would have to wait longer is turned away, so that those that are taken come within a second.
SEARCHES = Bounds(at_once=2, waiting=8, patience=0.5, longest=20, usual=0.2)
NEWEST = 100  # articles that questions are prepared on unasked
A_MINUTE = 120  # questions of one user, or from one address
POLL_SECONDS = 0.3

log = logging.getLogger(__name__)
Item = TypeVar("Item")
T = TypeVar("T")


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


async def in_thread(work: Callable[[], T]) -> T:
    """What comes of work with files; only errors leave whose message is for the user."""
    with foreseen():
        return await asyncio.to_thread(work)


def one_line(error: Exception) -> str:
    """The message of an error, whatever its breaks."""
    return " ".join(str(error).split())


@dataclass(frozen=True)
class Waiting:
    """So many questions are answered before this one."""

    before: int


class Stream(Generic[Item]):
    """What the model makes of one question, once it is its turn: whoever leaves never waits for the model."""

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
        """End the stream now; the model stops at its next step, and then the place is free."""
        self._left.set()
        self._place.leave()
        self._queue.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[Item | Waiting]:
        async for before in self._place.turn():
            yield Waiting(before)
        if not self._left.is_set():
            self._place.run(self._produce)
        end = self._loop.time() + self._place.queue.bounds.longest
        while (item := await self._next(end)) is not None:
            if isinstance(item, ArticleQAError):
                raise item
            if not self._left.is_set():
                yield item

    async def _next(self, end: float) -> Item | ArticleQAError | None:
        try:
            async with asyncio.timeout_at(end):
                return await self._queue.get()
        except TimeoutError:
            self.stop()
            return self._place.queue.too_long()


class Engine:
    """Loads the Answerer in the background; a few questions are answered at once, beside a few searches.

    The library waits for no model: it is opened by itself where it is needed before the Answerer is there.
    """

    def __init__(
        self,
        load: Callable[[], "Answerer"],
        open_library: Callable[[], "Library"],
        sessions: Sessions | None = None,
    ) -> None:
        self._load = load
        self._open_library = open_library
        self._succession = Succession()
        self._asks = Queue("ask", ASKS, Urgency.ANSWER)
        self._searches = Queue("search", SEARCHES, Urgency.SEARCH)
        self.queues = {"questions": self._asks, "searches": self._searches}
        told = f"that is more than {A_MINUTE} questions in a minute"
        self._rate = Rate(A_MINUTE, 60, told, kind="question", sessions=sessions)
        self._live: set[Stream[Any]] = set()
        self.idle = Idle()
        self._step = "starting"
        self.problem = ""

    def start(self, load: "Callable[[], Answerer] | None" = None) -> None:
        """Load the models in a thread; `step` says how far it is, `problem` why it failed."""
        self._load = load or self._load
        self.problem = ""
        threading.Thread(target=self._prepare, daemon=True).start()

    def _prepare(self) -> None:
        try:
            with foreseen():
                self._step = "loading the models"
                answerer = self._load()
                answerer.warm_up()
                self._step = "reading the index"
                if answerer.library.count():
                    with suppress(IndexUnavailable):  # of a server that may come yet: whoever asks is told
                        answerer.search("What is this about?", k=1)
                    with suppress(LibraryError):  # the disk takes nothing: there is less to propose
                        answerer.related.take_in_shipped(NEWEST)
        except ArticleQAError as error:
            self.problem = one_line(error)
            log.error("not ready: %s", self.problem)
        else:
            self._succession.now = answerer
            log.info("Ready for questions.")

    def replace(self, answerer: "Answerer") -> None:
        """From now on this one answers; what was asked before ends with the one before, whose model is ended then."""
        self._succession.replace(answerer)

    @property
    def step(self) -> str:
        """What has to be done before a question can be answered; empty where one can."""
        return self.loaded.trouble() if self.loaded else self._step

    @property
    def ready(self) -> bool:
        return not self.step

    async def loading(self) -> AsyncIterator[str]:
        """The step that loading is at, until it is over."""
        while not self.loaded and not self.problem:
            yield self.step
            await asyncio.sleep(POLL_SECONDS)

    @property
    def loaded(self) -> "Answerer | None":
        """The Answerer; None while it is loading or where that failed."""
        return self._succession.now

    @property
    def library(self) -> "Library":
        """The articles; raises LibraryError where they cannot be opened."""
        return self.loaded.library if self.loaded else self._library

    @cached_property
    def _library(self) -> "Library":
        return self._open_library()

    def answerer(self) -> "Answerer":
        """The loaded Answerer; raises NotReadyError while it is loading or where that failed."""
        if self.loaded is None:
            raise NotReadyError(self.problem or f"still {self.step}; try again in a moment")
        return self.loaded

    @asynccontextmanager
    async def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        length: Length = "normal",
        without: Collection[Span] = (),
        *,
        asker: str,
    ) -> AsyncIterator[Stream[Answer]]:
        """Answer a question as soon as it is its turn; leaving the context stops the model.

        Raises QuestionError, FilterError, NotReadyError, and TooManyError where the queue is full or the asker asks too
        often.
        """
        watched = Watched(question)

        def made(answerer: "Answerer", asked: str) -> Iterator[Answer]:
            return watched.following(answerer.stream(asked, history, filters, as_of, length, without))

        async with watched.over(), self._streaming(question, filters, asker, made) as stream:
            yield stream

    @asynccontextmanager
    async def _streaming(
        self,
        question: str,
        filters: Filters | None,
        asker: str,
        made: "Callable[[Answerer, str], Iterator[Item]]",
    ) -> AsyncIterator[Stream[Item]]:
        answerer, question = self.answerer(), checked_question(question)
        if filters:
            await in_thread(partial(answerer.check, filters))
        await in_thread(partial(self._check_rate, asker))
        stream = Stream(made(answerer, question), self._asks.enter(asker))
        self._live.add(stream)
        with self._succession.asked(answerer):
            try:
                with self.idle.interrupted():
                    yield stream
            finally:
                self._live.discard(stream)
                stream.stop()

    def _check_rate(self, asker: str) -> None:
        self._rate.check(asker)
        self._rate.count(asker)

    async def search(
        self,
        question: str,
        k: int,
        filters: Filters | None = None,
        as_of: date | None = None,
        *,
        asker: str,
    ) -> Sequence[Evidence]:
        """Passages only; raises as `ask`, but for how often."""
        with self.idle.interrupted():
            return await self.look_up(asker, partial(self.answerer().search, question, k, filters, as_of))

    async def look_up(self, asker: str, work: Callable[[], T]) -> T:
        """What comes of a short piece of work, in the queue of the searches; raises as they do."""
        with foreseen():
            return await self._searches.do(asker, work)

    def stop(self) -> None:
        """End all answers that are being written: the server stops."""
        for stream in self._live:
            stream.stop()
