"""Shared by all tests: a small library whose retrieval can be worked out by hand."""

import hashlib
import signal
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import numpy as np
import pytest
from argon2 import PasswordHasher
from langchain_core.embeddings import Embeddings

from ingest.split import split
from qa.index import VectorIndex
from qa.language.text import stems
from qa.library import Library
from qa.models.embeddings import SentenceEmbeddings, load_embeddings
from qa.models.kinds import load_kinds
from qa.query.kinds import Tell
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Article
from tests.web_fake import FakeAnswerer

# A shell lets what it starts in the background ignore Ctrl-C, and so would every program that a test starts and stops.
signal.signal(signal.SIGINT, signal.default_int_handler)

DIMENSION = 64
IDENTITY = "hashed-words"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # hashes a password in no time


class HashedWords(Embeddings):
    """Each stem of a text adds one to one of 64 places: texts are near when they share words."""

    identity = IDENTITY

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(DIMENSION, np.float32)
        for stem in stems(text):
            vector[hashlib.sha256(stem.encode()).digest()[0] % DIMENSION] += 1
        return (vector / (np.linalg.norm(vector) or 1)).tolist()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def encode_documents(self, texts: list[str], progress: object = None) -> np.ndarray:
        return np.asarray(self.embed_documents(texts), np.float32)


ARTICLES = (
    Article(
        "bridge",
        "The Varga bridge",
        "The Varga bridge opened in 1931. It is 412 metres long. The engineer Ada Thorne designed it.",
        source="Test Gazette",
        published_at="2025-03-01",
        sha256="1",
    ),
    Article(
        "ferry",
        "The Lomond ferry",
        "The Lomond ferry carries 9,300 people a day. A ticket costs 4 pounds.",
        source="Harbour News",
        published_at="2025-06-01",
        sha256="2",
    ),
    Article("mill", "Kestrel Mill", "Kestrel Mill was built in 1874. It grinds wheat for the valley.", sha256="3"),
)


def store(library: Library, article: Article, embeddings: HashedWords | SentenceEmbeddings | None = None) -> None:
    """Put an article into a library, embedded as `ingest` embeds it, by hashed words unless told otherwise."""
    encoder, passages = embeddings or HashedWords(), split(article)
    vectors = encoder.encode_documents([f"{article.title}\n{p.text}" for p in passages])
    library.put(article, passages, vectors, origin=f"/articles/{article.id}", model=encoder.identity)


def fill(settings: Settings, embeddings: HashedWords | SentenceEmbeddings | None = None) -> None:
    """The articles in the library of these settings, and in step with it the index."""
    library = Library.open(settings.library)
    for article in ARTICLES:
        store(library, article, embeddings)
    VectorIndex.open(settings, library, (embeddings or HashedWords()).identity).close()
    library.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture(scope="session")
def embeddings() -> SentenceEmbeddings:
    """The packaged embedding model for real."""
    return load_embeddings(Settings.from_env())


@cache
def tell() -> Tell:
    """What the kinds model says, for real."""
    return load_kinds(Settings.from_env()).tell


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    library = Library.open(settings.library)
    for article in ARTICLES:
        store(library, article)
    yield library
    library.close()


@pytest.fixture
def index(settings: Settings, library: Library) -> Iterator[VectorIndex]:
    index = VectorIndex.open(settings, library, IDENTITY)
    yield index
    index.close()


@pytest.fixture
def retriever(library: Library, index: VectorIndex) -> HybridRetriever:
    return HybridRetriever(library=library, index=index, embeddings=HashedWords())


@pytest.fixture(scope="module")
def answerer() -> FakeAnswerer:
    """What answers behind `client`: one for all tests of a file."""
    return FakeAnswerer()


@pytest.fixture(scope="module")
def client(answerer: FakeAnswerer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Of a real server, one for all tests of a file."""
    from tests.test_web_api import ready, served, wait_until

    with served(lambda _settings: answerer, tmp_path_factory.mktemp("data")) as client:
        wait_until(lambda: ready(client))
        yield client
