"""Days as texts write them: 31 January 2026, January 31, a month of a year, 2026-01-31."""

import re
from collections.abc import Set
from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(1000, 1, 1)  # nothing is asked about days before it
MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>" + "|".join(rf"{m[:3]}(?:{m[3:]})?" for m in MONTHS) + r"|sept)\b\.?"
_DAY, _YEAR = r"\b(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>[12]\d{3})\b"
_DAYS = (
    re.compile(rf"{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} {_DAY}(?![\w,]*\d)(?:,? {_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}(?: of)?,? {_YEAR}(?P<day>)", re.IGNORECASE),
    re.compile(r"\b(?P<year>[12]\d{3})-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b"),
)
_YEARS = re.compile(r"(?<![\d.,-])\b(1[0-9]\d\d|20\d\d)\b(?![\d%,.]\d)")


@dataclass(frozen=True)
class Day:
    """A date as far as it is told; a month of a year has no day, a day of an understood year no year."""

    year: int | None
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        """6 May 1994, May 1994, 1994."""
        month = MONTHS[self.month - 1].capitalize() if self.month else ""
        return " ".join(str(part) for part in (self.day, month, self.year) if part)

    def told_by(self, other: "Day", years: Set[str]) -> bool:
        """Whether the other says as much; `years` are those it may be understood to fall in."""
        same_year = self.year in (None, other.year) or (other.year is None and str(self.year) in years)
        return same_year and self.month == other.month and self.day in (None, other.day)

    def contradicts(self, other: object) -> bool:
        """Whether the years differ, or the months of one year, or the days of one month."""
        if not isinstance(other, Day) or self.year is None or other.year is None:
            return False
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return any(one != another for one, another in pairs if one and another)


def dated(text: str) -> tuple[list[Day], str]:
    """The dates of a text, and what is left of it; a year by itself is none."""
    days = []
    for pattern in _DAYS:
        for match in pattern.finditer(text):
            month = match["month"].lower()
            number = int(month) if month.isdigit() else [m[:3] for m in MONTHS].index(month[:3]) + 1
            if 1 <= number <= 12:
                days.append(Day(int(match["year"]) if match["year"] else None, number, int(match["day"] or 0) or None))
        text = pattern.sub(" ; ", text)
    return days, text


def written_days(text: str) -> list[str]:
    """The dates of a text as they are written there."""
    return [match[0] for pattern in _DAYS for match in pattern.finditer(text)]


def days_in(text: str) -> list[Day]:
    """The dates of a text, and the years that stand by themselves."""
    days, rest = dated(text)
    return days + [Day(int(year)) for year in _YEARS.findall(rest)]
