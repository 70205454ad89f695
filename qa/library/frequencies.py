"""In how many passages words stand: asked several times for each question, and counted once."""

import threading
from collections.abc import Iterable

import sqlalchemy as sa

from qa.library import full_text, storing
from qa.library.schema import count_of, passages

MOST = 20_000  # words that are kept
ALL = ""  # no word: what stands in every passage


class Frequencies:
    """Those of one revision of a library; several threads may ask at once."""

    def __init__(self) -> None:
        self._kept: dict[str, int] = {}
        self._revision = -1
        self._lock = threading.Lock()

    def of(self, db: sa.Connection, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, in any of its forms; where in many, about how many."""
        asked, kept = list(dict.fromkeys(words)), self._of_revision(db)
        new = full_text.index(db).frequencies(word for word in asked if word not in kept)
        kept |= new
        return {word: kept[word] for word in asked}

    def total(self, db: sa.Connection) -> int:
        """How many passages there are."""
        kept = self._of_revision(db)
        if ALL not in kept:
            kept[ALL] = count_of(db, passages)
        return kept[ALL]

    def _of_revision(self, db: sa.Connection) -> dict[str, int]:
        revision = storing.revision(db)
        with self._lock:
            if revision != self._revision or len(self._kept) > MOST:
                self._kept, self._revision = {}, revision
            return self._kept
