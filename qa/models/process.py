"""A process of `qa.models.engine`: requests in, replies out, and whether anything is heard of it."""

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from qa.errors import ProviderError

SILENT_SECONDS = 10.0  # a step, in which nothing is heard, takes 2 on two cores, but more where others work on them
STILL_SECONDS = 15.0  # silent, and not even computing
HUNG_SECONDS = 120.0  # silent, whatever it does
LOADING_SECONDS = 300.0  # 5 to 20 where the disk is not slow

Message = dict[str, Any]


def engine_command(*arguments: Path) -> list[str]:
    """How to run the engine; `-P` keeps its folder off the import path."""
    return [sys.executable, "-P", str(Path(__file__).with_name("engine.py")), *map(str, arguments)]


class EngineProcess:
    """One running engine, shared by all threads; it loads in the background while requests already queue up.

    What is sent goes through a thread of its own: an engine that reads nothing must not hold whoever asks.
    """

    def __init__(self, folder: Path) -> None:
        self.ready = False
        self.settled = threading.Event()  # it is ready, or has ended
        self.ended = threading.Event()
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._waiting: dict[int, SimpleQueue[Message]] = {}
        self._outgoing: SimpleQueue[Message | None] = SimpleQueue()
        self._silence = self._stillness = 0.0
        self._computed = ""
        self._hung = False
        self._fatal = ""
        self._process = subprocess.Popen(
            engine_command(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the parent, whose end is the engine's end
        )
        self.pid = self._process.pid
        for work in (self._listen, self._send):
            threading.Thread(target=work, name="language model", daemon=True).start()

    @property
    def silent(self) -> bool:
        """Whether nothing was heard of it for longer than a step takes."""
        return self._silence > SILENT_SECONDS

    def ask(self, **request: Any) -> Iterator[Message]:
        """What the engine says to a request, `done` at last; closing the iterator cancels it. Raises ProviderError."""
        number, replies = next(self._numbers), SimpleQueue[Message]()
        with self._lock:
            if self.ended.is_set():
                raise ProviderError(self._epitaph())
            self._waiting[number] = replies
        finished = False
        try:
            self._outgoing.put({"id": number, **request})
            while not finished:
                reply = replies.get()
                finished = "text" not in reply
                if "error" in reply:
                    raise ProviderError(reply["error"])
                yield reply
        finally:
            with self._lock:
                self._waiting.pop(number, None)
            if not finished:
                self._outgoing.put({"cancel": number})

    def wait_until_ready(self) -> None:
        """Returns once the model is loaded; raises ProviderError when it cannot be."""
        self.settled.wait()
        if self.ended.is_set():
            raise ProviderError(self._epitaph())

    def listen_for(self, seconds: float) -> None:
        """Count so many more seconds in which it may have been heard; end it where that was not so for too long.

        Counted by whoever calls this, not by the clock: when the whole machine sleeps, nobody is silent.
        """
        computed = _processor_time(self.pid)
        self._stillness = self._stillness + seconds if computed == self._computed else 0.0
        self._computed = computed
        self._silence += seconds
        is_still = min(self._stillness, self._silence) > STILL_SECONDS
        if self._silence > (HUNG_SECONDS if self.ready else LOADING_SECONDS) or (self.ready and is_still):
            self._hung = True
            self.kill()
        elif self._silence == seconds:
            self._outgoing.put({"ping": True})

    def kill(self) -> None:
        self._process.kill()

    def _send(self) -> None:
        """A dead engine is told nothing: its listener tells whoever waits."""
        stdin = self._process.stdin
        assert stdin
        try:
            while (message := self._outgoing.get()) is not None:
                stdin.write(json.dumps(message) + "\n")
                stdin.flush()
        except OSError:
            return

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            message = json.loads(line)
            self._silence = 0.0
            if "ready" in message:
                self.ready = True
                self.settled.set()
            elif "fatal" in message:
                self._fatal = message["fatal"]
            elif replies := self._waiting.get(message.get("id", 0)):
                replies.put(message)
        self._process.wait()
        with self._lock:
            self.ended.set()
            for replies in self._waiting.values():
                replies.put({"error": self._epitaph()})
        self.settled.set()
        self._outgoing.put(None)

    def _epitaph(self) -> str:
        if self._hung:
            return "the embedded language model hung and is being started again; ask again in a moment"
        if self._fatal:
            return (
                f"the embedded language model failed ({self._fatal}); if this goes on, run `python -m qa models pull`, "
                "which mends it"
            )
        return (
            f"the embedded language model stopped (status {self._process.returncode}), often for lack of memory: it "
            "needs 4 GB; see `python -m qa doctor`, or set ARTICLE_QA_MODEL to another model"
        )


def _processor_time(pid: int) -> str:
    """What a process has used of it so far; where the system does not say, each time something else."""
    try:
        return " ".join(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
    except OSError:
        return str(time.monotonic())
