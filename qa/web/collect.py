"""Adds articles for the page and the routes: one run at a time, with the models that are loaded, or before they are."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ingest.load.found import Upload
from ingest.report import AddReport, Verdict
from qa.errors import ArticleQAError
from qa.library import Shelf
from qa.models.cores import Urgency, urgency
from qa.settings import Settings
from qa.web.engine import Engine, foreseen, one_line
from qa.web.limits import TooManyError
from qa.web.scheduler import Bounds, Place, Queue, TooLongError

if TYPE_CHECKING:
    from ingest.pipeline import Encoder

# Uploaded files of up to 200 MB each lie on the disk for as long as they wait.
RUNS = Bounds(at_once=1, waiting=8, patience=1800, longest=3600, usual=10)


T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """So many of all articles are dealt with, and so many passages were embedded for them."""

    done: float
    total: int
    passages: int


@dataclass(frozen=True)
class Settled:
    """What became of an item; `detail` is the id of an article, with its title, or why the item failed."""

    item: str
    verdict: Verdict
    detail: str
    title: str


@dataclass(frozen=True)
class Warned:
    """What had to be left out of an article."""

    message: str


Event = Progress | Settled | Warned | AddReport


class Run:
    """A run of the pipeline as its events, the report last; it goes on where nobody follows it any more."""

    def __init__(self) -> None:
        self._end = float("inf")
        self._shelf: Shelf | None = None
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Event | ArticleQAError] = asyncio.Queue()

    def warn(self, message: str) -> None:
        self._put(Warned(message))

    def progress(self, done: float, total: int, passages: int) -> None:
        self._put(Progress(done, total, passages))
        self._check_time()

    def settled(self, item: str, verdict: Verdict, detail: str) -> None:
        titles = self._shelf.titles([detail]) if self._shelf and verdict != "failed" else {}
        self._put(Settled(item, verdict, detail, titles.get(detail, "")))
        self._check_time()

    def work(
        self, items: Sequence[str | Upload], engine: Engine, encoder: Callable[[], "Encoder"], settings: Settings
    ) -> None:
        """Add the items and bring the index up to date; the files that were uploaded are gone when the end is told.

        An index that is not loaded yet is brought up to date when it is.
        """
        self._end = time.monotonic() + RUNS.longest
        end: AddReport | ArticleQAError
        try:
            with foreseen():
                from ingest import pipeline
                from ingest.fetch import Fetcher

                self._shelf = Shelf.beside(engine.library)
                end = pipeline.add(
                    items,
                    engine.library,
                    encoder,
                    self,
                    fetcher=lambda: Fetcher(settings.allow_private_addresses),
                )
                if engine.loaded:
                    engine.loaded.retriever.take_in()
        except ArticleQAError as error:
            end = error
        finally:
            discard(items)
        self._put(end)

    def fail(self, error: ArticleQAError) -> None:
        """End it before it began."""
        self._put(error)

    def _check_time(self) -> None:
        if time.monotonic() > self._end:
            minutes = RUNS.longest / 60
            raise TooLongError(f"it took longer than {minutes:.0f} minutes; what was added is kept: add the rest again")

    def _put(self, event: Event | ArticleQAError) -> None:
        with suppress(RuntimeError):  # the event loop is closed: the server has stopped
            self._loop.call_soon_threadsafe(self._queue.put_nowait, event)

    async def __aiter__(self) -> AsyncIterator[Event]:
        event = None
        while not isinstance(event, AddReport):
            event = await self._queue.get()
            if isinstance(event, ArticleQAError):
                raise event
            yield event


class Collector:
    """Adds articles to the library; what comes meanwhile waits for its turn."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self.runs = Queue("articles", RUNS, Urgency.ARTICLES)
        self._waiting: set[asyncio.Task[None]] = set()  # nobody else holds them

    def enter(self, asker: str) -> Place:
        """A place for a run, to be taken before its files are; raises TooManyError where there is none."""
        return self.runs.enter(asker)

    def add(self, items: Sequence[str | Upload], place: Place) -> Run:
        """Begin a run as soon as it is its turn; it has the place from now on."""
        run = Run()
        task = asyncio.create_task(self._work(run, items, place))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return run

    async def _work(self, run: Run, items: Sequence[str | Upload], place: Place) -> None:
        try:
            async for _ in place.turn():
                pass
            work = place.run(partial(run.work, items, self._engine, self.encoder, self._settings))
        except TooManyError as error:
            discard(items)
            run.fail(error)
        except BaseException:
            discard(items)
            raise
        else:
            await work
        finally:
            place.leave()

    @property
    def is_idle(self) -> bool:
        """Whether nobody adds anything."""
        return self.runs.is_idle

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits to add something; may be asked from any thread."""
        return self.runs.is_wanted

    async def do_unhurried(self, work: Callable[[], T]) -> T:
        """Do what nobody waits for, in a turn of its own; it should end early where that `is_wanted`."""
        place = self.runs.enter("nobody")
        try:
            async for _ in place.turn():
                pass
            return await place.run(partial(_unhurried, work))
        finally:
            place.leave()

    def encoder(self) -> "Encoder":
        """The embedding model that is loaded, or one of its own until then; raises ModelError."""
        loaded = self._engine.loaded
        return cast("Encoder", loaded.retriever.embeddings) if loaded else self._early

    @cached_property
    def _early(self) -> "Encoder":
        from qa.models.embeddings import load_embeddings

        return load_embeddings(self._settings)


def _unhurried(work: Callable[[], T]) -> T:
    usual = urgency.set(Urgency.AHEAD)
    try:
        return work()
    finally:
        urgency.reset(usual)


def discard(items: Sequence[str | Upload]) -> None:
    """Delete uploaded files: what is worth keeping stands in the library."""
    for item in items:
        if isinstance(item, Upload):
            item.path.unlink(missing_ok=True)


def told(event: Event | ArticleQAError) -> dict[str, Any]:
    """An event as JSON, under one name that says what it is."""
    match event:
        case AddReport():
            return {"report": event.to_json()}
        case Progress():
            return {"progress": asdict(event)}
        case Settled():
            return {"settled": asdict(event)}
        case Warned():
            return {"warning": event.message}
        case _:
            return {"error": one_line(event)}
