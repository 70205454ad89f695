"""The command line asking the running page, here a real HTTP server whose answers are known."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.cli.console import run_app
from qa.cli.main import app
from qa.cli.remote import RemoteAnswerer
from qa.errors import ArticleQAError
from qa.settings import Settings
from qa.types import Answer, Citation, Evidence, Filters, Sentence, Span, Turn
from tests.webserver import free_port

TEXT = "The Varga bridge opened in 1931."
PASSAGE = Evidence("bridge", "The Varga bridge", "Test Gazette", "2025-03-01", None, 0, len(TEXT), TEXT, 0.75)
FOUND = Answer("When did it open?", "When did it open?", passages=(PASSAGE,), model="fake", timings_ms={"retrieve": 3})
ANSWERS = (
    FOUND,
    replace(FOUND, draft="The Varga bridge"),
    replace(
        FOUND,
        status="answered",
        text=f"{TEXT} [1][2]",
        sentences=(Sentence(TEXT, (1, 2), "quoted"),),
        citations=tuple(
            Citation(
                n, "bridge", "The Varga bridge", "Test Gazette", "2025-03-01", None, TEXT, 0, len(TEXT), ("By OCR.",)
            )
            for n in (1, 2)
        ),
        timings_ms={"retrieve": 3, "first_token": 20, "total": 40},
        confidence=0.875,
        notes=("Both say so.",),
    ),
)


class Page(ThreadingHTTPServer):
    """Says what a running page would; a test may change what that is."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ready = 200
        self.status = 200
        self.events: list[Any] = [answer.to_json() for answer in ANSWERS]
        self.breaks_off = False
        self.asked: list[tuple[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Page

    def do_GET(self) -> None:
        self._json({"status": "ready"}, self.server.ready if self.path == "/readyz" else 404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        if self.server.status != 200:
            self._json({"error": "the question is empty"}, self.server.status)
        elif self.path == "/api/search":
            self._json({"question": body["question"], "passages": [asdict(PASSAGE)]}, 200)
        else:
            self._stream()

    def _json(self, value: Any, status: int) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        events = [f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode() for event in self.server.events]
        missing = 10 if self.server.breaks_off else 0
        self.send_header("Content-Length", str(sum(map(len, events)) + missing))
        self.end_headers()
        for event in events:
            self.wfile.write(event)
        if missing:
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *args: object) -> None:
        """Nothing: what a test prints should be the test's own."""


@pytest.fixture
def page() -> Iterator[Page]:
    page = Page()
    threading.Thread(target=page.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield page
    page.shutdown()
    page.server_close()


@pytest.fixture
def remote(page: Page) -> RemoteAnswerer:
    return RemoteAnswerer(httpx.Client(base_url=page.url))


def announce(settings: Settings, url: object) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    settings.server_file.write_text(json.dumps({"url": url, "pid": 1}))


def test_growing_answers_come_back_equal(remote: RemoteAnswerer, page: Page) -> None:
    assert tuple(remote.stream("When did it open?")) == ANSWERS
    assert page.asked == [
        (
            "/api/ask",
            {"question": "When did it open?", "history": [], "stream": True, "length": "normal", "without": []},
        )
    ]


def test_what_tells_of_the_queue_is_no_answer(remote: RemoteAnswerer, page: Page) -> None:
    page.events = [{"status": "waiting", "before_you": 3}, *page.events]
    assert tuple(remote.stream("When did it open?")) == ANSWERS


def test_passages_come_back_equal(remote: RemoteAnswerer, page: Page) -> None:
    assert remote.search("When did it open?", k=3) == (PASSAGE,)
    assert page.asked == [("/api/search", {"question": "When did it open?", "k": 3})]


def test_filters_and_history_are_sent_along(remote: RemoteAnswerer, page: Page) -> None:
    filters = Filters(since="2025-01-01", source="Test Gazette")
    list(remote.stream("And who built it?", [Turn("When did it open?", "In 1931.")], filters))
    remote.search("Who built it?", filters=filters)
    (_, asked), (_, searched) = page.asked
    assert asked["history"] == [{"question": "When did it open?", "answer": "In 1931."}]
    assert (
        (asked["since"], asked["source"]) == (searched["since"], searched["source"]) == ("2025-01-01", "Test Gazette")
    )
    assert "until" not in asked


def test_what_answer_is_wanted_is_sent_along(remote: RemoteAnswerer, page: Page) -> None:
    list(remote.stream("Who built it?", length="short", without={Span("bridge", 0, 31)}))
    ((_, asked),) = page.asked
    assert (asked["length"], asked["without"]) == ("short", [{"article_id": "bridge", "start": 0, "end": 31}])


def test_words_outside_ascii_and_odd_line_ends_survive(remote: RemoteAnswerer, page: Page) -> None:
    odd = replace(ANSWERS[-1], text="Zürich – “10 °C”\u2028日本\u0085end [1]")
    page.events = [odd.to_json()]
    assert list(remote.stream("?")) == [odd]


def test_an_error_instead_of_an_answer_is_raised(remote: RemoteAnswerer, page: Page) -> None:
    page.status = 422
    with pytest.raises(ArticleQAError, match=r"^the question is empty$"):
        list(remote.stream(" "))
    with pytest.raises(ArticleQAError, match=r"^the question is empty$"):
        remote.search(" ")


def test_an_error_after_the_first_answers_is_raised_where_it_comes(remote: RemoteAnswerer, page: Page) -> None:
    page.events = [ANSWERS[0].to_json(), {"error": "the model fake cannot answer: out of memory"}]
    stream = remote.stream("When did it open?")
    assert next(stream) == ANSWERS[0]
    with pytest.raises(ArticleQAError, match=r"cannot answer: out of memory"):
        next(stream)


def test_a_page_that_goes_away_is_one_line(remote: RemoteAnswerer, page: Page) -> None:
    page.breaks_off = True
    with pytest.raises(ArticleQAError, match=r"the running page did not answer"):
        list(remote.stream("When did it open?"))
    gone = RemoteAnswerer(httpx.Client(base_url=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(ArticleQAError, match=r"the running page did not answer"):
        gone.search("When did it open?")


def test_a_stream_that_ends_without_an_answer_is_not_taken_for_one(remote: RemoteAnswerer, page: Page) -> None:
    """As when the page is stopped while it writes."""
    page.events = page.events[:-1]
    with pytest.raises(ArticleQAError):
        list(remote.stream("When did it open?"))


def test_the_page_of_this_data_directory_is_found(settings: Settings, page: Page) -> None:
    announce(settings, page.url)
    remote = RemoteAnswerer.find(settings)
    assert remote is not None
    assert remote.search("When did it open?") == (PASSAGE,)


def test_without_an_announcement_there_is_no_page(settings: Settings) -> None:
    assert RemoteAnswerer.find(settings) is None


def test_an_announcement_that_outlived_its_page_is_no_page(settings: Settings) -> None:
    announce(settings, f"http://127.0.0.1:{free_port()}")
    assert RemoteAnswerer.find(settings) is None


def test_a_page_that_is_still_loading_is_not_asked(settings: Settings, page: Page) -> None:
    page.ready = 503
    announce(settings, page.url)
    assert RemoteAnswerer.find(settings) is None


@pytest.mark.parametrize("content", ["", "{half a fi", "{}", '{"url": "no address"}'])
def test_an_announcement_that_cannot_be_read_is_no_page(settings: Settings, content: str) -> None:
    settings.data_dir.mkdir(parents=True)
    settings.server_file.write_text(content)
    assert RemoteAnswerer.find(settings) is None


def test_the_command_line_asks_the_page_and_loads_no_model(
    settings: Settings, page: Page, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(settings, page.url)
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("qa.answer.Answerer.open", lambda settings: pytest.fail("a model would be loaded"))
    monkeypatch.setattr(sys, "argv", ["qa", "ask", "When did it open?", "--since", "2025-01-01", "--json"])
    with pytest.raises(SystemExit) as stop:
        run_app(app)
    assert not stop.value.code
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(ANSWERS[-1].to_json()))
    assert page.asked[0][1]["since"] == "2025-01-01"
    assert not Path(settings.library_path).exists()


def test_the_day_that_time_words_count_from_is_sent_along_and_notes_come_back(
    remote: RemoteAnswerer, page: Page
) -> None:
    page.events = [replace(ANSWERS[-1], notes=("As of 2025-03-01.",)).to_json()]
    *_, last = remote.stream("What is the latest?", as_of=date(2025, 6, 1))
    remote.search("What is the latest?", as_of=date(2025, 6, 1))
    assert last.notes == ("As of 2025-03-01.",)
    assert [body["as_of"] for _, body in page.asked] == ["2025-06-01", "2025-06-01"]
