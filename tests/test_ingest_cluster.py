"""A Ray cluster of two nodes on this machine: what a run on it stores is what a run here does, whatever is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pytest

from ingest.cluster import Cluster
from ingest.fetch import Fetcher
from ingest.pipeline import add
from qa.errors import ClusterError
from qa.library import Library
from tests.cluster_runner import BROKEN, ROOT, Silent, started
from tests.conftest import HashedWords

pytest.importorskip("ray", reason="Ray is not installed: python -m pip install -c constraints.txt -e '.[ray]'")

PATIENCE = 180.0
MANY = 1_000


@dataclass
class Nodes:
    """Two nodes and what is kept of runs on them."""

    address: str
    environment: dict[str, str]
    folder: Path

    def begin(self, *items: Path) -> "subprocess.Popen[str]":
        """A run on them, with the library in `folder`."""
        self.pids.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "tests.cluster_runner", "add", self.address, self.folder / "data", self.pids]
        return subprocess.Popen(
            [*command, *items],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *items: Path) -> dict[str, object]:
        """The report of one that ends well."""
        out, err = self.begin(*items).communicate(timeout=PATIENCE)
        assert out, err
        report: dict[str, object] = json.loads(out)
        return report

    @property
    def pids(self) -> Path:
        return self.folder / "pids"

    @property
    def workers(self) -> list[int]:
        return [int(file.name) for file in self.pids.glob("*")]

    @property
    def library(self) -> Library:
        return Library.open(self.folder / "data" / "library.sqlite3")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """The address, and the environment of who may use it."""
    with started(2) as (address, environment, _):
        yield address, {**environment, "ARTICLE_QA_DATA_DIR": str(tmp_path_factory.mktemp("data"))}


@pytest.fixture
def nodes(cluster: tuple[str, dict[str, str]], tmp_path: Path) -> Nodes:
    return Nodes(*cluster, tmp_path)


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def write_stories(folder: Path, number: int) -> list[str]:
    """So many different ones; their ids, in order."""
    folder.mkdir()
    for n in range(number):
        (folder / f"{n:04}.txt").write_text(f"Article {n} tells of the harbour of {n * 7919 % 1000} and of a bridge.")
    return [f"{n:04}" for n in range(number)]


def test_a_worker_is_killed_in_mid_run_and_all_are_there_once(nodes: Nodes, tmp_path: Path) -> None:
    ids = write_stories(tmp_path / "src", MANY)
    process, library = nodes.begin(tmp_path / "src"), nodes.library
    eventually(lambda: library.count() > 0 and len(nodes.workers) == 2)
    first = nodes.workers
    assert len({(nodes.pids / str(pid)).read_text() for pid in first}) == 2, "both nodes work"
    os.kill(first[0], signal.SIGKILL)
    assert library.count() < MANY
    out, err = process.communicate(timeout=PATIENCE)
    report = json.loads(out)
    assert (report["added"], report["failed"], report["duplicates"]) == (ids, [], []), err
    assert len(nodes.workers) > 2, "another took its place"
    assert sorted(info.id for info in library.articles()) == ids
    for article_id in (ids[0], ids[MANY // 2], ids[-1]):
        article, (stored,) = library.article(article_id), library.vectors(article_id)
        assert np.allclose(stored.vector, HashedWords().embed_query(f"{article.title}\n{article.text}"), atol=1e-6)
    assert library.models() == (HashedWords.identity,)
    assert nodes.run(tmp_path / "src")["unchanged"] == ids


def test_a_run_there_is_a_run_here(nodes: Nodes, tmp_path: Path) -> None:
    src = tmp_path / "src"
    write_stories(src, 3)
    (src / "a.jsonl").write_text(
        "".join(json.dumps({"id": f"row-{n}", "text": f"Row {n} of many."}) + "\n" for n in range(200)) + "broken\n"
    )
    (src / "b-copy.txt").write_text((src / "0001.txt").read_text())
    (src / "empty.mbox").write_text("")
    (src / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    (src / "page.html").write_text(
        f"<html><title>Ferry</title><body><article><p>{'The ferry runs. ' * 40}</p></article>"
    )
    (src / "feed.xml").write_text(
        "<rss version='2.0'><channel><title>Gazette</title><item><guid>1</guid><title>Mill</title>"
        f"<description>{'The mill grinds wheat for the valley. ' * 30}</description></item></channel></rss>"
    )
    here = Library.open(tmp_path / "here" / "library.sqlite3")
    expected = add([str(src)], here, HashedWords, Silent(), fetcher=Fetcher).to_json()
    report = nodes.run(src)
    assert {**report, "seconds": 0} == {**json.loads(json.dumps(expected)), "seconds": 0}
    assert len(expected["failed"]) >= 2
    there = nodes.library
    assert facts(there) == facts(here)
    assert [failed.item for failed in there.failed()] == [failed.item for failed in here.failed()]
    for info in here.articles():
        assert there.article(info.id) == here.article(info.id)
        vectors = [[passage.vector for passage in library.vectors(info.id)] for library in (there, here)]
        assert np.allclose(*vectors, atol=1e-6)


def facts(library: Library) -> list[dict[str, object]]:
    return [asdict(info) | {"added_at": None} for info in library.articles()]


def test_what_fails_on_a_worker_is_one_line_and_the_same_command_goes_on(nodes: Nodes, tmp_path: Path) -> None:
    ids = write_stories(tmp_path / "src", 300)
    broken = tmp_path / "src" / "0299.txt"
    text = broken.read_text()
    broken.write_text(f"This one {BROKEN}.")
    process = nodes.begin(tmp_path / "src")
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out) == (1, "")
    assert err.splitlines()[-1].endswith("the weights are damaged; run `python -m qa models pull`")
    assert "Traceback" not in err
    kept = nodes.library.count()
    assert 0 < kept < 300
    broken.write_text(text)
    report = nodes.run(tmp_path / "src")
    assert (len(report["unchanged"]), [*report["unchanged"], *report["added"]]) == (kept, ids)


def test_without_its_head_the_run_ends_in_one_line(tmp_path: Path) -> None:
    ids = write_stories(tmp_path / "src", MANY)
    with started(1) as (address, environment, head):
        nodes = Nodes(address, environment, tmp_path)
        process, library = nodes.begin(tmp_path / "src"), nodes.library
        eventually(lambda: library.count() > 0)
        head.write("kill\n")
        head.flush()
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, out) == (1, "")
        assert err.splitlines()[-1] == f"the head of the Ray cluster, {address}, is gone"
    kept = sorted(info.id for info in library.articles())
    assert kept == ids[: len(kept)]
    assert 0 < len(kept) < MANY


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:10001", "auto", "127.0.0.1:99999", ""])
def test_where_no_cluster_answers_one_line_says_so_soon(address: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    library = Library.open(tmp_path / "data" / "library.sqlite3")
    with pytest.raises(ClusterError, match="no Ray cluster answers"), Cluster(address, library, HashedWords):
        pass
    assert time.monotonic() - begun < 30


@pytest.mark.e2e
def test_the_command_on_a_cluster_of_its_own_is_interrupted_and_goes_on(
    cluster: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    """By the real model, with nothing on stdout but the report."""
    ids = write_stories(tmp_path / "src", 200)
    environment = {**cluster[1], "ARTICLE_QA_DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "-m", "ingest", "add", str(tmp_path / "src"), "--ray", "local", "--json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
    library = Library.open(tmp_path / "data" / "library.sqlite3")
    eventually(lambda: library.count() > 0)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    kept = len(json.loads(out)["added"])
    assert (process.returncode, library.count()) == (130, kept)
    assert err.splitlines()[-1] == (
        f"error: stopped; {kept} articles of this run are kept, the same command goes on from there"
    )
    assert 0 < kept < 200
    process = subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
    out, err = process.communicate(timeout=PATIENCE)
    report = json.loads(out)
    assert (process.returncode, report["unchanged"], report["added"]) == (0, ids[:kept], ids[kept:]), err
