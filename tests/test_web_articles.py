"""/api/articles over real HTTP, with a real library and embeddings that can be worked out by hand."""

import json
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest

from qa.errors import ModelError
from qa.library import Library
from qa.models.embeddings import load_embeddings
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.web import articles, collect, guard
from tests.conftest import HashedWords, fill
from tests.test_web_api import events, ready, served, wait_until
from tests.web_fake import FakeAnswerer

QUAY = b"# The Selby quay\n\nThe Selby quay was built of basalt in 1902 by Ines Aldana.\n"
TOWER = b"# The Orme tower\n\nThe Orme tower has 212 steps and a clock without hands.\n"
PAGE = (
    b"<html><title>The kiln</title><body><article><p>The kiln of Dunmore burnt lime for the fields until 1954,"
    b" when the last keeper left it for the town.</p></article></body></html>"
)
BROKEN = b"%PDF-1.7 this is no PDF"


@pytest.fixture
def uploads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where uploaded files lie while they are read."""
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def client(client: httpx.Client, answerer: FakeAnswerer, retriever: HybridRetriever, uploads: Path) -> httpx.Client:
    """The one server, over a library of this test's own."""
    answerer.over(retriever)
    return client


def send(client: httpx.Client, *files: tuple[str, bytes], **rest: object) -> httpx.Response:
    return client.post("/api/articles", files=[("files", file) for file in files], **rest)


def test_the_list_and_an_article_are_those_of_the_command_line(client: httpx.Client, library: Library) -> None:
    library.note("bridge", ("2 pictures with text",))
    infos, article = [asdict(info) for info in library.articles()], asdict(library.article("bridge"))
    assert client.get("/api/articles").json() == json.loads(json.dumps(infos))
    more = {"passages": 1, "tags": [], "same_story": []}
    assert client.get("/api/articles/bridge").json() == json.loads(json.dumps(article)) | more
    assert article["notes"] == infos[0]["notes"] == ("2 pictures with text",)


def test_three_files_of_which_one_is_broken(
    client: httpx.Client, library: Library, retriever: HybridRetriever, uploads: Path
) -> None:
    response = send(client, ("quay.md", QUAY), ("broken.pdf", BROKEN), ("tower.txt", TOWER))
    assert response.status_code == 200
    report = response.json()
    assert report["added"] == ["quay", "tower"]
    assert [failure["item"] for failure in report["failed"]] == ["broken.pdf"]
    assert "\n" not in report["failed"][0]["error"]
    assert retriever.search("Who built the Selby quay of basalt?")[0].article_id == "quay"
    assert {info.origin for info in library.articles()} >= {"upload:quay.md", "upload:tower.txt"}
    assert list(uploads.iterdir()) == []


def test_a_file_of_the_same_name_replaces_its_earlier_version(client: httpx.Client, library: Library) -> None:
    assert send(client, ("quay.md", QUAY)).json()["added"] == ["quay"]
    assert send(client, ("quay.md", QUAY)).json()["unchanged"] == ["quay"]
    assert send(client, ("quay.md", QUAY.replace(b"1902", b"1903"))).json()["updated"] == ["quay"]
    assert "1903" in library.article("quay").text
    assert send(client, ("copy.md", QUAY.replace(b"1902", b"1903"))).json()["duplicates"][0]["of"] == "quay"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../../etc/passwd.txt", "passwd.txt"),
        ("C:\\notes\\quay.md", "quay.md"),
        ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
        ("/", "unnamed"),
        ("x" * 300 + ".md", "x" * 197 + ".md"),
    ],
)
def test_a_file_name_is_data_and_never_a_path(
    client: httpx.Client, library: Library, uploads: Path, name: str, kept: str
) -> None:
    (added,) = send(client, (name, QUAY)).json()["added"]
    assert {info.id: info.origin for info in library.articles()}[added] == f"upload:{kept}"
    assert list(uploads.iterdir()) == []


def test_a_stream_tells_each_item_and_ends_with_the_report(client: httpx.Client) -> None:
    response = send(client, ("quay.md", QUAY), ("broken.pdf", BROKEN), data={"stream": "true"})
    assert response.headers["content-type"].startswith("text/event-stream")
    told = events(response.text)
    settled = {event["settled"]["item"]: event["settled"] for event in told if "settled" in event}
    assert settled["quay.md"] == {"item": "quay.md", "verdict": "added", "detail": "quay", "title": "The Selby quay"}
    assert settled["broken.pdf"]["verdict"] == "failed"
    progress = [event["progress"] for event in told if "progress" in event]
    assert {step["total"] for step in progress} == {2}
    assert told[-1]["report"]["added"] == ["quay"]


