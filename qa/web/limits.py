"""How much is asked at once and in a minute; who comes beyond it is told when to try again."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from qa.errors import ArticleQAError


class TooManyError(ArticleQAError):
    """Too much was asked; it can be asked again after so many seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Place:
    """Somebody's place in a queue."""

    def __init__(self, queue: "Queue") -> None:
        self._queue = queue
        self.moved = asyncio.Event()

    async def waiting(self) -> AsyncIterator[int]:
        """How many must be done before it is this one's turn, each time that changes, until it is."""
        while before := self._queue.before(self):
            yield before
            self.moved.clear()
            await self.moved.wait()

    def leave(self) -> None:
        """Let the others move up."""
        self._queue.leave(self)


class Queue:
    """First come, first served: a few at once, some more wait, and all others are turned away."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._longest = at_once + waiting
        self._places: list[Place] = []

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place at the end of the queue until the context is left; raises TooManyError where it is full."""
        if len(self._places) >= self._longest:
            waiting = self._longest - self._at_once
            raise TooManyError(f"the queue is full; {waiting} are waiting; try again in a moment", retry_after=5)
        place = Place(self)
        self._places.append(place)
        try:
            yield place
        finally:
            self.leave(place)

    def before(self, place: Place) -> int:
        """How many must be done first: 0 for those whose turn it is, and for those who left."""
        if place not in self._places:
            return 0
        return max(0, self._places.index(place) + 1 - self._at_once)

    def leave(self, place: Place) -> None:
        """Make room; all others move up."""
        if place in self._places:
            self._places.remove(place)
            for moved in (place, *self._places):
                moved.moved.set()


class Rate:
    """So many times in so many seconds for each name; forgets names that did nothing since."""

    def __init__(self, times: int, seconds: float, what: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._times, self._seconds, self._what, self._clock = times, seconds, what, clock
        self._done: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, name: str) -> None:
        """Raises TooManyError where that name has had its share."""
        self._drop_old()
        if name in self._done and len(done := self._done[name]) >= self._times:
            wait = max(1, round(done[0] + self._seconds - self._clock() + 0.5))
            raise TooManyError(f"{self._what}; try again in {wait} seconds", retry_after=wait)

    def count(self, name: str) -> None:
        """Note that it was done once more."""
        self._done[name].append(self._clock())

    def forget(self, name: str) -> None:
        """Begin anew with that name."""
        self._done.pop(name, None)

    def _drop_old(self) -> None:
        before = self._clock() - self._seconds
        for name, done in list(self._done.items()):
            while done and done[0] <= before:
                done.popleft()
            if not done:
                del self._done[name]
