"""Work that is done beside the questions, again and again."""

import threading
from collections.abc import Callable

EVERY = 2.0  # seconds


class Keeper:
    """A thread that begins when it is woken first, and then works every few seconds until it is stopped."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._woken = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self.is_stopped = False

    def wake(self) -> None:
        """Work at once."""
        self._woken.set()
        with self._starting:
            if self._thread is None and not self.is_stopped:
                self._thread = threading.Thread(target=self._run, name="index", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """Wait for the end of what it is at."""
        with self._starting:
            self.is_stopped = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self.is_stopped:
            self._woken.clear()
            self._work()
            self._woken.wait(EVERY)
