"""Several programs on one index, on a real Chroma server that is killed meanwhile."""

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from qa.errors import IndexUnavailable
from qa.index import VectorIndex
from qa.library import Leases, Library
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.conftest import ARTICLES, IDENTITY, HashedWords
from tests.test_index_damage import PASSAGES, fill
from tests.test_web_api import wait_until
from tests.webserver import free_port

CHROMA = Path(sys.executable).with_name("chroma")
PATIENCE = 60.0  # seconds for a server to answer


class Server:
    """A Chroma server on loopback, at one address and on one folder however often it starts."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ["--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen([CHROMA, "run", *where], cwd=self._folder.parent, stdout=quiet, stderr=quiet)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.kill()
                pytest.skip("`chroma run` does not start here")
            time.sleep(0.05)

    def kill(self) -> None:
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/api/v2/heartbeat").is_success
        except httpx.TransportError:
            return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    if not CHROMA.exists():
        pytest.skip("there is no `chroma` to run as a server")
    server = Server(tmp_path / "chroma")
    yield server
    server.kill()


@pytest.fixture
def settings(tmp_path: Path, server: Server) -> Settings:
    return Settings(data_dir=tmp_path / "data", chroma_url=server.url)


def nearest(index: VectorIndex, text: str, library: Library) -> str:
    return library.evidence(index.search(HashedWords().embed_query(text), 1))[0].article_id


def test_what_one_program_brings_in_others_find(server: Server, settings: Settings, library: Library) -> None:
    server.start()
    one, other = (VectorIndex.open(settings, library, IDENTITY) for _ in range(2))
    assert one.count() == other.count() == len(ARTICLES)
    library.remove("mill")
    assert (one.sync(), other.sync()) == (1, 0)
    assert other.pending() == 0
    assert nearest(other, "Kestrel Mill grinds wheat", library) != "mill"
    again = VectorIndex.rebuild(settings, library, IDENTITY)
    assert other.sync() == 0
    assert nearest(other, "Lomond ferry carries people", library) == "ferry", "of the index that was made anew"
    for each in (one, other, again):
        each.close()


def test_a_program_that_died_at_it_is_not_waited_for_long(server: Server, settings: Settings, library: Library) -> None:
    server.start()
    opened = VectorIndex.open(settings, library, IDENTITY)
    library.remove("mill")
    name = f"index {opened._collection.id}"
    leases = Leases.beside(library)
    assert leases.take(name, "another", 3.0)
    assert not leases.take(name, "a third", 3.0)
    began = time.monotonic()
    assert opened.sync(patience=0.5) == 0, "the other is at it"
    assert opened.pending() == 0, "nothing that is missing"
    assert opened.sync() <= 1
    assert time.monotonic() - began > 2.0
    assert opened.count() == 2
    assert leases.take(name, "another", 1.0), "it was given back"
    opened.close()


def test_a_server_that_is_killed_is_told_and_found_again(server: Server, settings: Settings, library: Library) -> None:
    opened = VectorIndex.open(settings, library, IDENTITY, behind=True)  # before the server is there
    retriever = HybridRetriever(library=library, index=opened, embeddings=HashedWords())
    for lost in (False, True):
        with pytest.raises(IndexUnavailable, match=r"127\.0\.0\.1:\d+ cannot be used .* the articles are safe") as told:
            retriever.search("When did the Varga bridge open?")
        assert "\n" not in str(told.value)
        if lost:
            shutil.rmtree(server._folder)
        server.start()
        wait_until(lambda: counted(opened) == len(ARTICLES) and not opened.pending())
        assert retriever.search("When did the Varga bridge open?")[0].article_id == "bridge"
        server.kill()
    opened.close()


def test_nothing_is_lost_where_it_is_killed_while_it_is_filled(
    server: Server, settings: Settings, tmp_path: Path
) -> None:
    library = Library.open(settings.library_path)
    fill(library, range(20))
    code = f"""
from pathlib import Path
from qa.index import VectorIndex, chroma
from qa.library import Library, entries
from qa.settings import Settings
chroma.BATCH, entries.Entries.changes.__defaults__ = 50, (5,)
settings = Settings(data_dir=Path({str(settings.data_dir)!r}), chroma_url={server.url!r})
VectorIndex.open(settings, Library.open(settings.library_path), {IDENTITY!r})
"""
    server.start()
    programs = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(2)]
    opened = VectorIndex.open(settings, library, IDENTITY, behind=True)
    wait_until(lambda: counted(opened) > 0)
    server.kill()
    errors = [program.communicate()[1].splitlines()[-1] for program in programs]
    assert all(line.startswith("qa.errors.IndexUnavailable: the Chroma server") for line in errors), errors
    server.start()
    wait_until(lambda: counted(opened) == 20 * PASSAGES and not opened.pending())
    found = opened.search(library.vectors("a19")[0].vector.tolist(), 1)
    assert list(found.values()) == pytest.approx([1.0], abs=1e-4)
    opened.close()
    library.close()


def counted(index: VectorIndex) -> int:
    """How many entries there are, as far as anybody answers."""
    try:
        return index.count()
    except IndexUnavailable:
        return -1
