"""What is told of readers' questions: what came of each, of what kind it was, and how long it took to show some."""

import time
from collections.abc import AsyncIterator, Generator
from contextlib import asynccontextmanager, closing
from typing import Literal

from qa.errors import ArticleQAError
from qa.telemetry import logs
from qa.telemetry.stages import happened, measured
from qa.types import Answer
from qa.web.limits import TooManyError

Outcome = Literal["answered", "refused", "failed", "turned_away", "left"]


class Watched:
    """One question, from when it came; told once, when it is over."""

    def __init__(self, question: str) -> None:
        self._question = question
        self._started = time.monotonic()
        self._outcome: Outcome = "left"
        self._answer: Answer | None = None
        self._firsts: dict[str, float] = {}

    def following(self, answers: Generator[Answer]) -> Generator[Answer]:
        """The same answers, looked at as they come."""
        with closing(answers):
            for answer in answers:
                self._answer = answer
                finished = answer.status != "answering"
                if answer.passages:
                    self._first("first_source")
                if finished or answer.draft or answer.sentences:
                    self._first("first_sentence")
                if finished:
                    self._outcome = "answered" if answer.status == "answered" else "refused"
                yield answer

    @asynccontextmanager
    async def over(self) -> AsyncIterator[None]:
        """While it is open the question is at work; who leaves before the end has left."""
        try:
            yield
        except TooManyError:
            self._outcome = "turned_away"
            raise
        except ArticleQAError:
            self._outcome = "failed"
            raise
        finally:
            self._tell()

    def _first(self, name: str) -> None:
        if name not in self._firsts:
            self._firsts[name] = time.monotonic() - self._started

    def _tell(self) -> None:
        kind = self._answer.kind if self._answer else "unknown"
        happened("question", self._outcome, kind)
        for name, seconds in self._firsts.items():
            measured(name, seconds)
        told = {
            "outcome": self._outcome,
            "kind": kind,
            "seconds": round(time.monotonic() - self._started, 3),
            **{f"{name}_seconds": round(seconds, 3) for name, seconds in self._firsts.items()},
        }
        logs.question(told, {"question": self._question, "answer": self._answer.text if self._answer else ""})
