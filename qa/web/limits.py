"""How often something may be done; who comes beyond it is told when to try again."""

import time
from collections import defaultdict, deque
from collections.abc import Callable

from qa.errors import ArticleQAError


class TooManyError(ArticleQAError):
    """Too much was asked; it can be asked again after so many seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


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
        """Start again with that name."""
        self._done.pop(name, None)

    def _drop_old(self) -> None:
        before = self._clock() - self._seconds
        for name, done in list(self._done.items()):
            while done and done[0] <= before:
                done.popleft()
            if not done:
                del self._done[name]
