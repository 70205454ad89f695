"""Facts of an article that could be asked for, and which of the questions written for them can be asked.

Code picks a fact, the model writes the question that it answers. Left to choose what to ask, a small model mostly asks
for what no few words answer.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from qa.language.days import days_in, written_days
from qa.language.numerals import numerals
from qa.language.orders import plays_a_part
from qa.language.text import contains, names, sentences, stems
from qa.query.question import points_at_text
from qa.types import Article

ALIKE = 0.6  # of the words of two questions, when they ask the same
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: (?:(?:of|de|the|for) )?[A-Z][\w'’-]+)+")
_COUNTED = re.compile(r" ?%| [a-z]{4,}|")  # what stands behind a number


@dataclass(frozen=True)
class Fact:
    """A few words of an article that could be asked for, and the sentence that they stand in: `text[start:end]`.

    `read` is that sentence with the one before it.
    """

    article_id: str
    title: str
    words: str
    read: str
    start: int
    end: int


def facts(article: Article, told: Iterable[tuple[int, int]]) -> list[Fact]:
    """The facts of some sentences, `text[start:end]`: the first of each, then a second of each, …; no words twice."""
    rounds = zip_longest(*(_facts_of(article, start, end) for start, end in told))
    found: dict[str, Fact] = {}
    for fact in filter(None, chain.from_iterable(rounds)):
        found.setdefault(fact.words, fact)
    return list(found.values())


def _facts_of(article: Article, start: int, end: int) -> Iterator[Fact]:
    """The first name, date and number of a sentence that the title does not hold."""
    sentence = " ".join(article.text[start:end].split())
    read = f"{_before(article, start)} {sentence}".strip()
    for words in _told_in(sentence):
        if not contains(article.title, words):
            yield Fact(article.id, article.title, words, read, start, end)


def _before(article: Article, start: int) -> str:
    """The sentence before it in its paragraph; nothing where it plays a part of a prompt."""
    paragraph = article.text.rfind("\n", 0, start) + 1
    spans = sentences(article.text[paragraph:start])
    before = " ".join(article.text[paragraph + spans[-1][0] : start].split()) if spans else ""
    return "" if plays_a_part(before) else before


def _told_in(sentence: str) -> Iterator[str]:
    if name := _NAME.search(sentence):
        yield name[0]
    days = written_days(sentence)
    yield from days[:1]
    for number in numerals(sentence):
        words = sentence[number.start : number.end]
        if words.lower() != "one" and not any(words in day for day in days):
            counted = None if days_in(words) else _COUNTED.match(sentence, number.end)
            yield words + (counted[0] if counted else "")
            return


def can_be_asked(question: str, fact: Fact, known: Sequence[str]) -> bool:
    """Whether it is one question that stands alone, is new, and does not hold its answer."""
    return (
        question.endswith("?")
        and len(sentences(question)) == 1
        and bool(names(question))
        and not contains(question, fact.words)
        and not points_at_text(question)
        and not plays_a_part(question)
        and is_new(question, known)
    )


def is_new(question: str, known: Iterable[str]) -> bool:
    """Whether none of those known asks the same, by its words."""
    asked = stems(question)
    return not any(_alike(asked, stems(other)) for other in known)


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)
