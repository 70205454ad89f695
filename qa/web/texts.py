"""The words of the interface, one file a language in texts/; the browser's scripts read the same files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_date
from babel.numbers import format_decimal

from qa.types import Answer

FOLDER = Path(__file__).parent / "texts"
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))
DEFAULT = "en"
LANGUAGE_COOKIE = "article_qa_language"  # set by static/settings.js
SUPPORT = (("support.strong", 0.9), ("support.good", 0.7), ("support.weak", 0.0))  # and from which probability
REGIONS = {"en": "en_GB"}  # how dates are written where the language alone does not say


@dataclass(frozen=True)
class Texts:
    """What the page says in one language: `texts("key", name=value)`."""

    language: str
    words: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        return self.words[key].format(**values)

    def count(self, key: str, n: int) -> str:
        """`n` things, in the form that the number asks for."""
        form = Locale(self.language).plural_form(n)
        return self(f"{key}.{form}", n=format_decimal(n, locale=self._locale))

    def step(self, step: str) -> str:
        """What the engine is loading."""
        return self.words.get(f"step.{step}", step)

    def support(self, probability: float | None) -> str:
        """How well a sentence is supported, as a word and a number: "strong support, 0.97"; empty where unknown."""
        if probability is None:
            return ""
        word = next(word for word, least in SUPPORT if probability >= least)
        return f"{self(word)}, {format_decimal(probability, '0.00', self._locale)}"

    def seal(self, answer: Answer) -> str:
        """What was done to check an answer, with the least support of its sentences."""
        known = [s.support_probability for s in answer.sentences if s.support_probability is not None]
        return self("turn.checked", support=self.support(min(known))) if known else self("turn.verbatim")

    def noted(self, notes: Sequence[str]) -> str:
        """What was left out or guessed when an article was read; empty where nothing was."""
        return self("noted", notes=" · ".join(notes)) if notes else ""

    def date(self, iso: str | None) -> str:
        """29 January 2026; what is no date stays as it is."""
        try:
            day = date.fromisoformat((iso or "")[:10])
        except ValueError:
            return iso or ""
        return format_date(day, "long", self._locale)

    @property
    def _locale(self) -> str:
        return REGIONS.get(self.language, self.language)


@cache
def texts(language: str = DEFAULT) -> Texts:
    """The words in one of LANGUAGES."""
    return Texts(language, json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8")))


def chosen(asked: str | None, accepted: str | None) -> Texts:
    """In the language that the address names with `lang`, or else that the browser prefers (Accept-Language)."""
    wanted = [asked or "", *(part.partition(";")[0].strip() for part in (accepted or "").split(","))]
    try:
        found = negotiate_locale([tag for tag in wanted if tag], LANGUAGES, sep="-")
    except (ValueError, UnknownLocaleError):
        found = None
    return texts(found or DEFAULT)
