"""Records of a file that holds many articles -> articles; a broken one costs only itself."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from ingest.load.found import Failure, Found
from ingest.load.raw import Raw
from ingest.load.records.names import Names
from qa.errors import LoadError

Record = Mapping[str, object] | LoadError  # or why it is none


def read_rows(
    raw: Raw, records: Iterable[tuple[int, Record]], notes: tuple[str, ...] = ()
) -> Iterator[Found | Failure]:
    """An article for each numbered record, with the notes on the file; the first tells which columns were taken."""
    names, told = Names(raw.columns), list[str]()
    for number, record in records:
        try:
            if isinstance(record, LoadError):
                raise record
            given, of_columns = names.read(record)
            told += of_columns
            yield replace(raw.row(number, given, notes), told=tuple(told))
            told.clear()
        except LoadError as error:
            yield Failure.of(f"{raw.item}:{number}", error)
