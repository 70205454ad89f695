"""What a text states that can be compared: words, numbers, days, names, quotations."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache

from qa.language.days import MONTHS, Day, dated
from qa.language.text import names, numbers, stem, stems, words

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,}?)[\"“”»]|(?<!\w)['‘]([^'‘’]{2,}?)['’](?!\w)")


@dataclass(frozen=True)
class Facts:
    """What a stretch of text states; words are stems.

    words       its content words
    numbers     its numbers by value, without those of dates
    values      all its numbers by value
    days        its dates
    names       what it capitalises, but for its first word and dates
    quotations  what stands in quotation marks
    """

    words: frozenset[str]
    numbers: frozenset[str]
    values: frozenset[str]
    days: frozenset[Day]
    names: frozenset[str]
    quotations: frozenset[str]

    @classmethod
    @lru_cache(maxsize=4_096)
    def of(cls, text: str) -> "Facts":
        days, undated = dated(text)
        return cls(
            words=frozenset(stems(text)) | {stem(MONTHS[day.month - 1]) for day in days if day.month},
            numbers=frozenset(numbers(undated)),
            values=frozenset(numbers(text)),
            days=frozenset(days),
            names=frozenset(names(undated)),
            quotations=frozenset(to_the_letter(a or b) for a, b in _QUOTED.findall(text)),
        )

    @classmethod
    def together(cls, parts: Iterable["Facts"]) -> "Facts":
        """What several stretches state."""
        parts = list(parts)
        return cls(*(frozenset().union(*(getattr(part, field.name) for part in parts)) for field in fields(cls)))


def quoted(text: str) -> list[tuple[int, int]]:
    """Start and end of what stands in quotation marks, the marks included."""
    return [match.span() for match in _QUOTED.finditer(text)]


def to_the_letter(text: str) -> str:
    """Text as quotations are compared: one kind of quotation mark and space, no capitals, no last stop."""
    plain = re.sub("[“”„«»]", '"', text.translate({0x2018: "'", 0x2019: "'"}))
    return " ".join(plain.split()).rstrip(".,;:!?… ").casefold()


@lru_cache(maxsize=1_024)
def small_words(text: str) -> frozenset[str]:
    """The stems of words that a text writes without a capital: its sentences may begin with them and name nothing."""
    return frozenset(stem(word) for word in re.findall(r"\b[a-zß-ÿ][\w'’]*", text))


def first_word(text: str) -> str:
    """The stem of the first word where it has a capital, else nothing."""
    first = re.match(r"\W*(\w+)", text)
    found = next(iter(words(text)), "")
    return stem(found) if first and first[1][0].isupper() else ""
