"""CSV: one article a row; a broken row costs only itself."""

import csv
from collections import deque
from collections.abc import Iterator

from ingest.load.decode import Encoding, encoding_of
from ingest.load.found import Failure, Found
from ingest.load.raw import LARGEST, Raw, too_large
from ingest.load.records.lines import is_broken, read_lines
from ingest.load.records.names import Asked, columns, listed, missing
from ingest.load.records.rows import Record, read_rows
from qa.errors import LoadError

_DELIMITERS = ",;\t|"

csv.field_size_limit(LARGEST)


def read_csv(raw: Raw) -> Iterator[Found | Failure]:
    encoding = _encoding(raw)
    rows = _rows(raw, encoding.name)
    _, header = next(rows)
    if isinstance(header, LoadError):
        raise header
    names = _names(header)
    if absent := missing(names, raw.columns):
        raise LoadError(absent)
    yield from read_rows(raw, ((number, _record(names, row)) for number, row in rows), encoding.notes)


def csv_columns(raw: Raw) -> list[str]:
    """The names in its header."""
    header = _header(raw, _encoding(raw).name)
    delimiter = delimiter_of(header, known=1, asked=raw.columns)
    return _cells(header, delimiter) if delimiter else _most_cells(header)


def count_rows(raw: Raw) -> int:
    return sum(1 for _ in _rows(raw, _encoding(raw).name)) - 1


def delimiter_of(header: str, known: int, asked: Asked | None = None) -> str | None:
    """What stands between the columns, where the line names the text and in all so many facts of articles."""
    for delimiter in _DELIMITERS:
        facts = columns(tuple(_cells(header, delimiter)), tuple((asked or {}).items()))
        if "text" in facts and len(facts) >= known:
            return delimiter
    return None


def _cells(header: str, delimiter: str) -> list[str]:
    try:
        return _names(next(csv.reader([header], delimiter=delimiter)))
    except csv.Error:  # no row at all: a line end within the line, as noise has it
        return []


def _names(header: list[str]) -> list[str]:
    return [name.strip("\ufeff \t") for name in header]


def _record(names: list[str], row: list[str] | LoadError) -> Record:
    if isinstance(row, LoadError):
        return row
    if any(cell.strip() for cell in row[len(names) :]):
        return LoadError(f"has {len(row)} cells for {len(names)} columns; put quotes around text with the delimiter")
    if any(map(is_broken, row)):
        return LoadError("is not in the encoding of the rows above")
    return {name: cell.strip() or None for name, cell in zip(names, row, strict=False)}


def _header(raw: Raw, encoding: str) -> str:
    return raw.head().decode(encoding, "replace").lstrip("\ufeff\r\n").splitlines()[0]


def _most_cells(header: str) -> list[str]:
    return max((_cells(header, delimiter) for delimiter in _DELIMITERS), key=len)


def _encoding(raw: Raw) -> Encoding:
    return encoding_of(raw.telling_sample(), raw.charset) or Encoding("utf-8")


def _rows(raw: Raw, encoding: str) -> Iterator[tuple[int, list[str] | LoadError]]:
    """Rows that are not blank, each with the number of its first line; the first is the header.

    After a broken row it goes on with the line that follows its first, lest an open quote swallow the rest.
    """
    header = _header(raw, encoding)
    delimiter = delimiter_of(header, known=1, asked=raw.columns)
    if delimiter is None:
        names = _most_cells(header)
        raise LoadError(
            missing(names, raw.columns)
            or f'has no "text" column; its columns are {listed(names)}; name the one that holds the text "text",'
            " or add it with --map text=COLUMN"
        )
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
