"""Passages -> vectors, with what tells that they belong together."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.errors import ClusterError, IndexMismatch
from qa.library import Library, Vectors
from qa.telemetry.stages import stage
from qa.types import Article, Passage


class Encoder(Protocol):
    """The embedding model, as far as it is needed here; `progress` is told how many texts are done."""

    @property
    def identity(self) -> str: ...

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> Vectors: ...


@dataclass(frozen=True)
class Embedded:
    """The vectors of an article's passages, one row each, and the model that made them; `digest` is of what it read."""

    model: str
    vectors: Vectors
    digest: str


def texts_of(article: Article, passages: Sequence[Passage]) -> list[str]:
    """What the model reads of an article: its passages, each with the title in front."""
    return [f"{article.title}\n{passage.text}" if article.title else passage.text for passage in passages]


def digest_of(texts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def embed(
    articles: Sequence[list[str]], encoder: Encoder, progress: Callable[[int], None] | None = None
) -> list[Embedded]:
    """The texts of several articles, in one call."""
    passages = [text for texts in articles for text in texts]
    with stage("embed") as embedding:
        embedding.facts |= {"articles": len(articles), "passages": len(passages)}
        vectors = encoder.encode_documents(passages, progress)
    made, start = [], 0
    for texts in articles:
        end = start + len(texts)
        made.append(Embedded(encoder.identity, vectors[start:end], digest_of(texts)))
        start = end
    return made


class OneModel:
    """The model of a run: loaded once there is something to embed, and the only one of the library."""

    def __init__(self, library: Library, load: Callable[[], Encoder]) -> None:
        self._library = library
        self._load = load
        self._encoder: Encoder | None = None
        self._identity: str | None = None

    def ready(self) -> Encoder:
        """The model, loaded; raises IndexMismatch where another one embedded the library."""
        if self._encoder is None:
            self._encoder = self._load()
            self._require(self._encoder.identity)
        return self._encoder

    def accept(self, embedded: Embedded, article: Article, passages: Sequence[Passage]) -> None:
        """What was embedded elsewhere; raises ClusterError where it is not these passages that were."""
        if embedded.digest != digest_of(texts_of(article, passages)):
            raise ClusterError(
                "the cluster cuts articles up in another way than this machine; install the same article-qa on all"
            )
        self._require(embedded.model)

    def _require(self, identity: str) -> None:
        if identity == self._identity:
            return
        if self._identity or self._library.embedded_otherwise(identity):
            raise IndexMismatch(
                f"the library was embedded by another model than {identity};"
                " run `python -m ingest rebuild`, then add again"
            )
        self._identity = identity
