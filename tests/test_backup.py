"""python -m ingest backup and restore: everything comes back, whatever is lost, and nothing that is there is."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient
from filelock import FileLock

from ingest.backup import MANIFEST, latest, make
from ingest.cli import app
from ingest.restore import restore
from qa.accounts.conversations import Conversations
from qa.errors import ArticleQAError, BackupError, IndexLocked
from qa.index import VectorIndex
from qa.library import Library
from qa.models.digests import sha256
from qa.settings import Settings
from tests.commands import Command, command
from tests.conftest import ARTICLES, IDENTITY, HashedWords, fill, store
from tests.test_conversations import ANSWERED
from tests.test_doctor import overwrite
from tests.test_library import SECOND_VERSION

pytestmark = pytest.mark.sqlite

ALIKE = 0.6  # cosine


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Three articles with their index, a conversation with a vote, and a user."""
    settings = replace(settings, auth_file=tmp_path / "users")
    fill(settings)
    kept = Conversations.open(settings.conversations_path)
    new = kept.create("ada")
    kept.append("ada", new.id, ANSWERED)
    kept.vote("ada", new.id, 1, "up")
    kept.close()
    assert settings.auth_file
    settings.auth_file.write_text("ada:hash\n")
    SharedSystemClient.clear_system_cache()
    return settings


def held(settings: Settings) -> tuple[object, ...]:
    """Everything that the data directory holds, as a reader meets it."""
    SharedSystemClient.clear_system_cache()  # Chroma shares clients within a process
    library = Library.open(settings.library_path)
    index = VectorIndex.open(settings, library, IDENTITY)
    near = index.search(HashedWords().embed_query("Lomond ferry carries people: a ticket costs 4 pounds"), 5)
    found = [evidence.article_id for evidence in library.evidence({k: v for k, v in near.items() if v > ALIKE})]
    articles = [library.article(info.id) for info in library.articles()]
    words = library.search_text(["kestrel"], 5)
    index.close()
    library.close()
    kept = Conversations.open(settings.conversations_path)
    conversations = [kept.get("ada", info.id) for info in kept.list("ada")]
    votes = kept.feedback()
    kept.close()
    return articles, found, words, conversations, votes


def change(settings: Settings) -> None:
    """What happens after the backup: as many changes, so that revisions alone do not tell."""
    library = Library.open(settings.library_path)
    library.remove("ferry")
    store(library, replace(ARTICLES[0], id="other", text="Something else."))
    library.close()
    kept = Conversations.open(settings.conversations_path)
    kept.create("ada", "later")
    kept.close()


def test_everything_comes_back_and_what_was_there_is_kept_aside(settings: Settings, tmp_path: Path) -> None:
    before = held(settings)
    made = make(settings, tmp_path / "backups")
    assert (made.articles, made.conversations) == (3, 1)
    change(settings)
    changed = held(settings)
    assert changed != before
    done = restore(settings, tmp_path / "backups")
    assert (done.articles, done.conversations, done.passages) == (3, 1, 3)
    assert held(settings) == before
    assert done.aside
    for path in done.aside.iterdir():
        shutil.move(path, tmp_path / "data" / path.name)
    shutil.rmtree(settings.index_dir)
    assert held(settings) == changed


def test_a_backup_of_an_earlier_version_is_brought_back_and_to_this_one(settings: Settings, tmp_path: Path) -> None:
    backup = make(settings, tmp_path / "backups").path
    kept, manifest = backup / settings.library_path.name, backup / MANIFEST
    former = sha256(kept)
    kept.unlink()
    with closing(sqlite3.connect(kept)) as old:
        old.executescript(SECOND_VERSION)
    manifest.write_text(manifest.read_text().replace(former, sha256(kept)))
    assert restore(settings, backup).passages == 1
    library = Library.open(settings.library_path)
    assert (library.article("bridge").text, library.article("bridge").notes) == ("It opened.", ())
    library.close()


def damage_by_page(path: Path) -> None:
    overwrite(path, "articles" if path.name.startswith("library") else "turns")


def set_version(path: Path, number: int) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {number}")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "a page": damage_by_page,
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: os.truncate(path, 5000),
    "not a database": lambda path: path.write_bytes(b"something else " * 1000),
    "gone": lambda path: path.unlink(),
    "a schema from nowhere": lambda path: set_version(path, -1),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_after_any_damage_everything_comes_back(damage: str, settings: Settings, tmp_path: Path) -> None:
    before = held(settings)
    make(settings, tmp_path)
    for path in (settings.library_path, settings.conversations_path):
        DAMAGES[damage](path)
    restore(settings, tmp_path)
    assert held(settings) == before


@pytest.mark.parametrize("number", [-1, 999])
@pytest.mark.parametrize("name", ["library_path", "conversations_path"])
def test_a_schema_from_nowhere_is_said_in_one_line_with_what_to_do(settings: Settings, name: str, number: int) -> None:
    path = getattr(settings, name)
    set_version(path, number)
    with pytest.raises(ArticleQAError, match=r"damaged.*`python -m ingest restore DIR`") as failure:
        Library.open(path) if name == "library_path" else Conversations.open(path).list("ada")
    assert "\n" not in str(failure.value)


