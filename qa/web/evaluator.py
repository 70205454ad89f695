"""Measures and drafts questions with the Answerer of the running page: one job at a time."""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from qa.errors import ArticleQAError, EvaluationError
from qa.evaluation.gold_sets import GoldSets
from qa.evaluation.measurement import Measurement
from qa.evaluation.runs import Run, Runs
from qa.models.cores import Urgency, urgency
from qa.settings import Settings
from qa.web.duty import Duty
from qa.web.engine import Engine, foreseen, one_line
from qa.web.evaluating import CutShortError, Drafting, Job, Measuring

BUSY = "another evaluation is running; wait until it has ended, or cancel it"
ELSEWHERE = (
    "another web process works on it; cancel it in the browser in which it was begun, or wait until it has ended"
)
log = logging.getLogger(__name__)


class Evaluator:
    """Keeps gold sets and runs of each user apart, and works on one job at a time, of all processes together.

    Its methods take the name of the user; they wait for files, so they are called in threads.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._lock = threading.Lock()
        self._duty = Duty("evaluation", lambda: engine.library)
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self.is_stopping = False

    def sets(self, owner: str) -> GoldSets:
        return GoldSets(self._settings.evaluations_dir / _folder(owner) / "gold")

    def runs(self, owner: str) -> Runs:
        """Those of a user; what a process left running that has ended since is cut short."""
        runs = Runs(self._settings.evaluations_dir / _folder(owner) / "runs", self._settings.report_dir)
        if any(run.state == "running" and not self._is_ours(run) for run in runs.all()):
            with self._lock:
                if self._duty.take():
                    for run in runs.all():
                        if not self._is_ours(run):
                            _recover(runs, run)
                    self._rest()
        return runs

    def job(self, owner: str) -> Job | None:
        """What is worked on for this user, or was at last."""
        return self._job if self._job and self._job.owner == owner else None

    def measure(self, owner: str, gold_id: str, limit: int | None, retrieval_only: bool) -> Run:
        """Begin a run over the first questions of a gold set."""
        runs, questions = self.runs(owner), self.sets(owner).read(gold_id)[:limit]
        model = None if retrieval_only else self._engine.answerer().model_name
        measurement = Measurement(f"{gold_id}.jsonl", questions, model)
        with self._turn():
            run = runs.begin(measurement)
            self._start(Measuring(self._engine, owner, runs, run, measurement))
        return run

    def resume(self, owner: str, run_id: str) -> Run:
        """Go on with a run that was cut short; raises EvaluationError where it would measure something else now."""
        runs = self.runs(owner)
        run = runs.get(run_id)
        if run.state in ("done", "running"):
            raise EvaluationError("this evaluation is not one that was cut short")
        if run.model not in (None, self._engine.answerer().model_name):
            raise EvaluationError(f"it was begun with {run.model}, which does not answer any more; begin a new one")
        measurement = Measurement(run.gold, runs.questions(run_id), run.model)
        if not measurement.goes_on(runs.folder(run_id), self._engine.library):
            raise EvaluationError("the articles have changed since it was cut short; begin a new one")
        with self._turn():
            job = Measuring(self._engine, owner, runs, run, measurement)
            run = runs.resumed(run)
            self._start(job)
        return run

    def draft(self, owner: str, count: int) -> str:
        """Begin to draft a gold set; gives its id."""
        self._engine.answerer()
        with self._turn():
            job = Drafting(self._engine, owner, self.sets(owner), count)
            self._start(job)
        return job.id

    def cancel(self, owner: str, job_id: str) -> None:
        """End a job now, and keep what there is; nothing where it is over.

        Raises EvaluationError where another process works on it.
        """
        job = self.job(owner)
        if job and job.id == job_id:
            job.end("stopped")
        elif any(run.id == job_id and run.state == "running" for run in self.runs(owner).all()):
            raise EvaluationError(ELSEWHERE)

    def remove(self, owner: str, run_id: str) -> None:
        self.cancel(owner, run_id)
        self.runs(owner).remove(run_id)

    @property
    def is_taken(self) -> bool:
        """Whether a job of anybody is being worked on."""
        return self._is_at_work or self._duty.is_taken()

    @property
    def _is_at_work(self) -> bool:
        return self._job is not None and not self._job.is_over

    def stop(self) -> None:
        """The server stops: the job goes on with the next one, from its journal."""
        self.is_stopping = True
        if self._job:
            self._job.cut.set()
        self._duty.give_up()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """To start a job in; raises EvaluationError where one is being worked on, by any process."""
        with self._lock:
            if self._is_at_work or not self._duty.take():
                raise EvaluationError(BUSY)
            try:
                yield
            finally:
                self._rest()

    def _rest(self) -> None:
        """Let other processes measure, unless this one does; the lock is held."""
        if not self._is_at_work:
            self._duty.give_up()

    def _is_ours(self, run: Run) -> bool:
        return self._job is not None and self._job.id == run.id

    def _start(self, job: Job) -> None:
        before, self._job = self._thread, job
        self._thread = threading.Thread(target=self._work, args=(job, before), name="evaluation", daemon=True)
        self._thread.start()

    def _work(self, job: Job, before: threading.Thread | None) -> None:
        """After the thread before, which may be in the midst of a model's step; meanwhile nothing is prepared ahead."""
        if before:
            before.join()
        urgency.set(Urgency.EVALUATION)
        job.begin()
        try:
            with foreseen(), self._engine.idle.interrupted(), suppress(CutShortError):
                job.work()
        except ArticleQAError as error:
            _failed(job, one_line(error))
        with self._lock:
            self._rest()


def _failed(job: Job, problem: str) -> None:
    try:
        job.end("failed", problem)
    except ArticleQAError as error:
        log.error("an evaluation could not be kept: %s", one_line(error))


def _recover(runs: Runs, run: Run) -> None:
    try:
        if run.state == "running":
            runs.recover(run.id)
    except (ArticleQAError, ValueError) as error:
        log.error("an evaluation that was cut short cannot be read: %s", one_line(error))


def _folder(owner: str) -> str:
    """A name of letters and digits for any user; that of nobody in particular is its own."""
    return f"user-{hashlib.sha256(owner.encode()).hexdigest()[:24]}" if owner else "all"
