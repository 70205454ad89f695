"""What is served of Gradio, and what reaches it: no more than the page uses, in plain values."""

import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import httpx
import lxml.html
import pytest
from fastapi import FastAPI, Request

from qa.web.calls import JOIN, PREDICT, Function, functions_of
from qa.web.frame import PageFrame
from qa.web.render import PAPER
from qa.web.texts import texts
from tests.gradio_app import EVENT_DATA, called, gradio_app, routes_of
from tests.loops import run
from tests.test_web_api import events, served, wait_until
from tests.web_fake import FakeAnswerer

KEY = "a-key-for-programs"
READ = {
    *(("GET", path) for path in ("/", "/config", "/theme.css")),
    *(("GET", f"/{folder}/{{path:path}}") for folder in ("assets", "static")),
    *(("GET", f"/gradio_api/{path}") for path in ("app_id", "heartbeat/{session_hash}", "queue/data")),
    ("HEAD", "/"),
}
SKIPPED = {"__type__": "update"}
OURS = {"/openapi.json", "/favicon.ico"}  # of the same name
NAMES = {"api_name": "_ask", "path": "etc/passwd", "path_or_url": "/etc/passwd", "url_path": "http://127.0.0.1:1/"}


@pytest.fixture(scope="module")
def gradio(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return gradio_app(tmp_path_factory.mktemp("gradio"))


def filled(path: str) -> str:
    """A path with something in each of its places."""
    while "{" in path:
        head, _, rest = path.partition("{")
        place, _, tail = rest.partition("}")
        path = head + NAMES.get(place.partition(":")[0], "1") + tail
    return path


def test_every_other_route_of_gradio_is_shut(client: httpx.Client, gradio: Any) -> None:
    routes = set(routes_of(gradio))
    assert len(routes) > 60
    assert ("POST", "/gradio_api/upload") in routes
    assert routes >= READ, "what the page uses is there"
    for method, path in sorted(routes - READ):
        if path not in OURS and path != JOIN:
            response = client.request(method, filled(path), json={"data": [], "fn_index": 0, "session_hash": "x"})
            assert response.status_code == 404, (method, path)
            assert method == "HEAD" or response.json() == {"error": "not found"}, (method, path)


def test_no_route_of_gradio_is_reached_without_signing_in(tmp_path: Path, gradio: Any) -> None:
    with served(lambda _: FakeAnswerer(), tmp_path, api_keys=KEY) as client:
        for method, path in sorted(set(routes_of(gradio)) - {("GET", "/favicon.ico")}):
            assert client.request(method, filled(path), json={}).status_code == 401, (method, path)


@pytest.mark.parametrize("path", ["/", "/config", "/theme.css", "/gradio_api/app_id"])
def test_what_the_page_reads_is_only_read(client: httpx.Client, path: str) -> None:
    assert client.get(path).status_code == 200
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert client.request(method, path, json={}).status_code == 404


@pytest.mark.parametrize(
    "path", ["..%2fconfig", "../../../../etc/passwd", "%2e%2e/x", ".hidden", "a//b", "a\\b", "%00", "//etc/passwd"]
)
def test_static_files_have_plain_names(client: httpx.Client, path: str) -> None:
    for folder in ("assets", "static"):
        assert client.get(f"/{folder}/{path}").status_code in (400, 404)


def test_the_page_calls_its_functions(client: httpx.Client) -> None:
    for function in called(client.get("/config").json()):
        for trigger in function.triggers:
            sent = function.body(trigger_id=trigger)
            assert client.post(function.path, json=sent).status_code == 200


def test_every_call_of_the_page_comes_to_an_end(client: httpx.Client, capfd: pytest.CaptureFixture[str]) -> None:
    """Also a blank question, and what is asked while another question is being answered."""
    functions = called(client.get("/config").json())
    for number, function in enumerate(functions):
        sent = function.body(session_hash=f"page-{number}")
        assert client.post(function.path, json=sent).status_code == 200
        if function.path == JOIN:
            assert_done(client, f"page-{number}")
    ask, turn_to, end = (next(f for f in functions if f.name == name) for name in ("_ask", "_open", "_end"))
    endless = ask.body(session_hash="busy", data=["endless", None, ""])
    assert client.post(JOIN, json=endless).status_code == 200
    wait_until(lambda: client.post(PREDICT, json=turn_to.body(session_hash="busy")).json()["data"][0] == SKIPPED)
    assert client.post(JOIN, json=ask.body(session_hash="busy", data=["When?", None, ""])).status_code == 200
    assert client.post(PREDICT, json=end.body(session_hash="busy")).status_code == 200
    assert_done(client, "busy")
    assert "Traceback" not in capfd.readouterr().err


def assert_done(client: httpx.Client, page: str) -> None:
    """All that the page has asked for came to its end."""
    told = events(client.get("/gradio_api/queue/data", params={"session_hash": page}).text)
    ends = [event["success"] for event in told if event["msg"] == "process_completed"]
    assert ends
    assert all(ends), told


def test_whether_a_function_is_called_through_the_queue_is_fixed(client: httpx.Client) -> None:
    for function in called(client.get("/config").json()):
        other = PREDICT if function.path == JOIN else JOIN
        assert client.post(other, json=function.body()).status_code == 422


@pytest.mark.parametrize("number", [-1, 99, 10**30])
def test_there_are_no_other_functions(client: httpx.Client, number: int) -> None:
    for path in (JOIN, PREDICT):
        assert client.post(path, json={"fn_index": number, "session_hash": "x", "data": []}).status_code == 404


def file_data(path: str) -> dict[str, Any]:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def odd_calls(path: str) -> Iterator[dict[str, Any]]:
    """Calls of the asking function with more than the page sends, among it a file by that path."""
    right = {"fn_index": 0, "session_hash": "x", "data": ["When?", None, ""]}
    file = file_data(path)
    for place in range(3):
        for value in (file, [file], {"a": {"b": [file]}}, 5, True, {"__type__": "update"}, "\ud800", "x" * 300_000):
            yield {**right, "data": [*right["data"][:place], value, *right["data"][place + 1 :]]}
    yield {**right, "data": []}
    yield {**right, "data": [*right["data"], file]}
    yield {**right, "data": file}
    for name, value in {
        "event_data": file,
        "event_id": "1",
        "simple_format": True,
        "batched": True,
        "oauth_token": "x",
        "request": {"headers": {}},
        "trigger_id": 99,
        "session_hash": "../x",
        "fn_index": "0",
        "files": file,
    }.items():
        yield {**right, name: value}
    yield {name: value for name, value in right.items() if name != "session_hash"}


def test_event_data_has_the_form_of_its_event(client: httpx.Client, tmp_path: Path) -> None:
    """No more than the scripts of the page send, only where they send it, and all of it."""
    file, long = file_data(str(tmp_path)), "x" * 300_000
    for function in called(client.get("/config").json()):
        right = function.event_data
        assert client.post(function.path, json=function.body(event_data=right)).status_code == 200
        odd: list[Any] = [
            file,
            [],
            "x",
            1,
            {},
            {"question": ""},
            *(data for data in EVENT_DATA.values() if data != right),
        ]
        if right:
            odd += [None, {**right, "more": ""}, {**right, "_data": file}]
            odd += [{**right, name: value} for name in right for value in (file, [file], 5, None, True, "\ud800", long)]
        for data in odd:
            sent = json.dumps(function.body(event_data=data))
            response = client.post(function.path, content=sent, headers={"Content-Type": "application/json"})
            assert response.status_code == 422, (function.name, data)


def test_only_plain_values_are_taken(client: httpx.Client, tmp_path: Path) -> None:
    secret = tmp_path / "a-file-that-nobody-sent.txt"
    secret.write_text("secret")
    for sent in odd_calls(str(secret)):
        for path in (JOIN, PREDICT):
            response = client.post(path, content=json.dumps(sent), headers={"Content-Type": "application/json"})
            assert response.status_code == 422, sent
            assert len(response.content) < 1_000
    assert not [*Path(tempfile.gettempdir(), "gradio").rglob(secret.name)]


@pytest.mark.parametrize("body", [b"", b"[", b"[" * 100_000, b"1" * 5_000, b"\xff", b'{"data": ' * 50_000])
def test_what_is_no_json_is_refused(client: httpx.Client, body: bytes) -> None:
    for path in (JOIN, PREDICT):
        response = client.post(path, content=body, headers={"Content-Type": "application/json"})
        assert response.json() == {"error": "the body is not valid JSON"}
        assert response.status_code == 400


def test_a_file_that_never_ends_does_not_hold_the_server(client: httpx.Client, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    try:
        for path in (JOIN, PREDICT):
            sent = {"fn_index": 0, "session_hash": "x", "data": [file_data(str(pipe)), None, None]}
            assert client.post(path, json=sent).status_code == 422
            assert client.get("/healthz").status_code == 200
    finally:
        os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))  # lets go whoever reads it after all


