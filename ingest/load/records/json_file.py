"""JSON: one article, a list of articles, or an object that holds one such list."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ingest.load.decode import decode_noting
from ingest.load.found import Failure, Found
from ingest.load.raw import Raw
from ingest.load.records.names import Names, listed, missing
from ingest.load.records.rows import Record, read_rows
from qa.errors import LoadError

_DEEPEST = 4  # objects around the list, as APIs answer: {"response": {"results": […]}}


def read_json(raw: Raw) -> Iterator[Found | Failure]:
    data, notes = _parsed(raw)
    names = Names(raw.columns)
    if isinstance(data, dict) and _has_text(data, names):
        if absent := missing(list(data), raw.columns):
            raise LoadError(absent)
        given, told = names.read(data)
        yield replace(raw.found(str(given["text"]), given, notes), told=told)
        return
    articles = _articles(data, names)
    records: list[tuple[int, Record]] = [
        (number, each if isinstance(each, dict) else LoadError("is not a JSON object"))
        for number, each in enumerate(articles, 1)
    ]
    yield from read_rows(raw, records, notes)


def json_columns(raw: Raw) -> list[str]:
    """The names of its article, or of the first one."""
    data, _ = _parsed(raw)
    lists = [found for found in _lists(data) if isinstance(found[0], dict)]
    return list(lists[0][0] if lists else data)


def _parsed(raw: Raw) -> tuple[Any, tuple[str, ...]]:
    text, notes = decode_noting(raw.data(), raw.charset)
    try:
        return json.loads(text.lstrip("\ufeff")), notes
    except json.JSONDecodeError as error:
        raise LoadError(f"is not valid JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise LoadError("is not read: its JSON is nested too deeply") from error
    except ValueError as error:
        raise LoadError("is not valid JSON") from error


def _articles(data: Any, names: Names) -> list[Any]:
    """The one list whose objects have a text."""
    lists = [
        found for found in _lists(data) if any(isinstance(each, dict) and _has_text(each, names) for each in found)
    ]
    if len(lists) == 1:
        return lists[0]
    if lists:
        raise LoadError("holds several lists of articles; save each as a file of its own")
    raise LoadError(
        f'holds no article: neither an object with "text" nor a list of such objects{_named(data)};'
        ' name the one that holds the text "text", or add it with --map text=NAME'
    )


def _lists(data: Any, depth: int = 0) -> list[list[Any]]:
    """The lists that are not empty in an object and the objects within it, or the list itself."""
    if isinstance(data, list):
        return [data] if data else []
    if not isinstance(data, dict) or depth > _DEEPEST:
        return []
    return [found for part in data.values() for found in _lists(part, depth + 1)]


def _has_text(record: dict[str, Any], names: Names) -> bool:
    text = names.facts(record).get("text")
    return isinstance(text, str) and bool(text.strip())


def _named(data: Any) -> str:
    first = data[0] if isinstance(data, list) and data else data
    return f" (its names are {listed(list(first))})" if isinstance(first, dict) and first else ""
