"""The work of a file in pieces: what comes out of them is what comes out of the file, wherever they were done."""

import pickle
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.cluster import Cluster
from ingest.embedded import embed, texts_of
from ingest.identity import compose
from ingest.load import Reading, load, raw_of
from ingest.load.found import Failure, FeedFile, Found
from ingest.pieces import Worker, pieces
from ingest.ray_head import INSTALL
from ingest.split import split
from qa.errors import ClusterError
from qa.library import Digests, Library, Shelf
from tests.files.make import FILES, make
from tests.test_ingest_pipeline import FakeEncoder, library, never, run, src

__all__ = ["library", "src"]  # fixtures

NOBODY = Digests.of(())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    make(folder)
    return folder


def here(file: Path) -> Iterator[Reading | FeedFile]:
    try:
        yield from load(file)
    except FeedFile as feed:
        yield feed


def elsewhere(file: Path, worker: Worker) -> list[Reading | FeedFile]:
    """Through what a cluster sends: bytes."""
    sent = [pickle.dumps(piece) for piece in pieces(raw_of(file, {}))]
    done = worker.work([pickle.loads(piece) for piece in sent])
    return [reading for readings in pickle.loads(pickle.dumps(done)) for reading in readings]


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_in_pieces_holds_what_it_holds_whole(folder: Path, name: str) -> None:
    expected = list(here(folder / name))
    made = elsewhere(folder / name, Worker(FakeEncoder, NOBODY))
    assert [told(reading) for reading in made] == [told(reading) for reading in expected]
    for found in made:
        assert not isinstance(found, Found) or found.embedded or not found.text.strip()


def told(reading: Reading | FeedFile) -> object:
    return reading.data if isinstance(reading, FeedFile) else reading


def test_articles_are_embedded_in_one_call_each_with_its_own_vectors(src: Path) -> None:
    (src / "a.txt").write_text("A cab ran back. " * 100)
    (src / "b.md").write_text("---\ntitle: Abc\n---\nIt opened.\n")
    encoder = FakeEncoder()
    batch = [piece for name in ("a.txt", "b.md") for piece in pieces(raw_of(src / name, {}))]
    done = Worker(lambda: encoder, NOBODY).work(batch)
    assert len(encoder.calls) == 1
    for (found,) in done:
        assert isinstance(found, Found)
        article = compose(found)
        (own,) = embed([texts_of(article, split(article))], FakeEncoder())
        assert found.embedded
        assert (found.embedded.model, found.embedded.digest) == ("letters", own.digest)
        assert found.embedded.vectors.tolist() == own.vectors.tolist()


def test_what_is_stored_already_is_read_and_not_embedded(library: Library, src: Path) -> None:
    for name in "abc":
        (src / f"{name}.txt").write_text(f"Text {name}.")
    run(library, src / "a.txt", src / "b.txt")
    known = Shelf.beside(library).digests()
    (found,) = elsewhere(src / "a.txt", Worker(never, known))
    assert isinstance(found, Found)
    assert found.embedded is None
    (src / "b.txt").write_text("Text b, changed.")
    for name in "bc":
        (found,) = elsewhere(src / f"{name}.txt", Worker(FakeEncoder, known))
        assert isinstance(found, Found)
        assert found.embedded


def test_the_digests_of_a_library_know_what_it_holds_and_nothing_else() -> None:
    digests = [f"{number:064x}" for number in (2**255, 2**200, 3 * 2**195)]
    known = Digests.of(digests)
    assert [digest in known for digest in digests] == [True] * 3
    assert f"{2**254:064x}" not in known
    assert f"{2**256 - 1:064x}" not in known
    assert digests[0] not in NOBODY


def test_a_file_that_is_gone_by_then_is_told_as_here(src: Path) -> None:
    raw = raw_of(src / "gone.txt", {})
    assert list(pieces(raw)) == list(load(src / "gone.txt"))
    (src / "large.txt").write_bytes(b"a" * 50_000_001)
    (failure,) = pieces(replace(raw, content=src / "large.txt"))
    assert isinstance(failure, Failure)
    assert "the most one article may have" in failure.error


def test_without_ray_one_line_says_how_to_get_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with (
        pytest.raises(ClusterError, match="needs ray, which is not installed") as error,
        Cluster("local", library, never),
    ):
        pass
    assert INSTALL in str(error.value)
    assert "\n" not in str(error.value)
