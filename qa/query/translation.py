"""A translation is checked by code: it keeps the numbers, and the names that both languages spell alike."""

import unicodedata
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cache

from babel import Locale
from babel.dates import get_month_names

from qa.language.text import STOPWORDS, stem, words

Translate = Callable[[str, str], str]  # a question and the code of its language -> the question in English
Holding = Callable[[str], Iterable[str]]  # a word -> texts of articles that hold it

ALIKE = 0.6  # of the letters of "Danish", in order, that "danois" has
MAX_LONGER = 3  # times as many words as the question has


def faithful(translated: str, question: str, holding: Holding) -> bool:
    """Whether a translated question may ask the same.

    It has the question's numbers and no others, and each of its names that the articles spell as it does; "Grönland"
    is free to become Greenland, for no English article writes it so.
    """
    kept = {stem(word) for word in words(translated)}
    lost = [word for word in _capitalised(question) if stem(word) not in kept]
    return (
        0 < len(translated.split()) <= MAX_LONGER * len(question.split())
        and digits(translated) == digits(question)
        and not any(_is_name(word, holding) for word in lost)
    )


def digits(text: str) -> set[str]:
    """What is written in digits, whatever separates them: 54,288 and 54.288 are alike, as are 55.3 and 55,3."""
    found = ("".join(c for c in word if c.isdigit()) for word in words(text))
    return {number for number in found if number}


def names_kept(said: str, translated: str, language: str, asked: str, english: str) -> bool:
    """Whether each name of a sentence stands in its translation.

    Countries and months are called as CLDR calls them in the language, an adjective much as in English. Another name
    of the question, which was `asked` and in English is `english`, may be called as it was asked: Newfoundland
    Terre-Neuve; in German, where each noun has a capital, only by a word that is much alike.

    >>> names_kept("It joined Canada in May.", "Es trat im Mai Kanada bei.", "de", "Und Alberta?", "And Alberta?")
    True
    """
    now, own = _words(translated), _words(said)
    small = {_letters(word) for word in _apart(translated).split() if word[:1].islower()}
    of_question = {_letters(word) for word in _capitalised(f"so {english}")}
    as_asked = {_letters(word) for word in _capitalised(f"so {asked}")} - of_question
    as_asked &= now
    kept = now | {n for n in of_question if (any(_alike(n, w) for w in as_asked) if language == "de" else as_asked)}
    for name, called in _called(language):
        kept |= name if name <= own and called <= now else set()
    first, *rest = _apart(said).split()
    starts_a_name = any(word[:1].isupper() for word in rest[:1]) or bool(of_question & _words(first))
    names = map(_letters, _capitalised(f"so {said}" if starts_a_name else said))
    return all(name in kept or any(_alike(name, word) for word in small) for name in names)


@cache
def _called(language: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    """The words of each country and month in English, and in a language."""
    english, own = Locale("en"), Locale(language)
    named = [(name, own.territories[code]) for code, name in english.territories.items() if code in own.territories]
    months = get_month_names("wide", "format", language)
    named += [(month, months[number]) for number, month in get_month_names("wide", "format", "en").items()]
    return [(frozenset(_words(name)), frozenset(_words(called))) for name, called in named]


def _alike(one: str, other: str) -> bool:
    return one[:1] == other[:1] and SequenceMatcher(None, one, other).ratio() >= ALIKE


def _words(text: str) -> set[str]:
    return {_letters(word) for part in _apart(text).replace("-", " ").split() for word in words(part)}


def _letters(word: str) -> str:
    """In small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c))


def _capitalised(text: str) -> list[str]:
    """The words with a capital, but for the first."""
    written = _apart(text).replace("-", " ").split()[1:]
    return [word for part in written if _bare(part)[:1].isupper() for word in words(part) if word not in STOPWORDS]


def _is_name(word: str, holding: Holding) -> bool:
    """Whether articles write it, and never small: "Land" is a word, "Lougheed" is a name."""
    found = {
        written for text in holding(word) for written in _apart(text).split() if stem(_bare(written)) == stem(word)
    }
    return bool(found) and all(_bare(written)[0].isupper() for written in found)


def _bare(word: str) -> str:
    return word.strip('"“”„»«().,;:!?¿¡[]*')


def _apart(text: str) -> str:
    """With "l'Alberta" as two words."""
    return text.replace("’", " ").replace("'", " ")
