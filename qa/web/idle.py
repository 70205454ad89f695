"""Whether nobody waits for anything: only then is worked ahead."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Idle:
    """Counts what is waited for; threads may wait until it is nothing."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waited_for = 0

    @contextmanager
    def interrupted(self) -> Iterator[None]:
        """Somebody waits for as long as this is held."""
        with self._changed:
            self._waited_for += 1
        try:
            yield
        finally:
            with self._changed:
                self._waited_for -= 1
                self._changed.notify_all()

    @property
    def is_shared(self) -> bool:
        """Whether, beside one who waits, others do: who measures holds one for hours, and lets all others go first."""
        return self._waited_for > 1

    def __bool__(self) -> bool:
        return not self._waited_for

    def wait(self, seconds: float) -> bool:
        """Whether nobody waits, within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waited_for, seconds)
