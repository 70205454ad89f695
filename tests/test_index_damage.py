"""A directory that was damaged in any way answers as before, from the vectors that the library keeps."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qa.index import VectorIndex, chroma
from qa.index.directory import MARK
from qa.library import Library
from qa.settings import Settings
from qa.types import Article, Passage
from tests.conftest import DIMENSION, IDENTITY

pytestmark = pytest.mark.sqlite

ARTICLES, PASSAGES = 30, 50  # enough for Chroma to write its graph to files
QUESTIONS = 20

Answers = list[dict[int, float]]


def fill(library: Library, articles: range) -> None:
    for number in articles:
        vectors = np.random.default_rng(number).normal(size=(PASSAGES, DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        article = Article(f"a{number}", "", "word " * PASSAGES, sha256=str(number))
        passages = [Passage(article.id, n, n * 5, n * 5 + 4, "word") for n in range(PASSAGES)]
        library.put(article, passages, vectors, origin="", model=IDENTITY)


def answers(settings: Settings) -> Answers:
    library = Library.open(settings.library_path)
    index = VectorIndex.open(settings, library, IDENTITY)
    questions = np.random.default_rng(7).normal(size=(QUESTIONS, DIMENSION))
    found = [index.search(question.tolist(), 3) for question in questions]
    assert index.count() == library.stats().passages
    index.close()
    library.close()
    return found


def same(one: Answers, other: Answers) -> bool:
    """Whether all is found again but for one of sixty: threads fill the approximate graph, each time a little else."""
    found = sum(len(a.keys() & b.keys()) for a, b in zip(one, other, strict=True))
    return found >= sum(map(len, other)) - 1


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answers]:
    """A data directory with its index, and what it answers."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("whole") / "data")
    library = Library.open(settings.library_path)
    fill(library, range(ARTICLES))
    library.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chroma, "WRITTEN_EVERY", 1_000)
        return settings.data_dir, answers(settings)


@pytest.fixture
def settings(whole: tuple[Path, Answers], tmp_path: Path) -> Settings:
    shutil.copytree(whole[0], tmp_path / "data", copy_function=shutil.copy2)
    return Settings(data_dir=tmp_path / "data")


def cut(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = next(folder.rglob(name))
        os.truncate(path, path.stat().st_size // 2)

    return damage


def garble(name: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        path = next(folder.rglob(name))
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            file.write(np.random.default_rng(1).bytes(5000))

    return damage


def lose_segment(folder: Path) -> None:
    shutil.rmtree(next(folder.rglob("header.bin")).parent)


def lose_database(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def lose_all(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(cut("header.bin"), id="header cut: opening it kills the process"),
        pytest.param(cut("data_level0.bin"), id="vectors cut"),
        pytest.param(garble("data_level0.bin"), id="vectors garbled"),
        pytest.param(cut("length.bin"), id="lengths cut: answers would be wrong without an error"),
        pytest.param(cut("index_metadata.pickle"), id="graph's table cut"),
        pytest.param(garble("chroma.sqlite3"), id="database garbled"),
        pytest.param(cut("chroma.sqlite3"), id="database cut"),
        pytest.param(lose_segment, id="graph lost"),
        pytest.param(lose_database, id="database lost"),
        pytest.param(lose_all, id="all lost"),
    ],
)
def test_a_damaged_directory_is_rebuilt(
    damage: Callable[[Path], None],
    settings: Settings,
    whole: tuple[Path, Answers],
    capfd: pytest.CaptureFixture[str],
) -> None:
    damage(settings.index_dir)
    assert same(answers(settings), whole[1])
    assert capfd.readouterr().err == "the index is damaged: it is being rebuilt from the library\n"
    assert same(answers(settings), whole[1])
    assert capfd.readouterr().err == ""


def never(index_dir: Path, library: Library) -> bool:
    raise AssertionError("probed")


def test_what_was_left_in_order_is_not_probed(
    settings: Settings, whole: tuple[Path, Answers], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.index.index.is_sound", never)
    assert same(answers(settings), whole[1])
    library = Library.open(settings.library_path)
    fill(library, range(ARTICLES, ARTICLES + 1))
    assert [list(found) for found in answers(settings)] != [list(found) for found in whole[1]]
    answers(settings)


def test_a_reader_that_was_killed_leaves_all_in_order(
    settings: Settings, whole: tuple[Path, Answers], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = f"""
import os
from pathlib import Path
from qa.index import VectorIndex
from qa.library import Library
from qa.settings import Settings
settings = Settings(data_dir=Path({str(settings.data_dir)!r}))
VectorIndex.open(settings, Library.open(settings.library_path), {IDENTITY!r}).search([1.0] * {DIMENSION}, 3)
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
    monkeypatch.setattr("qa.index.index.is_sound", never)
    assert same(answers(settings), whole[1])


def test_without_a_mark_a_sound_directory_is_kept(
    settings: Settings, whole: tuple[Path, Answers], capfd: pytest.CaptureFixture[str]
) -> None:
    (settings.index_dir / MARK).unlink()
    before = (settings.index_dir / "chroma.sqlite3").stat().st_ino
    assert same(answers(settings), whole[1])
    assert (settings.index_dir / "chroma.sqlite3").stat().st_ino == before
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("seed", range(3))
def test_killed_while_it_writes(seed: int, settings: Settings, whole: tuple[Path, Answers]) -> None:
    """The index of a fresh copy of the library is being filled when the process dies."""
    shutil.rmtree(settings.index_dir)
    code = f"""
from pathlib import Path
from qa.index import VectorIndex, chroma
from qa.library import Library
from qa.settings import Settings
chroma.BATCH = 100
settings = Settings(data_dir=Path({str(settings.data_dir)!r}))
print("ready", flush=True)
VectorIndex.open(settings, Library.open(settings.library_path), {IDENTITY!r})
"""
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert writer.stdout
    writer.stdout.readline()
    while not (settings.index_dir / "chroma.sqlite3").exists():
        assert writer.poll() is None
        time.sleep(0.01)
    time.sleep(np.random.default_rng(seed).uniform(0.0, 1.0))
    writer.kill()
    writer.wait()
    writer.stdout.close()
    assert same(answers(settings), whole[1])


def test_an_interrupted_replacement_leaves_nothing_behind(settings: Settings, whole: tuple[Path, Answers]) -> None:
    settings.index_dir.rename(settings.data_dir / "index.old")  # died between the two renames
    (settings.data_dir / "index.new").mkdir()
    assert same(answers(settings), whole[1])
    assert sorted(path.name for path in settings.data_dir.glob("index*")) == ["index", "index.lock", "index.pid"]
