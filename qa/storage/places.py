"""Where a library or the conversations are kept: in a file of SQLite, or on a PostgreSQL server."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """A PostgreSQL database by its address, which may hold a password, and the folder of this machine's own files."""

    url: str = field(repr=False)
    folder: Path


Place = Path | Server


def is_made(place: Place) -> bool:
    """Whether there may be anything at a place: a file that is missing is made by what opens it first."""
    return isinstance(place, Server) or place.exists()
