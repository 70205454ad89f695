"""Each finding comes from something really there or really broken."""

import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.split import split
from qa.accounts.conversations import Conversations
from qa.cli import doctor
from qa.cli.doctor import Finding, examine
from qa.errors import LibraryError
from qa.index import VectorIndex
from qa.library import Library
from qa.models.embeddings import PACKAGED_IDENTITY
from qa.models.manifest import EMBEDDING_MODEL
from qa.settings import Settings
from tests.conftest import ARTICLES, IDENTITY, HashedWords


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return Settings(data_dir=tmp_path / "data", models_dir=tmp_path / "models", port=port)


def found(settings: Settings, name: str) -> Finding:
    findings = {finding.name: finding for finding in examine(settings)}
    assert all("\n" not in finding.message for finding in findings.values())
    return findings[name]


def filled(settings: Settings, model: str) -> VectorIndex:
    library = Library.open(settings.library_path)
    for article in ARTICLES:
        passages = split(article)
        vectors = HashedWords().encode_documents([passage.text for passage in passages])
        library.put(article, passages, vectors, origin="", model=model)
    return VectorIndex.open(settings, library, model)


def test_a_fresh_machine_is_told_what_to_do_and_nothing_is_created(settings: Settings) -> None:
    advice = {finding.name: finding.advice for finding in examine(settings) if finding.ok is False}
    assert advice == {
        "library": "run `python -m ingest add corpus`",
        "weights": "run `python -m qa models pull`",
        "prepared": "run `python -m qa models pull`",
    }
    assert not settings.data_dir.exists()
    assert not settings.models_dir.exists()


def test_articles_and_an_index_in_step_are_well(settings: Settings) -> None:
    filled(settings, PACKAGED_IDENTITY).close()
    assert found(settings, "library") == Finding("library", True, "3 articles, 3 passages")
    assert found(settings, "index") == Finding("index", True, "3 of 3 passages")


def test_an_index_in_use_is_no_fault(settings: Settings) -> None:
    index = filled(settings, PACKAGED_IDENTITY)
    finding = found(settings, "index")
    index.close()
    assert finding.ok is None
    assert f"pid {os.getpid()}" in finding.message


def test_an_index_of_another_model_is_to_be_rebuilt(settings: Settings) -> None:
    filled(settings, IDENTITY).close()
    finding = found(settings, "index")
    assert finding.ok is False
    assert "python -m ingest rebuild" in finding.message


def die(settings: Settings) -> None:
    os.abort()


def test_an_index_that_kills_its_process_does_not_kill_the_doctor(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(settings, PACKAGED_IDENTITY).close()
    monkeypatch.setattr(doctor, "_index_size", die)
    assert found(settings, "index").advice == "run `python -m ingest rebuild`"


@pytest.mark.sqlite
def test_a_damaged_library_is_one_finding_and_the_rest_goes_on(settings: Settings) -> None:
    settings.data_dir.mkdir()
    settings.library_path.write_bytes(b"not a database" * 1000)
    assert found(settings, "library").ok is False
    assert found(settings, "page").ok is None


def overwrite(path: Path, table: str) -> None:
    """Damage the page on which a table begins."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
        size = db.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\x55" * size)


@pytest.mark.sqlite
def test_a_damaged_page_of_the_library_is_found_with_what_to_do(settings: Settings) -> None:
    filled(settings, PACKAGED_IDENTITY).close()
    overwrite(settings.library_path, "visits")
    finding = found(settings, "library")
    assert finding.ok is False
    assert "damaged" in finding.message
    assert "python -m ingest restore" in finding.message + finding.advice


@pytest.mark.sqlite
def test_full_text_that_lost_something_is_to_be_rebuilt(settings: Settings) -> None:
    filled(settings, PACKAGED_IDENTITY).close()
    assert [finding.ok for finding in doctor._full_text(settings)] == [True]
    with sqlite3.connect(settings.library_path) as db:
        db.execute("UPDATE full_text_data SET block = X'01' WHERE id > 10")
    (finding,) = doctor._full_text(settings)
    assert (finding.ok, finding.advice) == (False, "run `python -m ingest rebuild`")
    library = Library.open(settings.library_path)
    with pytest.raises(LibraryError, match=r"full text .*damaged; `python -m ingest rebuild`"):
        library.search_text(["varga"], 3)
    library.rebuild_full_text()
    assert [finding.ok for finding in doctor._full_text(settings)] == [True]
    assert library.search_text(["varga"], 3)
    library.close()


@pytest.mark.sqlite
def test_damaged_conversations_are_one_finding(settings: Settings) -> None:
    kept = Conversations.open(settings.conversations_path)
    kept.create("ada")
    kept.close()
    assert list(doctor._conversations(settings)) == [Finding("conversations", True, "1 conversation")]
    settings.conversations_path.write_bytes(b"not a database" * 1000)
    finding = found(settings, "conversations")
    assert finding.ok is False
    assert "python -m ingest restore" in finding.message


def test_an_index_that_finds_other_vectors_is_to_be_rebuilt(settings: Settings) -> None:
    index = filled(settings, PACKAGED_IDENTITY)
    others = -np.eye(3, 64, dtype=np.float32)
    index._collection.update(ids=["1", "2", "3"], embeddings=others)
    assert index._directory
    index._directory.settle()
    index.close()
    finding = found(settings, "index")
    assert (finding.ok, finding.advice) == (False, "run `python -m ingest rebuild`")
    assert "3 of 3 passages, 100% of a sample not found" in finding.message


def test_weights_are_hashed_again(settings: Settings) -> None:
    folder = settings.models_dir / EMBEDDING_MODEL.name
    for file in EMBEDDING_MODEL.files:
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(b"x")
    finding = next(finding for finding in examine(settings) if "wrong SHA-256" in finding.message)
    assert (finding.ok, finding.advice) == (False, "run `python -m qa models pull`")
    assert (folder / "model.safetensors").exists(), "to look is not to mend"


def test_a_taken_port_is_named(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind((settings.host, settings.port))
        taken.listen()
        finding = found(settings, "page")
    assert finding.ok is False
    assert str(settings.port) in finding.message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s: replace(s, model="openai:gpt-5"), "OPENAI_API_KEY"),
        (lambda s: replace(s, model_url=f"http://127.0.0.1:{s.port}/v1"), "does not answer"),
    ],
)
def test_a_provider_that_cannot_answer_is_told(
    change: Callable[[Settings], Settings], reason: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    finding = found(change(settings), "language model")
    assert finding.ok is False
    assert reason in finding.message


def test_a_data_folder_that_cannot_be_written_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert found(replace(settings, data_dir=tmp_path / "file"), "data").ok is False
