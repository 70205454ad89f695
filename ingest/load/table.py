"""CSV: one article a row, its columns named as in JSON Lines; a broken row costs only itself."""

import csv
from collections import deque
from collections.abc import Iterator

from ingest.load.decode import encoding_of
from ingest.load.found import Facts, Failure, Found
from ingest.load.lines import is_broken, read_lines
from ingest.load.raw import LARGEST, Raw, too_large
from qa.errors import LoadError

_DELIMITERS = ",;\t|"
_COLUMNS = ("text", *Facts.__dataclass_fields__)

csv.field_size_limit(LARGEST)


def read_csv(raw: Raw) -> Iterator[Found | Failure]:
    rows = _rows(raw)
    _, header = next(rows)
    if isinstance(header, LoadError):
        raise header
    columns = _names(header)
    for number, row in rows:
        try:
            yield raw.row(number, _record(columns, row))
        except LoadError as error:
            yield Failure.of(f"{raw.item}:{number}", error)


def count_rows(raw: Raw) -> int:
    return sum(1 for _ in _rows(raw)) - 1


def delimiter_of(header: str, known: int) -> str | None:
    """What stands between the columns, where the line names `text` and in all so many columns of articles."""
    for delimiter in _DELIMITERS:
        try:
            names = _names(next(csv.reader([header], delimiter=delimiter)))
        except csv.Error:  # no row at all: a line end within the line, as noise has it
            return None
        if "text" in names and len(set(names) & set(_COLUMNS)) >= known:
            return delimiter
    return None


def _names(header: list[str]) -> list[str]:
    return [name.strip("\ufeff \t").lower() for name in header]


def _record(columns: list[str], row: list[str] | LoadError) -> dict[str, str | None]:
    if isinstance(row, LoadError):
        raise row
    if any(cell.strip() for cell in row[len(columns) :]):
        raise LoadError(f"has {len(row)} cells for {len(columns)} columns; put quotes around text with the delimiter")
    if any(map(is_broken, row)):
        raise LoadError("is not in the encoding of the rows above")
    return {name: cell.strip() or None for name, cell in zip(columns, row, strict=False)}


def _rows(raw: Raw) -> Iterator[tuple[int, list[str] | LoadError]]:
    """Rows that are not blank, each with the number of its first line; the first is the header.

    After a broken row it goes on with the line that follows its first, lest an open quote swallow the rest.
    """
    encoding = encoding_of(head := raw.head(), raw.charset) or "utf-8"
    header = head.decode(encoding, "replace").lstrip("\ufeff\r\n").splitlines()[0]
    delimiter = delimiter_of(header, known=1)
    if delimiter is None:
        raise LoadError(f'has no "text" column; its first line must name the columns: {", ".join(_COLUMNS)}')
    source = _Lines(read_lines(raw, encoding, ""))
    number = 1
    while True:
        row: list[str] | LoadError
        source.taken.clear()
        try:
            row = next(csv.reader(source, delimiter=delimiter, strict=True))
        except StopIteration:
            return
        except csv.Error as error:
            row = LoadError(f"is not a valid row: {error}")
            source.back_to_second()
        except LoadError as error:
            row = error
        if isinstance(row, LoadError) or any(row):
            yield number, row
        number += len(source.taken)


class _Lines:
    """The lines of a file, of which those taken last can be given back."""

    def __init__(self, lines: Iterator[str | None]) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line or "")
        if line is None:
            raise too_large()
        return line

    def back_to_second(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]
