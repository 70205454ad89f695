"""The results of a run on disk as they come, so that a stopped run goes on where it was."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import GoldError
from qa.storage.disk import write_whole

if TYPE_CHECKING:
    from qa.evaluation.summary import Row

NAME = "results.jsonl"


def rows_of(folder: Path) -> "list[Row]":
    """What an unfinished run has measured, in the order in which it came."""
    return [json.loads(line) for line in _lines(folder)[1:-1]]


def head_of(folder: Path) -> dict[str, Any] | None:
    """What an unfinished run measures; None where there is none."""
    lines = _lines(folder)
    return dict(json.loads(lines[0])) if len(lines) > 1 else None


def _lines(folder: Path) -> list[str]:
    """What follows the last line end was cut off."""
    path = folder / NAME
    return path.read_text(encoding="utf-8").split("\n") if path.exists() else []


class Journal:
    """`results.jsonl` in a folder: what is measured on the first line, then a question a line; gone when finished."""

    def __init__(self, folder: Path, measured: dict[str, Any]) -> None:
        """Raises GoldError where the folder cannot be written, or holds an unfinished run of something else."""
        self._path = folder / NAME
        head = json.dumps(measured, sort_keys=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lines = _lines(folder)
            if len(lines) > 1 and lines[0] != head:
                raise GoldError(
                    f"{self._path} is an unfinished run of other questions, articles or settings;"
                    " choose another --out, or delete that file"
                )
            whole = lines[1:-1]
            self.rows: dict[str, Row] = {row["id"]: row for row in map(json.loads, whole)}
            write_whole(self._path, "".join(f"{line}\n" for line in (head, *whole)))
            self._file = self._path.open("a", encoding="utf-8")
        except OSError as error:
            raise GoldError(f"cannot write to {folder}: {error.strerror}") from error

    def keep(self, row: "Row") -> None:
        """On disk before the next question is asked."""
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()
        self.rows[row["id"]] = row

    def finish(self) -> None:
        """The run stands elsewhere now."""
        self.close()
        self.remove()

    def close(self) -> None:
        """What is kept lets the run go on."""
        self._file.close()

    def remove(self) -> None:
        self._path.unlink()