def test_what_a_browser_has_of_a_page_is_the_article_of_its_address(
    client: httpx.Client, library: Library, uploads: Path
) -> None:
    def sent(page: bytes, url: str) -> dict[str, object]:
        return dict(send(client, ("page.html", page), data={"url": url}).json())

    assert sent(PAGE, "HTTPS://News.Example/lime/kiln?day=3#top")["added"] == ["kiln"]
    article = library.article("kiln")
    assert (article.title, article.url) == ("The kiln", "https://news.example/lime/kiln?day=3")
    assert library.origins()["kiln"] == article.url
    assert sent(PAGE, "https://news.example/lime/kiln?day=3")["unchanged"] == ["kiln"]
    assert sent(PAGE.replace(b"1954", b"1955"), article.url or "")["updated"] == ["kiln"]
    assert "1955" in library.article("kiln").text
    report = sent(BROKEN, "https://news.example/broken")
    assert report["failed"][0]["item"] == "https://news.example/broken"  # type: ignore[index]
    assert library.failed()[0].item == "https://news.example/broken"
    assert list(uploads.iterdir()) == []


def test_what_a_browser_has_is_read_in_utf_8_whatever_the_page_declares(client: httpx.Client, library: Library) -> None:
    page = PAGE.replace(b"<html>", b'<html><meta charset="windows-1252">').replace(b"Dunmore", "Dúnmóre – 灰".encode())
    send(client, ("page.html", page), data={"url": "https://news.example/kiln"})
    assert "Dúnmóre – 灰" in library.article("kiln").text


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/etc/passwd",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://",
        "https://ada@news.example/",
        "https://news.example:22/",
        "https://news.example/" + "x" * 2000,
    ],
)
def test_a_page_of_no_web_address_is_refused(client: httpx.Client, library: Library, uploads: Path, url: str) -> None:
    response = send(client, ("page.html", PAGE), data={"url": url})
    assert response.status_code == 422
    assert response.json()["error"].startswith("url: ")
    assert "\n" not in response.json()["error"]
    assert len(library.articles()) == 3
    assert list(uploads.iterdir()) == []


def test_an_address_goes_with_one_page(client: httpx.Client, library: Library) -> None:
    response = send(client, ("a.html", PAGE), ("b.html", PAGE), data={"url": "https://news.example/"})
    assert (response.status_code, len(library.articles())) == (422, 3)
    assert "one file" in response.json()["error"]


def test_an_article_is_removed_once(client: httpx.Client, retriever: HybridRetriever) -> None:
    assert client.delete("/api/articles/bridge").json() == {"removed": "bridge"}
    assert "bridge" not in {found.article_id for found in retriever.search("the Varga bridge")}
    for response in (client.delete("/api/articles/bridge"), client.get("/api/articles/bridge")):
        assert response.status_code == 404
        assert response.json() == {"error": "no article has the id 'bridge'; see `python -m ingest list`"}


def test_an_id_may_hold_a_slash_and_more(client: httpx.Client) -> None:
    line = b'{"id": "a/b?c#<d>", "title": "T", "text": "The Selby quay was built of basalt."}\n'
    assert send(client, ("rows.jsonl", line)).json()["added"] == ["a/b?c#<d>"]
    assert client.get("/api/articles/a%2Fb%3Fc%23%3Cd%3E").json()["title"] == "T"
    assert client.delete("/api/articles/a%2Fb%3Fc%23%3Cd%3E").status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"url": 5}', 422),
        (b'{"url": ""}', 422),
        (b'{"url": "/etc/passwd"}', 422),
        (b'{"url": "corpus"}', 422),
        (b'{"url": "file:///etc/passwd"}', 422),
        (b'{"url": "ftp://example.org/a"}', 422),
        (b'{"url": "https://"}', 422),
        (b'{"url": "https://example.org", "path": "/etc"}', 422),
    ],
)
def test_a_bad_body_gets_one_line(client: httpx.Client, library: Library, body: bytes, status: int) -> None:
    response = client.post("/api/articles", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert "\n" not in response.json()["error"]
    assert len(library.articles()) == 3


def test_a_form_must_hold_a_file(client: httpx.Client) -> None:
    without = client.post("/api/articles", files={"other": (None, "text")})
    assert without.status_code == 422
    assert "no file" in without.json()["error"]
    broken = client.post("/api/articles", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400
    assert client.post("/api/articles", content=QUAY, headers={"Content-Type": "text/plain"}).status_code == 415


def test_too_much_is_refused(
    client: httpx.Client, library: Library, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "MAX_FILE", 1_000_000)
    refused = send(client, ("quay.md", QUAY), ("large.txt", b"x" * 1_000_001))
    assert refused.status_code == 413
    assert refused.json()["error"].startswith("large.txt is larger than 1 MB")
    monkeypatch.setattr(articles, "MAX_FILES", 1)
    assert send(client, ("quay.md", QUAY), ("tower.md", TOWER)).status_code == 400
    monkeypatch.setattr(guard, "MAX_UPLOAD", 1000)
    assert send(client, ("large.txt", b"x" * 1001)).status_code == 413
    assert len(library.articles()) == 3
    assert list(uploads.iterdir()) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
    ],
)
def test_another_site_can_neither_add_nor_remove(
    client: httpx.Client, library: Library, headers: dict[str, str]
) -> None:
    assert send(client, ("quay.md", QUAY), headers=headers).status_code == 403
    assert client.post("/api/articles", json={"url": "https://example.org"}, headers=headers).status_code == 403
    assert client.delete("/api/articles/bridge", headers=headers).status_code == 403
    assert len(library.articles()) == 3
    preflight = client.options("/api/articles/bridge", headers={**headers, "Access-Control-Request-Method": "DELETE"})
    assert "access-control-allow-origin" not in preflight.headers


