"""Articles that are embedded together: one call for many passages is what makes embedding fast."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.embedded import Embedded, Encoder, embed, texts_of
from ingest.report import Verdict
from qa.library import Entry, Library, Likeness
from qa.telemetry.stages import stage
from qa.types import Article, Passage, Visit

BATCH_ARTICLES = 64
BATCH_PASSAGES = 1000
BATCH_SECONDS = 10.0  # what was fetched slowly is stored before more is fetched


@dataclass(frozen=True)
class Pending:
    """An article ready to be stored, and to be embedded where it is not yet.

    `former` is the id it had until now, if another.
    """

    article: Article
    passages: list[Passage]
    origin: str
    item: str
    verdict: Verdict = "updated"
    former: str | None = None
    likeness: Likeness | None = None
    visit: Visit | None = None
    embedded: Embedded | None = None


class Batch:
    """Fills until it is large enough, or its first article has waited long enough."""

    def __init__(self) -> None:
        self._articles: list[Pending] = []
        self._passages = 0
        self._since = 0.0

    def put(self, pending: Pending) -> None:
        if not self._articles:
            self._since = time.monotonic()
        self._articles.append(pending)
        self._passages += len(pending.passages)

    @property
    def is_full(self) -> bool:
        late = bool(self._articles) and time.monotonic() - self._since > BATCH_SECONDS
        return late or len(self._articles) >= BATCH_ARTICLES or self._passages >= BATCH_PASSAGES

    def take(self) -> list[Pending]:
        """What is in it; it is empty then."""
        articles, self._articles, self._passages = self._articles, [], 0
        return articles


def store(
    batch: Sequence[Pending],
    library: Library,
    encoder: Callable[[], Encoder],
    progress: Callable[[int], None] | None = None,
) -> Iterator[Pending]:
    """Embed what is not yet, in one call, and store all of it at once; yield each article then."""
    waiting = [texts_of(pending.article, pending.passages) for pending in batch if not pending.embedded]
    made = iter(embed(waiting, encoder(), progress) if waiting else ())
    with stage("store"):
        library.put_all([_entry(pending, pending.embedded or next(made)) for pending in batch])
    yield from batch


def _entry(pending: Pending, embedded: Embedded) -> Entry:
    article, passages, origin = pending.article, pending.passages, pending.origin
    return Entry(article, passages, embedded.vectors, origin, embedded.model, pending.likeness, pending.former)
