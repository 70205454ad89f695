"""What the library tells and is told, beside the articles themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.types import Article, Passage

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class ArticleInfo:
    """An article without its text, as `list` shows it.

    `story` is the id of the first of its near copies, itself included; None where it has none. `added_at` is the ISO
    8601 time, UTC, at which it came the first time; None where that was not noted yet.
    """

    id: str
    title: str
    source: str | None
    author: str | None
    published_at: str | None
    updated_at: str | None
    url: str | None
    language: str | None
    sha256: str
    origin: str
    passages: int
    characters: int
    story: str | None
    notes: tuple[str, ...]
    added_at: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """A sentence of an article, `text == article.text[start:end]`, and where in it the words stand that were found."""

    text: str
    start: int
    end: int
    marks: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Listed(ArticleInfo):
    """An article in a list; with the sentence that shows what was looked for, where its text does."""

    hit: Hit | None = None


@dataclass(frozen=True)
class ArticlePage:
    """Some of the articles: `next` is where the next page begins, `found` how many there are on all, out of `total`."""

    articles: tuple[Listed, ...]
    next: str | None
    found: int
    total: int


@dataclass(frozen=True)
class Named:
    """An article by its title."""

    id: str
    title: str


@dataclass(frozen=True)
class Failed:
    """An item that could not be added when it was last tried; `failed_at` is an ISO 8601 time, UTC."""

    item: str
    error: str
    failed_at: str


@dataclass(frozen=True)
class Noted:
    """An article of which something was left out or guessed when it was read."""

    id: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class LibraryStats:
    """What the library holds, as `status` shows it.

    `near_copies` counts the articles beyond the first of each story, `pending` what the last run was to
    deal with and did not, and what a rebuild that was cut short left to do.
    """

    articles: int
    passages: int
    sources: tuple[str, ...]
    first_date: str | None
    last_date: str | None
    bytes: int
    models: tuple[str, ...]
    near_copies: int = 0
    pending: int = 0
    failed: tuple[Failed, ...] = ()
    noted: tuple[Noted, ...] = ()


@dataclass(frozen=True)
class Changes:
    """What happened since a revision: articles to drop from the index and those to bring in again."""

    revision: int
    gone: tuple[str, ...]
    fresh: tuple[str, ...]


@dataclass(frozen=True)
class StoredPassage:
    """A passage as the index needs it: the row id is its key, never used twice."""

    rowid: int
    vector: Vectors
    article_id: str


@dataclass(frozen=True)
class VectorTable:
    """All passages: row ids (n), vectors (n, dim)."""

    rowids: NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True)
class Digests:
    """The digests of all articles, sorted, by their first eight bytes: small enough to be sent to other machines.

    Two texts have the same eight bytes once in 10^19, so what it holds for known is looked up before it is believed.
    """

    beginnings: NDArray[np.uint64]

    @classmethod
    def of(cls, sha256s: Iterable[str]) -> "Digests":
        return cls(np.sort(np.fromiter(map(_beginning, sha256s), np.uint64)))

    def __contains__(self, sha256: str) -> bool:
        digest = np.uint64(_beginning(sha256))
        place = int(np.searchsorted(self.beginnings, digest))
        return place < len(self.beginnings) and bool(self.beginnings[place] == digest)


def _beginning(sha256: str) -> int:
    return int(sha256[:16], 16)


@dataclass(frozen=True)
class Likeness:
    """What ties an article to its near copies: its signature, and the ids of those it is like."""

    signature: bytes
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An article to be stored, with its passages, their vectors (n, dim) and the model that made them.

    Without a likeness its near copies stay those it has; `former` is the id it had until now, if another.
    """

    article: Article
    passages: Sequence[Passage]
    vectors: Vectors
    origin: str
    model: str
    likeness: Likeness | None = None
    former: str | None = None


@dataclass(frozen=True)
class PreparedQuestion:
    """A question that `words` of an article answer, which stand in the quote: `article.text[start:end] == quote`."""

    question: str
    article_id: str
    title: str
    words: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class QuestionTable:
    """Prepared questions to be compared: their ids, those of their articles, and their vectors (n, dim)."""

    ids: tuple[int, ...]
    article_ids: tuple[str, ...]
    vectors: Vectors


def stacked(vectors: Sequence[bytes]) -> Vectors:
    """Vectors as they are stored, one below the other (n, dim)."""
    return np.frombuffer(b"".join(vectors), np.float32).reshape(len(vectors), -1 if vectors else 0)
