"""Articles that are embedded together: one call for many passages is what makes embedding fast."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.report import Verdict
from qa.library import Library, Likeness, Vectors
from qa.types import Article, Passage, Visit

BATCH_ARTICLES = 64
BATCH_PASSAGES = 1000
BATCH_SECONDS = 10.0  # what was fetched slowly is stored before more is fetched


class Encoder(Protocol):
    """The embedding model, as far as it is needed here; `progress` is told how many texts are done."""

    @property
    def identity(self) -> str: ...

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> Vectors: ...


@dataclass(frozen=True)
class Pending:
    """An article ready to be embedded and stored; `former` is the id it had until now, if another."""

    article: Article
    passages: list[Passage]
    origin: str
    item: str
    verdict: Verdict = "updated"
    former: str | None = None
    likeness: Likeness | None = None
    visit: Visit | None = None


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
    batch: Sequence[Pending], library: Library, encoder: Encoder, progress: Callable[[int], None] | None = None
) -> Iterator[Pending]:
    """Embed the passages of a batch, titles in front, in one call; yield each article once it is stored."""
    texts = [f"{p.article.title}\n{s.text}" if p.article.title else s.text for p in batch for s in p.passages]
    vectors = encoder.encode_documents(texts, progress)
    start = 0
    for pending in batch:
        end = start + len(pending.passages)
        library.put(
            pending.article,
            pending.passages,
            vectors[start:end],
            origin=pending.origin,
            model=encoder.identity,
            likeness=pending.likeness,
            former=pending.former,
        )
        start = end
        yield pending
