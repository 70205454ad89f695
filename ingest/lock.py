"""One writer: runs that fill the library follow one another."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from qa.library import Library


@contextmanager
def writing(library: Library, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the library for a run; waits for another to end, and says so."""
    lock = FileLock(library.path.parent / "ingest.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say("another run is filling the library; this one waits for it to end")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()
