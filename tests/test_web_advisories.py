"""Published advisories of products like this one, each tried here: what is sent, and what must come of it.

Here are those that need no more than one request; the others are in test_advisories.py. Most are about versions
long mended: the tests hold whatever version is installed.
"""

import json
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from tests.advisories import OTHERS, Tried
from tests.advisories_gradio import GRADIO
from tests.webserver import Page, WebServer, serving

MARK = "a-secret-that-nobody-asked-for"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / f"{MARK}-{uuid4().hex}.txt"
    path.write_text(MARK)
    return path


@pytest.fixture
def inside() -> Iterator[WebServer]:
    """A server that only this machine can reach."""
    with serving() as web:
        web.pages["/inner"] = Page(MARK)
        yield web


@pytest.mark.parametrize("tried", [*GRADIO, *OTHERS], ids=lambda tried: f"{tried.advisory}: {tried.what}")
def test_an_advisory_does_not_hold_here(client: httpx.Client, secret: Path, inside: WebServer, tried: Tried) -> None:
    def meant(text: str) -> str:
        return text.replace("SECRET", str(secret)).replace("INSIDE", inside.url("/inner"))

    body = tried.body if isinstance(tried.body, bytes) else meant(json.dumps(tried.body)).encode()
    headers = {"Content-Type": "application/json"} | tried.headers
    sent = {"content": body} if tried.body is not None else {}
    response = client.request(tried.method, meant(tried.path), headers=headers, **sent)
    assert response.status_code in tried.allowed
    assert MARK not in response.text.replace(str(secret), "")
    assert "evil.example" not in response.text
    assert "location" not in response.headers
    assert "access-control-allow-origin" not in response.headers
    assert not Path(f"{secret}.ran").exists()
    assert inside.hits == []
    assert not [*Path(tempfile.gettempdir(), "gradio").rglob(secret.name)]
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("advisory", "sent", "status"),
    [
        ("CVE-2025-43859 of h11", "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloXX0\r\n\r\nGET / HTTP/1.1\r\n\r\n", 400),
        ("CVE-2026-54282 of Starlette", "Connection: close\r\n\r\n", 404),
    ],
)
def test_what_is_asked_for_has_one_reading(client: httpx.Client, advisory: str, sent: str, status: int) -> None:
    """A second request hidden in the end of a chunk is none; a path that looks like a host does not become one."""
    target = "@evil.example/" if status == 404 else "/healthz"
    with socket.create_connection((client.base_url.host, client.base_url.port or 0), timeout=30) as line:
        line.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{sent}".encode())
        said = b""
        while heard := line.recv(65536):
            said += heard
    assert said.startswith(f"HTTP/1.1 {status} ".encode()), advisory
    assert said.count(b"HTTP/1.1") == 1
    assert b"evil.example" not in said


def test_many_ranges_of_a_file_are_not_put_together(client: httpx.Client) -> None:
    """CVE-2025-62727 of Starlette: as many ranges as the head of a request has room for."""
    whole = client.get("/page/views.js").content
    ranges = ",".join(f"{n}-{n}" for n in range(0, 20_000, 2))[:60_000].rpartition(",")[0]
    response = client.get("/page/views.js", headers={"Range": f"bytes={ranges}"})
    assert response.status_code in (200, 206, 400, 416)
    assert len(response.content) <= len(whole)
