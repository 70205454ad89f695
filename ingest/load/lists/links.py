"""CSV of read-later services: a row is an address to fetch, or one of the highlights of a text."""

import csv
import io
from collections.abc import Iterator

from ingest.clean import clean_line
from ingest.load.decode import decode
from ingest.load.found import Facts, Failure, Found
from ingest.load.lists.entries import Entry
from ingest.load.lists.exports import entries, entry
from ingest.load.raw import Raw
from ingest.load.records.csv_file import delimiter_of
from ingest.load.records.names import Asked
from qa.errors import LoadError

_DELIMITERS = ",;\t"
_ABOUT = ("excerpt", "selection", "description", "highlights")  # columns with some words of the page
_HIGHLIGHTS = {"highlight", "book title"}

Row = dict[str, str]


def kind_of_header(line: str, asked: Asked) -> str | None:
    """Whether a first line names the columns of `links`, which have no text, or of `highlights`; None for neither."""
    names = set(_names(line))
    if names >= _HIGHLIGHTS:
        return "highlights"
    return "links" if "url" in names and len(names) > 1 and not delimiter_of(line, known=1, asked=asked) else None


def read_links(raw: Raw) -> Iterator[Entry | Failure]:
    """Pocket, Raindrop, Instapaper, Readwise Reader and what else has a column `url` and none of texts."""
    yield from entries(raw, _rows(raw), _link)


def read_highlights(raw: Raw) -> Iterator[Found]:
    """Readwise: what was highlighted in one text is an article; what the reader noted on it is not."""
    works: dict[tuple[str, str], list[Row]] = {}
    for _, row in _rows(raw):
        works.setdefault((row["book title"], row.get("book author", "")), []).append(row)
    for number, ((title, author), rows) in enumerate(works.items(), 1):
        item, origin = raw.part(number, f"{title}\n{author}")
        facts = Facts(title=clean_line(title) or None, author=clean_line(author) or None)
        notes = ("your own notes on the highlights are left out",) if any(row.get("note") for row in rows) else ()
        yield Found(item, origin, "\n\n".join(row["highlight"] for row in rows), facts, facts.title, notes)
    if not works:
        raise LoadError("holds no highlights")


def count_links(raw: Raw) -> int:
    return sum(1 for _ in _rows(raw))


def count_works(raw: Raw) -> int:
    return sum(1 for _ in read_highlights(raw))


def _link(row: Row) -> Entry:
    return entry(row["url"], row.get("title"), next((row[name] for name in _ABOUT if row.get(name)), ""))


def _rows(raw: Raw) -> Iterator[tuple[int, Row]]:
    """Rows that are not blank, by column, each with the number of its last line."""
    text = decode(raw.data(), raw.charset).lstrip("\ufeff\r\n")
    head = text.partition("\n")[0]
    columns, rows = _names(head), csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(head))
    try:
        next(rows)
        for row in rows:
            if any(row):
                yield rows.line_num, dict.fromkeys(columns, "") | dict(zip(columns, row, strict=False))
    except csv.Error as error:
        raise LoadError(f"is not valid CSV: {error}; export it again") from error


def _names(line: str) -> list[str]:
    try:
        names = next(csv.reader([line.strip("\ufeff\r\n")], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []
    return [name.strip().lower() for name in names]


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)
