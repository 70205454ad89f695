"""What was made from verified weights: its digests are written down as it is made, so that damage is noticed later."""

import json
import shutil
from pathlib import Path

from qa.models.digests import Mark, mark, sha256
from qa.storage.disk import write_whole


def is_intact(made: Path, source: str, *, thorough: bool = False) -> bool:
    """Whether a file or folder is as it was made from `source`, a name that changes with what it was made from.

    Hashes only files whose size or time has changed, unless `thorough`.
    """
    try:
        known = json.loads(_record(made).read_text())
        marks: dict[str, Mark] = known["files"]
        files = _files(made)
        return (
            known["source"] == source
            and marks.keys() == files.keys()
            and all(_as_marked(path, marks[name], thorough) for name, path in files.items())
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def put_in_place(unfinished: Path, made: Path, source: str) -> None:
    """Let what was just made take its place, with its digests beside it; half of it is never used."""
    _record(made).unlink(missing_ok=True)
    if made.is_dir():
        shutil.rmtree(made)
    unfinished.replace(made)
    marks = {name: mark(path, sha256(path)) for name, path in _files(made).items()}
    write_whole(_record(made), json.dumps({"source": source, "files": marks}, indent=1))


def how_often(made: Path) -> str:
    """What to add where it is said that something is made: whether for the first time, or because it is damaged."""
    return " again, for what is there is not as it was made" if made.exists() else ", once"


def _record(made: Path) -> Path:
    return made.with_name(f"{made.name}.made.json")


def _files(made: Path) -> dict[str, Path]:
    """Name -> path of the file itself, or of each in the folder."""
    if made.is_file():
        return {made.name: made}
    return {str(path.relative_to(made)): path for path in made.rglob("*") if path.is_file()}


def _as_marked(path: Path, known: Mark, thorough: bool) -> bool:
    digest = str(known[-1])
    return (not thorough and mark(path, digest) == known) or sha256(path) == digest
