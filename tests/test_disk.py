"""Reading works on a disk that is full or read-only, and writing says in one line what to do."""

import errno
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
import typer

from ingest.cli import app
from ingest.lock import writing
from qa.accounts.conversations import Conversations
from qa.cli.console import run_app
from qa.errors import IndexMismatch, IndexUnavailable, IndexUnwritable, LibraryError
from qa.index import MemoryIndex, VectorIndex
from qa.index.directory import IndexDirectory
from qa.library import Entry, Library
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.storage.disk import write_whole
from qa.types import Filters
from tests.conftest import ARTICLES, IDENTITY, HashedWords, fill, store
from tests.web_fake import FakeAnswerer

pytestmark = pytest.mark.sqlite

NAMESPACE = ["unshare", "-rm"]
READING = ("status", "list", "show", "search", "evaluate", "feedback")


@pytest.fixture(scope="module", params=["full", "readonly"])
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every command said on such a disk."""
    try:
        probe = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        subprocess.run(probe, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine lets nobody mount: {error}")
    room = tmp_path_factory.mktemp(request.param)
    settings = Settings(data_dir=room / "source")
    fill(settings)
    kept = Conversations.open(settings.conversations_path)
    *_, answer = FakeAnswerer().stream("When did the Varga bridge open?")
    kept.append("", kept.create("").id, answer)
    kept.close()
    (room / "disk").mkdir()
    command = [*NAMESPACE, sys.executable, "-m", "tests.disk_runner"]
    run = subprocess.run(
        [*command, request.param, settings.data_dir, room / "disk"], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return {"state": request.param, **json.loads(run.stdout.splitlines()[-1])}


def test_reading_commands_work(said: dict[str, Any]) -> None:
    assert {name: said[name]["code"] for name in READING} == dict.fromkeys(READING, 0)
    assert json.loads(said["status"]["out"])["articles"] == 3
    assert [article["id"] for article in json.loads(said["list"]["out"])] == ["bridge", "ferry", "mill"]
    assert json.loads(said["show"]["out"])["text"] == ARTICLES[0].text
    assert json.loads(said["search"]["out"])["passages"][0]["article_id"] == "bridge"
    assert json.loads(said["evaluate"]["out"])["retrieval"]["hits@1"] == 1.0


def test_the_doctor_says_what_the_disk_refuses(said: dict[str, Any]) -> None:
    out = said["doctor"]["out"]
    assert "FAIL  data: " in out
    assert "please report" not in out
    assert "ok    library: 3 articles, 3 passages" in out


def test_writing_fails_in_one_line_that_says_what_to_do(said: dict[str, Any]) -> None:
    to_do = {"full": "free some space", "readonly": "ARTICLE_QA_DATA_DIR"}[said["state"]]
    for name in ("add", "remove"):
        *_, last = said[name]["err"].splitlines()
        assert said[name]["code"] == 1
        assert last.startswith("error: ")
        assert to_do in last
        assert "Traceback" not in said[name]["err"]


def test_the_page_reads_and_answers(said: dict[str, Any]) -> None:
    assert said["/"] == 200
    assert said["/api/articles"] == ["bridge", "ferry", "mill"]
    assert said["/api/conversations"] == "When did the Varga bridge open?"
    assert said["/api/ask"]["status"] == "answered"
    assert "could not be kept" in said["/api/ask"]["notes"][-1]


def test_with_room_again_the_same_command_adds(said: dict[str, Any]) -> None:
    if said["state"] == "full":
        assert said["add, with room"]["code"] == 0
        assert len(json.loads(said["add, with room"]["out"])["added"]) == 1
    assert said["models"]


def refusing(number: int) -> Callable[..., NoReturn]:
    """What a disk does that takes nothing."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return refuse


REFUSALS = {errno.ENOSPC: "free some space", errno.EDQUOT: "free some space", errno.EROFS: "ARTICLE_QA_DATA_DIR"}


