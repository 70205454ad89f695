"""Days, months, years and periods counted from today, as people write them."""

import re
from calendar import monthrange
from datetime import date, timedelta

from qa.language.days import MONTHS, dated

_MONTH = rf"(?:{'|'.join(MONTHS)})"
_DAY = rf"(?:\d{{4}}-\d\d-\d\d|\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}})"
_YEAR = r"(?:1[5-9]|20)\d\d"
_MONTHLY = rf"{_MONTH}(?: of)? {_YEAR}|(?<=in ){_MONTH}\b|(?<=since ){_MONTH}\b|(?<=last ){_MONTH}\b"
RELATIVE = (
    r"today|yesterday|(?:this|last|past|previous) (?:week|month|year)"
    r"|(?:last|past) \d+ (?:day|week|month|year)s|\d+ (?:day|week|month|year)s ago"
)
POINT = rf"(?:{_DAY}|{_MONTHLY}|{RELATIVE}|{_YEAR})"


def period(words: str, today: date) -> tuple[date, date] | None:
    """First and last day of what a user writes for a day or period; None where it is none."""
    words = " ".join(words.split())
    try:
        day = date.fromisoformat(words)
    except ValueError:
        pass
    else:
        return day, day
    return span(words, today) if re.fullmatch(POINT, words, re.IGNORECASE) else None


def span(words: str, today: date) -> tuple[date, date] | None:
    """First and last day of what matches POINT: a day, a month, a year, or a period counted from today.

    >>> span("last 3 days", date(2026, 1, 28))
    (datetime.date(2026, 1, 25), datetime.date(2026, 1, 28))
    """
    words = words.lower()
    if words in ("today", "yesterday"):
        day = earlier(today, words == "yesterday")
        return day, day
    if count := re.search(r"(\d+) (day|week|month|year)s?( ago)?$", words):
        first = earlier(today, float(count[1]) * {"day": 1, "week": 7, "month": 30, "year": 365}[count[2]])
        return (first, first) if count[3] else (first, today)
    if relative := re.fullmatch(r"(this|last|past|previous) (week|month|year)", words):
        return _relative(relative[1], relative[2], today)
    if whole := whole_day(words):
        return whole, whole
    if re.fullmatch(_DAY, words, re.IGNORECASE):  # one that no calendar has
        return None
    year = re.search(r"\b\d{4}\b", words)
    month = re.search(_MONTH, words)
    if month:
        number = MONTHS.index(month[0]) + 1
        y = int(year[0]) if year else today.year - (number > today.month)
        return (date(y, number, 1), _month_end(y, number)) if y else None
    return (date(int(year[0]), 1, 1), date(int(year[0]), 12, 31)) if year and len(words) == 4 else None


def _relative(which: str, unit: str, today: date) -> tuple[date, date]:
    """This one up to today; "last week" is the seven days before as well as the calendar's, people mean either."""
    if unit == "week":
        monday = earlier(today, today.weekday())
        return (monday, today) if which == "this" else (earlier(monday, 7), today)
    first = today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)
    if which == "this":
        return first, today
    if which == "past":
        return earlier(today, 30 if unit == "month" else 365), today
    before = earlier(first, 1)
    return before.replace(day=1) if unit == "month" else before.replace(month=1, day=1), before


def whole_day(words: str) -> date | None:
    """A whole date, if the words are one."""
    days, rest = dated(words)
    if len(days) != 1 or rest.strip(" ;") or not (days[0].year and days[0].month and days[0].day):
        return None
    try:
        return date(days[0].year, days[0].month, days[0].day)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def earlier(day: date, days: float) -> date:
    """So many whole days before, or the first day that there is."""
    return day - timedelta(days=min(days, (day - date.min).days))


def later(day: date, days: int) -> date:
    """So many days after, or the last day that there is."""
    return day + timedelta(days=min(days, (date.max - day).days))
