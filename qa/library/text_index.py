"""What full text search asks of a database engine, and BM25, by which passages are ranked."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

TITLE_WEIGHT = 0.5
SATURATION, BY_LENGTH = 1.2, 0.75  # k1 and b of BM25, as FTS5 has them
LEAST = 1e-6  # what a word tells that stands in most passages


@dataclass(frozen=True)
class Word:
    """A word that is looked for in any of its forms; with all that begin with it, if it is only begun."""

    text: str
    is_begun: bool = False


class TextIndex(Protocol):
    """The full text of all passages, within a transaction."""

    def ranked(self, words: Sequence[Word], limit: int, let_through: sa.Select[int] | None = None) -> dict[int, float]:
        """Row id -> BM25 score of the passages that hold any of the words best, among some or among all, best first."""

    def holders(self, word: Word) -> sa.Select[Any] | sa.TextualSelect:
        """The id of its article for each passage that holds a word, or whose title does."""

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, in any of its forms; where in many, about how many."""

    def size(self) -> int:
        """About how many passages there are."""

    def texts(self, rowids: Iterable[int]) -> Iterable[tuple[int, str, str]]:
        """Some passages as they are searched: row id, title, text."""

    def terms(self, beginning: str, among: Collection[str]) -> set[str]:
        """The terms with this beginning, and those among some others."""

    def add(self, title: str, texts: Sequence[tuple[int, str]]) -> None:
        """Take in the passages of an article, each with its row id."""

    def drop(self, article_id: str) -> None:
        """Forget the passages of an article, which are still there."""

    def is_sound(self) -> bool:
        """Whether it has an entry for each passage, and the engine finds its own tables in order."""

    def rebuild(self) -> None:
        """Make it again from passages and titles, whatever is left of it."""


def tells(number: int, total: int) -> float:
    """How much a word tells that stands in so many of all passages."""
    return max(LEAST, math.log((total - number + 0.5) / (number + 0.5)))
