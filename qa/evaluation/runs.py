"""The evaluations that the page keeps: a folder each, with the report of `evaluate --out` and what it is about."""

import json
import re
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qa.errors import EvaluationError, EvaluationNotFound
from qa.evaluation.gold import Gold, read_gold, write_gold
from qa.evaluation.journal import rows_of
from qa.evaluation.measurement import Measurement
from qa.evaluation.outcomes import counts
from qa.storage.disk import advice, write_whole

if TYPE_CHECKING:
    from qa.evaluation.summary import Row

MOST_RUNS = 50
COMMAND = "report"  # the id of the run that `evaluate --out` left among the data
ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
# The measures that a list and the page's view show.
MAIN = (
    "answers.accuracy",
    "answers.f1",
    "nuggets.recall",
    "nuggets.complete",
    "refusal.negative_rejection",
    "refusal.false_refusal",
    "citations.verbatim",
    "citations.precision",
    "citations.answer_in_quote",
    "citations.support",
    "retrieval.hits@1",
    "retrieval.hits@4",
    "retrieval.mrr@10",
)
State = Literal["running", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Measure:
    """A main measure of a run, and its 95 % interval where it has one."""

    name: str
    value: float
    interval: Sequence[float] | None


@dataclass(frozen=True)
class Run:
    """An evaluation without its questions: what it measures, how far it came, and its main measures.

    `state` is "stopped" where it was cut short, by a user or with the server, and "failed" where it could not go on,
    which `problem` says; both can go on. `model` is None for retrieval alone. `made_at` is ISO 8601, UTC.
    """

    id: str
    gold: str
    model: str | None
    made_at: str
    questions: int
    asked: int = 0
    state: State = "running"
    problem: str = ""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    measures: Sequence[Measure] = ()


class Runs:
    """Every method raises EvaluationError where the folder cannot be used, EvaluationNotFound for an unknown id."""

    def __init__(self, folder: Path, of_command: Path) -> None:
        self._folder = folder
        self._of_command = of_command

    def all(self) -> list[Run]:
        """The latest first; among them the one that the command left, where it did."""
        names = [path.parent.name for path in self._folder.glob("*/about.json") if ID.fullmatch(path.parent.name)]
        if (self._of_command / "run.json").is_file():
            names.append(COMMAND)
        found = [self._shown(name) for name in names]
        return sorted(found, key=lambda run: (run.made_at, run.id), reverse=True)

    def get(self, run_id: str) -> Run:
        folder = self.folder(run_id)
        if run_id == COMMAND:
            return _of_report(COMMAND, self.report(COMMAND))
        about = _read(folder / "about.json")
        try:
            measures = [Measure(**measure) for measure in about.pop("measures")]
            return Run(**about, measures=measures)
        except (TypeError, KeyError, AttributeError) as error:
            raise EvaluationError(f"{folder / 'about.json'} is damaged; remove the folder") from error

    def _shown(self, run_id: str) -> Run:
        """One that cannot be read says so, and hides no other."""
        try:
            return self.get(run_id)
        except EvaluationError as error:
            return Run(run_id, run_id, None, "", 0, state="failed", problem=str(error))

    def folder(self, run_id: str) -> Path:
        folder = self._of_command if run_id == COMMAND else self._folder / run_id
        known = run_id == COMMAND or ID.fullmatch(run_id)
        if not known or not (folder / ("run.json" if run_id == COMMAND else "about.json")).is_file():
            raise EvaluationNotFound(f"evaluation {run_id[:40]!r}")
        return folder

    def begin(self, measurement: Measurement) -> Run:
        """A new one, its questions beside it, so that it can go on whatever becomes of the gold set."""
        self._make_room()
        now = datetime.now(UTC)
        run_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        made_at = now.isoformat(timespec="milliseconds")  # orders two within a second
        run = Run(run_id, measurement.gold, measurement.model, made_at, len(measurement.questions))
        try:
            (self._folder / run_id).mkdir(parents=True)
            write_gold(self._folder / run_id / "gold.jsonl", measurement.questions)
        except OSError as error:
            raise EvaluationError(advice(error, self._folder)) from error
        self.save(run)
        return run

    def save(self, run: Run) -> None:
        try:
            write_whole(self._folder / run.id / "about.json", json.dumps(asdict(run), ensure_ascii=False))
        except OSError as error:
            raise EvaluationError(advice(error, self._folder)) from error

    def resumed(self, run: Run) -> Run:
        """The same, running again."""
        again = replace(run, state="running", problem="")
        self.save(again)
        return again

    def questions(self, run_id: str) -> list[Gold]:
        return read_gold(self.folder(run_id) / "gold.jsonl")

    def end(self, run: Run, measurement: Measurement, rows: "Sequence[Row]", state: State, problem: str = "") -> Run:
        """Write the report of what was measured, and note how it ended."""
        from qa.evaluation.report import write

        ended = replace(run, state=state, problem=problem, asked=len(rows))
        if rows:
            report = measurement.report(rows)
            write(report, self.folder(run.id))
            shown = _of_report(run.id, report)
            ended = replace(ended, outcomes=shown.outcomes, measures=shown.measures)
        self.save(ended)
        return ended

    def recover(self, run_id: str) -> None:
        """What a server that was killed left running was cut short."""
        run, folder = self.get(run_id), self.folder(run_id)
        if run.state == "running":
            self.end(run, Measurement(run.gold, self.questions(run_id), run.model), rows_of(folder), "stopped")

    def report(self, run_id: str) -> dict[str, Any]:
        """Its run.json, whole; raises EvaluationNotFound where nothing was measured yet."""
        path = self.folder(run_id) / "run.json"
        if not path.is_file():
            raise EvaluationNotFound(f"report of evaluation {run_id!r} yet")
        report = _read(path)
        if not isinstance(report.get("questions", []), list):
            raise EvaluationError(f"{path} cannot be read; run `evaluate --out` again")
        return report

    def compare(self, now: str, before: str) -> dict[str, Any]:
        """What changed from one to another; raises GoldError where they share no question."""
        from qa.evaluation.compare import compare

        rows, earlier = (self.report(run_id).get("questions", []) for run_id in (now, before))
        try:
            return compare(rows, earlier, before)
        except (KeyError, TypeError, AttributeError) as error:
            raise EvaluationError("one of these reports was written by another program; measure again") from error

    def remove(self, run_id: str) -> None:
        if run_id == COMMAND:
            raise EvaluationError(f"the command wrote this report; delete {self._of_command} to remove it")
        try:
            shutil.rmtree(self.folder(run_id))
        except OSError as error:
            raise EvaluationError(advice(error, self._folder)) from error

    def _make_room(self) -> None:
        """The oldest go where there are too many; what is running stays."""
        kept = [run for run in self.all() if run.id != COMMAND and run.state != "running"]
        for run in kept[MOST_RUNS - 1 :]:
            self.remove(run.id)


def main_measures(report: Mapping[str, Any]) -> list[Measure]:
    """Those of MAIN that a report has."""
    from qa.evaluation.summary import figures

    known = {f"{figure.group}.{figure.name}": figure for figure in figures(report)}
    shown = [(name, known[name]) for name in MAIN if name in known]
    return [Measure(name, figure.value, figure.interval) for name, figure in shown if figure.value is not None]


def _of_report(run_id: str, report: Mapping[str, Any]) -> Run:
    try:
        rows = report.get("questions", [])
        cut = report.get("cut_short", {})
        return Run(
            run_id,
            str(report["gold"]),
            report.get("model"),
            str(report["made_at"]),
            int(cut.get("of", len(rows))),
            len(rows),
            "stopped" if cut else "done",
            outcomes=counts(rows),
            measures=main_measures(report),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise EvaluationError("the report cannot be read; run `evaluate --out` again") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path} cannot be read; remove its folder, or measure again") from error
    if not isinstance(value, dict):
        raise EvaluationError(f"{path} cannot be read; remove its folder, or measure again")
    return value
