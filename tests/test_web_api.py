"""The routes over real HTTP, with an Answerer whose words are known by hand."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.errors import ModelError
from qa.settings import Settings
from qa.types import Filters, Span, Turn
from qa.web.application import create_app
from qa.web.guard import MAX_BODY, is_loopback
from qa.web.server import Server
from tests.web_fake import CITATION, LENGTH, NEWEST, NO_SOURCE, SUGGESTED, FakeAnswerer

QUESTION = "When did the Varga bridge open?"


@contextmanager
def served(
    load: Callable[[Settings], object], data_dir: Path, private: bool = False, **rest: Any
) -> Iterator[httpx.Client]:
    """A client of a real server in this process."""
    listener = socket.create_server(("127.0.0.1", 0))
    settings = Settings(data_dir=data_dir, allow_private_addresses=private, **rest)
    server = Server(create_app(load, settings), settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def ready(client: httpx.Client) -> bool:
    return client.get("/readyz").status_code == 200


def events(text: str) -> list[dict[str, object]]:
    return [json.loads(line[6:]) for line in text.split("\n\n") if line.startswith("data: ")]


def test_ask_answers_in_the_public_form(client: httpx.Client) -> None:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert answer["status"] == "answered"
    assert answer["text"] == "The bridge opened in 1931. [1]"
    assert answer["citations"][0]["quote"] == CITATION.quote
    assert "draft" not in answer


def test_ask_streams_growing_answers(client: httpx.Client) -> None:
    response = client.post("/api/ask", json={"question": QUESTION, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    answers = events(response.text)
    assert [a.get("draft") for a in answers] == [
        "",
        "The bridge",
        "The bridge opened",
        "The bridge opened in 1931.",
        None,
    ]
    assert len(answers[0]["passages"]) == 2
    assert answers[-1]["status"] == "answered"


def test_history_and_filters_reach_the_answerer(client: httpx.Client, answerer: FakeAnswerer) -> None:
    body = {
        "question": QUESTION,
        "since": "2025-01-01",
        "source": "Test Gazette",
        "article_id": "bridge",
        "history": [{"question": "Hello?", "answer": "Yes."}],
    }
    assert client.post("/api/ask", json=body).status_code == 200
    filters = Filters("2025-01-01", None, "Test Gazette", "bridge")
    assert answerer.asked[-1] == (QUESTION, (Turn("Hello?", "Yes."),), filters)


@pytest.mark.parametrize(("route", "stream"), [("ask", False), ("ask", True), ("suggest", True)])
def test_a_source_that_no_article_has_is_the_askers_fault(client: httpx.Client, route: str, stream: bool) -> None:
    body = {"question": QUESTION, "source": NO_SOURCE} | ({"stream": True} if route == "ask" and stream else {})
    response = client.post(f"/api/{route}", json=body)
    assert (response.status_code, response.json()) == (
        422,
        {"error": "no article is by 'Nowhere'; there is Test Gazette"},
    )


def test_what_answer_is_wanted_reaches_the_answerer(client: httpx.Client, answerer: FakeAnswerer) -> None:
    client.post("/api/ask", json={"question": QUESTION})
    assert answerer.wanted == ("normal", frozenset())
    shown = {"article_id": CITATION.article_id, "start": CITATION.start, "end": CITATION.end}
    body = {"question": QUESTION, "length": "detailed", "without": [shown]}
    answer = client.post("/api/ask", json=body).json()
    assert answerer.wanted == ("detailed", {Span(**shown)})
    assert [citation["quote"] for citation in answer["citations"]] == [LENGTH]


def test_parts_that_are_checked_are_streamed(client: httpx.Client) -> None:
    body = {"question": "Compare its year and length", "stream": True}
    growing = events(client.post("/api/ask", json=body).text)
    assert [(a["status"], len(a["sentences"]), len(a["citations"])) for a in growing] == [
        ("answering", 0, 0),
        ("answering", 1, 1),
        ("answering", 2, 2),
        ("answered", 2, 2),
    ]


def test_suggestions_come_one_by_one(client: httpx.Client, answerer: FakeAnswerer) -> None:
    body = {"question": QUESTION, "history": [{"question": "Hm?", "answer": "Aha."}], "source": "Test Gazette"}
    response = client.post("/api/suggest", json=body)
    assert response.headers["content-type"].startswith("text/event-stream")
    given = {"article_id": "bridge", "title": "The Varga bridge"}
    assert events(response.text) == [{"question": question, **given} for question in SUGGESTED]
    how = (Turn("Hm?", "Aha."),), Filters(source="Test Gazette"), ("bridge", "ferry")
    assert answerer.related.asked[-1] == (QUESTION, *how)


def test_questions_of_the_newest_articles_are_told_at_once(client: httpx.Client, answerer: FakeAnswerer) -> None:
    newest = [asdict(question) for question in NEWEST]
    assert client.get("/api/questions").json() == newest
    assert client.get("/api/questions", params={"n": 1}).json() == newest[:1]
    assert client.get("/api/questions", params={"n": 0}).status_code == 422
    answerer.related.newest_ones = ()
    assert client.get("/api/questions").json() == []
    answerer.related.newest_ones = NEWEST


def test_where_nothing_can_be_suggested_the_stream_is_empty(client: httpx.Client) -> None:
    assert events(client.post("/api/suggest", json={"question": "Who makes cheese?"}).text) == []


@pytest.mark.parametrize(("question", "status"), [("", 422), ("crash", 503)])
def test_why_nothing_is_suggested_is_told(client: httpx.Client, question: str, status: int) -> None:
    response = client.post("/api/suggest", json={"question": question})
    assert response.status_code == status
    assert "secret" not in response.text


@pytest.mark.parametrize("path", ["/api/ask", "/api/search"])
def test_the_day_that_last_week_counts_from_reaches_the_answerer(
    client: httpx.Client, answerer: FakeAnswerer, path: str
) -> None:
    for day in (date(2025, 6, 1), None):
        given = {"as_of": day.isoformat()} if day else {}
        assert client.post(path, json={"question": QUESTION, **given}).status_code == 200
        assert answerer.as_of == day


def test_search_finds_passages_only(client: httpx.Client) -> None:
    found = client.post("/api/search", json={"question": QUESTION, "k": 1}).json()
    assert found["question"] == QUESTION
    assert [passage["article_id"] for passage in found["passages"]] == ["bridge"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"question": 5}', 422),
        (b'{"question": ""}', 422),
        (b'{"question": "  "}', 422),
        (b'{"question": "Who?", "sinse": "2025-01-01"}', 422),
        (b'{"question": "Who?", "since": "soon"}', 422),
        (b'{"question": "Who?", "history": [1]}', 422),
        (b'{"question": "Who?", "stream": "perhaps"}', 422),
        (b'{"question": "Who?", "length": "long"}', 422),
        (b'{"question": "Who?", "without": ["bridge"]}', 422),
        (b'{"question": "Who?", "without": [{"article_id": "bridge", "start": -1, "end": 5}]}', 422),
        (json.dumps({"question": "x" * 2001}).encode(), 422),
        (json.dumps({"question": "x" * MAX_BODY}).encode(), 413),
    ],
)
def test_a_bad_body_gets_one_line(client: httpx.Client, body: bytes, status: int) -> None:
    response = client.post("/api/ask", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert "\n" not in response.json()["error"]


def test_a_body_of_unknown_length_is_cut_off_too(client: httpx.Client) -> None:
    parts = (b"x" * 1000 for _ in range(MAX_BODY // 1000 + 1))
    response = client.post("/api/ask", content=parts, headers={"Content-Type": "application/json"})
    assert response.status_code == 413


def test_only_json_is_taken(client: httpx.Client) -> None:
    assert client.post("/api/ask", content='{"question": "Who?"}').status_code == 415


@pytest.mark.parametrize("stream", [False, True])
def test_what_nobody_foresaw_is_not_told(client: httpx.Client, stream: bool) -> None:
    response = client.post("/api/ask", json={"question": "crash", "stream": stream})
    assert response.status_code == 503
    assert response.json() == {"error": "something went wrong (ZeroDivisionError); the server's log says more"}


def test_leaving_a_stream_stops_the_model(client: httpx.Client, answerer: FakeAnswerer) -> None:
    before = answerer.closed
    with client.stream("POST", "/api/ask", json={"question": "endless", "stream": True}) as response:
        next(response.iter_lines())
    wait_until(lambda: answerer.closed == before + 1)


def test_leaving_without_a_stream_stops_the_model_too(client: httpx.Client, answerer: FakeAnswerer) -> None:
    before = answerer.closed
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/ask", json={"question": "endless"}, timeout=0.5)
    wait_until(lambda: answerer.closed == before + 1)


def test_several_are_answered_at_once(client: httpx.Client) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(client.post("/api/ask", json={"question": QUESTION}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/ask", "/page/views.js", "/nowhere"])
def test_every_response_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["connect-src"] == policy["base-uri"] == policy["form-action"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("method", "path", "private"),
    [
        *(
            ("GET", path, True)
            for path in ("/", "/config", "/healthz", "/readyz", "/api/articles", "/docs", "/nowhere")
        ),
        *(("POST", path, True) for path in ("/api/ask", "/api/search", "/api/suggest")),
        *(("GET", path, False) for path in ("/page/views.js", "/page/texts/en.json", "/favicon.ico")),
        ("GET", "/page/nowhere.js", True),
    ],
)
def test_what_is_private_is_kept_nowhere(client: httpx.Client, method: str, path: str, private: bool) -> None:
    for stream in (False, True):
        sent = {"json": {"question": QUESTION, "stream": stream}} if path == "/api/ask" else {}
        if method == "POST" and not sent:
            sent = {"json": {"question": QUESTION}}
        response = client.request(method, path, **sent)
        assert (response.headers.get("cache-control") == "no-store") == private


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_what_watches_the_server_may_ask_for_the_head_alone(client: httpx.Client, path: str) -> None:
    head, whole = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize("path", ["/", "/api/search", "/healthz"])
def test_a_foreign_name_for_this_machine_is_not_served(client: httpx.Client, path: str) -> None:
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 403


def test_another_site_can_neither_ask_nor_read(client: httpx.Client) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert client.post("/api/ask", json={"question": QUESTION}, headers=foreign).status_code == 403
    assert client.post("/gradio_api/queue/join", json={}, headers=foreign).status_code == 403
    assert client.post("/api/ask", json={"question": QUESTION}, headers={"Origin": "null"}).status_code == 403
    for site in ("cross-site", "same-site"):
        fetched = client.post("/api/ask", json={"question": QUESTION}, headers={"Sec-Fetch-Site": site})
        assert fetched.status_code == 403
    for path in ("/", "/readyz"):
        assert "access-control-allow-origin" not in client.get(path, headers=foreign).headers


@pytest.mark.parametrize(
    "path", ["upload", "file=/etc/passwd", "proxy=http://evil.example", "deep_link", "call/ask", "vibe-code", "runs"]
)
def test_gradio_serves_no_more_than_the_page_needs(client: httpx.Client, path: str) -> None:
    for response in (client.get(f"/gradio_api/{path}"), client.post(f"/gradio_api/{path}", json={})):
        assert response.status_code == 404


def test_the_page_is_there_before_the_models(tmp_path: Path) -> None:
    loaded = threading.Event()

    def load(_settings: Settings) -> FakeAnswerer:
        assert loaded.wait(30)
        return FakeAnswerer()

    with served(load, tmp_path) as client:
        assert client.get("/healthz").json() == {"status": "alive"}
        assert client.get("/").status_code == 200
        state = client.get("/readyz")
        assert state.status_code == 503
        assert state.json()["status"] == "loading"
        refusal = client.post("/api/ask", json={"question": QUESTION})
        assert refusal.status_code == 503
        assert "try again" in refusal.json()["error"]
        loaded.set()
        wait_until(lambda: ready(client))
        assert client.post("/api/search", json={"question": QUESTION}).status_code == 200


def test_why_loading_failed_is_told(tmp_path: Path) -> None:
    def load(_settings: Settings) -> FakeAnswerer:
        raise ModelError("the model is gone;\nfetch it with `python -m qa models pull`")

    problem = "the model is gone; fetch it with `python -m qa models pull`"
    with served(load, tmp_path) as client:
        wait_until(lambda: client.get("/readyz").json()["status"] == "failed")
        assert client.get("/readyz").json()["error"] == problem
        assert client.post("/api/ask", json={"question": QUESTION}).json() == {"error": problem}


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False)],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
