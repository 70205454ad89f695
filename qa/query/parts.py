"""A question that is made of several -> the plain questions whose answers together answer it."""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal, get_args

from qa.language.text import names, numbers, stems, words
from qa.query.question import asks_for

Relation = Literal["each", "compare", "larger", "smaller", "earlier", "later", "same", "difference", "total", "share"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
MOST = 4
_FIGURES = re.compile(r"\d+")


@dataclass(frozen=True)
class Parts:
    """Questions, or names of what is compared, and what is to be done with their answers."""

    relation: Relation
    questions: tuple[str, ...]

    def label(self, number: int) -> str:
        """What sets a part apart from the others: of "How long is the Elbe?" and "How long is the Oder?" "Elbe"."""
        own = self.questions[number].rstrip("?").split()
        others = {word.rstrip("?") for k, q in enumerate(self.questions) if k != number for word in q.split()}
        at = [place for place, word in enumerate(own) if word not in others]
        return " ".join(own[at[0] : at[-1] + 1]) if at else " ".join(own)


def parts_of(question: str, written: str, named: Set[str] = frozenset()) -> Parts | None:
    """The parts as a model wrote them, the relation in the first line; None where they do not ask for the same.

    There are two to four, no two of the same words, none is the question itself. They bring no name or number of their
    own, lose none of the question's names, which `named` adds to where it writes them small, and none of its figures;
    and each has words of it.

    >>> parts_of("Is Ada older than Tom?", "earlier\\nWhen was Ada born?\\nWhen was Tom born?").label(1)
    'Tom'
    """
    relation, *lines = [line.strip() for line in written.strip().splitlines() if line.strip()] or [""]
    found = tuple(dict.fromkeys(map(_marked, lines)))
    known, named = stems(question), names(question) | named | set(_FIGURES.findall(question))
    if len({frozenset(words(part)) for part in found}) < len(found):
        return None
    if relation not in RELATIONS or not 2 <= len(found) <= MOST or question in found:
        return None
    if any(not names(f"a {part}") <= known or not numbers(part) <= numbers(question) for part in found):
        return None
    kept = {stem for part in found for stem in stems(part)} | set(_FIGURES.findall(" ".join(found)))
    if any(not stems(part) & known for part in found) or not named <= kept:
        return None
    return Parts(relation, found)


def _marked(part: str) -> str:
    """With its question mark, if it is a question."""
    asks = asks_for(part) or set(words(part)[:1]) & {"how", "why"}
    return f"{part.rstrip('.')}?" if asks and not part.endswith("?") else part
