"""Numbers, dates and names as articles write them, and whether two of them can both be true of one thing."""

import re
from dataclasses import dataclass
from math import prod

from qa.days import Day, days_in
from qa.numerals import GREATEST, SCALES, TENS, UNITS, spelled
from qa.question import Wanted
from qa.text import content_words, names

ROUNDED_BY = 0.05  # by how much of its size a rounded number may be off
HEDGED = 0.10  # where it is called about so much
_SHARES = {"half": 50.0, "a third": 100 / 3, "one third": 100 / 3, "two thirds": 200 / 3, "a quarter": 25.0,
           "one quarter": 25.0, "three quarters": 75.0, "a fifth": 20.0, "a tenth": 10.0}  # fmt: skip
_WORDS = "|".join([*TENS, *sorted(UNITS, key=len, reverse=True)])
_NUMBER = re.compile(
    rf"(?<![\w.,])(?:(?P<digits>\d+(?:[,\u00a0\u202f]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"|(?P<words>(?:{_WORDS})(?:[- ](?:{_WORDS}))?)\b)(?P<scales>(?:[ -](?:{'|'.join(SCALES)})\b)*)"
    r"\s*-?(?P<unit>%|per cent\b|[^\W\d_]+)?",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"\b(?:{'|'.join(share.replace(' ', '[- ]') for share in _SHARES)})\b", re.IGNORECASE)
_UNITS = {
    alias: name
    for name, aliases in {
        "percent": "% percent pct",
        "kilometre": "km kilometre kilometres kilometer kilometers",
        "metre": "m metre metres meter meters",
        "centimetre": "cm centimetre centimetres centimeter centimeters",
        "mile": "mile miles",
        "foot": "ft foot feet",
        "tonne": "t ton tons tonne tonnes",
        "kilogram": "kg kilo kilos kilogram kilograms",
        "pound": "lb pound pounds",
        "hectare": "ha hectare hectares",
        "acre": "acre acres",
        "second": "second seconds",
        "minute": "minute minutes",
        "hour": "h hour hours",
        "day": "day days",
        "week": "week weeks",
        "month": "month months",
        "year": "year years",
        "dollar": "dollar dollars",
        "euro": "euro euros",
        "megawatt": "mw megawatt megawatts",
    }.items()
    for alias in aliases.split()
} | {"per cent": "percent"}
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|roughly|approximately|some|close to|estimated|circa|ca)\W+(?:a )?$", re.I
)
_ABOVE = re.compile(r"\b(?:more than|over|at least|above|no (?:fewer|less) than|upwards? of|exceed\w*)\W+$", re.I)
_BELOW = re.compile(r"\b(?:less than|fewer than|under|at most|up to|below|no more than)\W+$", re.I)
_FOR = re.compile(
    r"\b(?:approv|adopt|accept|pass(?:ed|es)\b|upheld|uphold|back(?:ed|s)\b|grant(?:ed|s)\b|confirm|allow|ratif"
    r"|wins\b|won\b|succeed|found guilty|convicted)",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:reject|struck down|strikes? down|overturn|vot(?:ed|es) down|voted against|block|refus(?:ed|es|al)\b(?! to\b)"
    r"|dismiss|den(?:y|ied)\b|annul|quash|veto|turned down|ban(?:ned|s)\b|lost\b|loses?\b|fail(?:ed|s)\b(?! to\b)"
    r"|acquit|withdr[ae]w|defeat)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?:\bnot|\bnever|n['’]t|\bno longer)(?: \w+)? $|\b(?:refus|fail|declin)\w* to $", re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """A size; `about`, `above` and `below` tell how it was hedged."""

    size: float
    unit: str | None = None
    about: bool = False
    above: bool = False
    below: bool = False

    def contradicts(self, other: "Value") -> bool:
        """Whether both have one unit and neither is the other, rounded or within its bounds."""
        if not isinstance(other, Number) or self.unit != other.unit or self._admits(other) or other._admits(self):
            return False
        if self.size == other.size:
            return False
        apart = abs(self.size - other.size) / (max(abs(self.size), abs(other.size)) or 1.0)
        if self.about or other.about:
            return apart > HEDGED
        return apart > ROUNDED_BY or not (_rounded(self.size, other.size) or _rounded(other.size, self.size))

    def _admits(self, other: "Number") -> bool:
        return (self.above and other.size >= self.size) or (self.below and other.size <= self.size)


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


@dataclass(frozen=True)
class Outcome:
    """Whether something that was to be decided was decided for or against."""

    favourable: bool

    def contradicts(self, other: "Value") -> bool:
        return isinstance(other, Outcome) and self.favourable is not other.favourable


Value = Number | Day | Name | Outcome


def numbers_in(text: str, start: int, end: int) -> list[Number]:
    """The numbers that begin within text[start:end], in digits or words; shares as percentages."""
    shares = [
        _hedged(text[: match.start()], _SHARES[match[0].lower().replace("-", " ")], "percent")
        for match in _SHARE.finditer(text)
        if match.start() < end and match.end() > start
    ]
    return shares or [
        _hedged(text[: match.start()], _size(match), _UNITS.get((match["unit"] or "").lower()))
        for match in _NUMBER.finditer(text)
        if start <= match.start() < end
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


def outcome_of(sentence: str) -> Outcome | None:
    """What was decided; None where nothing was, or where it says both."""
    said = {
        favourable is not bool(_NOT.search(sentence[: match.start()]))
        for favourable, verb in ((True, _FOR), (False, _AGAINST))
        for match in verb.finditer(sentence)
    }
    return Outcome(said.pop()) if len(said) == 1 else None


def _hedged(before: str, size: float, unit: str | None) -> Number:
    return Number(size, unit, *(bool(hedge.search(before)) for hedge in (_ABOUT, _ABOVE, _BELOW)))


def _size(match: re.Match[str]) -> float:
    digits = match["digits"]
    size = float(re.sub(r"[,\u00a0\u202f]", "", digits)) if digits else float(spelled(match["words"]))
    scales = prod((SCALES[scale] for scale in re.findall(r"[a-z]+", match["scales"].lower())), start=1.0)
    return min(size * scales, float(GREATEST))


def _rounded(exact: float, rounded: float) -> bool:
    """Whether `rounded` is the other to its own last digit that is not zero, decimals or hundreds and more."""
    text = f"{rounded:.10g}"
    if "e" in text:
        return False
    decimals = len(text.partition(".")[2])
    unit = 10.0 ** (-decimals or len(text) - len(text.rstrip("0")))
    if exact == int(exact) and max(exact, rounded) < 100:
        return exact == rounded
    return abs(exact - rounded) <= unit / 2
