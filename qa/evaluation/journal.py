"""The results of a run on disk as they come, so that a stopped run goes on where it was."""

import json
from pathlib import Path
from typing import Any

from qa.errors import GoldError
from qa.evaluation.summary import Row
from qa.storage.disk import write_whole


class Journal:
    """`results.jsonl` in a folder: what is measured on the first line, then a question a line; gone when finished."""

    def __init__(self, folder: Path, measured: dict[str, Any]) -> None:
        """Raises GoldError where the folder cannot be written, or holds an unfinished run of something else."""
        self._path = folder / "results.jsonl"
        head = json.dumps(measured, sort_keys=True)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lines = self._path.read_text(encoding="utf-8").split("\n") if self._path.exists() else []
            if len(lines) > 1 and lines[0] != head:
                raise GoldError(
                    f"{self._path} is an unfinished run of other questions, articles or settings;"
                    " choose another --out, or delete that file"
                )
            whole = lines[1:-1]  # what follows the last line end was cut off
            self.rows: dict[str, Row] = {row["id"]: row for row in map(json.loads, whole)}
            write_whole(self._path, "".join(f"{line}\n" for line in (head, *whole)))
            self._file = self._path.open("a", encoding="utf-8")
        except OSError as error:
            raise GoldError(f"cannot write to {folder}: {error.strerror}") from error

    def keep(self, row: Row) -> None:
        """On disk before the next question is asked."""
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()

    def finish(self) -> None:
        """The run stands elsewhere now."""
        self._file.close()
        self._path.unlink()
