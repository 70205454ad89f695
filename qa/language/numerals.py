"""Numbers as texts write them, in digits and in words, with the magnitudes and currencies that belong to them.

The only reader of numbers: "£4.65bn", "4,650 million pounds" and "four thousand six hundred and fifty million" are
worth the same wherever two texts are compared.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

UNITS = {
    word: value
    for value, word in enumerate(
        """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen""".split()
    )
}
TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
GREATEST = 10**100  # what is said to be more counts as this: nobody means it, and it would grow without end
SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 10**9, "trillion": 10**12}
_SHORT = {"k": "thousand", "mn": "million", "mln": "million", "bn": "billion", "bln": "billion", "tn": "trillion",
          "trn": "trillion"}  # fmt: skip
_SHORT_OF_MONEY = {"m": "million", "b": "billion", "t": "trillion"}  # of other things metres, bytes and tonnes
MONEY = "dollar euro pound yen yuan rupee rouble ruble franc crown krona kronor krone kroner peso rand zloty lira"
_MONEY = rf"(?:{'|'.join(MONEY.split())})s?\b"
_CODES = "USD EUR GBP JPY INR CNY CAD AUD NZD CHF SEK NOK DKK"

_MINUS = str.maketrans("−", "-")
_SMALL = "|".join([*UNITS, *TENS])
_SCALE = "|".join(SCALES)
_NUMERAL = re.compile(
    rf"(?:(?<![A-Za-z])(?-i:(?P<currency>[A-Z]{{0,3}}\$|[€£¥₹]|(?:{'|'.join(_CODES.split())})\b))\s?)?"
    r"(?:(?P<digits>(?<!\d)\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<fraction>[¼½¾⅓⅔])?(?:(?:(?P<times>\s?[×·*x]\s?10)|(?<=\b10))(?P<power>[⁺⁻]?[⁰¹²³⁴-⁹]{1,6}|\^\(?[-+−]?\d{1,6}\)?))?"
    rf"|(?P<half>\bhalf\s(?=an?\s))?\b(?P<words>(?:{_SMALL}|an?(?=\s(?:{_SCALE})\b))"
    rf"(?:(?:[\s-]|(?<=hundred)\sand\s)(?:{_SMALL}|{_SCALE}))*)\b)"
    rf"(?P<and_half>\sand\sa\shalf\b)?(?:(?P<scales>(?:[\s-]+(?:{_SCALE})\b)+)"
    rf"|(?P<short>(?<=\d)k|\s?(?:{'|'.join([*_SHORT][1:])}))\b"
    rf"|\s?(?P<of_money>{'|'.join(_SHORT_OF_MONEY)})(?:(?=\s(?:[A-Z]\w+\s)?{_MONEY})|(?(currency)\b|(?!))))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Numeral:
    """A number with its magnitude, and with the sign or code of a currency where one stands before it.

    It is text[start:end]; its digits or words begin at `first`.
    """

    start: int
    first: int
    end: int
    size: float
    currency: str | None


def numerals(text: str) -> Iterator[Numeral]:
    """The numbers of a text, in order."""
    for match in _NUMERAL.finditer(text):
        first = match.start("digits") if match["digits"] else match.start("half" if match["half"] else "words")
        yield Numeral(match.start(), first, match.end(), _size(match), match["currency"])


def unabbreviated(text: str) -> str:
    """With magnitudes written out: "4.65bn" as "4.65 billion"."""
    return _NUMERAL.sub(_written_out, text)


def _written_out(match: re.Match[str]) -> str:
    scale = _abbreviated(match)
    short = match["short"] or match["of_money"] or ""
    return f"{match[0].removesuffix(short).rstrip()} {scale}" if scale else match[0]


def _abbreviated(match: re.Match[str]) -> str | None:
    """The magnitude that stands there in short."""
    return _SHORT.get((match["short"] or "").strip().lower()) or _SHORT_OF_MONEY.get((match["of_money"] or "").lower())


def _size(match: re.Match[str]) -> float:
    if match["digits"]:
        size = float(re.sub(r"[, \u00a0\u202f]", "", match["digits"]))
        size += unicodedata.numeric(match["fraction"]) if match["fraction"] else 0
        if match["power"]:  # 3 × 10⁶, 10^6
            power = unicodedata.normalize("NFKC", match["power"]).translate(_MINUS).strip("^()")
            size = (size if match["times"] else 1.0) * 10.0 ** max(-100, min(int(power), 100))
    else:
        size = _spelled(match["words"]) * (0.5 if match["half"] else 1)
    if match["and_half"]:  # two and a half million, a million and a half
        size += 0.5 * SCALES.get((match["words"] or "").lower().split()[-1], 1) if match["words"] else 0.5
    scales = re.findall(r"[a-z]+", (match["scales"] or _abbreviated(match) or "").lower())
    return min(size * prod((SCALES[scale] for scale in scales), start=1.0), float(GREATEST))


def _spelled(run: str) -> int:
    """two hundred and five thousand: 205000; four thousand million: 4000000000."""
    total = group = 0
    for word in re.split(r"[\s-]+", run.lower()):
        scale = SCALES.get(word)
        if scale is None:
            group += UNITS.get(word, 0) + TENS.get(word, 0)
        elif scale <= 100:
            group = min((group or 1) * scale, GREATEST)
        else:
            total = (total + group) * scale if 0 < total < scale else total + (group or 1) * scale
            total, group = min(total, GREATEST), 0
    return total + group
