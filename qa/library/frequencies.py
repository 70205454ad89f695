"""In how many passages words stand: asked several times for each question, and counted once."""

import threading
from collections.abc import Iterable

import sqlalchemy as sa

from qa.library import full_text, storing

MOST = 20_000  # words that are kept


class Frequencies:
    """Those of one revision of a library; several threads may ask at once."""

    def __init__(self) -> None:
        self._kept: dict[str, int] = {}
        self._revision = -1
        self._lock = threading.Lock()

    def of(self, db: sa.Connection, words: Iterable[str]) -> dict[str, int]:
        """In how many passages each word stands, in any of its forms; where in many, about how many."""
        asked, revision = list(dict.fromkeys(words)), storing.revision(db)
        with self._lock:
            if revision != self._revision or len(self._kept) > MOST:
                self._kept, self._revision = {}, revision
            kept = self._kept
        new = full_text.index(db).frequencies(word for word in asked if word not in kept)
        kept |= new
        return {word: kept[word] for word in asked}
