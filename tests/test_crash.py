"""kill -9 at any moment of an ingest loses nothing that was done, and the same command finishes the work."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from qa.index import VectorIndex
from qa.library import Library
from qa.settings import Settings
from qa.storage.places import is_made
from qa.types import Filters
from tests.crash_runner import BATCH_ARTICLES, IDENTITY

ROOT = Path(__file__).parent.parent
ARTICLES = 200
KILLS = 20
SECONDS = 0.3  # at most, from the first text that a run embeds to its end

NAMES = [f"Story{number}" for number in range(ARTICLES)]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two articles a file, of one to three passages each."""
    draw = random.Random(1)
    words = "harbour ferry bridge mill council vote budget river storm school engine market".split()
    folder = tmp_path / "source"
    folder.mkdir()
    for first in range(0, ARTICLES, 2):
        with (folder / f"{first:03}.jsonl").open("w") as file:
            for name in NAMES[first : first + 2]:
                text = " ".join(f"{name} {' '.join(draw.choices(words, k=9))}." for _ in range(draw.randint(5, 25)))
                file.write(json.dumps({"id": name.lower(), "title": name, "text": text}) + "\n")
    return folder


def command(settings: Settings, source: Path, log: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"ARTICLE_QA_DATA_DIR": str(settings.data_dir)}
    arguments = [sys.executable, "-m", "tests.crash_runner", str(log), "add", str(source)]
    return subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def stored(settings: Settings) -> set[str]:
    """The titles of the articles in the library, each of which must be whole."""
    if not is_made(settings.library):
        return set()
    library = Library.open(settings.library)
    assert library.faults() == []
    titles = set()
    for info in library.articles():
        text = library.article(info.id).text
        passages = library.evidence({p.rowid: 0.0 for p in library.vectors(info.id)})
        assert all(text[p.start : p.end] == p.text for p in passages)
        assert max(p.end for p in passages) == len(text)
        titles.add(info.title)
    library.close()
    return titles


def test_an_ingest_that_is_killed_again_and_again(tmp_path: Path, source: Path) -> None:
    draw = random.Random(2)
    settings = Settings(data_dir=tmp_path / "data")
    log = tmp_path / "embedded.log"
    log.touch()
    progress = []
    for _ in range(KILLS):
        done, embedded = stored(settings), log.stat().st_size
        run = command(settings, source, log)
        while log.stat().st_size == embedded and run.poll() is None:
            time.sleep(0.005)
        time.sleep(draw.uniform(0.0, SECONDS))
        run.kill()
        run.communicate()
        with log.open() as file:
            file.seek(embedded)
            assert done.isdisjoint(file.read().split()), "embedded again what was stored"
        progress.append(len(stored(settings)))
    assert progress == sorted(progress)
    assert len(set(progress)) > KILLS / 2, progress

    last = command(settings, source, log)
    _, err = last.communicate()
    assert last.returncode == 0, err
    assert stored(settings) == set(NAMES)
    all_are_found(settings)
    embedded_in_all = sum(Counter(log.read_text().split()).values())
    library = Library.open(settings.library)
    longest = max(info.passages for info in library.articles())
    assert embedded_in_all <= library.stats().passages + KILLS * BATCH_ARTICLES * longest


def all_are_found(settings: Settings) -> None:
    library = Library.open(settings.library)
    index = VectorIndex.open(settings, library, IDENTITY)
    assert index.count() == library.stats().passages
    for info in library.articles():
        assert {e.article_id for e in library.evidence(library.search_text([info.title], 10))} == {info.id}
        for passage in library.vectors(info.id):
            assert index.search(passage.vector.tolist(), 1, Filters(article_id=info.id)) == {
                passage.rowid: pytest.approx(1.0, abs=1e-5)
            }
    index.close()
    library.close()
