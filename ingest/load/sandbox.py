"""Parsing in a process of its own, so that a hostile or broken file costs only itself."""

import atexit
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.load.found import Found
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

MEMORY = 2 * 2**30  # bytes
CPU_SECONDS = 60
WALL_SECONDS = 90.0
_ROOT = Path(__file__).parents[2]


def read_apart(kind: str, raw: Raw) -> Iterator[Found]:
    """The article of a document that only the worker may parse; raises LoadError where it cannot."""
    parsed = parse_apart(kind, raw)
    yield raw.found(parsed.text, parsed.given, parsed.notes)


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
            answer = self._ask(json.dumps(request).encode() + b"\n" + data)
        if "error" in answer:
            raise LoadError(answer["error"])
        return Parsed(answer["text"], answer["given"], tuple(answer["notes"]))

    def close(self) -> int:
        """End the worker; what it ended with, negative for a signal."""
        worker, self._worker = self._worker, None
        if worker is None:
            return 0
        worker.kill()
        worker.communicate()
        return worker.returncode

    def _ask(self, request: bytes) -> Any:
        worker = self._worker = self._ready()
        assert worker.stdin
        assert worker.stdout
        started, answer = time.monotonic(), b""
        timer = threading.Timer(self._seconds, worker.kill)
        timer.start()
        try:
            worker.stdin.write(request)
            worker.stdin.flush()
            answer = worker.stdout.readline()
        except BrokenPipeError:
            pass  # it died while it was given the bytes
        finally:
            timer.cancel()
            whole = answer.endswith(b"\n")
            ended_with = 0 if whole else self.close()
        if whole:
            return json.loads(answer)
        if ended_with == -signal.SIGXCPU or time.monotonic() - started >= self._seconds:
            raise LoadError("takes too long to read; split it, or save its text as .txt and add that")
        raise LoadError("makes its reader crash; save its text as .txt and add that")

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


_sandbox = Sandbox()
atexit.register(_sandbox.close)
