"""Looks at what is followed while the server runs: one at a time, in turn with what is added, and only what is due.

Of several processes one looks at what is due; what a user wants looked at, the one that was asked does.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.report import GaveWay, Verdict
from ingest.response import Limits
from qa.errors import ArticleQAError, NotFollowed
from qa.library.following import Followed, Following, time_of
from qa.settings import Settings
from qa.web.collect import Collector
from qa.web.duty import Duty, ElsewhereError, elsewhere
from qa.web.engine import Engine, foreseen, one_line
from qa.web.limits import TooManyError

if TYPE_CHECKING:
    from ingest.looks import Looker
    from ingest.watch import FolderKeeper, FolderWatch

ROUND_SECONDS = 2.0  # between two looks at what is due
TROUBLED_SECONDS = 60.0  # the same while the library cannot be used
LIMITS = Limits(seconds=30.0)  # of a page; whoever adds something meanwhile waits for it

State = Literal["idle", "waiting", "looking"]
log = logging.getLogger(__name__)


class Look:
    """How far the look is that goes on now."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.done = self.total = 0

    def warn(self, message: str) -> None:
        """What had to be left out stays with the article as its notes."""

    def settled(self, item: str, verdict: Verdict, detail: str) -> None:
        """What became of each is counted in the end."""

    def progress(self, done: float, total: int, passages: int) -> None:
        self.done, self.total = int(done), total


class Lookout:
    """Knows what is due, and what is being looked at. It asks for nothing that no user follows."""

    def __init__(self, engine: Engine, collector: Collector, settings: Settings) -> None:
        self.following = Following.open(settings.library)
        self._engine = engine
        self._collector = collector
        self._allow_private = settings.allow_private_addresses
        self._asked: dict[int, str] = {}  # what a user wants looked at, and since when
        self._duty = Duty("lookout", lambda: engine.library)
        self._watches: dict[int, tuple[FolderWatch, FolderKeeper]] = {}
        self._now: Look | None = None
        self._wake = asyncio.Event()
        self._is_stopped = False
        self._problem = ""

    def state(self, number: int) -> tuple[State, int, int]:
        """Whether it is being looked at, how many of its articles are dealt with, and of how many."""
        if self._now and self._now.number == number:
            return "looking", self._now.done, self._now.total
        return ("waiting" if number in self._asked else "idle"), 0, 0

    def ask(self, number: int) -> None:
        """Look at one of them as soon as possible, whether it is due or not."""
        self._asked.setdefault(number, _now())
        self.wake()

    def wake(self) -> None:
        """Something has changed in what is followed."""
        self._wake.set()

    def stop(self) -> None:
        """End what goes on: the server stops."""
        self._is_stopped = True
        for watch, _ in self._watches.values():
            watch.stop()
        self._duty.give_up()

    async def keep(self) -> None:
        """Look at what is due, again and again."""
        while True:
            self._wake.clear()
            pause = ROUND_SECONDS
            try:
                has_looked = await self._round()
                self._problem = ""
            except ArticleQAError as error:
                has_looked, pause = False, TROUBLED_SECONDS
                if one_line(error) != self._problem:
                    self._problem = one_line(error)
                    log.error("what is followed cannot be looked at: %s", self._problem)
            if not has_looked:
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._wake.wait()

    async def _round(self) -> bool:
        """Look at the one that is due first; whether there was one and nothing stood in the way."""
        if not (self._engine.loaded or self._engine.problem) or not self._collector.is_idle:
            return False
        since, asked = _now(), set(self._asked)
        followed = await asyncio.to_thread(self.following.list)
        for number in asked - {each.id for each in followed}:  # what was asked for meanwhile may not be listed yet
            self._asked.pop(number, None)
        if self._duty.is_ours or (bool(followed) and await asyncio.to_thread(self._duty.take)):
            self._attend(followed)
        due = self._due(followed)
        return due is not None and await self._look(due, since)

    def _attend(self, followed: Sequence[Followed]) -> None:
        """Watch the folders, but for those that are paused or have just failed."""
        from ingest.watch import FolderWatch

        now, known = _now(), {each.id: each for each in followed}
        for number in list(self._watches):
            if number not in known or known[number].paused:
                self._drop(number)
        for each in followed:
            is_time = each.next_at is None or each.next_at <= now
            if each.kind == "folder" and not each.paused and each.id not in self._watches and is_time:
                loop = asyncio.get_running_loop()
                watch = FolderWatch(Path(each.address), partial(_tell, loop, self._wake))
                self._watches[each.id] = watch, self._looker().keeper(each.address)

    def _due(self, followed: Sequence[Followed]) -> Followed | None:
        """What a user wants first, then folders with changes, then the feed that is due for longest."""
        by_id, now = {each.id: each for each in followed}, _now()
        for number in filter(by_id.__contains__, self._asked):
            if number not in self._watches or self._watches[number][0].has_begun:  # or it would be looked at twice
                return by_id[number]
        for number, (watch, _) in self._watches.items():
            if watch.is_due:
                return by_id[number]
        if not self._duty.is_ours:
            return None
        due = [each for each in followed if each.kind == "feed" and each.next_at and each.next_at <= now]
        return min(due, key=lambda each: each.next_at or "", default=None)

    async def _look(self, due: Followed, since: str) -> bool:
        """Look at it, unless that was done elsewhere since; whether it was looked at to the end."""
        self._now = Look(due.id)
        watch, keeper = self._watches.get(due.id, (None, None))
        changed = watch.take() if watch else []
        since = self._asked.get(due.id) or since
        if due.id in self._asked:
            changed = []  # the whole folder
        work = partial(self._work, due.id, since, self._now, keeper, changed)
        seen: Followed | None = None
        try:
            seen = await self._collector.do_unhurried(work)
        except (NotFollowed, TooManyError):
            return False
        except ArticleQAError as error:
            seen = await asyncio.to_thread(self.following.fail, due.id, one_line(error))
        finally:
            self._now = None
            if watch and seen is None:
                watch.put(changed or [Path(due.address)])
        if seen is None:
            return False
        self._asked.pop(due.id, None)
        if watch and watch.problem and not seen.error:
            seen = await asyncio.to_thread(self.following.fail, due.id, watch.problem)
        if seen.error:
            self._drop(due.id)
        return True

    def _work(
        self, number: int, since: str, look: Look, keeper: "FolderKeeper | None", changed: Sequence[Path]
    ) -> Followed | None:
        """In a thread; None where it gave way to what somebody adds, or to another process."""
        with foreseen():
            try:
                return self._looker().look(number, since, look, elsewhere, keeper, changed)
            except (GaveWay, ElsewhereError):
                return None
            finally:
                if self._engine.loaded:
                    self._engine.loaded.retriever.take_in()

    def _looker(self) -> "Looker":
        from ingest.fetch import Fetcher
        from ingest.looks import Looker

        return Looker(
            self.following,
            self._engine.library,
            self._collector.encoder,
            lambda: Fetcher(self._allow_private, limits=LIMITS),
            lambda: self._is_stopped or self._collector.is_wanted,
        )

    def _drop(self, number: int) -> None:
        if number in self._watches:
            self._watches.pop(number)[0].stop()


def _tell(loop: asyncio.AbstractEventLoop, wake: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the event loop is closed: the server has stopped
        loop.call_soon_threadsafe(wake.set)


def _now() -> str:
    return time_of(datetime.now(UTC))
