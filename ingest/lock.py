"""One writer: runs that fill the library follow one another, and so do looks at what is followed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from qa.library import Library

BUSY = "another run is filling the library; this one waits for it to end"
LOOKING = "what is followed is being looked at already; this waits for it to end"


def lock_file(data_dir: Path) -> Path:
    """Held by whoever fills the library of a data directory."""
    return data_dir / "ingest.lock"


def is_held(data_dir: Path) -> bool:
    """Whether anybody, of this or another process, is filling the library of a data directory."""
    lock = FileLock(lock_file(data_dir))
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # a disk that takes nothing: nobody can
        return False


def writing(library: Library, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Hold the library for a run; waits for another to end, and says so. Raises LibraryError where the disk refuses."""
    return library.held("ingest", lambda: say(BUSY))


def looking(library: Library, wait: Callable[[], None]) -> AbstractContextManager[None]:
    """Hold what is followed for one look, as `writing` holds the library; `wait` is called where another one looks.

    What it raises ends the attempt.
    """
    return library.held("looking", wait)
