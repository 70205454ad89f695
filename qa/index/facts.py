"""What the collection knows of an entry beside its vector, so that Chroma filters by itself; as `Filters` over it."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from qa.library import StoredPassage
from qa.types import Filters

LAYOUT = 2  # of these facts; a collection of another layout is rebuilt
AT_ONCE = 30_000  # ids; SQLite takes 32,766 variables in one statement
_DAY = re.compile(r"\d{4}(?:-\d\d){0,2}")


def facts_of(passage: StoredPassage) -> dict[str, str | int]:
    """The article, and its source and day as far as it names them."""
    facts: dict[str, str | int] = {"article_id": passage.article_id}
    if passage.source:
        facts["source"] = passage.source.casefold()
    if day := _DAY.match(passage.published_at or ""):
        facts["day"] = _number(day[0])
    return facts


def conditions(filters: Filters | None, tagged: Sequence[str]) -> Iterator[dict[str, Any] | None]:
    """The same articles as the library's full text is kept to; one without a date is in no range of dates.

    The collection knows no tags: those of a filter come as the ids of the articles that are `tagged`, of which one
    condition takes only so many.
    """
    if not filters or not filters.tag:
        yield _all_of(_wanted(filters))
        return
    for start in range(0, len(tagged), AT_ONCE):
        yield _all_of([*_wanted(filters), {"article_id": {"$in": list(tagged[start : start + AT_ONCE])}}])


def _wanted(filters: Filters | None) -> list[dict[str, Any]]:
    wanted: list[dict[str, Any]] = []
    if filters and filters.since:
        wanted.append({"day": {"$gte": _number(filters.since)}})
    if filters and filters.until:
        wanted.append({"day": {"$lte": _number(filters.until)}})
    if filters and filters.source:
        wanted.append({"source": filters.source.casefold()})
    if filters and filters.article_id:
        wanted.append({"article_id": filters.article_id})
    return wanted


def _all_of(wanted: list[dict[str, Any]]) -> dict[str, Any] | None:
    return {"$and": wanted} if len(wanted) > 1 else next(iter(wanted), None)


def _number(day: str) -> int:
    """2025-03-01 as 20250301, which Chroma can compare; a year or a month comes before all of its days."""
    return int(day[:10].replace("-", "").ljust(8, "0"))
