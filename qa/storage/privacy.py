"""What is kept is for its owner alone: files get mode 0600 and folders 0700, also those of older versions."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

OTHERS = 0o077
# Names that nobody else gives, and names that may be ours.
OURS = frozenset(
    f"{name}.sqlite3{end}" for name in ("library", "conversations", "sessions") for end in ("", "-wal", "-shm")
) | {
    "index",
    "index.lock",
    "index.pid",
    "ingest.lock",
    "looking.lock",
    "lookout.lock",
    "questions.lock",
    "evaluation.lock",
    "server.json",
    "server.lock",
    "servers",
    "settings.json",
    "article-qa-temporary",
    "before-restore",
}
PERHAPS_OURS = frozenset({"evaluations", "report", "users", "index.new", "index.old"})

_users_mask = OTHERS


def keep_private() -> None:
    """From now on, whatever this process and its children make is for its owner alone."""
    global _users_mask
    _users_mask &= os.umask(OTHERS)  # called again, it finds its own mask, which tells nothing


def share(paths: Iterable[Path]) -> None:
    """Let others read these after all, as far as the user's own mask does: models are public, and many may use them."""
    for path in paths:
        most = 0o777 if path.is_dir() else 0o666
        _set_mode(path, stat.S_IMODE(path.stat().st_mode) | most & ~_users_mask)


def private_folder(folder: Path) -> None:
    """Make a folder for our data, or close one that stands open to others, with all that is in it.

    Where it holds other things, too, it is the user's own: its mode stays, and only what is surely ours is closed.
    One that is closed already is not looked into. Raises OSError where it cannot be made.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)
    if not folder.stat().st_mode & OTHERS:
        return
    with suppress(OSError):  # a folder that only others may list: they decide who reads it
        inside = {path.name for path in folder.iterdir()}
        is_ours = inside <= OURS | PERHAPS_OURS
        for name in inside if is_ours else inside & OURS:
            _close(folder / name)
        if is_ours:
            _set_mode(folder, 0o700)


def _close(path: Path) -> None:
    if path.is_symlink():
        return
    if path.is_dir():
        for inner in path.iterdir():
            _close(inner)
    _set_mode(path, 0o700 if path.is_dir() else 0o600)


def _set_mode(path: Path, mode: int) -> None:
    """Left as it is where the file is another user's, where it has just gone, or where the disk cannot be written."""
    with suppress(OSError):
        path.chmod(mode)
