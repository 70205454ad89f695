"""Where time goes and what comes of work: told in one place, heard by metrics and traces."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_listeners: tuple["Listener", ...] = ()
_current: ContextVar["Stage | None"] = ContextVar("stage", default=None)


class Stage:
    """Something that takes time, as a part of what it is `within`.

    facts  what may be told of it to everybody who watches: kinds and numbers
    texts  what users wrote and read, told only where that was asked for
    error  the type of what it failed by, if it did
    span   what a listener keeps of it
    """

    def __init__(self, name: str, within: "Stage | None" = None) -> None:
        self.name = name
        self.within = within
        self.of: str = within.of if within else name
        self.facts: dict[str, str | int | float] = {}
        self.texts: dict[str, str] = {}
        self.error = ""
        self.seconds = 0.0
        self.span: object = None


class Listener:
    """Is told of all stages, and of what happens; called in the thread that does the work."""

    def begun(self, stage: Stage) -> None:
        """A stage begins."""

    def ended(self, stage: Stage) -> None:
        """It has ended, perhaps by an error; nothing of it changes any more."""

    def measured(self, name: str, seconds: float) -> None:
        """Something took so long that is no stage, such as the time until the first sentence."""

    def happened(self, name: str, labels: tuple[str, ...], number: int) -> None:
        """Something happened so many times; each label is one of a few words that code knows."""


@contextmanager
def stage(name: str) -> Generator[Stage]:
    """Measure what is done within; as a decorator, what a function does.

    A generator may hold it while it yields, also where each step runs in a context of its own.
    """
    before = _current.get()
    now = Stage(name, before)
    started = time.perf_counter()
    for listener in _listeners:
        listener.begun(now)
    _current.set(now)
    try:
        yield now
    except Exception as error:
        now.error = type(error).__name__
        raise
    finally:
        _current.set(before)
        now.seconds = time.perf_counter() - started
        for listener in _listeners:
            listener.ended(now)


def measured(name: str, seconds: float) -> None:
    """Tell of a time that is no stage."""
    for listener in _listeners:
        listener.measured(name, seconds)


def happened(name: str, *labels: str, number: int = 1) -> None:
    """Tell of something to be counted."""
    for listener in _listeners:
        listener.happened(name, labels, number)


def listen(listener: Listener) -> None:
    """From now on it is told, until `leave`."""
    global _listeners
    _listeners = (*_listeners, listener)


def leave(listener: Listener) -> None:
    """It is told no more."""
    global _listeners
    _listeners = tuple(other for other in _listeners if other is not listener)
