"""What a hostile or broken file may cost: only itself."""

import os
import signal
from collections.abc import Callable, Iterator

import pytest

from ingest.load.raw import Raw
from ingest.load.sandbox import Sandbox
from qa.errors import LoadError

PAGE = Raw("a.html", "a.html", "a.html", b"<p>Hello there.</p>")
LONG = Raw("b.html", "b.html", "b.html", b"<p>The bridge over the river is very long, and old.</p>" * 100_000)

Start = Callable[..., Sandbox]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Sandbox] = []

    def start(**limits: float) -> Sandbox:
        started.append(Sandbox(**limits))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for sandbox in started:
        sandbox.close()


@pytest.mark.parametrize(
    ("limits", "error"),
    [
        ({"memory": 250 * 2**20}, "needs too much memory to read; split it, or save its text as .txt and add that"),
        ({"cpu_seconds": 1}, "takes too long to read; split it, or save its text as .txt and add that"),
    ],
)
def test_beyond_a_limit_the_file_fails_and_the_next_is_read(start: Start, limits: dict[str, float], error: str) -> None:
    sandbox = start(**limits)
    with pytest.raises(LoadError) as raised:
        sandbox.parse("html", LONG)
    assert str(raised.value) == error
    assert sandbox.parse("html", PAGE).text == "Hello there."


def test_a_file_that_hangs_is_given_up(start: Start) -> None:
    sandbox = start(seconds=0.2)
    with pytest.raises(LoadError, match="takes too long to read"):
        sandbox.parse("html", LONG)
    sandbox._seconds = 90.0
    assert sandbox.parse("html", PAGE).text == "Hello there."


def test_a_worker_serves_many_files(start: Start) -> None:
    sandbox = start()
    sandbox.parse("html", PAGE)
    worker = sandbox._worker
    with pytest.raises(LoadError, match="is damaged"):
        sandbox.parse("pdf", PAGE)
    sandbox.parse("html", PAGE)
    assert sandbox._worker is worker


def test_a_crash_costs_only_its_file(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = start()
    sandbox.parse("html", PAGE)
    worker = sandbox._worker
    assert worker is not None
    os.kill(worker.pid, signal.SIGSTOP)  # so that it cannot answer before it crashes
    os.kill(worker.pid, signal.SIGSEGV)
    monkeypatch.setattr(worker, "poll", lambda: None)
    os.kill(worker.pid, signal.SIGCONT)
    with pytest.raises(LoadError, match="makes its reader crash"):
        sandbox.parse("html", PAGE)
    assert sandbox.parse("html", PAGE).text == "Hello there."


def test_a_worker_that_died_between_files_costs_none(start: Start) -> None:
    sandbox = start()
    sandbox.parse("html", PAGE)
    assert sandbox._worker is not None
    sandbox._worker.kill()
    sandbox._worker.wait()
    assert sandbox.parse("html", PAGE).text == "Hello there."
