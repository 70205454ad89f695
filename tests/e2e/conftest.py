"""A real server over corpus/ with the real models, and a real browser that tells on the page."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from qa.accounts.conversations import Conversations
from qa.answer import Answerer
from qa.models.chat import load_chat_model
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer
from tests.webserver import free_port

if TYPE_CHECKING:
    from tests.e2e.room import Enter, Room

ROOT = Path(__file__).parents[2]
ALL = "ALL_CASES" in os.environ
READY_SECONDS = 300
expect.set_options(timeout=20_000)  # a machine that stands still for a while has not failed
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
ATTACK = """---
title: "<img src=x onerror=document.title='owned'> The Quill harbour"
source: "<script>document.title='owned'</script>"
url: "javascript:document.title='owned'"
---
The Quill harbour <img src=x onerror=document.title='owned'> was dug in 1788 by Orla Penhallow. {{7*7}} ${7*7}
![](https://tracker.example/pixel.png) It holds forty boats.
"""


def every(n: int) -> int:
    """The step through cases of which one in n is enough for each change; 1 with ALL_CASES=1."""
    return 1 if ALL else n


@dataclass(frozen=True)
class Site:
    """The running page and the data it serves."""

    url: str
    data_dir: Path


@dataclass
class Log:
    """What the browser complained about, and the hosts it asked."""

    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@contextmanager
def running(data_dir: Path, *paths: str) -> Iterator[Site]:
    """The server over what lies at some paths, with the real models; it must end without an error."""
    environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(data_dir)}
    ingest = [sys.executable, "-m", "ingest", "add", *paths]
    subprocess.run(ingest, cwd=ROOT, env=environment, check=True, capture_output=True)
    port = free_port()
    log = (data_dir / "server.log").open("w")
    server = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, server, Path(log.name))
        assert json.loads((data_dir / "server.json").read_text()) == {"url": url, "pid": server.pid}
        yield Site(url, data_dir)
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(15)
    assert code == 0
    assert not (data_dir / "server.json").exists()
    assert "Traceback" not in Path(log.name).read_text()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    attack = tmp_path_factory.mktemp("articles") / "attack.md"
    attack.write_text(ATTACK)
    with running(tmp_path_factory.mktemp("data"), "corpus", str(attack)) as site:
        yield site


def wait_until_ready(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text()
        try:
            if httpx.get(f"{url}/readyz", timeout=10).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    pytest.fail(f"not ready within {READY_SECONDS} s: {log.read_text()}")


Over = Callable[[str], Answerer]


@pytest.fixture(scope="session")
def over(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Over]:
    """The Answerer over the articles of a path, made once; all share one language model."""
    settings, made = Settings(), dict[str, Answerer]()
    model = load_chat_model(settings)

    def make(path: str) -> Answerer:
        if path in made:
            return made[path]
        data_dir = tmp_path_factory.mktemp("library")
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(data_dir)}
        subprocess.run([sys.executable, "-m", "ingest", "add", path], cwd=ROOT, env=environment, check=True)
        made[path] = Answerer.open(replace(settings, data_dir=data_dir), model)
        return made[path]

    yield make
    for answerer in made.values():
        answerer.close()


Retrieving = Callable[[str], AbstractContextManager[HybridRetriever]]


@pytest.fixture(scope="session")
def retrieving(tmp_path_factory: pytest.TempPathFactory) -> Retrieving:
    """Makes a retriever over the articles of a path, without a language model."""

    @contextmanager
    def make(path: str) -> Iterator[HybridRetriever]:
        data_dir = tmp_path_factory.mktemp("library")
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(data_dir)}
        subprocess.run([sys.executable, "-m", "ingest", "add", path], cwd=ROOT, env=environment, check=True)
        retriever = HybridRetriever.open(replace(Settings(), data_dir=data_dir))
        yield retriever
        retriever.index.close()

    return make


def verbatim(answerer: Answerer, answer: Answer) -> bool:
    """Whether every citation is the stored text at its offsets."""
    return all(answerer.library.article(c.article_id).text[c.start : c.end] == c.quote for c in answer.citations)


def chromium() -> str | None:
    """Where Chromium is: the system's, else Playwright's own."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "chrome"))
    if path := next((p for p in found if p), None):
        return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here: `apt-get install chromium` or `playwright install chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(site: Site, browser: Browser) -> Iterator[OpenPage]:
    """Opens the page; afterwards no page may have logged an error or asked another host for anything."""
    log, pages = Log(), list[Page]()

    def opened(scheme: str = "light", width: int = 1280, height: int = 860) -> Page:
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        page.on("console", lambda m: log.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: log.errors.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(site.url) else log.foreign.append(r.url))
        page.goto(site.url)
        page.wait_for_selector("#intro .asks button")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()
    assert log == Log()


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Room]":
    from tests.e2e.room import opened_room

    with opened_room(tmp_path_factory.mktemp("room")) as room:
        yield room


@pytest.fixture
def enter(room: "Room", browser: Browser) -> "Iterator[Enter]":
    from tests.e2e.room import entering

    with entering(room, browser) as enter:
        yield enter


@pytest.fixture
def kept(room: "Room") -> Iterator[Conversations]:
    """Those of the one reader there is without sign-in; none at first and at last."""
    with closing(Conversations.open(Settings(data_dir=room.data_dir).conversations_path)) as conversations:
        forget(conversations)
        yield conversations
        forget(conversations)


def forget(conversations: Conversations) -> None:
    for info in conversations.list(""):
        conversations.delete("", info.id)


@pytest.fixture
def keep_picture(tmp_path: Path) -> Callable[[Page, str], None]:
    """Keeps a picture of the page where E2E_SCREENSHOTS says, to be looked at."""
    folder = Path(os.environ.get("E2E_SCREENSHOTS", tmp_path))

    def keep(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return keep
