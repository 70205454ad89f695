"""What a disk refuses, and what to do about it; small files written whole or not at all."""

import errno
import os
import tempfile
from pathlib import Path

FULL = (errno.ENOSPC, errno.EDQUOT)
CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)
PROBE_BYTES = 65_536  # more than SQLite needs beside a file to read it
DATA = "ARTICLE_QA_DATA_DIR"


def refused(error: OSError) -> bool:
    """Whether it was the disk that would take nothing: it is full, read-only or somebody else's."""
    return error.errno in FULL + CLOSED


def advice(error: OSError, folder: Path, setting: str = DATA) -> str:
    """What to do where a folder could not be written; `setting` names the variable that chooses another."""
    if error.errno in FULL:
        return f"the disk is full at {folder}; free some space and try again"
    return f"cannot write to {folder} ({error.strerror or error}); set {setting} to a folder you can write"


def obstacle(folder: Path) -> OSError | None:
    """What keeps a file from being written there, found by trying; None where nothing does."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
    except OSError as error:
        return error
    return None


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Put a text in the place of a file in one step; its `mode`, as far as the process's mask lets it."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
