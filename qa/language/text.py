"""Words, numbers and sentences: what code compares when it checks a sentence against a quote."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

import snowballstemmer

from qa.language.numerals import UNITS, numerals, unabbreviated

STOPWORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being between both but by can
    could did do does doing during each either else ever every few for from further had has have having he her here
    hers him his how i if in into is it its itself just me might more most much many must my no nor not now of off on
    once one only or other our out over own per same shall she should so some such than that the their them then there
    these they this those through to too under until up upon us very was we were what when where whether which while
    who whom whose why will with would you your according said says say tell please whats whos wheres whens hows thats
    theres heres im ive youre youve weve theyre theyve i'm i've i'd i'll you're you've you'd you'll we're we've they're
    they've""".split()
)
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’][sS]$")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sen|Rep|Gov|Gen|Col|Lt|Sgt|Capt|Hon|Rev|Jr|Sr|vs|etc|No|Nos|Inc|Ltd|Co|Corp|Vol"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|ca|e\.g|i\.e|[A-Z])|\b[A-Z](?:\.[A-Z])+)\.$"
)
ENDS = (".", "!", "?", "…")
AFTER_AN_END = "\"'”’»)]"
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’')\]]*(?=\s)|\n+")
_SPACED_NUMBER = re.compile(r"\b\d{1,3}(?:[ \u00a0\u202f]\d{3})+\b")
_UNITED_STATES = re.compile(r"\bUnited States(?: of America)?\b|\bUSA\b")
_NAMES_LIKE_STOPWORDS = frozenset({"IS", "IT", "US", "WHO"})  # the capitals are all that tells "US" from "us"
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,}")
_SMALL_NUMBERS = {word: str(value) for word, value in UNITS.items()} | {"twenty": "20"}
_PERCENT = re.compile(r"\s?%|\bper cent\b")
_BROKEN = re.compile("[\ud800-\udfff]")
_stemmer = snowballstemmer.stemmer("porter")
_stemming = threading.Lock()  # it keeps the word that it works on, and is wrong where two threads ask it at once


def is_text(text: str) -> bool:
    """Whether it can be written down: half a surrogate pair, as broken bytes become on a command line, cannot."""
    return not _BROKEN.search(text)


def words(text: str) -> list[str]:
    """All words and numbers in order, without possessive endings, lower case but for "US" and "WHO", which are no
    pronouns; "United States" is "US".
    """
    return [word for word, _ in _written(text)]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word or number, in characters, without possessive endings."""
    found = ((match.start(), _POSSESSIVE.sub("", match[0])) for match in _WORD.finditer(text))
    return [(start, start + len(word)) for start, word in found]


def spelt(text: str) -> dict[str, str]:
    """Each word as it is compared, by how the text writes it first."""
    return dict(reversed(_written(text)))


def _written(text: str) -> list[tuple[str, str]]:
    """Each word as it is compared, and as it is written."""
    written = [match[0] for match in _WORD.finditer(_spelt_alike(text))]
    shouted = text.isupper() and any(w.lower() in STOPWORDS and w not in _NAMES_LIKE_STOPWORDS for w in written)
    bare = [_POSSESSIVE.sub("", word) for word in written]
    kept = frozenset() if shouted else _NAMES_LIKE_STOPWORDS
    return [(word if word in kept else word.lower(), whole) for word, whole in zip(bare, written, strict=True)]


def _spelt_alike(text: str) -> str:
    """One spelling for what has several: U.S., USA and United States become US, 177 000 becomes 177000, 4bn becomes
    4 billion, and a percent sign a word.
    """
    text = _PERCENT.sub(lambda sign: "percent" if sign[0].startswith("per") else " percent", text)
    text = _SPACED_NUMBER.sub(lambda number: re.sub(r"\s", "", number[0]), unabbreviated(text))
    return _UNITED_STATES.sub("US", _ACRONYM.sub(lambda acronym: acronym[0].replace(".", ""), text))


def content_words(text: str) -> list[str]:
    """The words that carry meaning, each once, in order; all words where there are only stop words."""
    found = list(dict.fromkeys(words(text)))
    return telling(found) or found


def telling(found: Iterable[str]) -> list[str]:
    """Those words that are no stop words."""
    return [word for word in found if word not in STOPWORDS]


def folded(text: str) -> str:
    """Without capitals and accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The form under which words are compared: Porter's stem without accents; small numbers as digits."""
    if word in _NAMES_LIKE_STOPWORDS:
        return word
    plain = folded(word)
    plain = plain.replace(",", "") if plain[:1].isdigit() else plain
    if plain in _SMALL_NUMBERS:
        return _SMALL_NUMBERS[plain]
    return porter(plain)


@lru_cache(maxsize=65_536)
def porter(word: str) -> str:
    """Porter's stem of a word in small letters without accents."""
    with _stemming:
        stemmed: str = _stemmer.stemWord(word)
    return stemmed


def stems(text: str) -> set[str]:
    """The stems of the content words."""
    return {stem(word) for word in content_words(text)}


def weigh(found: Iterable[str], weights: Mapping[str, float]) -> float:
    """The sum of the weights of some stems; 1 for each whose weight is not known."""
    return sum(weights.get(s, 1.0) for s in found)


def numbers(text: str) -> set[str]:
    """The numbers by value: "177,000", "177 000" and "177 thousand" are the same, as are "12", "twelve" and "a dozen".

    "one" by itself is none, since it counts as rarely as it means anybody.
    """
    return {f"{n.size:.10g}" for n in numerals(text) if text[n.start : n.end].lower() != "one"}


def names(sentence: str) -> set[str]:
    """Stems of the capitalised words, without the first one, which is capitalised anyway."""
    return {
        stem(word)
        for place, (word, written) in enumerate(_written(sentence))
        if written[0].isupper() and (place > 0 or written.isupper()) and word not in STOPWORDS
    }


def contains(text: str, run: str) -> bool:
    """Whether the words of `run` stand side by side in the text, by their stems."""
    whole, part = (f" {' '.join(stem(word) for word in words(t))} " for t in (text, run))
    return part in whole


def is_ended(said: str, ends: tuple[str, ...] = ENDS) -> bool:
    """Whether words end as a sentence does, or with one of these signs, perhaps before a closing quote or bracket."""
    return said.rstrip(AFTER_AN_END).endswith(ends)


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in characters; line ends separate, abbreviations and initials do not."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not match[0].startswith("\n") and _ABBREVIATION.search(text[start : match.end()]):
            continue
        spans.append((start, match.end()))
        start = match.end()
    spans.append((start, len(text)))
    trimmed = []
    for start, end in spans:
        piece = text[start:end]
        start, end = start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
        if re.search(r"\w", text[start:end]):
            trimmed.append((start, end))
    return trimmed
