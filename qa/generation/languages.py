"""An answer in the language of its question: by code from a table, else by the language model and checked by code.

What articles say stays as they write it, and so does a sentence whose translation fails the check.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from qa.query.languages import ENGLISH
from qa.query.translation import MAX_LONGER, digits, names_kept
from qa.types import Answer, Sentence

TEXTS = Path(__file__).with_name("languages.json")
YES_OR_NO = ("Yes", "No")

Say = Callable[[Sequence[str]], str]  # sentences -> their translations, a line each


def name_of(language: str) -> str:
    """What a language that is served is called in English."""
    return str(_texts()[language]["name"])


def not_understood(language: str) -> str:
    """That a question could not be read in its language, in this and, where that is not served, in English."""
    own: Mapping[str, str] = _texts().get(language, {})
    if "not understood" in own:
        return own["not understood"]
    return " ".join(filter(None, (own.get("not served"), _texts()[ENGLISH]["not served"])))


def said_in(answer: Answer, say: Say) -> Answer:
    """A finished answer in its own language.

    What code says comes from the table; `say` is asked once, for the sentences in the model's own words. What is quoted
    stays as the articles write it.
    """
    language = answer.language
    if language == ENGLISH:
        return answer
    if not answer.sentences:
        return replace(answer, text=by_table(answer.text, language) or answer.text)
    told = {s.text: found for s in answer.sentences if (found := by_table(s.text, language))}
    left = [sentence.text for sentence in answer.sentences if sentence.support == "supported"]
    lines = [line.strip() for line in say(left).splitlines() if line.strip()] if left else []
    if len(lines) == len(left):
        told |= {own: line for own, line in zip(left, lines, strict=True) if says_the_same(line, own, answer)}
    return _with(answer, told)


def says_the_same(translated: str, said: str, answer: Answer) -> bool:
    """Whether a translated sentence of an answer has the same numbers, names and Yes or No."""
    language = answer.language
    for word in YES_OR_NO:
        if said.startswith((f"{word},", f"{word}.")):
            own = (by_table(f"{word}.", language) or "").rstrip(".")
            if not translated.startswith((f"{own},", f"{own}.")):
                return False
    return (
        translated != said
        and len(translated.split()) <= MAX_LONGER * len(said.split())
        and digits(translated) == digits(said)
        and names_kept(said, translated, language, answer.question, answer.standalone_question)
    )


def by_table(said: str, language: str) -> str | None:
    """A sentence that code wrote, in another language; None where the table lacks it.

    >>> by_table("There are 15 articles.", "de")
    'Es gibt 15 Artikel.'
    """
    for template, own in _texts()[language]["said"].items():
        values = _values(template, said)
        if values is not None:
            return str(own).format(**values)
    return None


def _values(template: str, said: str) -> dict[str, str] | None:
    """What stands in the fields of a template; None where a sentence is not made by it."""
    parts = list(Formatter().parse(template))
    begin, rest = parts[0][0], said
    if not rest.startswith(begin):
        return None
    rest, values = rest.removeprefix(begin), dict[str, str]()
    for (_, name, _, _), follows in zip(parts, [*(literal for literal, *_ in parts[1:]), ""], strict=True):
        if name is None:
            break
        value, found, rest = rest.partition(follows) if follows else (rest, "", "")
        if not value or (follows and not found):
            return None
        values[name] = value
    return None if rest else values


def _with(answer: Answer, told: Mapping[str, str]) -> Answer:
    """The answer with other words for some of its sentences, in its text as well."""
    text, at, sentences = answer.text, 0, list[Sentence]()
    for sentence in answer.sentences:
        place = text.find(sentence.text, at)
        own = told.get(sentence.text)
        if own and place >= 0:
            text = text[:place] + own + text[place + len(sentence.text) :]
            sentence = replace(sentence, text=own)
        at = place + len(sentence.text) if place >= 0 else at
        sentences.append(sentence)
    return replace(answer, text=text, sentences=tuple(sentences))


@cache
def _texts() -> Mapping[str, Any]:
    texts: Mapping[str, Any] = json.loads(TEXTS.read_text(encoding="utf-8"))
    return texts
