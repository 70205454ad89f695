"""Days as texts of any language write them: 5. März 2024, March 5th, 2024, 05.03.2024, 2024年3月5日.

The names of months and weekdays and the order of day and month are those of CLDR, by way of babel. Only whole days
count: no part is filled in, and 03/05/2024 is a day only where the language says which number is the month.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

_YEARS = range(1500, 2200)  # of others, such as 1402 and 2567, the calendar is another
_SHORTEST = 3  # letters of a name that is cut short: "Sept", "janv"
_LONGEST_UNIT = 2  # letters after the year or the day: "г.", "d."
_ORDINAL = r"(?:[^\W\d_]{1,2}|[.º°ª])?"
_GAP = r"[\s/.,-]{1,3}(?:[^\W\d_]{1,3}[.\s'’]\s?)?"  # with a short word, as in "5 de marzo de 2024"
_YEAR = r"(?P<year>\d{4})(?!\d)"
_NUMERIC = [
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[/-])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<year>\d{4})\.\s?(?P<month>\d{1,2})\.\s?(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일号號]",
        rf"(?<![\d.])(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?{_YEAR}",
        r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<short>\d{2})(?![\d.:])",
        rf"(?<![\d/-])(?P<one>\d{{1,2}})(?P<mark>[/-])(?P<other>\d{{1,2}})(?P=mark){_YEAR}(?![/-])",
    )
]
_TIME = re.compile(r"(?:\D{1,5}\s)?\d{1,2}(?:\s?[:.h]\s?\d\d|\s?(?:[ap]\.?m\b|uhr\b|h\b))", re.IGNORECASE)


@dataclass(frozen=True)
class Written:
    """Where a text writes a day; `day` is YYYY-MM-DD, or None where the numbers could mean two days."""

    start: int
    end: int
    day: str | None


def days_in(text: str, languages: tuple[str, ...] = ("en",), day_first: bool | None = None) -> list[Written]:
    """The days of a text, in order.

    `languages` are language tags such as "de" or "en-US", of which the months are known by name; `day_first` says how
    03/05/2024 is read.

    >>> days_in("Berlin, 5. März 2024", ("de",))
    [Written(start=8, end=20, day='2024-03-05')]
    """
    found: list[Written] = []
    for pattern, months in (*((pattern, {}) for pattern in _NUMERIC), *_named(languages)):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            try:
                day = _day(parts, months, day_first)
            except ValueError:
                continue
            found.append(Written(match.start(), match.end(), day))
    apart: list[Written] = []
    for written in sorted(found, key=lambda written: (written.start, -written.end)):
        if not apart or written.start >= apart[-1].end:
            apart.append(written)
    return apart


def only_day(text: str, languages: tuple[str, ...] = ("en",), day_first: bool | None = None) -> str | None:
    """The day of a text that says nothing else but the weekday and the time; None where it does or names no day."""
    found = days_in(text, languages, day_first)
    if len(found) != 1:
        return None
    before, after = text[: found[0].start].strip(" ,.|-"), text[found[0].end :].strip(" ,.|-T()")
    if before and not _TIME.fullmatch(before) and not is_weekday(before, languages):
        return None
    if len(after) > _LONGEST_UNIT and not _TIME.match(after) and not is_weekday(after, languages):
        return None
    return found[0].day


def is_day_first(languages: tuple[str, ...]) -> bool | None:
    """Whether 03/05/2024 is 3 May in the first of the languages; None for English, where the country is not told."""
    locale = _locale(languages[0]) if languages else None
    if locale is None or (locale.language == "en" and not locale.territory):
        return None
    order = [letter for letter in locale.date_formats["short"].pattern if letter in "dMy"]
    return None if order[0] == "y" else order[0] == "d"


def _day(parts: dict[str, str], months: dict[str, int], day_first: bool | None) -> str | None:
    """Raises ValueError where there is no such day."""
    if "short" in parts and not day_first:  # it may as well be the number of a version
        raise ValueError(parts["short"])
    year = int(parts["year"]) if "year" in parts else _of_two_digits(int(parts["short"]))
    if year not in _YEARS:
        raise ValueError(year)
    if "one" in parts:
        one, other = int(parts["one"]), int(parts["other"])
        if one <= 12 and other <= 12 and one != other:
            if day_first is None:
                return None
            return (date(year, other, one) if day_first else date(year, one, other)).isoformat()
        return (date(year, other, one) if one > 12 else date(year, one, other)).isoformat()
    month = months[_plain(parts["month"])] if months else int(parts["month"])
    return date(year, month, int(parts["day"])).isoformat()


def _of_two_digits(short: int) -> int:
    """The last year that ends so."""
    this = date.today().year
    return this - (this - short) % 100


@lru_cache(maxsize=64)
def _named(languages: tuple[str, ...]) -> list[tuple[re.Pattern[str], dict[str, int]]]:
    months: dict[str, int] = {}
    for language in languages:
        months = _months(language) | months
    if not months:
        return []
    names = "|".join(re.escape(name) for name in sorted(months, key=len, reverse=True))
    month = rf"(?P<month>{names})(?![^\W_])\.?"
    day = rf"(?P<day>\d{{1,2}}){_ORDINAL}"
    return [
        (re.compile(pattern, re.IGNORECASE), months)
        for pattern in (
            rf"(?<!\d)(?<!\d[.:]){day}{_GAP}{month}{_GAP}{_YEAR}",
            rf"(?<!\w){month}[\s.-]{{1,3}}{day}{_GAP}{_YEAR}",
            rf"(?<!\d)(?P<year>\d{{4}}){_GAP}{month}[\s/-]{{1,2}}(?P<day>\d{{1,2}})(?!\d)",
        )
    ]


@lru_cache(maxsize=64)
def _months(language: str) -> dict[str, int]:
    """Every name of a month, with and without accents, and every beginning of one that no other month has."""
    locale = _locale(language)
    if locale is None:
        return {}
    full: dict[str, int] = {}
    begun: dict[str, set[int]] = {}
    for number, name in _names(locale.months):
        for form in (name.casefold(), _plain(name)):
            full[form] = number
            for length in range(_SHORTEST, len(form)):
                begun.setdefault(form[:length].rstrip(), set()).add(number)
    return {form: min(numbers) for form, numbers in begun.items() if len(numbers) == 1} | full


@lru_cache(maxsize=64)
def _weekdays(language: str) -> frozenset[str]:
    locale = _locale(language)
    return frozenset(_plain(name) for _, name in _names(locale.days)) if locale else frozenset()


def _names(forms: Any) -> Iterator[tuple[int, str]]:
    """Numbers and names in babel's table of months or weekdays; a name that begins with its number is none."""
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in forms[context][width].items():
                if name[0].isalpha() and len(name) > 1:
                    yield number, name.rstrip(".")


def is_weekday(text: str, languages: tuple[str, ...]) -> bool:
    """Whether it is the name of a weekday in one of the languages, in full or cut short."""
    word = _plain(text).strip(".,()")
    return len(word) > 1 and any(name.startswith(word) for language in languages for name in _weekdays(language))


def _plain(name: str) -> str:
    """In small letters, without accents."""
    return "".join(char for char in unicodedata.normalize("NFD", name.casefold()) if not unicodedata.combining(char))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale | None:
    tag = language.replace("_", "-")
    for name in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None
