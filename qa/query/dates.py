"""The time words of a question: which articles they restrict it to, and which they favour.

A date in a question is far more often about what happened than about when it was written of. So only words that
clearly speak of publication restrict; every other date, and words such as "latest", are a preference in the ranking.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.language.periods import POINT, RELATIVE, earlier, later, span, whole_day
from qa.types import Citation, Filters, Preference

OLD = timedelta(days=365)
AFTERWARDS = 60  # days: articles tell of a day for about as long

_PERIOD = re.compile(
    rf"\b(?:between (?P<from>{POINT}) and (?P<to>{POINT})|from (?P<from2>{POINT}) (?:to|until) (?P<to2>{POINT})"
    rf"|(?P<side>before|until|by|after|since)(?: the)? (?P<edge>{POINT})|(?P<at>{POINT}))(?=\W|$)",
    re.IGNORECASE,
)
_ARTICLES = r"(?:articles?|news|reports|stor(?:y|ies)|coverage|pieces?|notices?|headlines|papers?)"
_LINK = (
    r"(?:'s|[ ,]+(?:that (?:was|were)|which (?:was|were)|from|of|in|on|the|dated|written|published|printed|posted"
    r"|over))*"
)
_BEFORE = re.compile(
    rf"(?:\b{_ARTICLES}{_LINK}|\b(?:published|printed|posted|written)(?: (?:in|on|over|the))*)\s*$", re.IGNORECASE
)
_REPORTED = re.compile(r"\b(?:reported|written about)(?: (?:in|on|over|the))*\s*$", re.IGNORECASE)
_AFTER = re.compile(rf"^['’]s {_ARTICLES}\b", re.IGNORECASE)
_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recent(?:ly)?|now|nowadays|currently|current|at present|at the moment"
    r"|these days|so far|up to date|today)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sought:
    """Where a question is looked up: the filters, which articles are favoured, and what there is to say about it."""

    filters: Filters | None = None
    preference: Preference | None = None
    notes: tuple[str, ...] = ()
    current: bool = False


def sought(question: str, given: Filters | None, as_of: date | None, any_article: Callable[[Filters], bool]) -> Sought:
    """What the time words ask for, counted from `as_of` (today); the user's own dates always win.

    `any_article` tells whether a filter leaves any; one that leaves none is dropped, and a note says so.
    """
    today = as_of or date.today()
    period, published = _read(question, today)
    newest = bool(_NEWEST.search(question))
    if period is None:
        return Sought(given, Preference(today.isoformat()) if newest else None, current=newest)
    since, until = period
    current = newest or (since is not None and until == today)
    preference = Preference(today.isoformat()) if newest else _around(since, until)
    if not published or (given and (given.since or given.until)):
        return Sought(given, preference, current=current)
    dated = replace(given or Filters(), since=_iso(since), until=_iso(until))
    if any_article(dated):
        return Sought(dated, preference if newest else None, current=current)
    note = f"No article was published {_spoken(since, until)}, so all of them were searched."
    return Sought(given, preference, (note,), current)


def undated(question: str) -> str:
    """The question without its words on when articles were published, if it speaks of that, and on what is newest."""
    _, published = _read(question, date.today())
    return _NEWEST.sub(" ", _PERIOD.sub(" ", question) if published else question)


def within(question: str, filters: Filters, as_of: date | None) -> tuple[Filters, str]:
    """The filters with the period that a question names, if they have none, and the question without its time words."""
    period, _ = _read(question, as_of or date.today())
    if period is None or filters.since or filters.until:
        return filters, question
    since, until = period
    return replace(filters, since=_iso(since), until=_iso(until)), _NEWEST.sub(" ", _PERIOD.sub(" ", question))


def age_notes(citations: Sequence[Citation], as_of: date | None) -> tuple[str, ...]:
    """As of when a current answer holds, by the newest article cited, and whether that is long ago."""
    days = [found for c in citations if c.published_at and (found := whole_day(c.published_at[:10]))]
    if not days:
        return ("The sources bear no date, so it is not known how current this is.",) if citations else ()
    newest, today = max(days), as_of or date.today()
    notes: tuple[str, ...] = (f"As of {newest.isoformat()}, when the source was published.",)
    if today - newest > OLD:
        notes += (f"That is more than a year before {today.isoformat()}, so it may be out of date.",)
    return notes


def favour(preference: Preference, published: Sequence[str | None]) -> list[float]:
    """For each day of publication how much it is favoured, in 0..1: within the period, or the newer the more."""
    days = [(day or "")[:10] for day in published]
    if preference.since is not None:
        return [float(preference.since <= day <= preference.until) for day in days]
    order = sorted({day for day in days if day and day <= preference.until})
    return [(order.index(day) + 1) / len(order) if day in order else 0.0 for day in days]


def _read(question: str, today: date) -> tuple[tuple[date | None, date | None] | None, bool]:
    """The last period that the question names, and whether it speaks of publication."""
    chosen, published = None, False
    for found in _PERIOD.finditer(question):
        period = _period(found, today)
        if period is None or published:
            continue
        head, tail = question[: found.start()], question[found.end() :]
        near = re.fullmatch(RELATIVE, found["at"] or found["edge"] or "", re.IGNORECASE)
        clear = bool(_BEFORE.search(head) or _AFTER.search(tail) or (near and _REPORTED.search(head)))
        adjective = bool(re.match(rf" {_ARTICLES}\b", tail, re.IGNORECASE)) and bool(near)
        chosen, published = period, clear or adjective
    return chosen, published


def _period(found: re.Match[str], today: date) -> tuple[date | None, date | None] | None:
    """First and last day; None where a date does not exist."""
    first, last = found["from"] or found["from2"], found["to"] or found["to2"]
    if first:
        begins, ends = span(first, today), span(last, today)
        return (begins[0], ends[1]) if begins and ends else None
    named = span(found["edge"] or found["at"], today)
    if named is None or not found["side"]:
        return named
    side = found["side"].lower()
    if side == "since":
        return named[0], today
    if side == "after":
        return later(named[1], 1), None
    return None, named[1] if side in ("until", "by") else earlier(named[0], 1)


def _around(since: date | None, until: date | None) -> Preference:
    """Published in a period or shortly after it; after what has no end, whenever."""
    last = later(until, AFTERWARDS) if until else date.max
    return Preference(last.isoformat(), (since or date.min).isoformat())


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _spoken(since: date | None, until: date | None) -> str:
    if since and until:
        return f"on {since}" if since == until else f"between {since} and {until}"
    return f"since {since}" if since else f"until {until}"
