"""ZIP files that hold many articles: opened where they are, each part unpacked by itself and within limits."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.load.raw import LARGEST, Raw, too_large
from qa.errors import LoadError

MOST_ENTRIES = 200_000
MOST_RATIO = 100  # as text and XML shrink to a twentieth or so
ANY_RATIO_UP_TO = 20_000_000
BOMB = "unpacks to far more than articles do; it may be a zip bomb and is not opened"


@contextmanager
def opened(raw: Raw) -> Iterator[zipfile.ZipFile]:
    """The file, before anything of it is unpacked; raises LoadError where it is damaged or may be a bomb."""
    with raw.open() as file:
        size = file.seek(0, io.SEEK_END)
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise LoadError("is damaged and cannot be read as a ZIP file; export it again") from error
        with archive:
            parts = archive.infolist()
            if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > most(size):
                raise LoadError(BOMB)
            yield archive


def names_in(raw: Raw) -> list[str]:
    """What it holds; nothing where it is damaged."""
    try:
        with raw.open() as file, zipfile.ZipFile(file) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return []


def unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part; raises KeyError where there is none of the name, LoadError where it is too large or damaged."""
    try:
        with archive.open(name) as part:
            data = part.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise LoadError(f"holds {name!r} damaged or locked; export it again") from error
    if len(data) > LARGEST:
        raise too_large(f"holds {name!r}, which ")
    return data


def most(packed: int) -> int:
    """Bytes to which so many may unpack."""
    return max(ANY_RATIO_UP_TO, MOST_RATIO * packed)
