"""What is followed, amid the death of whoever looks: nothing is lost, the next one goes on; two never look at once."""

import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.lock import LOOKING
from qa.index import VectorIndex
from qa.library import Library
from qa.library.following import Following
from qa.settings import Settings
from tests.conftest import IDENTITY
from tests.quick_runner import PATIENCE, serving, start
from tests.test_load_web import item, page, rss
from tests.test_web_api import wait_until
from tests.webserver import WebServer
from tests.webserver import serving as serving_pages

ENTRIES = [f"n{number}" for number in range(24)]
KILLS = 3
SECONDS_A_PAGE = 0.1


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """A feed of pages that take a while each."""
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "yes")
    with serving_pages() as web:
        web.pages["/feed"] = rss(*(item(name, 1) for name in ENTRIES))
        web.pages |= {f"/{name}": slow(name) for name in ENTRIES}
        yield web


def text_of(name: str) -> str:
    return " ".join(f"Sentence {n} of {name} tells of the Orla tunnel." for n in range(20))


def slow(name: str):
    body = page(f"Title {name}", text_of(name)).encode()

    def answer(connection) -> None:
        time.sleep(SECONDS_A_PAGE)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    return answer


def assert_whole(data: Path) -> None:
    """All entries are there, each once and whole, and the index in step."""
    settings = Settings(data_dir=data)
    library = Library.open(settings.library_path)
    texts = sorted(library.article(info.id).text.partition("Sentence 0 of ")[2] for info in library.articles())
    assert texts == sorted(text_of(name).partition("Sentence 0 of ")[2] for name in ENTRIES)
    index = VectorIndex.open(settings, library, IDENTITY)
    assert index.count() == library.stats().passages
    index.close()
    library.close()


def test_a_server_that_is_killed_while_it_looks_goes_on(
    tmp_path: Path, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, draw = tmp_path / "data", random.Random(5)
    library = Library.open(Settings(data_dir=data).library_path)
    following = Following.open(library.place)
    for kill in range(KILLS):
        before = len(web.asked)
        with serving(data) as (server, client):
            if not kill:
                client.post("/api/followed", json={"address": web.url("/feed")})
            wait_until(lambda: len(web.asked) > before + 2, PATIENCE)  # noqa: B023
            time.sleep(draw.uniform(0.0, len(ENTRIES) * SECONDS_A_PAGE / KILLS))
            server.kill()
            server.wait()
        [feed] = following.list()
        assert (feed.looked_at, feed.error, feed.failures) == (None, None, 0)
    with serving(data) as (server, client):
        wait_until(lambda: client.get("/api/followed").json()["followed"][0]["looked_at"] is not None, PATIENCE)
        [seen] = client.get("/api/followed").json()["followed"]
        assert (seen["error"], seen["title"]) == (None, "The Gazette")
        assert seen["outcome"]["added"] + seen["outcome"]["known"] == len(ENTRIES)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
    following.close()
    library.close()
    assert_whole(data)


def test_a_refresh_that_is_killed_or_stopped_goes_on(tmp_path: Path, web: WebServer) -> None:
    data = tmp_path / "data"
    for end in (signal.SIGKILL, signal.SIGINT):
        before = len(web.asked)
        process = start(data, "follow", web.url("/feed"))
        wait_until(lambda: len(web.asked) > before + 3, PATIENCE)  # noqa: B023
        process.send_signal(end)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.endswith("error: stopped; what was added is kept, `python -m ingest refresh` goes on from there\n")
    refresh = start(data, "refresh")
    out, err = refresh.communicate(timeout=PATIENCE)
    assert refresh.returncode == 0, err
    assert out.startswith("The Gazette: ")
    assert_whole(data)


def test_a_server_and_refreshes_never_look_at_once(tmp_path: Path, web: WebServer) -> None:
    data, gate = tmp_path / "data", threading.Event()
    last = web.pages[f"/{ENTRIES[-1]}"]
    assert callable(last)
    web.pages[f"/{ENTRIES[-1]}"] = lambda connection: (gate.wait(PATIENCE), last(connection))[1]
    with serving(data) as (_, client):
        client.post("/api/followed", json={"address": web.url("/feed")})
        wait_until(lambda: len(web.asked) == len(ENTRIES) + 1, PATIENCE)
        refreshes = [start(data, "refresh") for _ in range(2)]
        for refresh in refreshes:
            assert refresh.stderr
            assert refresh.stderr.readline() == f"warning: {LOOKING}\n"
        gate.set()
        for refresh in refreshes:
            out, err = refresh.communicate(timeout=PATIENCE)
            assert (refresh.returncode, out) == (0, f"The Gazette: {len(ENTRIES)} new\n"), err
        assert sorted(web.asked) == sorted(["/feed", *(f"/{name}" for name in ENTRIES)])
    assert_whole(data)
