"""Requests that come slowly or never end, over bare sockets: each is over in time, and nobody else notices."""

import asyncio
import socket
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message

from qa.web import body, protocol
from qa.web.body import in_time
from tests.loops import run
from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

SECONDS = 1.0  # that the server waits in these tests
JSON = b"POST /api/search HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
UPLOAD = (
    b"POST /api/articles HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 100000\r\n\r\n"
)
PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "BODY_SECONDS", SECONDS)
        patch.setattr(protocol, "HEAD_SECONDS", SECONDS)
        with served(lambda _: FakeAnswerer(), tmp_path_factory.mktemp("data")) as client:
            wait_until(lambda: ready(client))
            yield client


def trickled(client: httpx.Client, start: bytes, piece: bytes) -> bytes:
    """What the server says to a request whose rest comes piece by piece for ever, until it hangs up."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as line:
        line.sendall(start)
        line.settimeout(0.1)
        said, end = b"", time.monotonic() + 30
        while time.monotonic() < end:
            try:
                line.sendall(piece)
                if not (heard := line.recv(65536)):
                    return said
                said += heard
            except TimeoutError:
                continue
            except OSError:
                return said
        raise AssertionError("the server still waits")


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\n", b"X: y\r\n"),
        (b"G", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /", b"x"),
    ],
    ids=["silent", "endless head", "one letter", "after a whole request"],
)
def test_whoever_sends_no_whole_head_is_cut_off(client: httpx.Client, start: bytes, piece: bytes) -> None:
    said = trickled(client, start, piece)
    assert said.count(b"HTTP/1.1") == start.count(b"\r\n\r\n")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (JSON + b"Content-Length: 100000\r\n\r\n", b" "),
        (JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (JSON + b"Content-Length: 100000\r\n\r\n", b""),
        (UPLOAD, b""),
        (UPLOAD + PART, b"x"),
    ],
    ids=["json", "chunked", "silent", "silent upload", "upload"],
)
def test_a_body_that_comes_too_slowly_is_refused(client: httpx.Client, start: bytes, piece: bytes) -> None:
    said = trickled(client, start, piece)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'{"error":"the body comes too slowly; send it again"}' in said
    assert b"connection: close" in said.lower()


def test_the_rest_of_a_body_that_was_refused_is_not_read_for_ever(client: httpx.Client) -> None:
    start = JSON.replace(b"localhost", b"evil.example") + b"Content-Length: 100000\r\n\r\n"
    said = trickled(client, start, b" ")
    assert said.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("start", [JSON + b"Content-Length: 100000\r\n\r\n{", UPLOAD + PART], ids=["json", "upload"])
def test_whoever_leaves_amid_a_body_leaves_no_traceback(
    client: httpx.Client, start: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as line:
        line.sendall(start)
        time.sleep(0.2)
    for _ in range(5):
        assert client.get("/healthz").status_code == 200
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_a_line_that_goes_on_quickly_enough_has_all_the_time_it_needs() -> None:
    """Twenty times what may be waited for nothing, at twice the slowest pace."""

    async def by_hand() -> None:
        pieces = iter(range(20))

        async def receive() -> Message:
            await asyncio.sleep(SECONDS / 20)
            number = next(pieces)
            return {
                "type": "http.request",
                "body": bytes(int(SECONDS * body.BYTES_A_SECOND / 10)),
                "more_body": number < 19,
            }

        timely = in_time(receive)
        for _ in range(20):
            assert (await timely())["body"]

    async def too_slow() -> None:
        async def receive() -> Message:
            await asyncio.sleep(60)
            return {"type": "http.request", "body": b"x", "more_body": True}

        with pytest.raises(HTTPException, match="408"):
            await in_time(receive)()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "BODY_SECONDS", SECONDS / 2)
        for work in (by_hand(), too_slow()):
            run(work)


def test_after_a_whole_body_is_waited_for_ever() -> None:
    """Until whoever asked leaves: an answer takes its time."""

    async def by_hand() -> None:
        messages = iter([(0.0, {"type": "http.request", "body": b"x"}), (SECONDS, {"type": "http.disconnect"})])

        async def receive() -> Message:
            seconds, message = next(messages)
            await asyncio.sleep(seconds)
            return message

        timely = in_time(receive)
        assert (await timely())["type"] == "http.request"
        assert (await timely())["type"] == "http.disconnect"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body, "BODY_SECONDS", SECONDS / 4)
        run(by_hand())
