"""How much the library holds, has pending and failed: counts alone, which may be asked every few seconds."""

from dataclasses import dataclass

import sqlalchemy as sa

from qa.library import ledger
from qa.library.schema import articles, failures, passages
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
            held, cut, failed = (
                db.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for table in (articles, passages, failures)
            )
            return Size(held, cut, ledger.pending(db), failed)
