"""The gold sets that the page keeps: files of questions in a folder, each known by its name."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import EvaluationError, EvaluationNotFound, GoldError
from qa.evaluation.gold import Gold, Problem, TextOf, check_text, read_gold, write_gold
from qa.storage.disk import advice

MOST_SETS = 50
MOST_QUESTIONS = 5_000
MOST_PROBLEMS = 50  # that are told of one file
LONGEST_NAME = 60
NAME = re.compile(rf"[\w][\w.-]{{0,{LONGEST_NAME - 1}}}", re.ASCII)
END = ".jsonl"


@dataclass(frozen=True)
class GoldSet:
    """A file of questions; `kept_at` is ISO 8601, UTC."""

    id: str
    questions: int
    kept_at: str


@dataclass(frozen=True)
class Taken:
    """What became of a file: nothing of it is kept where a problem is serious. Of many problems the first are told."""

    gold: GoldSet | None
    problems: Sequence[Problem]


class GoldSets:
    """Every method raises EvaluationError where the folder cannot be used, EvaluationNotFound for an unknown id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[GoldSet]:
        """The latest first."""
        found = [_described(path) for path in self._folder.glob(f"*{END}")]
        return sorted(found, key=lambda gold: (gold.kept_at, gold.id), reverse=True)

    def path(self, gold_id: str) -> Path:
        path = self._folder / f"{gold_id}{END}"
        if not NAME.fullmatch(gold_id) or not path.is_file():
            raise EvaluationNotFound(f"gold set {gold_id[:LONGEST_NAME]!r}")
        return path

    def read(self, gold_id: str) -> list[Gold]:
        return read_gold(self.path(gold_id))

    def take(self, name: str, content: bytes, text_of: TextOf) -> Taken:
        """Keep a file under a name made of its own, unless something in it is wrong; raises GoldError where it is no
        text, or holds no question or too many.
        """
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise GoldError(f"{name} is not UTF-8 text; save it as UTF-8 and send it again") from error
        questions, problems = check_text(text, text_of)
        if not questions and not problems:
            raise GoldError(f"{name} holds no questions; each line is a JSON object, as in the sample")
        if len(questions) > MOST_QUESTIONS:
            raise GoldError(f"{name} holds more than {MOST_QUESTIONS:,} questions; divide it")
        serious = [problem for problem in problems if problem.is_serious]
        told = (serious or problems)[:MOST_PROBLEMS]
        return Taken(None if serious else self.keep(Path(name).stem, questions), told)

    def keep(self, name: str, questions: Iterable[Gold]) -> GoldSet:
        """A new set under this name, or one like it."""
        path = self.free(name)
        self.write(path, questions)
        return _described(path)

    def free(self, name: str) -> Path:
        """Where a new set of that name, or one like it, can be written."""
        plain = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-._")[: LONGEST_NAME - 4] or "questions"
        sets = self.all()
        if len(sets) >= MOST_SETS:
            raise EvaluationError(f"{MOST_SETS} gold sets are kept already; remove one first")
        taken = {gold.id for gold in sets}
        names = (plain if n == 1 else f"{plain}-{n}" for n in range(1, MOST_SETS + 2))
        return self._folder / f"{next(one for one in names if one not in taken)}{END}"

    def write(self, path: Path, questions: Iterable[Gold]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_gold(path, questions)
        except OSError as error:
            raise EvaluationError(advice(error, self._folder)) from error

    def remove(self, gold_id: str) -> None:
        path = self.path(gold_id)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise EvaluationError(advice(error, self._folder)) from error


def _described(path: Path) -> GoldSet:
    with path.open("rb") as file:
        count = sum(1 for line in file if line.strip())
    day = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return GoldSet(path.stem, count, day.isoformat(timespec="seconds"))
