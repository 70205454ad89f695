"""Every route by nobody, by whoever guesses, by another user and by its owner, over real HTTP."""

import base64
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from fastapi.routing import APIRoute

from qa.errors import SettingsError
from qa.remote import RemoteAnswerer
from qa.settings import Settings
from qa.users import UserFile
from qa.web import auth
from qa.web.application import create_app
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.web_fake import FakeAnswerer

KEY, OTHER_KEY = "a-key-for-programs", "another-key-for-programs"
PASSWORD = "correct horse battery"
ROOT = Path(__file__).parent.parent
OPEN = {("GET", "/healthz"), ("GET", "/signin"), ("POST", "/signin"), ("GET", "/favicon.ico")}
GRADIO = [
    *(("GET", path) for path in ("/", "/config", "/theme.css", "/manifest.json", "/assets/x.js", "/static/x.css")),
    *(("GET", f"/gradio_api/{path}") for path in ("app_id", "heartbeat/abc", "queue/data?session_hash=abc")),
    *(("POST", f"/gradio_api/{path}") for path in ("queue/join", "cancel", "run/predict")),
    *(("GET", f"/gradio_api/{path}") for path in ("file=/etc/passwd", "info", "deep_link", "proxy=http://a.example")),
    *(("POST", f"/gradio_api/{path}") for path in ("upload", "call/ask", "reset", "component_server")),
    *(
        ("GET", path)
        for path in ("/page/page.js", "/page/../api/articles", "/signin/", "/healthz/", "//healthz", "/no")
    ),
]


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("auth") / "users"
    for name in ("ada", "eve"):
        UserFile(path).add(name, PASSWORD)
    return path


@pytest.fixture(scope="module")
def server(users: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    data = tmp_path_factory.mktemp("data")
    with served(lambda _: FakeAnswerer(), data, auth_file=users, api_keys=f"{KEY}, {OTHER_KEY}") as client:
        wait_until(lambda: client.get("/readyz", headers=bearer(KEY)).status_code == 200)
        yield client


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "WRONG_SECONDS", 0.0)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def sign_in(server: httpx.Client, name: str, password: str = PASSWORD) -> httpx.Response:
    return httpx.post(server.base_url.join("/signin"), data={"name": name, "password": password})


def session(server: httpx.Client, name: str) -> dict[str, str]:
    """The header of somebody who is signed in."""
    return {"Cookie": f"{auth.COOKIE}={sign_in(server, name).cookies[auth.COOKIE]}"}


def routes() -> list[tuple[str, str]]:
    """Every route that there is, read from the application itself."""
    app = create_app(lambda _: FakeAnswerer(), Settings(data_dir=Path(os.devnull).parent / "shm", api_keys=KEY))
    return [(method, route.path) for route in app.routes if isinstance(route, APIRoute) for method in route.methods]
