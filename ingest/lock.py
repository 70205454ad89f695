"""One writer: runs that fill the library follow one another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import LibraryError
from qa.library import Library
from qa.storage.disk import advice


def lock_file(data_dir: Path) -> Path:
    """Held by whoever fills the library of a data directory."""
    return data_dir / "ingest.lock"


@contextmanager
def writing(library: Library, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the library for a run; waits for another to end, and says so. Raises LibraryError where the disk refuses."""
    lock = FileLock(lock_file(library.path.parent))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("another run is filling the library; this one waits for it to end")
        lock.acquire()
    except OSError as error:
        raise LibraryError(advice(error, library.path.parent)) from error
    try:
        yield
    finally:
        lock.release()
