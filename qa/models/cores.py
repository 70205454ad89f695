"""The processor's cores, shared by all encoders: what somebody waits for goes before what can wait."""

import itertools
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextvars import ContextVar
from enum import IntEnum
from functools import cache, partial
from queue import PriorityQueue
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Urgency(IntEnum):
    """What goes first: a search takes a fraction of a second, an answer seconds, new articles minutes, measuring hours;
    at last what nobody waits for.
    """

    SEARCH = 0
    ANSWER = 1
    ARTICLES = 2
    EVALUATION = 3
    AHEAD = 4


urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.ANSWER)  # of what the current thread works on


class Cores:
    """One thread a core; of the pieces of work that wait the most urgent goes first, then the one that came first."""

    def __init__(self, count: int) -> None:
        self._pieces: PriorityQueue[tuple[Urgency, int, Future[Any], Callable[[], Any]]] = PriorityQueue()
        self._numbers = itertools.count()
        for number in range(count):
            threading.Thread(target=self._work, name=f"core_{number}", daemon=True).start()

    def map(self, work: Callable[[T], R], items: Sequence[T]) -> list[R]:
        """What the work makes of each item, in the order given; what it raises is raised here."""
        now = urgency.get()
        results = [self._begin(now, partial(work, item)) for item in items]
        return [result.result() for result in results]

    def _begin(self, now: Urgency, piece: Callable[[], R]) -> "Future[R]":
        result: Future[R] = Future()
        self._pieces.put((now, next(self._numbers), result, piece))
        return result

    def _work(self) -> None:
        while True:
            _, _, result, piece = self._pieces.get()
            try:
                result.set_result(piece())
            except BaseException as error:
                result.set_exception(error)
            del result, piece  # or the last outputs would be kept until there is more to do


_lent: int | None = None


def keep_to(count: int) -> None:
    """This process has so many cores of its machine; said before its first encoder works."""
    global _lent
    _lent = count


@cache
def cores() -> Cores:
    """Those of this machine, or as many of them as this process is lent."""
    return Cores(_lent or os.cpu_count() or 1)
