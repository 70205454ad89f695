"""What every route refuses: broken text, texts without end, days and numbers that nothing can be counted with."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.web.fields import LONGEST_LINE, LONGEST_LIST, LONGEST_TEXT
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.web_fake import FakeAnswerer

BROKEN = ["\ud800", "bridge\udfff", "\udc80\ud800"]
EARLIER = {"question": "Hm?", "answer": "Aha."}
MESSAGE = {"role": "user", "content": QUESTION}
# Each place of each body where text is sent: the route, the body around it, and how to put the text there.
TEXTS: list[tuple[str, dict[str, Any]]] = [
    *((f"/api/{route}", {"question": "?"}) for route in ("ask", "search", "suggest")),
    *(
        (f"/api/{route}", {"question": QUESTION, name: "?"})
        for route in ("ask", "search", "suggest")
        for name in ("source", "article_id", "since", "until")
    ),
    *((f"/api/{route}", {"question": QUESTION, "as_of": "?"}) for route in ("ask", "search")),
    *(
        (f"/api/{route}", {"question": QUESTION, "history": [EARLIER | {name: "?"}]})
        for route in ("ask", "suggest")
        for name in EARLIER
    ),
    ("/api/ask", {"question": QUESTION, "conversation": "?"}),
    ("/api/ask", {"question": QUESTION, "?": 1}),
    ("/api/articles", {"url": "?"}),
    ("/api/conversations", {"title": "?"}),
    ("/api/conversations/x/turns/1/feedback", {"vote": "up", "reason": "?"}),
    ("/api/conversations/x/turns/1/feedback", {"vote": "?"}),
    ("/v1/chat/completions", {"messages": [MESSAGE | {"content": "?"}]}),
    ("/v1/chat/completions", {"messages": [MESSAGE | {"content": [{"type": "text", "text": "?"}]}]}),
    ("/v1/chat/completions", {"messages": [{"role": "?", "content": "Hm?"}, MESSAGE]}),
    ("/v1/chat/completions", {"messages": [MESSAGE], "model": "?"}),
]


@pytest.fixture
def shelf(retriever: HybridRetriever, settings: Settings) -> Iterator[httpx.Client]:
    """With a library that can be read and added to."""
    with served(lambda _: FakeAnswerer().over(retriever), settings.data_dir) as client:
        wait_until(lambda: ready(client))
        yield client


def sent(client: httpx.Client, path: str, body: Any) -> httpx.Response:
    """As JSON in which every sign beyond ASCII is escaped, as most clients write it."""
    return client.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})


def assert_refused(response: httpx.Response, status: int) -> None:
    """With one short line, in the form of the route."""
    error = response.json()["error"]
    message = error["message"] if isinstance(error, dict) else error
    assert response.status_code == status
    assert "\n" not in message
    assert 0 < len(message) < 300


@pytest.mark.parametrize(("path", "body"), TEXTS)
def test_half_a_surrogate_pair_is_no_text(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    status = 400 if path.startswith("/v1/") else 422
    for text in BROKEN:
        holding = json.loads(json.dumps(body).replace('"?"', json.dumps(text)))
        assert_refused(sent(client, path, holding), status)


@pytest.mark.parametrize(("path", "body"), TEXTS)
def test_no_text_is_without_end(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    status = 400 if path.startswith("/v1/") else 422
    holding = json.loads(json.dumps(body).replace('"?"', json.dumps("x" * (LONGEST_TEXT + 1))))
    assert_refused(sent(client, path, holding), status)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", {"question": QUESTION, "history": [EARLIER] * (LONGEST_LIST + 1)}),
        ("/api/suggest", {"question": QUESTION, "history": [EARLIER] * (LONGEST_LIST + 1)}),
        ("/v1/chat/completions", {"messages": [{"role": "user"}] * (LONGEST_LIST + 1)}),
        ("/v1/chat/completions", {"messages": [MESSAGE | {"content": [{"type": "text"}] * (LONGEST_LIST + 1)}]}),
    ],
)
def test_no_list_is_without_end(client: httpx.Client, path: str, body: dict[str, Any]) -> None:
    assert_refused(sent(client, path, body), 400 if path.startswith("/v1/") else 422)


@pytest.mark.parametrize("path", ["/api/articles/", "/api/conversations/", "/v1/models/"])
def test_neither_is_a_name_in_an_address(shelf: httpx.Client, path: str) -> None:
    assert_refused(shelf.get(path + "x" * (LONGEST_LINE + 1)), 400 if path.startswith("/v1/") else 422)
    assert shelf.get(path + "%ed%a0%80%00").status_code == 404


def test_many_words_are_looked_for_among_the_conversations(client: httpx.Client) -> None:
    client.post("/api/conversations", json={"title": "w1 w2"})
    assert_refused(client.get("/api/conversations", params={"q": "word " * 1_500}), 422)
    many = " ".join(f"w{number}" for number in range(400))
    assert client.get("/api/conversations", params={"q": many}).json() == []
    (found,) = client.get("/api/conversations", params={"q": "w1 w2 " * 300}).json()
    assert found["title"] == "w1 w2"


@pytest.mark.parametrize("path", ["/api/ask", "/api/search"])
@pytest.mark.parametrize("name", ["as_of", "since", "until"])
def test_a_day_is_one_that_can_be_counted_from(client: httpx.Client, path: str, name: str) -> None:
    for day, status in (("0001-01-01", 422), ("0999-12-31", 422), (-62_135_596_800, 422), (1e300, 422)):
        assert_refused(sent(client, path, {"question": "What was reported last week?", name: day}), status)
    for day in ("1000-01-01", "2025-03-01", "9999-12-31"):
        assert sent(client, path, {"question": "What was reported last week?", name: day}).status_code == 200


@pytest.mark.parametrize("k", ["9" * 5_000, "1e999", "-1", "10000000000000000000000", "NaN", "[]"])
def test_a_number_is_one_that_makes_sense(client: httpx.Client, k: str) -> None:
    body = f'{{"question": "x?", "k": {k}}}'
    response = client.post("/api/search", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)


@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/api/articles", "/v1/chat/completions"])
def test_json_is_not_nested_without_end(client: httpx.Client, path: str) -> None:
    for body in ("[" * 400_000, '{"question": ' * 50_000):
        response = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert_refused(response, 400)


@pytest.mark.parametrize(
    "host", ["[", "[::1", "localhost:port", "localhost:99999999", "user@localhost", "localhost/evil", "a b", "\xff"]
)
def test_a_host_that_is_none_is_refused(tmp_path: Path, client: httpx.Client, host: str) -> None:
    named = {"Host": host.encode("latin-1")}
    assert_refused(client.get("/healthz", headers=named), 400)
    with served(lambda _: FakeAnswerer(), tmp_path, host="0.0.0.0") as other:
        assert_refused(other.get("/nowhere", headers=named), 400)
        assert other.get("/healthz", headers={"Host": "a.example:80"}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]", "[::1]:7860"])
def test_this_machine_has_several_names(client: httpx.Client, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_request_without_a_host_is_not_answered(client: httpx.Client) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port), timeout=30) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert connection.recv(1_000).startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("origin", ["http://[", "[", "://", "null", "http://", "\xff", "http://localhost:1"])
def test_an_origin_that_is_none_is_another_site(client: httpx.Client, origin: str) -> None:
    named = {"Origin": origin.encode("latin-1")}
    assert_refused(client.post("/api/search", json={"question": QUESTION}, headers=named), 403)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_page_itself_is_no_other_site(client: httpx.Client, scheme: str) -> None:
    named = {"Origin": f"{scheme}://{client.base_url.netloc.decode()}"}
    assert client.post("/api/search", json={"question": QUESTION}, headers=named).status_code == 200


def test_a_form_may_name_any_charset(shelf: httpx.Client) -> None:
    form = b'--x\r\nContent-Disposition: form-data; name="\\ud800"; filename="\\ud800.bin"\r\n\r\n\x00\r\n--x--\r\n'
    for charset in ("undefined", "unicode_escape", "idna", "utf-7", "hex", "no-such-charset"):
        kind = {"Content-Type": f"multipart/form-data; boundary=x; charset={charset}"}
        response = shelf.post("/api/articles", content=form, headers=kind)
        assert response.status_code in (200, 400), charset
        json.dumps(response.json(), ensure_ascii=False).encode()
