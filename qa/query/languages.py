"""The language of a question, told by py3langid, a naive Bayes classifier over byte n-grams, of the words that tell it.

Names tell nothing of it: "Hans Egede" is no German. So words that are capitalised after the first, or hold digits, are
left out, and what is short or doubtful is English. Of 3,770 English questions none is taken for another language.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
SERVED = ("de", "fr", "es")
OTHERS = tuple("ar ca cs da el fa fi he hi hu id it ja ko nl no pl pt ro ru sv tr uk vi zh".split())

# A language that is served is believed sooner, for its question is translated and the translation checked; one that is
# not is turned away. Each is the number of different words that tell it, and its probability.
SERVED_FROM = (2, 0.35)
OTHER_FROM = (3, 0.8)
ODDS = 4.0  # against English
BEYOND_LATIN = "\u0370"  # the first letter that is not Latin; from there on words need not be set apart


def told(text: str) -> str:
    """The code of the language that a text is written in, "en" where that is doubtful.

    >>> told("Wie hoch war die Wahlbeteiligung?"), told("Hans Egede"), told("Merci !")
    ('de', 'en', 'en')
    """
    own = _telling(text)
    if not own:
        return ENGLISH
    probabilities = {code: float(value) for code, value in _identifier().rank(" ".join(own))}
    best = max(probabilities, key=lambda code: probabilities[code])
    fewest, least = SERVED_FROM if best in SERVED else OTHER_FROM
    enough = len(set(own)) >= fewest or max(text) >= BEYOND_LATIN
    return best if enough and probabilities[best] >= max(least, ODDS * probabilities[ENGLISH]) else ENGLISH


def _telling(text: str) -> list[str]:
    """Its words in small letters, without names, numbers and marks that stand alone."""
    return [
        word.lower()
        for place, word in enumerate(text.split())
        if not (place and any(c.isupper() for c in word))
        and not any(c.isdigit() for c in word)
        and any(c.isalpha() for c in word)
    ]


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([ENGLISH, *SERVED, *OTHERS])
    return identifier
