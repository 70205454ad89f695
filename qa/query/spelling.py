"""A misspelt question -> the question as its words are spelt in the articles.

A word is corrected only where nothing else explains it: no article holds it in any form, it is no word of the language,
and one passage holds both a word that is spelt almost like it and most of what else is asked. So a name that is simply
not in the articles stays as it is: nobody asked for another that happens to look like it.

The function words of the language ("where", "the") are known without articles, and are far more frequent than all that
look like them. They come first, so that what else is asked is weighed without what is left of them.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Protocol

from rapidfuzz import process
from rapidfuzz.distance import OSA, Hamming

from qa.language.facts import quoted
from qa.language.text import STOPWORDS, content_words, stem, word_spans

SHORTEST = 4  # letters; of shorter words too many are spelt alike, unless two letters of a function word are swapped
FUNCTION_WORDS = sorted(word for word in STOPWORDS if len(word) >= SHORTEST - 1 and word.isalpha())
LONG = (
    8  # letters, from which on there may be two slips; in words of one letter less, such as "tarrifs", if none is new
)
MOST = 6  # words of a question that are looked for, which takes some milliseconds each
SAME = 3  # letters at the beginning that a term has in common, unless one of these is the slip
TERMS = 10  # of the index that stand in for a word when passages are searched
PASSAGES = 20
KNOWN = 4  # of the other words, the rarest, that they are searched by
# Of what else is asked, by weight, the share that must stand beside the word that is meant: a word, a name, and what
# two slips add to it. Chosen on 567 questions with slips made at random, on 1,734 as they are, and on 2,234 that other
# articles answer; the last on 486 with two slips, 600 as they are, and 2,213 that other articles answer.
WORD, NAME, SECOND_SLIP = 0.2, 0.4, 0.3


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
    letters  whether others are written than it has: one left out, doubled or swapped is the likelier slip
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
    def far(self) -> tuple[int, bool, bool, float, float]:
        """The less, the likelier it is meant."""
        return self.slips, self.letters, self.word not in STOPWORDS, -self.beside, -self.common

    def fits(self, capital: bool) -> bool:
        """Whether enough else speaks for it in place of a word with a capital, or without.

        No name is a stop word, and nothing else needs to speak for one.
        """
        if self.word in STOPWORDS:
            return self.slips == 1 and not capital
        needed = NAME if self.name or capital else WORD
        if self.slips > 1:
            needed += SECOND_SLIP if len(self.word) >= LONG or not self.letters else math.inf
        return self.beside >= needed


def corrected(question: str, articles: Lexicon) -> str:
    """The question with its misspelt words put right, capitals and all else as they were.

    What stands in quotation marks is left alone, and so are acronyms and brands ("CNET", "eBay"), short words, and a
    question most of whose words are unknown, for it is likelier to be in another language.
    """
    spans = word_spans(question)
    unknown = {span: question[slice(*span)] for span in _unknown(question, spans, articles)}
    capital = {
        span: word[0].isupper() and span != spans[0] and not question.isupper() for span, word in unknown.items()
    }
    lower = {span: word.lower() for span, word in unknown.items()}
    meant = {s: found for s, word in lower.items() if not capital[s] and (found := _function_word(word))}
    others = {span: word for span, word in lower.items() if span not in meant and len(word) >= SHORTEST}
    if len(others) > min(MOST, len(spans) / 2):
        return question
    if others:
        candidates = _candidates(set(others.values()), _with(question, meant), articles)
        meant |= {s: found for s, word in others.items() if (found := _chosen(candidates[word], capital[s]))}
    return _with(question, meant)


def _with(question: str, meant: Mapping[tuple[int, int], str]) -> str:
    """The question with other words in these places."""
    for (start, end), word in sorted(meant.items(), reverse=True):
        question = question[:start] + _in_capitals_of(question[start:end], word) + question[end:]
    return question


def _function_word(word: str) -> str | None:
    """The one function word of which letters are swapped in this one, or one is left out or doubled."""
    near = (other for other in _alike(word, FUNCTION_WORDS, 1) if not _other_letters(word, other))
    found = [other for other in near if len(word) >= SHORTEST or len(word) == len(other)]
    return found[0] if len(found) == 1 else None


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
        if (end - start >= SHORTEST or _function_word(question[start:end].lower()))
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
    lower = sorted({w.lower() for w in written}.union(FUNCTION_WORDS))
    alike = {word: _alike(word, lower, _allowed(word)) for word in unknown}
    stands_for = {word: {s} for word, s in asked.items()} | {word: set(map(stem, alike[word])) for word in unknown}

    def shares(word: str, meant: str) -> list[float]:
        """Of what else is asked, the part that stands in each passage that holds what is meant."""
        others = {other: weight for other, weight in weights.items() if other != word}
        whole = sum(others.values()) or 1.0
        holding = (held for held in stems if stem(meant) in held)
        return [sum(w for other, w in others.items() if stands_for[other] & held) / whole for held in holding]

    def candidate(word: str, meant: str, slips: int) -> Candidate:
        found = shares(word, meant)
        return Candidate(
            meant, slips, _other_letters(word, meant), max(found, default=0.0), sum(found), meant not in written
        )

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


def _alike(word: str, written: Sequence[str], allowed: int) -> dict[str, int]:
    """The words spelt almost like one, with the number of slips."""
    found = process.extract(word, written, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return {other: int(slips) for other, slips, _ in found if other[0] == word[0] or other[:2] == word[1::-1]}


def _other_letters(word: str, meant: str) -> bool:
    """Whether a letter is written that is not meant, rather than one left out, doubled or swapped."""
    changed = len(word) == len(meant) and Hamming.distance(word, meant) == 1
    return changed or not set(word) <= set(meant)


def _allowed(word: str) -> int:
    return 2 if len(word) >= LONG - 1 else 1


def _in_capitals_of(written: str, meant: str) -> str:
    if written.isupper():
        return meant.upper()
    return meant[0].upper() + meant[1:] if written[0].isupper() else meant
