"""Questions that the articles answer, beside what was asked.

Code picks a fact, the model writes the question that it answers, and the reader, which knows only the question, must
find the fact again. Left to choose what to ask, a small model mostly asks for what no few words answer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest

from qa.language.days import written_days
from qa.language.orders import plays_a_part
from qa.language.text import contains, names, sentences, stems
from qa.query.question import points_at_text
from qa.retrieval.hits import Hit, likeliest
from qa.types import Evidence, Suggestion, Turn

MOST = 3
NEAREST = 4  # passages whose facts come before those of all others
TRIED = 12  # facts that a question is written for, at most
SENTENCE = range(40, 320)  # characters of a sentence that a fact is taken from
ALIKE = 0.6  # of the words of two questions, when they ask the same
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][\w'’-]+(?: (?:(?:of|de|the|for) )?[A-Z][\w'’-]+)+")
_NUMBER = re.compile(r"\b\d(?:[\d,.]*\d)?(?: (?:million|billion|trillion|percent|per cent))?(?: [a-z]{4,})?")


@dataclass(frozen=True)
class Fact:
    """A few words of an article that could be asked for, and the sentences they stand in."""

    evidence: Evidence
    text: str
    words: str


def suggestions(
    said: Sequence[Turn],
    passages: Sequence[Evidence],
    write: Callable[[Fact], str],
    find: Callable[[str], Sequence[Hit]],
) -> Iterator[Suggestion]:
    """At most MOST questions on facts of the passages that were not talked about, each as soon as it is found.

    `write` asks for a fact, and `find` retrieves for a question.
    """
    known = [turn.question for turn in said]
    facts = (
        fact for fact in _facts(passages) if not any(contains(f"{t.question} {t.answer}", fact.words) for t in said)
    )
    count = 0
    for fact in islice(facts, TRIED):
        question = " ".join(write(fact).split())
        if _can_be_asked(question, fact, known) and _is_found(fact, find(question)):
            known.append(question)
            yield Suggestion(question, fact.evidence.article_id, fact.evidence.title)
            count += 1
            if count == MOST:
                return


def _facts(passages: Sequence[Evidence]) -> Iterator[Fact]:
    """One of each of the nearest passages, then a second of each, and so on, at last of the others; no words twice."""
    rounds = (zip_longest(*map(_facts_of, some)) for some in (passages[:NEAREST], passages[NEAREST:]))
    seen = set()
    for fact in filter(None, chain.from_iterable(chain(*rounds))):
        if fact.words not in seen:
            seen.add(fact.words)
            yield fact


def _facts_of(passage: Evidence) -> Iterator[Fact]:
    """The first name, date or number of each sentence that has one, with the sentence before it."""
    before = ""
    for sentence in passage.sentences:
        if sentence.startswith("#") or plays_a_part(sentence):
            before = ""
            continue
        words = _told_in(sentence)
        if words and len(sentence) in SENTENCE and not contains(passage.title, words):
            yield Fact(passage, f"{before} {sentence}".strip(), words)
        before = sentence


def _told_in(sentence: str) -> str:
    if name := _NAME.search(sentence):
        return name[0]
    if days := written_days(sentence):
        return days[0]
    number = _NUMBER.search(sentence)
    return number[0] if number else ""


def _can_be_asked(question: str, fact: Fact, known: Sequence[str]) -> bool:
    """Whether it is one question that stands alone, is new, and does not hold its answer."""
    return (
        question.endswith("?")
        and len(sentences(question)) == 1
        and bool(names(question))
        and not contains(question, fact.words)
        and not points_at_text(question)
        and not plays_a_part(question)
        and not any(_alike(stems(question), stems(other)) for other in known)
    )


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) >= ALIKE * len(one | other)


def _is_found(fact: Fact, found: Sequence[Hit]) -> bool:
    """Whether the reader would answer with the fact, in its article."""
    best = likeliest(found)
    return (
        best is not None
        and best.sure
        and best.evidence.article_id == fact.evidence.article_id
        and (contains(best.answer, fact.words) or contains(fact.words, best.answer))
    )