def test_files_are_taken_nowhere_else(client: httpx.Client) -> None:
    for path in ("/api/ask", "/api/articles/bridge", "/gradio_api/upload"):
        assert client.post(path, files={"files": ("quay.md", QUAY)}).status_code in (404, 415)


class Kiln(BaseHTTPRequestHandler):
    """A page about a kiln, whatever is asked but robots.txt."""

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/robots.txt" else 200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def kiln() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Kiln) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/kiln"
        server.shutdown()


def test_an_address_inside_is_refused(client: httpx.Client, library: Library, kiln: str) -> None:
    report = client.post("/api/articles", json={"url": kiln}).json()
    assert [failure["item"] for failure in report["failed"]] == [kiln]
    assert len(library.articles()) == 3


def test_an_address_is_read_where_a_setting_allows_it(retriever: HybridRetriever, tmp_path: Path, kiln: str) -> None:
    with served(lambda _settings: FakeAnswerer().over(retriever), tmp_path / "served", private=True) as client:
        wait_until(lambda: ready(client))
        (added,) = client.post("/api/articles", json={"url": kiln}).json()["added"]
        assert client.get(f"/api/articles/{added}").json()["url"] == kiln
        told = events(client.post("/api/articles", json={"url": kiln, "stream": True}).text)
        assert told[-1]["report"]["unchanged"] == [added]


class SlowWords(HashedWords):
    """Takes its time, and notes how many use it at once."""

    def __init__(self) -> None:
        self.now, self.most = 0, 0

    def encode_documents(self, texts: list[str], progress: object = None) -> np.ndarray:
        self.now += 1
        self.most = max(self.most, self.now)
        time.sleep(0.2)
        self.now -= 1
        return super().encode_documents(texts, progress)


