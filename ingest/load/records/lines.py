"""Files that hold many articles, line by line, so that none is too large."""

import io
import re
from collections.abc import Iterator

from ingest.load.raw import LARGEST, Raw

_UNDECODED = re.compile("[\udc80-\udcff]")


def read_lines(raw: Raw, encoding: str, newline: str) -> Iterator[str | None]:
    """Each line with its end, without NULs; None in place of one that is larger than an article may be."""
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"  # which the wide ones lack
    with io.TextIOWrapper(raw.open(), encoding, errors=errors, newline=newline) as file:
        while line := file.readline(LARGEST + 1):
            if len(line) <= LARGEST:
                yield line.replace("\0", "")
                continue
            while line and not line.endswith("\n"):
                line = file.readline(LARGEST)
            yield None


def is_broken(line: str) -> bool:
    """Whether it has bytes that are no text in the encoding of the file."""
    return _UNDECODED.search(line) is not None
