"""A translation is checked by code: it keeps the numbers, and the names that both languages spell alike."""

from collections.abc import Callable, Iterable

from qa.language.text import STOPWORDS, names, stem, words

Translate = Callable[[str, str], str]  # a question and the code of its language -> the question in English
Holding = Callable[[str], Iterable[str]]  # a word -> texts of articles that hold it

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


def names_kept(said: str, translated: str) -> bool:
    """Whether half of a sentence's names at least stand in its translation: a country has a name in each language."""
    own = names(_apart(said))
    return 2 * len(own & {stem(word) for word in words(_apart(translated))}) >= len(own)


def _capitalised(text: str) -> list[str]:
    """The words with a capital, but for the first."""
    written = _apart(text).replace("-", " ").split()[1:]
    return [word for part in written if part[0].isupper() for word in words(part) if word.lower() not in STOPWORDS]


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
