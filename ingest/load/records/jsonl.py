"""JSON Lines: one article a line; a broken line costs only itself."""

import json
from collections.abc import Iterator
from itertools import chain

from ingest.load.decode import wide_encoding_of
from ingest.load.found import Failure, Found
from ingest.load.raw import Raw, too_large
from ingest.load.records.lines import is_broken, read_lines
from ingest.load.records.rows import Record, read_rows
from qa.errors import LoadError


def read_jsonl(raw: Raw) -> Iterator[Found | Failure]:
    records = ((number, _record(line)) for number, line in _lines(raw))
    if (first := next(records, None)) is None:
        raise LoadError("is empty")
    yield from read_rows(raw, chain([first], records))


def jsonl_columns(raw: Raw) -> list[str]:
    """The names in its first line."""
    record = next((_record(line) for _, line in _lines(raw)), {})
    return [] if isinstance(record, LoadError) else list(record)


def count_lines(raw: Raw) -> int:
    return sum(1 for _ in _lines(raw))


def _lines(raw: Raw) -> Iterator[tuple[int, str | None]]:
    """The lines that are not blank, with their numbers. JSON is UTF-8, but some programs write UTF-16."""
    encoding = wide_encoding_of(raw.head()) or ""
    for number, line in enumerate(read_lines(raw, encoding if encoding.startswith("utf-16") else "utf-8-sig", "\n"), 1):
        if line is None or not line.isspace():
            yield number, line


def _record(line: str | None) -> Record:
    if line is None:
        return too_large()
    if is_broken(line):
        return LoadError("is not UTF-8")
    try:
        record = json.loads(line.strip())
    except json.JSONDecodeError as error:
        return LoadError(f"is not valid JSON: {error.msg} (column {error.colno})")
    except (ValueError, RecursionError):
        return LoadError("is not valid JSON")
    return record if isinstance(record, dict) else LoadError("is not a JSON object")
