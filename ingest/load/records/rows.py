"""Records of a file that holds many articles -> articles; a broken one costs only itself."""

from collections.abc import Iterable, Iterator, Mapping

from ingest.load.found import Failure, Found
from ingest.load.raw import Raw
from ingest.load.records.names import Names
from qa.errors import LoadError

Record = Mapping[str, object] | LoadError  # or why it is none


def read_rows(
    raw: Raw, records: Iterable[tuple[int, Record]], notes: tuple[str, ...] = ()
) -> Iterator[Found | Failure]:
    """An article for each numbered record; the first one carries the notes on the file."""
    names = Names(raw.columns)
    for number, record in records:
        try:
            if isinstance(record, LoadError):
                raise record
            given, told = names.read(record)
            notes += told
            yield raw.row(number, given, notes)
            notes = ()
        except LoadError as error:
            yield Failure.of(f"{raw.item}:{number}", error)