def test_a_backup_is_for_its_owner_alone_and_others_stay(settings: Settings, tmp_path: Path) -> None:
    first = make(settings, tmp_path / "backups")
    contents = {path.name: path.read_bytes() for path in first.path.iterdir()}
    assert set(contents) == {"library.sqlite3", "conversations.sqlite3", "users", MANIFEST}
    assert {path.stat().st_mode & 0o777 for path in first.path.iterdir()} == {0o600}
    assert first.path.stat().st_mode & 0o777 == 0o700
    os.truncate(settings.library_path, 5000)
    with pytest.raises(ArticleQAError):
        make(settings, tmp_path / "backups")
    assert {path.name: path.read_bytes() for path in first.path.iterdir()} == contents
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [first.path.name], "nothing half done is left"


def test_a_backup_is_one_state_while_others_write(settings: Settings, tmp_path: Path) -> None:
    """Each article is stored with one passage: a copy with more of one than of the other would be of two states."""
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        library = Library.open(settings.library_path)
        number = 0
        while not stop.is_set():
            store(library, replace(ARTICLES[2], id=f"new{number}"))
            number += 1
            if number == 20:
                wrote.set()
        library.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(60)
        made = make(settings, tmp_path)
    finally:
        stop.set()
        writer.join()
    copy = sqlite3.connect(f"{made.path.as_uri()}/library.sqlite3?immutable=1", uri=True)
    articles, passages = (
        copy.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("articles", "passages")
    )
    copy.close()
    assert articles == passages == made.articles >= 23


HOLDING = """
import sys, time
from pathlib import Path
from qa.library import Library
library = Library.open(Path(sys.argv[1]))
library.stats()
print("open", flush=True)
time.sleep(600)
"""


def test_restore_waits_for_nobody_and_touches_nothing_that_is_in_use(settings: Settings, tmp_path: Path) -> None:
    make(settings, tmp_path)
    change(settings)
    before = held(settings)
    for name in ("server.lock", "ingest.lock", "index.lock"):
        with FileLock(settings.data_dir / name), pytest.raises(IndexLocked, match="another article-qa process"):
            restore(settings, tmp_path)
    other = subprocess.Popen([sys.executable, "-c", HOLDING, settings.library_path], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        with pytest.raises(IndexLocked, match="stop the page and other commands"):
            restore(settings, tmp_path)
    finally:
        other.kill()
        other.communicate()
    assert held(settings) == before


def test_a_damaged_backup_is_refused_before_anything_is_touched(settings: Settings, tmp_path: Path) -> None:
    made = make(settings, tmp_path)
    change(settings)
    before = held(settings)
    for name in ("library.sqlite3", "conversations.sqlite3"):
        whole = (made.path / name).read_bytes()
        (made.path / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(BackupError, match=rf"{name} is damaged \(wrong SHA-256\); name another backup"):
            restore(settings, tmp_path)
        (made.path / name).unlink()
        with pytest.raises(BackupError, match=rf"{name} is missing; name another backup"):
            restore(settings, tmp_path)
        (made.path / name).write_bytes(whole)
    (made.path / MANIFEST).write_text("{half")
    with pytest.raises(BackupError, match="cannot be read"):
        restore(settings, tmp_path)
    (made.path / MANIFEST).unlink()
    with pytest.raises(BackupError, match="no whole backup"):
        restore(settings, tmp_path)
    assert held(settings) == before
    assert not list(settings.data_dir.glob("before-restore"))


def test_the_newest_backup_counts_unless_one_is_named(settings: Settings, tmp_path: Path) -> None:
    first = make(settings, tmp_path).path
    older = first.rename(tmp_path / "article-qa-2020-01-01-000000")
    change(settings)
    newer = make(settings, tmp_path).path
    (tmp_path / "article-qa-9999-half").mkdir()
    assert latest(tmp_path).path == newer
    assert latest(older).path == older


def test_users_come_back_only_where_there_are_none(settings: Settings, tmp_path: Path) -> None:
    assert settings.auth_file
    make(settings, tmp_path / "backups")
    settings.auth_file.write_text("")
    restore(settings, tmp_path / "backups")
    assert settings.auth_file.read_text() == ""
    settings.auth_file.unlink()
    restore(settings, tmp_path / "backups")
    assert settings.auth_file.read_text() == "ada:hash\n"
    assert settings.auth_file.stat().st_mode & 0o777 == 0o600


@pytest.fixture
def ingest(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))

    return command("ingest", app, monkeypatch, capsys)


def test_the_commands_say_what_they_did(ingest: Command, settings: Settings, tmp_path: Path) -> None:
    made = ingest("backup", tmp_path / "backups", "--json")
    assert made.code == 0
    assert made.json().items() >= {"articles": 3, "conversations": 1}.items()
    done = ingest("restore", tmp_path / "backups", "--json").json()
    assert done.items() >= {"restored": made.json()["backup"], "articles": 3, "passages": 3}.items()
    assert Path(done["kept_aside"]).is_dir()
    said = ingest("restore", made.json()["backup"])
    assert f"what was there before is kept in {settings.data_dir}/before-restore/" in said.out
    assert "copying library.sqlite3" in said.err


def test_what_is_wrong_is_one_line(ingest: Command, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "file").write_text("")
    for said in (
        ingest("restore", tmp_path / "nothing"),
        ingest("backup", tmp_path / "file" / "below"),
    ):
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("error: ")
        assert said.err.count("\n") == 1
    assert json.loads(ingest("status", "--json").out)["articles"] == 3
    settings.library_path.write_bytes(b"damaged" * 1000)
    for line in ("status", "list", "show bridge", "remove bridge", "add .", f"backup {tmp_path / 'backups'}"):
        said = ingest(*line.split())
        assert said.code == 1
        assert "is damaged" in said.err
        assert "python -m ingest restore DIR" in said.err
        assert "Traceback" not in said.err
