"""What one process does for all that share a library: look at what is followed, prepare questions, measure answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.library import Library


class ElsewhereError(Exception):
    """Another process is at it."""


def elsewhere() -> None:
    """What is done in place of waiting for another process."""
    raise ElsewhereError


class Duty:
    """Whoever takes it has it until it is given up, or until the process ends, however that ends.

    It may be taken and given up in any thread; what is held is held by a thread of its own.
    """

    def __init__(self, name: str, library: "Callable[[], Library]") -> None:
        self._name = name
        self._library = library
        self._thread = ThreadPoolExecutor(1, name)
        self._held = ExitStack()
        self.is_ours = False

    def take(self) -> bool:
        """Whether it is ours now; raises LibraryError where that cannot be told."""
        return self.is_ours or self._thread.submit(self._take).result()

    def give_up(self) -> None:
        """Let another process have it."""
        self._thread.submit(self._give_up).result()

    def is_taken(self) -> bool:
        """Whether this or another process has it."""
        return self.is_ours or self._library().is_held(self._name)

    def _take(self) -> bool:
        if not self.is_ours:
            try:
                self._held.enter_context(self._library().held(self._name, elsewhere))
            except ElsewhereError:
                return False
            self.is_ours = True
        return True

    def _give_up(self) -> None:
        self.is_ours = False
        self._held.close()
