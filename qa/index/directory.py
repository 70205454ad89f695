"""The directory of an embedded Chroma: held by one process, marked when left in order, replaced as a whole."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.errors import IndexLocked, IndexUnwritable
from qa.settings import Settings
from qa.storage.disk import advice, obstacle
from qa.storage.privacy import private_folder

LOCK_SECONDS = 2.0  # a command that is just ending gives way
MARK = "settled.json"


class IndexDirectory:
    """Its mark tells the files as they were left; without it, or where it is no longer true, they may be damaged."""

    def __init__(self, path: Path, lock: Any = None) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def hold(cls, settings: Settings) -> "IndexDirectory":
        """Chroma loses data when two processes open one directory, so the second one is turned away: IndexLocked.

        Raises IndexUnwritable where the disk takes nothing, before anything is touched.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(settings.data_dir / "index.lock")
        holder = settings.data_dir / "index.pid"
        try:
            private_folder(settings.data_dir)
            if refusal := obstacle(settings.data_dir):
                raise refusal
            lock.acquire(timeout=LOCK_SECONDS)
            holder.write_text(str(os.getpid()))
        except Timeout:
            pid = holder.read_text() if holder.exists() else "?"
            raise IndexLocked(
                f"another article-qa process (pid {pid}) uses {settings.data_dir}; stop it and try again"
            ) from None
        except OSError as error:
            lock.release()
            raise IndexUnwritable(advice(error, settings.data_dir)) from error
        directory = cls(settings.index_dir, lock)
        directory._remove_leftovers()
        return directory

    def release(self) -> None:
        """Let another process have it."""
        if self._lock is not None:
            self._lock.release()

    @property
    def settled(self) -> bool:
        """Whether every file is as it was left; looks at sizes and times only."""
        try:
            return bool(json.loads((self.path / MARK).read_text()) == self._files())
        except (OSError, ValueError):
            return False

    def settle(self) -> None:
        """Mark that all is written."""
        unfinished = self.path / f".{MARK}"
        unfinished.write_text(json.dumps(self._files()))
        unfinished.replace(self.path / MARK)

    def unsettle(self) -> None:
        """To be said before anything is written."""
        (self.path / MARK).unlink(missing_ok=True)

    @contextmanager
    def replacement(self) -> Iterator["IndexDirectory"]:
        """A new directory to fill, which takes this one's place at the end and nothing before."""
        new, old = self._beside("new"), self._beside("old")
        yield IndexDirectory(new)
        if self.path.exists():
            self.path.rename(old)
        new.rename(self.path)
        self._remove_leftovers()

    def _files(self) -> dict[str, list[int]]:
        """Size and time of every file but the mark."""
        files = sorted(path for path in self.path.rglob("*") if path.is_file() and not path.name.endswith(MARK))
        facts = ((path, path.stat()) for path in files)
        return {str(path.relative_to(self.path)): [fact.st_size, fact.st_mtime_ns] for path, fact in facts}

    def _remove_leftovers(self) -> None:
        """Of a replacement, interrupted ones included."""
        for name in ("new", "old"):
            shutil.rmtree(self._beside(name), ignore_errors=True)

    def _beside(self, name: str) -> Path:
        return self.path.with_name(f"{self.path.name}.{name}")