def test_a_stream_that_gradio_breaks_off_ends(client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
    response = client.get("/gradio_api/queue/data", params={"session_hash": "nobody"})
    assert '"session_not_found":true' in response.text
    assert not [record for record in caplog.records if record.exc_info]


def test_a_new_kind_of_component_must_be_thought_of() -> None:
    with gr.Blocks() as blocks:
        file, button = gr.File(), gr.Button()
        button.click(lambda given: None, file)
    with pytest.raises(KeyError, match="file"):
        functions_of(blocks)


def test_gradio_sees_no_more_of_a_request_than_the_page_needs() -> None:
    seen: list[SimpleNamespace] = []
    page = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    page.state.functions = {3: Function(PREDICT, frozenset({None, 7}), (str,))}

    @page.api_route("/{path:path}", methods=["GET", "POST"])
    async def anything(request: Request) -> None:
        seen.append(SimpleNamespace(**dict(request), body=await request.body(), query=dict(request.query_params)))

    async def exchange() -> None:
        frame = PageFrame(lambda: page)
        async with (
            frame.running(),
            httpx.AsyncClient(transport=httpx.ASGITransport(frame), base_url="http://localhost") as http,
        ):
            given = {"lang": "de", "session_hash": "a-page", "deep_link": "x", "page": "y", "__theme": "dark"}
            foreign = {"X-Forwarded-Host": "[", "X-Gradio-Server": "http://[", "Cookie": "access-token=x", "X-New": "1"}
            await http.get("/config", params=given, headers=foreign)
            await http.get("/config", params={"lang": "x" * 36, "session_hash": "../x"})
            right = '"fn_index": 3, "session_hash": "a", "data": ["\\u00e4"]'
            twice = f'{{"fn_index": 1, "data": [{{"path": "/etc/passwd"}}], {right}}}'
            await http.post(PREDICT, content=twice)

    run(exchange())
    first, second, third = seen
    assert first.query == {"lang": "de", "session_hash": "a-page"}
    assert {name for name, _ in first.headers} == {b"host", b"accept", b"accept-encoding"}
    assert second.query == {}
    assert json.loads(third.body) == {"fn_index": 3, "session_hash": "a", "data": ["ä"]}
    assert b"etc" not in third.body


ADDRESS = re.compile(r"https?://[\w.:-]+")


@pytest.mark.parametrize(("language", "path"), [("en", "/"), ("de", "/?lang=de")])
def test_the_head_is_ours_and_names_no_other_host(client: httpx.Client, language: str, path: str) -> None:
    response, t = client.get(path), texts(language)
    html = response.text
    assert set(ADDRESS.findall(html)) == {str(client.base_url).rstrip("/")}
    head = lxml.html.fromstring(html).find("head")
    named = {meta.get("property") or meta.get("name"): meta.get("content") for meta in head.findall("meta")}
    assert head.findtext("title") == named["og:title"] == t("title")
    assert named["description"] == named["og:description"] == t("lead")
    assert "gradio" not in " ".join(filter(None, named.values())).lower()
    assert {name for name in named if name and name.startswith(("og:", "twitter:"))} == {
        "og:type",
        "og:title",
        "og:description",
    }
    assert [meta.get("content") for meta in head.findall("meta[@name='theme-color']")] == list(PAPER.values())
    links = {link.get("rel"): link.get("href") for link in head.findall("link")}
    assert links["icon"] == "favicon.ico"
    assert "manifest" not in links
    assert f'lang="{language}"' in html
    assert client.head(path).headers["content-type"] == response.headers["content-type"]
    assert client.head(path).content == b""


def test_the_colours_around_the_page_are_those_of_its_style_sheet() -> None:
    style = (Path(__file__).parents[1] / "qa/web/static/colours.css").read_text()
    assert re.findall(r"--paper: light-dark\((#\w{6}), (#\w{6})\)", style) == [tuple(PAPER.values())]
