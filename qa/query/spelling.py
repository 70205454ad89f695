"""A misspelt question -> the question as its words are spelt in the articles.

A word is corrected only where nothing else explains it: no article holds it in any form, it is no word of the language,
and one passage holds both a word that is spelt almost like it and most of what else is asked. So a name that is simply
not in the articles stays as it is: nobody asked for another that happens to look like it.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa.language.facts import quoted
from qa.language.text import STOPWORDS, content_words, stem, word_spans

SHORTEST = 4  # letters; of shorter words too many are spelt alike
LONG = (
    8  # letters, from which on there may be two slips; in words of one letter less, such as "tarrifs", if none is new
)
MOST = 6  # words of a question that are looked for, which takes some milliseconds each
SAME = 3  # letters at the beginning that a term has in common, unless one of these is the slip
TERMS = 10  # of the index that stand in for a word when passages are searched
PASSAGES = 20
KNOWN = 4  # of the other words, the rarest, that they are searched by
# Of what else is asked, by weight, the share that must stand beside the word that is meant: a word, a name, two slips.
# Chosen on 567 questions with slips made at random, on 1,734 as they are, and on 2,234 that other articles answer.
WORD, NAME, TWO_SLIPS = 0.2, 0.4, 0.7


class Lexicon(Protocol):
    """What must be known of the articles' words."""

    def is_word(self, word: str) -> bool:
        """Whether the language has it, in lower case, whether or not an article does."""

    def frequencies(self, words: Iterable[str]) -> Mapping[str, int]:
        """In how many passages each word stands, in any of its forms."""

    def weights(self, text: str) -> Mapping[str, float]:
        """How much each word of a text tells: stem -> inverse document frequency."""

    def terms(self, beginning: str, among: Collection[str]) -> list[str]:
        """The stems of the articles' words: those with this beginning, and those among some others."""

    def texts(self, words: Sequence[str], limit: int) -> list[str]:
        """The passages that hold most of the words, with their titles."""


@dataclass(frozen=True)
class Candidate:
    """A word of the articles that may be meant.

    slips    letters left out, added, changed or swapped
    letters  whether it has other letters: one that is doubled or swapped is the likelier slip
    beside   of what else is asked, the share by weight that stands in one passage with it
    common   the sum of these shares over all passages
    name     whether it is always written with a capital
    """

    word: str
    slips: int
    letters: bool
    beside: float
    common: float
    name: bool

    @property
    def far(self) -> tuple[int, bool, float, float]:
        """The less, the likelier it is meant."""
        return self.slips, self.letters, -self.beside, -self.common

    def fits(self, capital: bool) -> bool:
        """Whether enough else speaks for it in place of a word with a capital, or without; no name is a stop word."""
        needed = NAME if self.name or capital else WORD
        if self.slips > 1:
            needed = TWO_SLIPS if len(self.word) >= LONG or not self.letters else math.inf
        return self.beside >= needed and not (capital and self.word in STOPWORDS)


def corrected(question: str, articles: Lexicon) -> str:
    """The question with its misspelt words put right, capitals and all else as they were.

    What stands in quotation marks is left alone, and so are acronyms and brands ("CNET", "eBay"), short words, and a
    question most of whose words are unknown, for it is likelier to be in another language.
    """
    spans = word_spans(question)
    unknown = _unknown(question, spans, articles)
    if not unknown or len(unknown) > min(MOST, len(spans) / 2):
        return question
    found = _candidates({question[start:end].lower() for start, end in unknown}, question, articles)
    for start, end in reversed(unknown):
        written = question[start:end]
        if meant := _chosen(found[written.lower()], capital=written[0].isupper() and start > spans[0][0]):
            question = question[:start] + _in_capitals_of(written, meant) + question[end:]
    return question


def _chosen(candidates: Iterable[Candidate], capital: bool) -> str | None:
    """The likeliest candidate that fits, unless another word is as likely."""
    fitting = sorted((c for c in candidates if c.fits(capital)), key=lambda c: c.far)
    others = [c for c in fitting[1:] if c.far == fitting[0].far and stem(c.word) != stem(fitting[0].word)]
    return fitting[0].word if fitting and not others else None