def test_one_run_at_a_time_and_it_ends_even_where_nobody_waits(
    client: httpx.Client, answerer: FakeAnswerer, retriever: HybridRetriever, library: Library, uploads: Path
) -> None:
    slow = SlowWords()
    answerer.over(HybridRetriever(library=library, index=retriever.index, embeddings=slow))
    with client.stream("POST", "/api/articles", files={"files": ("t.md", TOWER)}, data={"stream": "true"}):
        pass
    jobs = [threading.Thread(target=send, args=(client, (f"{n}.md", QUAY + b"%d" % n))) for n in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    wait_until(lambda: len(library.articles()) == 7)
    assert slow.most == 1
    assert list(uploads.iterdir()) == []


class HeldWords(HashedWords):
    """Lets a run go on when it is told to."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def encode_documents(self, texts: list[str], progress: object = None) -> np.ndarray:
        self.begun.set()
        assert self.go_on.wait(30)
        return super().encode_documents(texts, progress)


def test_who_comes_when_many_runs_wait_is_turned_away_before_the_files_are_read(
    retriever: HybridRetriever, library: Library, uploads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "RUNS", replace(collect.RUNS, waiting=1))
    held = HeldWords()
    answerer = FakeAnswerer().over(HybridRetriever(library=library, index=retriever.index, embeddings=held))
    with served(lambda _: answerer, tmp_path / "served") as client:
        wait_until(lambda: ready(client))
        streams = [
            client.stream("POST", "/api/articles", files={"files": (f"{n}.md", text)}, data={"stream": "true"})
            for n, text in enumerate((QUAY, TOWER))
        ]
        with streams[0] as first, streams[1]:
            assert held.begun.wait(30)
            assert len(list(uploads.iterdir())) == 2
            full = send(client, ("broken.pdf", BROKEN))
            assert (full.status_code, full.headers["retry-after"]) == (429, "20")
            assert full.json() == {"error": "the queue is full; 1 are waiting; try again in 20 seconds"}
            assert client.post("/api/articles", json={"url": "https://example.org"}).status_code == 429
            assert len(list(uploads.iterdir())) == 2
            held.go_on.set()
            assert "report" in first.read().decode()
        wait_until(lambda: len(library.articles()) == 5)
        for body in ({}, {"files": [("files", ("broken.pdf", BROKEN))]}, {"files": [("none", b"")]}):
            assert client.post("/api/articles", **body).status_code != 429  # what was refused holds no place
        assert send(client, ("quay.md", QUAY)).status_code == 200


def test_a_run_that_takes_too_long_ends_and_keeps_what_it_added(
    client: httpx.Client, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(collect, "RUNS", replace(collect.RUNS, longest=0))
        late = send(client, ("quay.md", QUAY), ("tower.md", TOWER))
    assert late.json() == {"error": "it took longer than 0 minutes; what was added is kept: add the rest again"}
    assert send(client, ("quay.md", QUAY), ("tower.md", TOWER)).status_code == 200
    assert len(library.articles()) == 5


def test_what_stops_a_run_is_told_in_one_line(
    client: httpx.Client, answerer: FakeAnswerer, retriever: HybridRetriever, library: Library, uploads: Path
) -> None:
    other = HashedWords()
    other.identity = "another-model"
    answerer.over(HybridRetriever(library=library, index=retriever.index, embeddings=other))
    refused = send(client, ("quay.md", QUAY))
    assert refused.status_code == 503
    assert "ingest rebuild" in refused.json()["error"]
    told = events(send(client, ("quay.md", QUAY), data={"stream": "true"}).text)
    assert told[-1] == refused.json()
    assert list(uploads.iterdir()) == []


def test_articles_are_read_added_and_removed_before_the_models(tmp_path: Path, uploads: Path) -> None:
    """Only the embedding model is needed for adding; what is added is found once the others are there."""
    loaded = threading.Event()

    def load(settings: Settings) -> FakeAnswerer:
        assert loaded.wait(60)
        return FakeAnswerer().over(HybridRetriever.open(settings))

    fill(Settings(data_dir=tmp_path), load_embeddings(Settings()))
    with served(load, tmp_path) as client:
        assert {info["id"] for info in client.get("/api/articles").json()} == {"bridge", "ferry", "mill"}
        assert client.get("/api/articles/bridge").json()["title"] == "The Varga bridge"
        assert client.delete("/api/articles/mill").json() == {"removed": "mill"}
        assert send(client, ("quay.md", QUAY)).json()["added"] == ["quay"]
        assert "try again" in client.post("/api/search", json={"question": "Who built it?"}).json()["error"]
        loaded.set()
        wait_until(lambda: ready(client))
        assert {info["id"] for info in client.get("/api/articles").json()} == {"bridge", "ferry", "quay"}
    assert list(uploads.iterdir()) == []


def test_articles_are_read_and_added_where_the_models_cannot_be_loaded(tmp_path: Path) -> None:
    def load(_settings: Settings) -> FakeAnswerer:
        raise ModelError("the language model cannot be started")

    with served(load, tmp_path) as client:
        wait_until(lambda: client.get("/readyz").json()["status"] == "failed")
        assert client.get("/api/articles").json() == []
        assert send(client, ("quay.md", QUAY)).json()["added"] == ["quay"]
        assert "basalt" in client.get("/api/articles/quay").json()["text"]


def _not_loaded(settings: Settings) -> FakeAnswerer:
    Library.open(settings.library_path)
    raise AssertionError("a damaged library was opened")


@pytest.mark.sqlite
def test_a_library_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite3").write_bytes(b"no database" * 1000)
    with served(_not_loaded, tmp_path) as client:
        for response in (client.get("/api/articles"), send(client, ("quay.md", QUAY))):
            assert response.status_code == 503
            assert "damaged" in response.json()["error"]
