"""How often a password may be tried, without letting whoever guesses shut the owner out.

A browser in which a user has signed in keeps a mark of that, signed by `qa.web.auth` (OWASP: a device cookie). Whoever
tries a password with such a mark uses up the tries of this one browser; all others use up those of their address and
those of the name together. So strangers never take a try away from a browser that the owner has used before, and a
stolen mark is good for no more tries than any. One address alone cannot use up a name, so a new browser of the owner
gets in from another address. Names that nobody has are counted as well, or the difference would tell which there are.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from qa.accounts.sessions import Sessions
from qa.web.limits import Rate, TooManyError

SPAN = 300.0  # seconds
WRONG = 10  # tries in that time by a browser that its user has signed in with, and by an address
WRONG_NAME = 30  # tries of a name by all addresses
LINE = 16  # who may wait for a check; it takes a third of a second, on purpose
TOLD = "too many wrong passwords"


class Attempts:
    """Counts wrong passwords; one is checked at a time, and those of strangers wait in a line of their own."""

    def __init__(self, sessions: Sessions | None = None) -> None:
        self._of_browser, self._of_address = (
            Rate(WRONG, SPAN, TOLD, kind=kind, sessions=sessions) for kind in ("browser", "address")
        )
        self._of_name = Rate(WRONG_NAME, SPAN, TOLD, kind="name", sessions=sessions)
        self._known, self._strangers = _Line(), _Line()

    async def try_password(self, is_right: Callable[[], bool], name: str, address: str, browser: str) -> bool:
        """Whether the password is right, as `is_right` says in a thread; raises TooManyError.

        `browser` is what tells the marked browser from others, empty where it has no valid mark for that name.
        """
        shares = [(self._of_browser, browser)] if browser else [(self._of_address, address), (self._of_name, name)]
        await asyncio.to_thread(_check, shares)
        async with (self._known if browser else self._strangers).turn():
            await asyncio.to_thread(_check, shares)  # those before in the line may have used it up
            right = False
            try:
                right = await asyncio.to_thread(is_right)
            finally:
                if not right:
                    await asyncio.to_thread(_count, shares)
        if right and browser:
            await asyncio.to_thread(self._of_browser.forget, browser)
        return right


def _check(shares: list[tuple[Rate, str]]) -> None:
    for rate, key in shares:
        rate.check(key)


def _count(shares: list[tuple[Rate, str]]) -> None:
    for rate, key in shares:
        rate.count(key)


class _Line:
    """One at a time; raises TooManyError where it is too long."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._length = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._length >= LINE:
            raise TooManyError("too many are signing in; try again in 5 seconds", retry_after=5)
        self._length += 1
        try:
            async with self._lock:
                yield
        finally:
            self._length -= 1
