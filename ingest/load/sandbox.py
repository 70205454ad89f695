"""Parsing in a process of its own, so that a hostile or broken file costs only itself."""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ingest.load.found import Found
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw, Step
from qa.errors import LoadError
from qa.telemetry.stages import stage

MEMORY = 2 * 2**30  # bytes
CPU_SECONDS = 60  # for a file, or for a page of a scan
WALL_SECONDS = 90.0
_ROOT = Path(__file__).parents[2]


def read_apart(kind: str, raw: Raw) -> Iterator[Found]:
    """The article of a document that only the worker may parse; raises LoadError where it cannot."""
    parsed = parse_apart(kind, raw)
    yield raw.found(parsed.text, parsed.given, parsed.notes)


@stage("parse")
def parse_apart(kind: str, raw: Raw) -> Parsed:
    """What only the worker may parse; raises LoadError where it cannot."""
    return _sandbox.parse(kind, raw)


class Sandbox:
    """One worker for one file after another; a new one after a file that ended it."""

    def __init__(self, memory: int = MEMORY, cpu_seconds: int = CPU_SECONDS, seconds: float = WALL_SECONDS) -> None:
        self._limits = [str(memory), str(cpu_seconds)]
        self._seconds = seconds
        self._lock = threading.Lock()
        self._worker: subprocess.Popen[bytes] | None = None

    def parse(self, kind: str, raw: Raw) -> Parsed:
        """Raises LoadError with the parser's reason, or where the file took the worker down."""
        data = raw.data()
        request = {"format": kind, "size": len(data), "name": raw.name, "url": raw.url, "charset": raw.charset}
        with self._lock:
            answer = self._ask(json.dumps(request).encode() + b"\n" + data, raw.step)
        if "error" in answer:
            raise LoadError(answer["error"])
        return Parsed(answer["text"], answer["given"], tuple(answer["notes"]))

    def close(self) -> int:
        """End the worker; what it ended with, negative for a signal."""
        worker, self._worker = self._worker, None
        if worker is None:
            return 0
        _kill(worker)
        worker.communicate()
        return worker.returncode

    def _ask(self, request: bytes, step: Step) -> Any:
        worker = self._worker = self._ready()
        assert worker.stdin
        assert worker.stdout
        try:
            with self._timed(worker) as timed_out:
                worker.stdin.write(request)
                worker.stdin.flush()
                line = worker.stdout.readline()
            while line.endswith(b"\n"):
                answer = json.loads(line)
                if "page" not in answer:
                    return answer
                step(answer["page"], answer["pages"])
                with self._timed(worker) as timed_out:
                    line = worker.stdout.readline()
        except BrokenPipeError:
            pass  # it died while it was given the bytes
        ended_with = self.close()
        if ended_with == -signal.SIGXCPU or timed_out.is_set():
            raise LoadError("takes too long to read; split it, or save its text as .txt and add that")
        raise LoadError("makes its reader crash; save its text as .txt and add that")

    @contextmanager
    def _timed(self, worker: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
        """End the worker where it takes longer than it may; whether that was so."""
        timed_out = threading.Event()

        def give_up() -> None:
            timed_out.set()
            _kill(worker)

        timer = threading.Timer(self._seconds, give_up)
        timer.start()
        try:
            yield timed_out
        finally:
            timer.cancel()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._worker and self._worker.poll() is None:
            return self._worker
        self.close()
        return subprocess.Popen(
            [sys.executable, "-m", "ingest.load.worker", *self._limits],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us
        )


def _kill(worker: subprocess.Popen[bytes]) -> None:
    """With what it started."""
    with suppress(ProcessLookupError):
        os.killpg(worker.pid, signal.SIGKILL)


_sandbox = Sandbox()
atexit.register(_sandbox.close)