@pytest.mark.parametrize("number", REFUSALS)
def test_a_lock_that_the_disk_refuses_is_one_line(
    number: int, library: Library, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filelock.FileLock.acquire", refusing(number))
    with pytest.raises(LibraryError, match=REFUSALS[number]), writing(library, print):
        pass
    with pytest.raises(IndexUnwritable, match=REFUSALS[number]):
        IndexDirectory.hold(settings)


def test_an_index_that_can_no_longer_be_written_is_searched_in_memory(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk fills up while the page runs: what the library took just before is found all the same."""
    index = VectorIndex.open(settings, library, IDENTITY)
    retriever = HybridRetriever(library=library, index=index, embeddings=HashedWords())
    store(library, replace(ARTICLES[0], id="crane", title="Crane", text="A harbour crane lifts forty tonnes."))
    monkeypatch.setattr(IndexDirectory, "unsettle", refusing(errno.ENOSPC))
    monkeypatch.setattr("qa.storage.disk.obstacle", lambda folder: OSError(errno.ENOSPC, "No space left on device"))
    assert retriever.search("harbour crane tonnes")[0].article_id == "crane"
    while index.refused is None:
        time.sleep(0.01)
    for _ in range(2):
        assert retriever.search("harbour crane tonnes")[0].article_id == "crane"
        assert len(retriever.search("harbour crane tonnes", filters=Filters(source="Harbour News"))) == 1
    assert capsys.readouterr().err.count("the vectors are searched in memory") == 1
    index.close()


def test_vectors_in_memory_are_nearest_as_in_the_index(settings: Settings, library: Library) -> None:
    index, memory = VectorIndex.open(settings, library, IDENTITY), MemoryIndex(library, IDENTITY)
    for question in ("Varga bridge opened", "ferry ticket", "wheat in the valley"):
        vector = HashedWords().embed_query(question)
        near, same = index.search(vector, 1), memory.search(vector, 1)
        assert list(near) == list(same)
        assert list(near.values()) == pytest.approx(list(same.values()), abs=1e-5)
    library.remove("mill")
    assert memory.sync() == memory.count() == 2
    with pytest.raises(IndexMismatch):
        MemoryIndex(library, "another model")
    index.close()


def test_an_index_damaged_while_it_is_used_is_one_line(settings: Settings, library: Library) -> None:
    index = VectorIndex.open(settings, library, IDENTITY)
    index._collection.delete(ids=index._collection.get()["ids"])
    index._chroma.client.delete_collection("passages")
    with pytest.raises(IndexUnavailable, match=r"Chroma cannot use .*run `python -m ingest rebuild`") as failure:
        index.search(HashedWords().embed_query("bridge"), 3)
    assert "\n" not in str(failure.value)
    index.close()


def test_what_is_stored_when_the_disk_fills_up_is_kept(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """SQLite itself refuses, as on a full disk, after the first of two batches."""
    for number in range(4):
        (tmp_path / f"{number}.md").write_text(
            f"# Tower {number}\n\nThis tower is {number + 50} metres high.\n" * 1000 ** (number // 2)
        )
    put_all, stored = Library.put_all, list[str]()

    def put_two(self: Library, entries: Sequence[Entry]) -> None:
        if len(stored) == 2:
            limit(self)
        put_all(self, entries)
        stored.extend(entry.article.id for entry in entries)

    def limit(full: Library) -> None:
        @sa.event.listens_for(full._database._engine, "begin")
        def no_more_pages(db: sa.Connection) -> None:
            db.exec_driver_sql("PRAGMA max_page_count = 1")

    monkeypatch.setattr(Library, "put_all", put_two)
    monkeypatch.setattr("ingest.batch.BATCH_ARTICLES", 2)
    monkeypatch.setattr("qa.models.embeddings.load_embeddings", lambda settings: HashedWords())
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(library.place.parent))
    monkeypatch.setattr(sys, "argv", ["ingest", "add", *map(str, sorted(tmp_path.glob("*.md"))), "--json"])
    with pytest.raises(SystemExit) as stop:
        run_app(app)
    said = capsys.readouterr()
    assert stop.value.code == 1
    assert json.loads(said.out)["added"] == stored
    *_, last = said.err.splitlines()
    assert last.startswith("error: the disk is full at ")
    assert last.endswith("2 articles of this run are kept, the same command goes on from there")
    assert library.stats().articles == 5
    assert library.stats().pending


def test_output_that_the_disk_refuses_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = typer.Typer()

    @command.command()
    def write() -> None:
        refusing(errno.ENOSPC)()

    monkeypatch.setattr(sys, "argv", ["command"])
    with pytest.raises(SystemExit):
        run_app(command)
    assert capsys.readouterr().err.startswith("error: cannot write the output (No space left on device)")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    write_whole(file, "before")
    monkeypatch.setattr("os.fsync", refusing(errno.ENOSPC))
    with pytest.raises(OSError, match="No space"):
        write_whole(file, "after")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert file.read_text() == "before"
