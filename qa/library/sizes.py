"""How much the library holds, has pending and failed: counts alone, which may be asked every few seconds."""

from dataclasses import dataclass

from qa.library import ledger
from qa.library.schema import articles, count_of, failures, passages
from qa.storage.database import Store


@dataclass(frozen=True)
class Size:
    """Numbers of articles, of their passages, of articles left over from a run, and of those that failed."""

    articles: int
    passages: int
    pending: int
    failed: int


class Sizes(Store):
    """Looks at no article."""

    def now(self) -> Size:
        """As they stand."""
        with self._reading() as db:
            return Size(count_of(db, articles), count_of(db, passages), ledger.pending(db), count_of(db, failures))
