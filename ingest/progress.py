"""How a run goes, on stderr: a bar with rate and time left on a terminal, now and then a line elsewhere."""

import sys
import time
from types import TracebackType

from ingest.report import Verdict
from qa.cli.console import progress

SECONDS_BETWEEN_LINES = 5.0


class ConsoleReporter:
    """Reports a run of the pipeline; use it as a context manager."""

    def __init__(self, action: str) -> None:
        self._action = action
        self._bar = progress()
        self._task = self._bar.add_task(action, total=None)
        self._said = time.monotonic()
        self._first: tuple[float, int] | None = None  # when the first passages were embedded, and how many

    def __enter__(self) -> "ConsoleReporter":
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def warn(self, message: str) -> None:
        self._say(f"warning: {message}")

    def settled(self, item: str, verdict: Verdict, detail: str) -> None:
        if verdict == "failed":
            self._say(f"failed: {item}: {detail}")

    def progress(self, done: float, total: int, passages: int) -> None:
        now = time.monotonic()
        description = self._action
        if passages and self._first is None:
            self._first = now, passages
        elif self._first and passages > self._first[1]:
            since, before = self._first
            description = f"{self._action}, {(passages - before) / (now - since or 1):.0f} passages/s"
        self._bar.update(self._task, completed=done, total=total, description=description)
        if self._bar.disable and now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            print(f"{description}: {done:.0f} of {total}", file=sys.stderr, flush=True)

    def _say(self, line: str) -> None:
        self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
