"""The parts of an article that the reader asks for, over real HTTP with a real library."""

import httpx
import pytest

from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from tests.web_fake import FakeAnswerer

MARKDOWN = b"# The quay\n\nThe **Selby quay** was built of basalt.\n"


@pytest.fixture
def client(client: httpx.Client, answerer: FakeAnswerer, retriever: HybridRetriever) -> httpx.Client:
    """The one server, over a library of this test's own."""
    answerer.over(retriever)
    return client


def add(client: httpx.Client, name: str, content: bytes) -> str:
    (added,) = client.post("/api/articles", files=[("files", (name, content))]).json()["added"]
    return str(added)


def kinds(client: httpx.Client, article_id: str) -> list[str]:
    return [element["kind"] for element in client.get(f"/api/articles/{article_id}/layout").json()["elements"]]


def test_only_markdown_is_laid_out_as_markdown(client: httpx.Client, library: Library) -> None:
    quay, same = add(client, "quay.md", MARKDOWN), add(client, "signs.txt", MARKDOWN.replace(b"Selby", b"Other"))
    assert kinds(client, quay) == ["heading", "paragraph"]
    assert kinds(client, same) == ["heading", "lines"]
    assert [library.article(name).markup for name in (quay, same)] == ["markdown", None]
    laid = client.get(f"/api/articles/{quay}/layout").json()
    assert laid["sha256"] == library.article(quay).sha256
    start = MARKDOWN.index(b"Selby quay")
    strong = {"kind": "strong", "parts": [{"start": start, "end": start + 10, "text": None}]}
    assert laid["elements"][1]["parts"][1] == strong | {"address": None, "number": None}


def test_an_id_may_end_as_the_path_of_a_part_does(client: httpx.Client) -> None:
    add(client, "rows.jsonl", b'{"id": "a/layout", "title": "T", "text": "The Selby quay was built of basalt."}\n')
    assert client.get("/api/articles/a%2Flayout").json()["title"] == "T"
    assert kinds(client, "a%2Flayout") == ["lines"]
    assert client.delete("/api/articles/a%2Flayout").json() == {"removed": "a/layout"}


def test_an_unknown_article_has_no_parts(client: httpx.Client) -> None:
    response = client.get("/api/articles/nowhere/layout")
    assert response.status_code == 404
    assert response.json() == {"error": "no article has the id 'nowhere'; see `python -m ingest list`"}
