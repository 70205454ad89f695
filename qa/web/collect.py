"""Adds articles for the page and the routes: one run at a time, with the library and the models that are loaded."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from ingest.load.found import Upload
from ingest.report import AddReport, Verdict
from qa.errors import ArticleQAError
from qa.settings import Settings
from qa.web.engine import Engine, foreseen, one_line

if TYPE_CHECKING:
    from ingest.pipeline import Encoder
    from qa.answer import Answerer


@dataclass(frozen=True)
class Progress:
    """So many of all articles are dealt with, and so many passages were embedded for them."""

    done: float
    total: int
    passages: int


@dataclass(frozen=True)
class Settled:
    """What became of an item; `detail` is the id of an article, or why the item failed."""

    item: str
    verdict: Verdict
    detail: str


@dataclass(frozen=True)
class Warned:
    """What had to be left out of an article."""

    message: str


Event = Progress | Settled | Warned | AddReport


class Run:
    """A run of the pipeline as its events, the report last; it goes on where nobody follows it any more."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Event | ArticleQAError] = asyncio.Queue()

    def warn(self, message: str) -> None:
        self._put(Warned(message))

    def progress(self, done: float, total: int, passages: int) -> None:
        self._put(Progress(done, total, passages))

    def settled(self, item: str, verdict: Verdict, detail: str) -> None:
        self._put(Settled(item, verdict, detail))

    def work(self, items: Sequence[str | Upload], answerer: "Answerer", settings: Settings) -> None:
        """Add the items and bring the index up to date; the files that were uploaded are gone when the end is told."""
        retriever = answerer.retriever
        end: AddReport | ArticleQAError
        try:
            with foreseen():
                from ingest import pipeline
                from ingest.fetch import Fetcher

                end = pipeline.add(
                    items,
                    retriever.library,
                    lambda: cast("Encoder", retriever.embeddings),
                    self,
                    fetcher=lambda: Fetcher(settings.allow_private_addresses),
                )
                retriever.index.sync()
        except ArticleQAError as error:
            end = error
        finally:
            discard(items)
        self._put(end)

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
    """Adds articles to the library of the one Answerer; what comes meanwhile waits for its turn."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._turns = ThreadPoolExecutor(max_workers=1, thread_name_prefix="collect")

    def add(self, items: Sequence[str | Upload]) -> Run:
        """Begin a run as soon as it is its turn; raises NotReadyError while the models are being loaded."""
        run = Run()
        try:
            self._turns.submit(run.work, items, self._engine.answerer(), self._settings)
        except BaseException:
            discard(items)
            raise
        return run


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
