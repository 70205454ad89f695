"""Measures and drafts questions with the Answerer of the running page: one job at a time."""

import hashlib
import logging
import threading

from qa.errors import ArticleQAError, EvaluationError
from qa.evaluation.gold_sets import GoldSets
from qa.evaluation.measurement import Measurement
from qa.evaluation.runs import Run, Runs
from qa.models.cores import Urgency, urgency
from qa.settings import Settings
from qa.web.engine import Engine, foreseen, one_line
from qa.web.evaluating import CutShortError, Drafting, Job, Measuring

BUSY = "another evaluation is running; wait until it has ended, or cancel it"
log = logging.getLogger(__name__)


class Evaluator:
    """Keeps gold sets and runs of each user apart, and works on one job at a time.

    Its methods take the name of the user; they wait for files, so they are called in threads.
    """

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._settings = settings
        self._lock = threading.Lock()
        self._runs: dict[str, Runs] = {}
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self.is_stopping = False

    def sets(self, owner: str) -> GoldSets:
        return GoldSets(self._settings.evaluations_dir / _folder(owner) / "gold")

    def runs(self, owner: str) -> Runs:
        """Those of a user; what an earlier server left running is cut short."""
        with self._lock:
            if owner not in self._runs:
                folder = self._settings.evaluations_dir / _folder(owner) / "runs"
                runs = self._runs[owner] = Runs(folder, self._settings.report_dir)
                for run in runs.all():
                    _recover(runs, run)
        return self._runs[owner]

    def job(self, owner: str) -> Job | None:
        """What is worked on for this user, or was at last."""
        return self._job if self._job and self._job.owner == owner else None

    def measure(self, owner: str, gold_id: str, limit: int | None, retrieval_only: bool) -> Run:
        """Begin a run over the first questions of a gold set."""
        runs, questions = self.runs(owner), self.sets(owner).read(gold_id)[:limit]
        model = None if retrieval_only else self._engine.answerer().model_name
        measurement = Measurement(f"{gold_id}.jsonl", questions, model)
        with self._lock:
            self._check_free()
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
        with self._lock:
            self._check_free()
            job = Measuring(self._engine, owner, runs, run, measurement)
            run = runs.resumed(run)
            self._start(job)
        return run

    def draft(self, owner: str, count: int) -> str:
        """Begin to draft a gold set; gives its id."""
        self._engine.answerer()
        with self._lock:
            self._check_free()
            job = Drafting(self._engine, owner, self.sets(owner), count)
            self._start(job)
        return job.id

    def cancel(self, owner: str, job_id: str) -> None:
        """End a job now, and keep what there is; nothing where it is over."""
        job = self.job(owner)
        if job and job.id == job_id:
            job.end("stopped")

    def remove(self, owner: str, run_id: str) -> None:
        self.cancel(owner, run_id)
        self.runs(owner).remove(run_id)

    @property
    def is_taken(self) -> bool:
        """Whether a job of anybody is being worked on."""
        return self._job is not None and not self._job.is_over

    def stop(self) -> None:
        """The server stops: the job goes on with the next one, from its journal."""
        self.is_stopping = True
        if self._job:
            self._job.cut.set()

    def _check_free(self) -> None:
        if self.is_taken:
            raise EvaluationError(BUSY)

    def _start(self, job: Job) -> None:
        before, self._job = self._thread, job
        self._thread = threading.Thread(target=_work, args=(job, before, self._engine), name="evaluation", daemon=True)
        self._thread.start()


def _work(job: Job, before: threading.Thread | None, engine: Engine) -> None:
    """After the thread before, which may be in the midst of a model's step; meanwhile nothing is prepared ahead."""
    if before:
        before.join()
    urgency.set(Urgency.EVALUATION)
    job.begin()
    try:
        with foreseen(), engine.idle.interrupted():
            try:
                job.work()
            except CutShortError:
                return
    except ArticleQAError as error:
        _failed(job, one_line(error))


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
