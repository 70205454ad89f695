"""Keeps an engine running: one that died or hangs is replaced at once, and meanwhile that is said."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.models.process import EngineProcess, Message
from qa.telemetry.stages import happened

LISTEN_SECONDS = 2.0  # between two looks at the engine
LONGEST_PAUSE = 60.0  # between starts that fail


class EngineKeeper:
    """The engine that is running now. One that never was ready is not started again: its model is broken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._engine = EngineProcess(folder)
        threading.Thread(target=self._watch, name="language model", daemon=True).start()

    @property
    def pid(self) -> int:
        """Of the process that is running now."""
        return self._engine.pid

    def ask(self, **request: Any) -> Iterator[Message]:
        """As the engine's; one that is being started answers when it is ready. Raises ProviderError."""
        return self._engine.ask(**request)

    def wait_until_ready(self) -> None:
        """Returns once the model is loaded; raises ProviderError when it cannot be."""
        self._engine.wait_until_ready()

    def trouble(self) -> str:
        """Why nothing can be answered just now; empty where something can."""
        engine = self._engine
        if engine.ended.is_set() or not engine.ready:
            return "starting the language model again"
        return "waiting for the language model, which does not respond" if engine.silent else ""

    def close(self) -> None:
        """End the engine for good and free its memory."""
        with self._lock:
            self._closed.set()
            self._engine.kill()
        self._engine.ended.wait()

    def _watch(self) -> None:
        pause, works = 0.0, False
        while True:
            engine = self._engine
            if not engine.ended.wait(LISTEN_SECONDS):
                engine.listen_for(LISTEN_SECONDS)
                continue
            works = works or engine.ready
            pause = 0.0 if engine.ready else min(LONGEST_PAUSE, 2 * pause or 1.0)
            if not works or self._closed.wait(pause):
                return
            with self._lock:
                if not self._closed.is_set():
                    self._engine = EngineProcess(self._folder)
                    happened("restart")