def _unknown(question: str, spans: Sequence[tuple[int, int]], articles: Lexicon) -> list[tuple[int, int]]:
    """Where words stand that neither the articles nor the language know."""
    kept = quoted(question)
    tried = {
        (start, end): question[start:end].lower()
        for start, end in spans
        if end - start >= SHORTEST
        and question[start:end].isalpha()
        and (question.isupper() or question[start + 1 : end].islower())
        and question[start:end].lower() not in STOPWORDS
        and not any(first <= start < last for first, last in kept)
    }
    held = articles.frequencies(set(tried.values()))
    return [span for span, word in tried.items() if not held[word] and not articles.is_word(word)]


def _candidates(unknown: Collection[str], question: str, articles: Lexicon) -> dict[str, list[Candidate]]:
    """The words of the articles that may be meant by each of these."""
    asked = {word: stem(word) for word in content_words(question)} | {word: stem(word) for word in unknown}
    idf = articles.weights(question)
    weights = {word: idf.get(s, 1.0) for word, s in asked.items()}
    known = sorted(asked.keys() - unknown, key=lambda word: (-weights[word], word))
    near = [term for word in sorted(unknown) for term in _near(word, articles)]
    passages = [_words(text) for text in articles.texts([*known[:KNOWN], *near], PASSAGES)]
    written = frozenset().union(*passages)
    stems = [frozenset(stem(word.lower()) for word in passage) for passage in passages]
    alike = {word: _alike(word, sorted({w.lower() for w in written})) for word in unknown}
    stands_for = {word: {s} for word, s in asked.items()} | {word: set(map(stem, alike[word])) for word in unknown}

    def shares(word: str, meant: str) -> list[float]:
        """Of what else is asked, the part that stands in each passage that holds what is meant."""
        others = {other: weight for other, weight in weights.items() if other != word}
        whole = sum(others.values()) or 1.0
        holding = (held for held in stems if stem(meant) in held)
        return [sum(w for other, w in others.items() if stands_for[other] & held) / whole for held in holding]

    def candidate(word: str, meant: str, slips: int) -> Candidate:
        found = shares(word, meant)
        return Candidate(meant, slips, set(meant) != set(word), max(found), sum(found), meant not in written)

    return {word: [candidate(word, *other) for other in alike[word].items()] for word in unknown}


def _words(text: str) -> frozenset[str]:
    """As they are written."""
    return frozenset(text[start:end] for start, end in word_spans(text))


def _near(word: str, articles: Lexicon) -> list[str]:
    """The terms that may be the stem of what is meant: those almost alike, and, where an ending is misspelt and hence
    not stripped, those that the word begins with, longest first.
    """
    whole = stem(word)
    begun = {word[:end] for end in range(SHORTEST, len(word))}
    terms = articles.terms(whole[:SAME], _variants(whole) | begun)
    alike = process.extract(whole, terms, scorer=OSA.distance, score_cutoff=_allowed(word), limit=TERMS)
    return list(
        dict.fromkeys([*sorted(begun.intersection(terms), key=len, reverse=True), *(term for term, *_ in alike)])
    )


def _variants(word: str) -> set[str]:
    """What may be meant where the slip is among the first letters, but for the very first, which is seldom wrong."""
    variants = {word[1::-1] + word[2:]}
    for at in range(1, SAME):
        head, tail = word[:at], word[at:]
        variants |= {head + tail[1:], head + tail[1::-1] + tail[2:]}
        variants |= {head + letter + tail[skip:] for letter in ascii_lowercase for skip in (0, 1)}
    return variants


def _alike(word: str, written: Sequence[str]) -> dict[str, int]:
    """The words spelt almost like one, with the number of slips."""
    found = process.extract(word, written, scorer=OSA.distance, score_cutoff=_allowed(word), limit=None)
    return {other: int(slips) for other, slips, _ in found if other[0] == word[0] or other[:2] == word[1::-1]}


def _allowed(word: str) -> int:
    return 2 if len(word) >= LONG - 1 else 1


def _in_capitals_of(written: str, meant: str) -> str:
    if written.isupper():
        return meant.upper()
    return meant[0].upper() + meant[1:] if written[0].isupper() else meant
