"""A real process that is killed, stopped and started again, with a stand-in for the model."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import ProviderError
from qa.models import keeper, process
from qa.models.keeper import EngineKeeper
from tests.test_web_api import wait_until

STAND_IN = Path(__file__).with_name("engine_stand_in.py")
LONG = "on and on " * 2000


@pytest.fixture(autouse=True)
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in, and less patience."""
    monkeypatch.setattr(process, "engine_command", lambda folder: [sys.executable, str(STAND_IN), str(folder)])
    monkeypatch.setattr(process, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(process, "STILL_SECONDS", 3.0)
    monkeypatch.setattr(process, "HUNG_SECONDS", 6.0)
    monkeypatch.setattr(keeper, "LISTEN_SECONDS", 0.2)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineKeeper]:
    engine = EngineKeeper(tmp_path)
    engine.wait_until_ready()
    yield engine
    engine.close()


def asked(engine: EngineKeeper, text: str, max_tokens: int = 10_000) -> Iterator[str]:
    messages = [{"role": "user", "content": text}]
    for reply in engine.ask(messages=messages, stop=[], max_tokens=max_tokens, alternatives=0):
        yield reply.get("text", "")


def answers(engine: EngineKeeper) -> bool:
    return "".join(asked(engine, "one two")) == "one two "


def test_whoever_asked_hears_of_the_engine_while_it_reads(engine: EngineKeeper) -> None:
    assert list(asked(engine, "one two")) == [""] * 5 + ["one ", "two ", ""]
    assert engine.trouble() == ""


def test_an_engine_that_was_killed_is_started_again_before_anybody_asks(engine: EngineKeeper) -> None:
    first, writing = engine.pid, asked(engine, LONG)
    next(writing)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ProviderError, match=r"stopped \(status -9\)"):
        list(writing)
    wait_until(lambda: engine.pid != first and not engine.trouble())
    assert answers(engine)


def test_while_it_is_started_again_that_is_said_and_questions_wait(engine: EngineKeeper, tmp_path: Path) -> None:
    (tmp_path / "slow").touch()
    first, said = engine.pid, []
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: engine.pid != first)
    assert engine.trouble() == "starting the language model again"
    waiting = threading.Thread(target=lambda: said.extend(asked(engine, "one two")))
    waiting.start()
    time.sleep(0.2)
    assert said == []
    (tmp_path / "slow").unlink()
    waiting.join(30)
    assert "".join(said) == "one two "


@pytest.mark.parametrize("how", ["", "hang", "spin"])
def test_an_engine_that_hangs_is_noticed_and_replaced(engine: EngineKeeper, how: str) -> None:
    first = engine.pid
    if idle := not how:
        os.kill(first, signal.SIGSTOP)
    else:
        with pytest.raises(ProviderError, match="hung and is being started again; ask again in a moment"):
            list(asked(engine, how))
    wait_until(lambda: not idle or engine.trouble() == "waiting for the language model, which does not respond")
    wait_until(lambda: engine.pid != first and not engine.trouble())
    assert answers(engine)


def test_whoever_asks_an_engine_that_reads_nothing_is_let_go(engine: EngineKeeper) -> None:
    """Prompts longer than a pipe holds: the first is never read, and the second could not even be sent."""
    os.kill(engine.pid, signal.SIGSTOP)
    failures: list[str] = []

    def ask() -> None:
        try:
            list(asked(engine, LONG * 10))
        except ProviderError as error:
            failures.append(str(error))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(failures) == 3
    assert all("hung" in failure for failure in failures)


def test_an_engine_that_cannot_be_loaded_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "fatal").touch()
    engine = EngineKeeper(tmp_path)
    for _ in range(2):
        with pytest.raises(ProviderError, match="no such model"):
            engine.wait_until_ready()
        first = engine.pid
        time.sleep(0.5)
        assert engine.pid == first


def test_a_start_that_failed_is_tried_again_where_the_model_had_worked(engine: EngineKeeper, tmp_path: Path) -> None:
    (tmp_path / "fatal").touch()
    first = engine.pid
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: engine.pid != first)
    with pytest.raises(ProviderError, match="no such model"):
        list(asked(engine, "one two"))
    (tmp_path / "fatal").unlink()
    wait_until(lambda: not engine.trouble())
    assert answers(engine)


def test_loading_does_not_last_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOADING_SECONDS", 1.0)
    (tmp_path / "slow").touch()
    engine = EngineKeeper(tmp_path)
    with pytest.raises(ProviderError, match="hung"):
        engine.wait_until_ready()
    engine.close()


def test_a_closed_engine_is_not_started_again(engine: EngineKeeper) -> None:
    engine.close()
    first = engine.pid
    time.sleep(0.5)
    assert engine.pid == first
    with pytest.raises(ProviderError):
        list(asked(engine, "one two"))
