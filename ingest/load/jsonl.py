"""JSON Lines: one article a line; a broken line costs only itself."""

import hashlib
import json
from collections.abc import Iterator

from ingest.load.found import Failure, Found, read_facts
from ingest.load.raw import Raw
from qa.errors import LoadError


def read_jsonl(raw: Raw) -> Iterator[Found | Failure]:
    """The articles of a file, line by line, so that no file is too large."""
    empty = True
    with raw.open() as file:
        for number, line in enumerate(file, 1):
            data = line.removeprefix(b"\xef\xbb\xbf").strip()
            if not data:
                continue
            empty = False
            item = f"{raw.item}:{number}"
            try:
                yield _read_line(raw, item, data)
            except LoadError as error:
                yield Failure.of(item, error)
    if empty:
        raise LoadError("is empty")


def count_lines(raw: Raw) -> int:
    with raw.open() as file:
        return sum(not line.isspace() for line in file)


def _read_line(raw: Raw, item: str, data: bytes) -> Found:
    try:
        record = json.loads(data.decode())
    except UnicodeDecodeError as error:
        raise LoadError("is not UTF-8") from error
    except json.JSONDecodeError as error:
        raise LoadError(f"is not valid JSON: {error.msg} (column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise LoadError("is not valid JSON") from error
    if not isinstance(record, dict):
        raise LoadError("is not a JSON object")
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise LoadError('has no "text"')
    facts, warnings = read_facts(record)
    key = facts.id or hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
    return Found(item, f"{raw.origin}#{key}", text, facts, None, warnings)
