"""JSON Lines: one article a line; a broken line costs only itself."""

import json
from collections.abc import Iterator
from typing import Any

from ingest.load.decode import encoding_of
from ingest.load.found import Failure, Found
from ingest.load.lines import is_broken, read_lines
from ingest.load.raw import Raw, too_large
from qa.errors import LoadError


def read_jsonl(raw: Raw) -> Iterator[Found | Failure]:
    empty = True
    for number, line in _lines(raw):
        empty = False
        try:
            yield raw.row(number, _record(line))
        except LoadError as error:
            yield Failure.of(f"{raw.item}:{number}", error)
    if empty:
        raise LoadError("is empty")


def count_lines(raw: Raw) -> int:
    return sum(1 for _ in _lines(raw))


def _lines(raw: Raw) -> Iterator[tuple[int, str | None]]:
    """The lines that are not blank, with their numbers. JSON is UTF-8, but some programs write UTF-16."""
    encoding = encoding_of(raw.head()) or ""
    for number, line in enumerate(read_lines(raw, encoding if encoding.startswith("utf-16") else "utf-8-sig", "\n"), 1):
        if line is None or not line.isspace():
            yield number, line


def _record(line: str | None) -> dict[str, Any]:
    if line is None:
        raise too_large()
    if is_broken(line):
        raise LoadError("is not UTF-8")
    try:
        record = json.loads(line.strip())
    except json.JSONDecodeError as error:
        raise LoadError(f"is not valid JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise LoadError("is not valid JSON") from error
    if not isinstance(record, dict):
        raise LoadError("is not a JSON object")
    return record
