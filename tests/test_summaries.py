"""Summaries of articles: made once of a text that is long enough, kept with it, gone with it."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.answer import Answerer
from qa.errors import ArticleNotFound
from qa.library import Library, Summaries
from qa.retrieval.retriever import HybridRetriever
from qa.types import Article
from qa.web.engine import Engine, NotReadyError
from qa.web.summarizing import Summarizer
from tests.conftest import ARTICLES, store
from tests.judges import WordJudge
from tests.test_web_api import served, wait_until
from tests.web_fake import FakeAnswerer

WHO = ("The harbour master", "The council", "A pilot", "The engineer", "The mayor", "A fisherman", "The surveyor")
WHAT = ("raised the eastern mole by two metres", "sold four old dredgers", "counted ninety ships in the outer port")
LONG = " ".join(f"{who} {what} in {1900 + n}." for n, (who, what) in enumerate((w, v) for v in WHAT for w in WHO))
PORT = Article("port", "The port", LONG, sha256="port")


@pytest.fixture
def real(retriever: HybridRetriever) -> Answerer:
    return Answerer(retriever, FakeListChatModel(responses=[""]), "fake", WordJudge())


@pytest.fixture
def summaries(library: Library) -> Summaries:
    return Summaries.beside(library)


def test_each_sentence_is_its_own_quote(real: Answerer, library: Library) -> None:
    store(library, PORT)
    summary = real.summary("port")
    assert (summary.status, summary.kind) == ("answered", "summary")
    assert len(summary.points) == len(summary.citations) == 5
    assert [point.text for point in summary.points] == [c.quote for c in summary.citations]
    assert all(LONG[c.start : c.end] == c.quote for c in summary.citations)
    assert sum(len(c.quote) for c in summary.citations) < len(LONG) / 3


def test_a_short_article_has_none(real: Answerer, library: Library) -> None:
    store(library, replace(PORT, text=" ".join(LONG.split(". ")[:4])))
    for name in ("bridge", "mill", "port"):
        summary = real.summary(name)
        assert (summary.status, summary.citations) == ("refused", ())
    with pytest.raises(ArticleNotFound):
        real.summary("nowhere")


def test_it_goes_with_its_text(library: Library, summaries: Summaries) -> None:
    article, kept = library.article("bridge"), {"text": "…", "status": "answered"}
    summaries.keep(article, kept)
    assert summaries.of("bridge") == kept
    summaries.keep(article, {"text": "again"})
    assert summaries.of("bridge") == {"text": "again"}
    store(library, replace(ARTICLES[0], text="It was closed.", sha256="other"))
    assert summaries.of("bridge") is None
    summaries.keep(article, kept)
    assert summaries.of("bridge") is None, "it was made of the text before"
    summaries.keep(library.article("bridge"), kept)
    library.remove("bridge")
    summaries.keep(article, kept)
    store(library, ARTICLES[0])
    assert summaries.of("bridge") is None


@pytest.fixture
def client(client: httpx.Client, answerer: FakeAnswerer, retriever: HybridRetriever) -> httpx.Client:
    """The one server, over a library of this test's own."""
    answerer.over(retriever)
    answerer.summed_up.clear()
    return client


def test_it_is_made_once_whoever_asks(
    client: httpx.Client, answerer: FakeAnswerer, summaries: Summaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answerer, "delay", 0.2)
    got: list[object] = []
    asking = [
        threading.Thread(target=lambda: got.append(client.get("/api/articles/bridge/summary").json())) for _ in range(4)
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert answerer.summed_up == ["bridge"]
    assert got == [summaries.of("bridge")] * 4
    assert summaries.of("bridge")["kind"] == "summary"  # type: ignore[index]


def test_a_refusal_is_kept_too_and_an_unknown_article_is_none(client: httpx.Client, answerer: FakeAnswerer) -> None:
    for _ in range(2):
        response = client.get("/api/articles/mill/summary")
        assert (response.status_code, response.json()["status"]) == (200, "refused")
    assert answerer.summed_up == ["mill"]
    response = client.get("/api/articles/nowhere/summary")
    assert response.status_code == 404
    assert response.json() == {"error": "no article has the id 'nowhere'; see `python -m ingest list`"}


def test_one_that_is_kept_waits_for_no_model(library: Library, summaries: Summaries) -> None:
    summarizer = Summarizer(Engine(FakeAnswerer, lambda: library))
    summaries.keep(library.article("bridge"), {"text": "…"})
    assert asyncio.run(summarizer.of("bridge", asker="a")) == {"text": "…"}
    with pytest.raises(NotReadyError):
        asyncio.run(summarizer.of("mill", asker="a"))


def test_while_the_models_load_it_is_503_in_one_line(tmp_path: Path) -> None:
    loaded = threading.Event()

    def load(_settings: object) -> FakeAnswerer:
        loaded.wait(20)
        return FakeAnswerer()

    library = Library.open(tmp_path / "library.sqlite3")
    store(library, ARTICLES[0])
    library.close()
    with served(load, tmp_path) as client:
        wait_until(lambda: client.get("/api/articles/bridge/summary").status_code != 404)
        response = client.get("/api/articles/bridge/summary")
        assert response.status_code == 503
        assert set(response.json()) == {"error"}
        assert "try again" in response.json()["error"]
        loaded.set()
