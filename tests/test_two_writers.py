"""Two processes that write to one data directory: each pair of them, and all that both were given is there."""

import re
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from qa.index import VectorIndex
from qa.library import Library
from qa.settings import Settings
from tests.conftest import IDENTITY
from tests.quick_runner import PATIENCE, serving, start
from tests.test_web_api import wait_until

ARTICLES = 12
TIMES = 3  # that Ctrl-C is pressed, at most


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, httpx.Client]]:
    data = tmp_path_factory.mktemp("data")
    with serving(data) as (_, client):
        yield data, client


def text_of(name: str) -> str:
    return f"The {name} quay was built of basalt and nobody has counted its steps."


def folder(parent: Path, name: str) -> Path:
    """A folder of articles, each a file that is named for the folder."""
    made = parent / name
    made.mkdir()
    for number in range(ARTICLES):
        (made / f"{name}-{number}.txt").write_text(text_of(f"{name}-{number}"))
    return made


def ids(*names: str) -> set[str]:
    return {f"{name}-{number}" for name in names for number in range(ARTICLES)}


def assert_holds(data: Path, expected: set[str]) -> None:
    """Each article once and whole, and the index in step."""
    settings = Settings(data_dir=data)
    library = Library.open(settings.library_path)
    assert {info.id: library.article(info.id).text for info in library.articles()} == {
        name: text_of(name) for name in expected
    }
    index = VectorIndex.open(settings, library, IDENTITY)
    assert index.count() == library.stats().passages == len(expected)
    index.close()
    library.close()


def interrupt(process: subprocess.Popen[str]) -> None:
    """Ctrl-C, and again where nothing came of it: Python loses one that comes while a finaliser runs."""
    for _ in range(TIMES):
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE / TIMES)
            return
    pytest.fail(f"it goes on after Ctrl-C, {TIMES} times")


def test_a_second_server_ends_with_one_line_and_leaves_the_first_alone(server: tuple[Path, httpx.Client]) -> None:
    data, client = server
    announced = Settings(data_dir=data).server_file.read_text()
    for port in ("0", str(client.base_url.port)):
        second = start(data, "serve", port)
        out, err = second.communicate(timeout=PATIENCE)
        assert (second.returncode, out) == (1, "")
        address = re.escape(str(client.base_url).rstrip("/"))
        assert re.fullmatch(rf"error: another server at {address} uses .+ARTICLE_QA_DATA_DIR\n", err)
        assert Settings(data_dir=data).server_file.read_text() == announced
        assert client.get("/readyz").status_code == 200


def test_a_server_and_an_add(server: tuple[Path, httpx.Client], tmp_path: Path) -> None:
    data, client = server
    add = start(data, "add", str(folder(tmp_path, "line")))
    reports = []
    for number in range(ARTICLES):
        upload = ("files", (f"page-{number}.txt", text_of(f"page-{number}").encode()))
        reports.append(client.post("/api/articles", files=[upload]).json())
    _, err = add.communicate(timeout=PATIENCE)
    assert add.returncode == 0, err
    assert [report["added"] for report in reports] == [[f"page-{number}"] for number in range(ARTICLES)]
    listed = {article["id"]: article for article in client.get("/api/articles").json()}
    assert listed.keys() == ids("page", "line")
    for name in listed:
        assert client.get(f"/api/articles/{name}").json()["text"] == text_of(name)


def test_two_adds(tmp_path: Path) -> None:
    data, shared = tmp_path / "data", folder(tmp_path, "shared")
    adds = [start(data, "add", str(folder(tmp_path, name)), str(shared)) for name in ("one", "two")]
    for add in adds:
        _, err = add.communicate(timeout=PATIENCE)
        assert add.returncode == 0, err
    assert_holds(data, ids("one", "two", "shared"))


def test_a_watch_and_an_add(tmp_path: Path) -> None:
    data, watched = tmp_path / "data", folder(tmp_path, "watched")
    watch = start(data, "watch", str(watched))
    told: list[str] = []
    reading = threading.Thread(target=lambda: told.extend(iter(watch.stderr.readline, "")))  # type: ignore[union-attr]
    reading.start()
    try:
        wait_until(lambda: any("Ctrl-C" in line for line in told), PATIENCE)
        add = start(data, "add", str(folder(tmp_path, "other")))
        (watched / "late.txt").write_text(text_of("late"))
        (watched / "watched-0.txt").unlink()
        assert add.wait(PATIENCE) == 0
        library = Library.open(Settings(data_dir=data).library_path)
        expected = (ids("watched", "other") | {"late"}) - {"watched-0"}
        wait_until(lambda: {info.id for info in library.articles()} == expected, PATIENCE)
        library.close()
    finally:
        interrupt(watch)
        reading.join()
    assert_holds(data, expected)
