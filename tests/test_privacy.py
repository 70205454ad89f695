"""Modes of files and folders: as commands make them, as older versions left them, and where they are not ours."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.accounts.conversations import Conversations
from qa.index import VectorIndex
from qa.library import Library
from qa.models.weights import storing
from qa.settings import Settings
from qa.storage import privacy
from qa.storage.privacy import private_folder
from tests.conftest import IDENTITY
from tests.quick_runner import PATIENCE, ROOT, start

pytestmark = pytest.mark.sqlite


@pytest.fixture(autouse=True)
def usual_mask() -> Iterator[None]:
    """Others may read what is made, as on most machines."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> dict[str, str]:
    """What others may do with a folder or with what is in it, by name."""
    modes = {str(path.relative_to(folder)): path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    return {name: stat.filemode(mode) for name, mode in modes.items() if mode & 0o077}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_up(folder: Path) -> None:
    """As a version left it that did not care."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory as a command makes it, and what it was filled from beside it."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "source").mkdir()
    (folder / "source" / "quay.txt").write_text("The Selby quay was built of basalt in 1902.")
    open_up(folder / "source")
    before = os.umask(0o022)
    add = start(folder / "new" / "data", "add", str(folder / "source"))
    os.umask(before)
    _, err = add.communicate(timeout=PATIENCE)
    assert add.returncode == 0, err
    return folder / "new" / "data"


def test_what_a_command_makes_is_for_its_owner_alone(filled: Path) -> None:
    data, source = filled, filled.parents[1] / "source"
    assert {path.name for path in data.iterdir()} >= {"library.sqlite3", "index", "ingest.lock", "index.lock"}
    assert open_to_others(data) == {}
    assert mode(source) == 0o755
    assert mode(source / "quay.txt") == 0o644


def test_the_files_beside_an_open_database_are_closed_too(tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
import typer
from qa.cli.console import run_app
from qa.accounts.conversations import Conversations
from qa.library import Library
app = typer.Typer()
@app.command()
def main(data: Path) -> None:
    kept = Conversations.open(data / "conversations.sqlite3")
    kept.create("")
    library = Library.open(data / "library.sqlite3")
    library.note_run(1, 0)
    print(*sorted(f"{path.name} {path.stat().st_mode & 0o777:o}" for path in data.iterdir()), sep="\\n")
run_app(app)
"""
    run = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "data")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [f"{name}.sqlite3{end}" for name in ("conversations", "library") for end in ("", "-shm", "-wal")]
    assert run.stdout.splitlines() == [f"{name} 600" for name in names]


@pytest.mark.parametrize("opened", ["library", "conversations", "index", "command"])
def test_what_an_older_version_left_open_is_closed(filled: Path, tmp_path: Path, opened: str) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    shutil.copytree(filled, settings.data_dir)
    made = Conversations.open(settings.conversations_path)
    made.count()
    made.close()
    for name in ("server.json", "report/run.json", "index.pid"):
        path = settings.data_dir / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    library = Library.open(settings.library_path)
    open_up(settings.data_dir)
    os.umask(0o077)  # as commands begin
    if opened == "library":
        Library.open(settings.library_path).close()
    elif opened == "conversations":
        conversations = Conversations.open(settings.conversations_path)
        conversations.count()
        conversations.close()
    elif opened == "index":
        VectorIndex.open(settings, library, IDENTITY).close()
    else:
        start(settings.data_dir, "list").communicate(timeout=PATIENCE)
    assert open_to_others(settings.data_dir) == {}
    library.close()


def test_a_folder_with_other_things_in_it_stays_the_users(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "report").mkdir(parents=True)
    for name in ("notes.txt", "report/mine.txt", "index.html"):
        (home / name).write_text("mine")
    Library.open(home / "library.sqlite3").close()
    (home / "index").mkdir()
    (home / "index" / "chroma.sqlite3").write_text("")
    open_up(home)
    Library.open(home / "library.sqlite3").close()
    theirs = {".", "notes.txt", "report", "report/mine.txt", "index.html"}
    assert open_to_others(home).keys() == theirs


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "inner").mkdir(parents=True)
    data = tmp_path / "data"
    data.mkdir()
    (data / "index").symlink_to(elsewhere)
    open_up(elsewhere)
    private_folder(data)
    assert mode(data) == 0o700
    assert mode(elsewhere) == mode(elsewhere / "inner") == 0o755


def test_models_stay_readable_as_far_as_the_users_mask_lets_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privacy, "_users_mask", 0o077)
    os.umask(0o027)
    for _ in range(2):  # a second command in one process finds the mask of the first
        privacy.keep_private()
    folder = tmp_path / "models" / "reader"
    with storing(folder, "the reader is being fetched"):
        (folder / "model.onnx").write_text("weights")
        (folder / "below").mkdir()
    for path in (folder.parent, folder, folder / "below"):
        assert mode(path) == 0o750
    assert mode(folder / "model.onnx") == 0o640
    (folder / "private").write_text("")
    assert mode(folder / "private") == 0o600
