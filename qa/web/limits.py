"""How often something may be done; who comes beyond it is told when to try again."""

import time
from collections import defaultdict, deque
from collections.abc import Callable

from qa.accounts.sessions import Sessions, alone_if_need_be
from qa.errors import ArticleQAError


class TooManyError(ArticleQAError):
    """Too much was asked; it can be asked again after so many seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Rate:
    """So many times in so many seconds for each name; forgets names that did nothing since.

    With a `kind`, what other processes counted under it counts as well, as long as it can be read.
    """

    def __init__(
        self,
        times: int,
        seconds: float,
        what: str,
        clock: Callable[[], float] = time.time,
        *,
        kind: str = "",
        sessions: Sessions | None = None,
    ) -> None:
        self._times, self._seconds, self._what, self._clock = times, seconds, what, clock
        self._kind, self._sessions = kind, sessions
        self._done: defaultdict[str, deque[float]] = defaultdict(deque)

    def check(self, name: str) -> None:
        """Raises TooManyError where that name has had its share."""
        self._drop_old()
        done = max(self._shared(name), list(self._done.get(name, ())), key=len)
        if len(done) >= self._times:
            wait = max(1, round(done[0] + self._seconds - self._clock() + 0.5))
            raise TooManyError(f"{self._what}; try again in {wait} seconds", retry_after=wait)

    def count(self, name: str) -> None:
        """Note that it was done once more."""
        now = self._clock()
        self._done[name].append(now)
        if self._sessions:
            with alone_if_need_be():
                self._sessions.count(self._kind, name, now, now - self._seconds)

    def forget(self, name: str) -> None:
        """Start again with that name."""
        self._done.pop(name, None)
        if self._sessions:
            with alone_if_need_be():
                self._sessions.forget(self._kind, name)

    def _shared(self, name: str) -> list[float]:
        if self._sessions:
            with alone_if_need_be():
                return self._sessions.tries(self._kind, name, self._clock() - self._seconds)
        return []

    def _drop_old(self) -> None:
        before = self._clock() - self._seconds
        for name, done in list(self._done.items()):
            while done and done[0] <= before:
                done.popleft()
            if not done:
                del self._done[name]
