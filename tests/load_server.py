"""The server that tests/load.py asks.

`echo` repeats each question, for a quick test. `real` is the whole Answerer over lighthouses that were made up, with a
stand-in for the language model alone, which keeps both cores as busy while it reads and writes.
"""

import itertools
import random
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from qa.answer import Answerer
from qa.index import VectorIndex
from qa.library import Library
from qa.models import process
from qa.models.embedded import EmbeddedChatModel
from qa.models.extractor import load_extractor
from qa.models.kinds import load_kinds
from qa.models.support import load_support
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer, Article
from qa.web import engine
from tests.conftest import ARTICLES, HashedWords, store
from tests.test_web_api import served
from tests.web_fake import FakeAnswerer

STAND_IN = Path(__file__).with_name("engine_stand_in.py")
SYLLABLES = ("ba", "del", "gor", "ki", "lum", "mar", "nes", "ro", "tav", "vin")
NAMES = tuple("".join(parts).capitalize() for parts in itertools.permutations(SYLLABLES, 3))[:200:2]
FILLER = (
    "The keeper wrote down the weather three times a day. Storms came from the west in most winters. A road was built "
    "along the cliffs, and with it came the first visitors. The lamp was trimmed every evening at dusk, and put out at "
    "dawn. Ships passed far out when the tide was low. The tower was painted white, later white and red. Its walls are "
    "two metres thick at the foot. Wood and coal were brought by boat until the harbour silted up."
)


def key(number: int) -> str:
    return f"key-of-client-number-{number}"


class Echo(FakeAnswerer):
    """Answers each question with itself, so that a mixed-up answer is seen."""

    def stream(self, question: str, *rest: object) -> Iterator[Answer]:  # type: ignore[override]
        for answer in super().stream(question, *rest):  # type: ignore[arg-type]
            self.asked.clear()  # or memory would grow by what only tests look at
            yield replace(answer, text=f"{question} {answer.text}" if answer.status == "answered" else answer.text)


@contextmanager
def echo(settings: Settings) -> Iterator[FakeAnswerer]:
    library = Library.open(settings.library_path)
    for article in ARTICLES:
        store(library, article)
    index = VectorIndex.open(settings, library, HashedWords.identity)
    yield Echo(delay=0.02).over(HybridRetriever(library=library, index=index, embeddings=HashedWords()))
    index.close()
    library.close()


@contextmanager
def real(settings: Settings) -> Iterator[Answerer]:
    process.engine_command = lambda folder: [sys.executable, str(STAND_IN), str(folder)]  # type: ignore[assignment]
    (settings.data_dir / "busy").touch()
    retriever = HybridRetriever.open(settings)
    for article in map(lighthouse, NAMES):
        store(retriever.library, article, retriever.embeddings)  # type: ignore[arg-type]
    retriever.extractor = load_extractor(settings)
    model = EmbeddedChatModel(folder=settings.data_dir, model="stand-in")
    answerer = Answerer(retriever, model, "stand-in", load_support(settings), load_kinds(settings).tell)
    yield answerer
    answerer.close()


def lighthouse(name: str) -> Article:
    """An article of two passages, one of which says who built it; the builder's name is the lighthouse's own."""
    filler = FILLER.split(". ")
    random.Random(name).shuffle(filler)
    text = ". ".join((*filler[:4], f"The lighthouse of {name} was built by the engineer {name}son", *filler[4:])) + "."
    return Article(name.lower(), f"The lighthouse of {name}", text, source="Coast Gazette", sha256=name)


KINDS = {"echo": echo, "real": real}


@contextmanager
def serving(kind: str, folder: Path, clients: int, waiting: int) -> Iterator[str]:
    """The address of a server that knows so many clients, and lets so many questions wait."""
    opened: AbstractContextManager[FakeAnswerer | Answerer] = KINDS[kind](Settings(data_dir=folder))  # type: ignore[operator]
    with pytest.MonkeyPatch.context() as patch, opened as answerer:
        patch.setattr(engine, "ASKS", replace(engine.ASKS, waiting=waiting))
        with served(lambda _: answerer, folder, api_keys=",".join(map(key, range(clients)))) as http:
            yield str(http.base_url)


def serve(kind: str, folder: Path, clients: int, waiting: int, parent: Connection) -> None:
    """Tell the parent the address once the server is there, and end when the parent says so."""
    with serving(kind, folder, clients, waiting) as url:
        parent.send(url)
        parent.recv()
