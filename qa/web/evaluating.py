"""What takes long when answers are measured: a run, and a draft of questions; readers go first in either."""

import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from qa.errors import EvaluationError
from qa.evaluation.gold import Gold
from qa.evaluation.gold_sets import GoldSets
from qa.evaluation.measurement import Measurement
from qa.evaluation.outcomes import counts
from qa.evaluation.runs import Run, Runs, State
from qa.types import Answer
from qa.web.engine import Engine

if TYPE_CHECKING:
    from qa.answer import Answerer
    from qa.evaluation.summary import Row

LOOK_SECONDS = 0.05  # between two looks at whether readers are served


class CutShortError(Exception):
    """The job was ended by somebody else, who has kept what there is of it."""


@dataclass(frozen=True)
class Progress:
    """How far a job is: so many of all questions are measured, or drafted.

    `waits` while readers are served. `running` is the running average of the first measure that is known, by its name.
    """

    id: str
    kind: Literal["evaluation", "gold"]
    done: int
    total: int
    waits: bool
    seconds_left: int | None
    running: tuple[str, float] | None
    outcomes: dict[str, int]


class Job:
    """Something that takes long, in a thread of its own; `work` may end it, and so may others."""

    kind: Literal["evaluation", "gold"]

    def __init__(self, engine: Engine, owner: str, job_id: str, total: int) -> None:
        self.id, self.owner, self.total = job_id, owner, total
        self.problem = ""
        self.is_over = False
        self.cut = threading.Event()
        self.lock = threading.Lock()
        self._engine = engine
        self._waits = False
        self._begun: tuple[float, int] | None = None  # when it was, and how many were done then

    @property
    def done(self) -> int:
        raise NotImplementedError

    def work(self) -> None:
        raise NotImplementedError

    def end(self, state: State, problem: str = "") -> None:
        """Keep what there is of it; the first end counts."""
        raise NotImplementedError

    def begin(self) -> None:
        self._begun = time.monotonic(), self.done

    def pause(self) -> None:
        """Let readers go first; raises CutShortError where the job is over."""
        try:
            while self._engine.idle.is_shared and not self.cut.is_set():
                self._waits = True
                self.cut.wait(LOOK_SECONDS)
        finally:
            self._waits = False
        if self.cut.is_set():
            raise CutShortError

    def progress(self) -> Progress:
        from qa.evaluation.run import Watch

        with self.lock:
            rows = self.rows()
        known = Watch(rows).values()
        running = next(iter(sorted(known.items(), key=lambda item: item[0] != "answers.accuracy")), None)
        left = self._seconds_left()
        return Progress(self.id, self.kind, self.done, self.total, self._waits, left, running, counts(rows))

    def rows(self) -> "Sequence[Row]":
        return ()

    def _seconds_left(self) -> int | None:
        if self._begun is None or self.done == self._begun[1]:
            return None
        began, done = self._begun
        return round((time.monotonic() - began) / (self.done - done) * (self.total - self.done))


class Measuring(Job):
    """A run of an evaluation, which goes on where its journal ends."""

    kind = "evaluation"

    def __init__(self, engine: Engine, owner: str, runs: Runs, run: Run, measurement: Measurement) -> None:
        super().__init__(engine, owner, run.id, len(measurement.questions))
        self._runs, self._run, self._measurement = runs, run, measurement
        self._journal = measurement.journal(runs.folder(run.id), engine.library)

    @property
    def done(self) -> int:
        return len(self._journal.rows)

    def rows(self) -> "Sequence[Row]":
        rows = self._journal.rows
        return [rows[gold.id] for gold in self._measurement.questions if gold.id in rows]

    def work(self) -> None:
        from qa.evaluation.run import answering, searching

        answerer = self._engine.answerer()
        if self._measurement.model is None:
            ask = searching(answerer.retriever)
        else:
            ask = answering(self._answered, answerer.library)
        for gold in self._measurement.questions:
            if gold.id in self._journal.rows:
                continue
            self.pause()
            row = ask(gold)
            with self.lock:
                if self.is_over:
                    raise CutShortError
                self._journal.keep(row)
        self.end("done")

    def end(self, state: State, problem: str = "") -> None:
        with self.lock:
            if self.is_over:
                return
            self.problem = problem
            self.cut.set()
            self._journal.close()
            try:
                self._runs.end(self._run, self._measurement, self.rows(), state, problem)
                if state == "done":
                    self._journal.remove()
            finally:
                self.is_over = True  # at last: whoever waits for the end finds it kept

    def _answered(self, gold: Gold) -> Answer:
        """Asked again from the start where a reader came between."""
        while True:
            self.pause()
            if (answer := self._undisturbed(self._engine.answerer(), gold)) is not None:
                return answer

    def _undisturbed(self, answerer: "Answerer", gold: Gold) -> Answer | None:
        """The answer; None as soon as a reader wants one."""
        if answerer.model_name != self._measurement.model:
            raise EvaluationError("the language model was changed amid the run; begin a new one")
        answer = None
        with closing(answerer.stream(gold.question, as_of=gold.as_of)) as growing:
            for answer in growing:
                if self.cut.is_set():
                    raise CutShortError
                if self._engine.idle.is_shared and answer.status == "answering":
                    return None
        return answer


class Drafting(Job):
    """Questions that the language model writes on the articles, kept one by one in a gold set."""

    kind = "gold"

    def __init__(self, engine: Engine, owner: str, sets: GoldSets, count: int) -> None:
        self._sets = sets
        self._path = sets.free(f"drafts-{datetime.now(UTC):%Y-%m-%d}")
        self._known = [gold for kept in sets.all() for gold in sets.read(kept.id)]
        self._drafts: list[Gold] = []
        super().__init__(engine, owner, self._path.stem, count)

    @property
    def done(self) -> int:
        return len(self._drafts)

    def work(self) -> None:
        from qa.evaluation.draft import drafts

        answerer = self._engine.answerer()
        for gold in drafts(answerer.library, answerer.model, answerer.model_name, self._known, self.pause):
            with self.lock:
                if self.is_over:
                    raise CutShortError
                self._drafts.append(gold)
                self._sets.write(self._path, self._drafts)
            if self.done == self.total:
                break
        if not self._drafts:
            raise EvaluationError(
                "no question could be drafted; the articles have no longer paragraphs, or only known ones"
            )
        self.end("done")

    def end(self, state: State, problem: str = "") -> None:
        with self.lock:
            if not self.is_over:
                self.is_over, self.problem = True, problem
                self.cut.set()
