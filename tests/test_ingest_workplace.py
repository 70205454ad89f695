"""Where files are read: articles that come embedded are stored as they are, by the one model of the library."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.embedded import embed, texts_of
from ingest.identity import compose
from ingest.load import Reading, load
from ingest.load.found import Found
from ingest.load.raw import Step
from ingest.pipeline import AddReport, CutOff, add
from ingest.split import split
from ingest.workplace import File
from qa.errors import ClusterError, IndexMismatch
from qa.library import Library
from tests.test_ingest_pipeline import FakeEncoder, Recorder, library, never, offline, src, texts

__all__ = ["library", "src"]  # fixtures


class Elsewhere:
    """Reads and embeds before the library is asked; it leaves out the texts that are `known` there."""

    def __init__(self, encoder: FakeEncoder, known: str = "", lost_at: str = "", altered: str = "") -> None:
        self.encoder, self.known, self.lost_at, self.altered = encoder, known, lost_at, altered

    def load(self, files: Sequence[File], columns: Mapping[str, str], step: Step) -> Iterator[Iterator[Reading]]:
        for file in files:
            assert isinstance(file, Path)
            if file.stem == self.lost_at:
                raise ClusterError("the cluster is gone")
            yield map(self._embedded, load(file, columns))

    def _embedded(self, found: Reading) -> Reading:
        if not isinstance(found, Found) or found.text.strip() == self.known:
            return found
        article = compose(found)
        read = [f"{text}{self.altered}" for text in texts_of(article, split(article))]
        return replace(found, embedded=embed([read], self.encoder)[0])


def run(library: Library, src: Path, workplace: Elsewhere, encoder: FakeEncoder | None = None) -> AddReport:
    local = never if encoder is None else lambda: encoder
    return add([str(src)], library, local, Recorder(), fetcher=offline, workplace=workplace)


@pytest.fixture
def three(src: Path) -> Path:
    for name in "abc":
        (src / f"{name}.txt").write_text(f"The {name} cab ran back. " * 100)
    return src


def test_what_comes_embedded_needs_no_model_here(library: Library, three: Path) -> None:
    assert run(library, three, Elsewhere(FakeEncoder())).added == ("a", "b", "c")
    stored = [passage.vector.tolist() for passage in library.vectors("b")]
    assert stored == FakeEncoder().encode_documents(texts_of(library.article("b"), library.passages("b"))).tolist()
    assert library.models() == ("letters",)
    assert run(library, three, Elsewhere(FakeEncoder())).unchanged == ("a", "b", "c")


def test_what_does_not_is_embedded_here_and_each_keeps_its_own_vectors(library: Library, three: Path) -> None:
    (three / "b.txt").write_text("A cab.")
    here = FakeEncoder()
    assert run(library, three, Elsewhere(FakeEncoder(), known="A cab."), here).added == ("a", "b", "c")
    assert here.calls == [["B\nA cab."]]
    for name in "abc":
        expected = FakeEncoder().encode_documents(texts_of(library.article(name), library.passages(name)))
        assert [passage.vector.tolist() for passage in library.vectors(name)] == expected.tolist()


def test_vectors_of_other_passages_are_not_taken(library: Library, three: Path) -> None:
    with pytest.raises(CutOff, match="install the same article-qa on all"):
        run(library, three, Elsewhere(FakeEncoder(), altered="!"))
    assert texts(library) == {}


def test_a_library_has_one_model_wherever_it_runs(library: Library, three: Path) -> None:
    run(library, three, Elsewhere(FakeEncoder()))
    (three / "d.txt").write_text("Another.")
    with pytest.raises(IndexMismatch, match="another model than other"):
        run(library, three, Elsewhere(FakeEncoder("other")))
    with pytest.raises(IndexMismatch, match="another model than mine"):
        run(library, three, Elsewhere(FakeEncoder(), known="Another."), FakeEncoder("mine"))
    assert library.models() == ("letters",)


def test_a_cluster_that_is_lost_costs_what_was_not_stored(
    library: Library, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.batch.BATCH_ARTICLES", 1)
    with pytest.raises(CutOff, match="gone") as cut:
        run(library, three, Elsewhere(FakeEncoder(), lost_at="c"))
    assert cut.value.report.added == ("a", "b")
    report = run(library, three, Elsewhere(FakeEncoder()))
    assert (report.added, report.unchanged) == (("c",), ("a", "b"))
