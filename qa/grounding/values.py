"""Numbers, dates and names as articles write them, and whether two of them can both be true of one thing."""

import re
from dataclasses import dataclass

from qa.language.days import Day, days_in
from qa.language.numerals import SCALES, numerals
from qa.language.text import content_words, names
from qa.language.units import PERCENT, Unit, unit_at
from qa.query.question import Wanted

ROUNDED_BY = 0.05  # by how much of its size a rounded number may be off
HEDGED = 0.10  # where it is called about so much, or is told in another unit, which takes rounding
_SHARES = {"half": 50.0, "a third": 100 / 3, "one third": 100 / 3, "two thirds": 200 / 3, "a quarter": 25.0,
           "one quarter": 25.0, "three quarters": 75.0, "a fifth": 20.0, "a tenth": 10.0}  # fmt: skip
_SHARE = re.compile(
    rf"\b(?:{'|'.join(share.replace(' ', '[- ]') for share in _SHARES)})\b(?! (?:an? )?(?:{'|'.join(SCALES)})\b)", re.I
)
_JOINED = re.compile(r"[\w.,]")  # before what is no number of its own, as in "km2" and "A320"
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|some|close to|estimated|circa|ca)\W+(?:a )?$", re.I
)
_ABOVE = re.compile(r"\b(?:more than|over|at least|above|no (?:fewer|less) than|upwards? of|exceed\w*)\W+$", re.I)
_BELOW = re.compile(r"\b(?:less than|fewer than|under|at most|up to|below|no more than)\W+$", re.I)


@dataclass(frozen=True)
class Number:
    """A size; `about`, `above` and `below` tell how it was hedged."""

    size: float
    unit: Unit | None = None
    about: bool = False
    above: bool = False
    below: bool = False

    def contradicts(self, other: "Value") -> bool:
        """Whether both measure one thing and neither is the other, rounded or within its bounds."""
        if not isinstance(other, Number) or self.measure != other.measure:
            return False
        converted = other.within(self.unit)
        if self._admits(converted) or other._admits(self.within(other.unit)):
            return False
        apart = abs(self.size - converted) / (max(abs(self.size), abs(converted)) or 1.0)
        if self.about or other.about:
            return apart > HEDGED
        if apart > (ROUNDED_BY if self.unit == other.unit else HEDGED):
            return True
        return not (_rounded(converted, self.size) or _rounded(self.within(other.unit), other.size))

    @property
    def measure(self) -> str | None:
        """What its unit measures: lengths can be compared with lengths."""
        return self.unit.measure if self.unit else None

    def within(self, unit: Unit | None) -> float:
        """Its size in another unit of what it measures."""
        if self.unit is None or unit is None or self.unit == unit:
            return self.size
        return float(f"{self.size * self.unit.size / unit.size:.10g}")

    def _admits(self, size: float) -> bool:
        return (self.above and size >= self.size) or (self.below and size <= self.size)


@dataclass(frozen=True)
class Name:
    """Whom or what a span names: the stems of its capitalised words, and its initials."""

    stems: frozenset[str]
    initials: str

    def contradicts(self, other: "Value") -> bool:
        """Whether they share no word and neither stands for the other's first letters."""
        if not isinstance(other, Name):
            return False
        short = {self.initials, other.initials} & (self.stems | other.stems)
        return not (self.stems & other.stems or short)


Value = Number | Day | Name


def numbers_in(text: str, start: int, end: int) -> list[Number]:
    """The numbers that begin within text[start:end], in digits or words; shares as percentages."""
    shares = [
        _hedged(text[: match.start()], _SHARES[match[0].lower().replace("-", " ")], PERCENT)
        for match in _SHARE.finditer(text)
        if match.start() < end and match.end() > start
    ]
    return shares or [
        _hedged(text[: n.start], n.size, unit_at(text, n.end, n.currency))
        for n in numerals(text)
        if (start <= n.first < end or start == n.start) and not _JOINED.match(text[n.start - 1 : n.start])
    ]


def name_of(text: str) -> Name | None:
    """The name that a span gives; None where it holds none."""
    found = names(f"a {text}")  # the first word counts too
    letters = "".join(word[0] for word in re.findall(r"\b[A-Z]\w+", text)).lower()
    return Name(frozenset(found), letters if len(letters) > 1 else "-") if found else None


def value_of(text: str, start: int, end: int, asked: Wanted) -> Value | None:
    """What text[start:end] gives as an answer: a date, a number or a name; None where that is not clear.

    Of several numbers the one that it begins with is meant.
    """
    days, sizes = days_in(text[start:end]), numbers_in(text, start, end)
    if asked == "time":
        return days[0] if len(days) == 1 else None
    if asked == "number":
        return sizes[0] if len(sizes) == 1 or numbers_in(text, start, start + 1) else None
    plain = len(content_words(text[start:end])) <= 6
    return name_of(text[start:end]) if asked == "name" and plain and not sizes else None


def _hedged(before: str, size: float, unit: Unit | None) -> Number:
    return Number(size, unit, *(bool(hedge.search(before)) for hedge in (_ABOUT, _ABOVE, _BELOW)))


def _rounded(exact: float, rounded: float) -> bool:
    """Whether `rounded` is the other to its own last digit that is not zero, decimals or hundreds and more."""
    text = f"{float(f'{rounded:.12g}'):f}".rstrip("0").rstrip(".") if rounded % 1 else f"{rounded:.0f}"
    decimals = len(text.partition(".")[2])
    unit = 10.0 ** (-decimals or len(text) - len(text.rstrip("0")))
    if float(exact).is_integer() and max(exact, rounded) < 100:
        return exact == rounded
    return abs(exact - rounded) <= unit / 2
