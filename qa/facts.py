"""What a text states that can be compared: words, numbers, days, names, quotations, denials."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache

from qa.days import MONTHS, Day, dated
from qa.text import names, numbers, stem, stems, words

_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,}?)[\"“”»]|(?<!\w)['‘]([^'‘’]{2,}?)['’](?!\w)")
_DENIAL = re.compile(
    r"(?:\b(?:not|no|[Nn]ever|[Cc]annot|\w+n['’]t|[Ww]ithout|[Nn]either|nor|(?:refus|declin|fail)(?:e|ed|es|s|ing)? to"
    r"|den(?:y|ies|ied)|rather than|instead of)\b|^N[oO]t?\b(?!,))"
    r"(?! (?:only|just|least|merely|doubt)\b)(?! (?:more|less|fewer|later|earlier) than\b)(?=([^.,;:!?—–()]*))",
)
_PASSED_OVER = frozenset(stem(word) for word in "yet long longer even quite really actually still formally".split())


@dataclass(frozen=True)
class Facts:
    """What a stretch of text states; words are stems.

    words       its content words
    forms       all its words as they are written, in small letters
    numbers     its numbers by value, without those of dates
    values      all its numbers by value
    days        its dates
    names       what it capitalises, but for its first word and dates
    quotations  what stands in quotation marks
    denials     the denied word behind each "not", "never", "refused to" …, empty where none follows
    affirmed    the words that stand elsewhere too
    """

    words: frozenset[str]
    forms: frozenset[str]
    numbers: frozenset[str]
    values: frozenset[str]
    days: frozenset[Day]
    names: frozenset[str]
    quotations: frozenset[str]
    denials: frozenset[str]
    affirmed: frozenset[str]

    @classmethod
    @lru_cache(maxsize=4_096)
    def of(cls, text: str) -> "Facts":
        days, undated = dated(text)
        denials = list(_denials(text))
        said = frozenset(stems(text))
        return cls(
            words=said | {stem(MONTHS[day.month - 1]) for day in days if day.month},
            forms=frozenset(words(text)),
            numbers=frozenset(numbers(undated)),
            values=frozenset(numbers(text)),
            days=frozenset(days),
            names=frozenset(names(undated)),
            quotations=frozenset(to_the_letter(a or b) for a, b in _QUOTED.findall(text)),
            denials=frozenset(denials),
            affirmed=frozenset(s for s in said if s not in denials or _count(text, s) > denials.count(s)),
        )

    @classmethod
    def together(cls, parts: Iterable["Facts"]) -> "Facts":
        """What several stretches state."""
        parts = list(parts)
        return cls(*(frozenset().union(*(getattr(part, field.name) for part in parts)) for field in fields(cls)))

    def agrees_with(self, quotes: "Facts") -> bool:
        """Whether the quotes deny what this denies, and affirm what this affirms."""
        unfounded = self.denials & quotes.words - quotes.denials
        contradicted = (self.affirmed - self.denials) & quotes.denials - quotes.affirmed
        return not unfounded and not contradicted and (bool(quotes.denials) or not self.denials)


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


def _denials(text: str) -> Iterator[str]:
    for match in _DENIAL.finditer(text):
        following = [s for s in map(stem, words(match[1])) if s in stems(match[1]) and s not in _PASSED_OVER]
        yield following[0] if following else ""


def _count(text: str, wanted: str) -> int:
    return sum(stem(word) == wanted for word in words(text))
