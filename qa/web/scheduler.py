"""The scheduler of all work: a queue for each kind, with a few threads of its own, and a fair turn for everybody."""

import asyncio
import math
import statistics
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from qa.errors import ArticleQAError
from qa.models.cores import Urgency, urgency
from qa.web.limits import TooManyError

MEASURED = 20  # pieces of work whose time tells how long one has to wait

T = TypeVar("T")


class TooLongError(ArticleQAError):
    """The work took longer than it may and was broken off."""


@dataclass(frozen=True)
class Bounds:
    """How much of one kind of work there may be.

    at_once    threads that work on it
    waiting    places in its queue; who comes beyond them is turned away
    patience   seconds in which a turn must come
    longest    seconds that the work itself may take
    usual      seconds that it takes, until that was measured
    """

    at_once: int
    waiting: int
    patience: float
    longest: float
    usual: float


class Place:
    """Somebody's place in a queue, from when it was entered until its work is done."""

    def __init__(self, queue: "Queue", asker: str) -> None:
        self.asker = asker
        self.is_ready = False
        self.is_running = False
        self.refusal: TooManyError | None = None
        self.moved = asyncio.Event()
        self.queue = queue

    async def turn(self) -> AsyncIterator[int]:
        """How many are before this one, each time that changes, until its turn has come, or it has left.

        Raises TooManyError where the place was given to somebody else, or no turn came for too long.
        """
        self.queue.get_ready(self)
        end, told = asyncio.get_running_loop().time() + self.queue.bounds.patience, 0
        while True:
            self.moved.clear()
            if self.refusal:
                raise self.refusal
            if not (before := self.queue.before(self)):
                return
            if before != told:
                told = before
                yield before
            try:
                async with asyncio.timeout_at(end):
                    await self.moved.wait()
            except TimeoutError:
                self.leave()
                seconds, wait = self.queue.bounds.patience, self.queue.wait()
                message = f"no turn came within {seconds:g} seconds; try again in {wait} seconds"
                raise TooManyError(message, wait) from None

    def run(self, work: Callable[[], T]) -> "asyncio.Future[T]":
        """Begin the work, whose turn it is, in a thread; the place is free when the thread has ended, not before."""
        return self.queue.run(self, work)

    def leave(self) -> None:
        """Let the others move up, as soon as no thread works for this place."""
        self.queue.leave(self)


class Queue:
    """Some work at once and some more waits; everybody's first place comes before anybody's second.

    Where it is full, whoever has more places than the one who comes loses the last of them, so that nobody can keep
    the others out, and one alone may have the whole queue. Who would wait too long is told so at once. It belongs to
    one event loop.
    """

    def __init__(self, name: str, bounds: Bounds, urgent: Urgency) -> None:
        self.bounds = bounds
        self._waiting: list[Place] = []
        self._working: list[Place] = []
        self._seconds = deque([bounds.usual], MEASURED)
        self._threads = ThreadPoolExecutor(bounds.at_once, name, urgency.set, (urgent,))

    def enter(self, asker: str) -> Place:
        """A place, which must be left; raises TooManyError where there is none."""
        place = Place(self, asker)
        self._waiting.append(place)
        order = self._order()
        before = len(self._working) + order.index(place) + 1 - self.bounds.at_once  # that must be done first
        if len(self._waiting) + len(self._working) > self.bounds.at_once + self.bounds.waiting:
            self._refuse(order[-1])
        elif self._seconds_for(before) > self.bounds.patience:
            self._refuse(place)
        if place.refusal:
            raise place.refusal
        return place

    async def do(self, asker: str, work: Callable[[], T]) -> T:
        """What comes of a short piece of work; raises TooManyError, and TooLongError where it is not so short."""
        place = self.enter(asker)
        try:
            async for _ in place.turn():
                pass
            result = place.run(work)
            await asyncio.wait([result], timeout=self.bounds.longest)
            if not result.done():
                result.cancel()  # whose thread goes on, and keeps the place
                raise self.too_long()
            return result.result()
        finally:
            place.leave()

    def too_long(self) -> TooLongError:
        return TooLongError(f"it took longer than {self.bounds.longest:.0f} seconds and was broken off; try again")

    @property
    def waiting(self) -> int:
        """How many wait; may be asked from any thread."""
        return len(self._waiting)

    @property
    def working(self) -> int:
        """How many are worked for; may be asked from any thread."""
        return len(self._working)

    @property
    def is_idle(self) -> bool:
        """Whether nobody has a place."""
        return not self._waiting and not self._working

    @property
    def is_wanted(self) -> bool:
        """Whether somebody waits; may be asked from any thread."""
        return bool(self._waiting)

    def wait(self) -> int:
        """Seconds until those who wait now will have been served."""
        return math.ceil(self._seconds_for(len(self._waiting) + 1)) or 1

    def before(self, place: Place) -> int:
        """How many must be done first: 0 for those whose turn it is, and for those who left."""
        ready = [other for other in self._order() if other.is_ready]
        return ready.index(place) + 1 if place in ready else 0

    def get_ready(self, place: Place) -> None:
        """From now on its turn may come."""
        place.is_ready = True
        self._move_up()

    def run(self, place: Place, work: Callable[[], T]) -> "asyncio.Future[T]":
        assert place in self._working
        loop, started = asyncio.get_running_loop(), time.monotonic()
        place.is_running = True

        def ended(_: object) -> None:
            with suppress(RuntimeError):  # the event loop is closed: the server has stopped
                loop.call_soon_threadsafe(self._ended, place, time.monotonic() - started)

        future = self._threads.submit(work)
        future.add_done_callback(ended)
        return asyncio.wrap_future(future)

    def leave(self, place: Place) -> None:
        for places in (self._waiting, self._working):
            if place in places and not place.is_running:
                places.remove(place)
                place.moved.set()
                self._move_up()

    def _refuse(self, place: Place) -> None:
        self._waiting.remove(place)
        waiting, wait = len(self._waiting), self.wait()
        place.refusal = TooManyError(f"the queue is full; {waiting} are waiting; try again in {wait} seconds", wait)
        place.moved.set()

    def _seconds_for(self, pieces: int) -> float:
        """How long so many pieces of work will take, by those before."""
        return statistics.mean(self._seconds) * pieces / self.bounds.at_once

    def _ended(self, place: Place, seconds: float) -> None:
        place.is_running = False
        self._seconds.append(seconds)
        self.leave(place)

    def _move_up(self) -> None:
        for place in self._order():
            if place.is_ready and len(self._working) < self.bounds.at_once:
                self._waiting.remove(place)
                self._working.append(place)
                place.moved.set()
        for place in self._waiting:
            place.moved.set()

    def _order(self) -> list[Place]:
        """Those who wait: everybody's first place, in the order in which they came, then everybody's second, …"""
        held = Counter(place.asker for place in self._working)
        shares: dict[Place, int] = {}
        for place in self._waiting:
            held[place.asker] += 1
            shares[place] = held[place.asker]
        return sorted(self._waiting, key=lambda place: shares[place])
