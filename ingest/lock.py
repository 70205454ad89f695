"""One writer: runs that fill the library follow one another, and so do looks at what is followed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from qa.library import Library
from qa.library.schema import LIBRARY
from qa.storage.opening import opened
from qa.storage.places import Place

RUN = "ingest"

BUSY = "another run is filling the library; this one waits for it to end"
LOOKING = "what is followed is being looked at already; this waits for it to end"


def lock_file(data_dir: Path) -> Path:
    """Held by whoever fills the library in a data directory."""
    return data_dir / f"{RUN}.lock"


def is_filled(place: Place) -> Callable[[], bool]:
    """Tells whether anybody, of this or another process, is filling the library at a place."""
    return partial(opened(place, LIBRARY).is_held, RUN)


def writing(library: Library, say: Callable[[str], None]) -> AbstractContextManager[None]:
    """Hold the library for a run; waits for another to end, and says so. Raises LibraryError where the disk refuses."""
    return library.held(RUN, lambda: say(BUSY))


def looking(library: Library, wait: Callable[[], None]) -> AbstractContextManager[None]:
    """Hold what is followed for one look, as `writing` holds the library; `wait` is called where another one looks.

    What it raises ends the attempt.
    """
    return library.held("looking", wait)
