"""Adding, changing, copying, failing: what the library holds afterwards."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.fetch import Fetcher
from ingest.identity import LONGEST_NOTE
from ingest.pipeline import AddReport, Duplicate, add
from ingest.split import split
from qa.library import Library, Vectors


class FakeEncoder:
    """Embeds a text as how many of its characters are a, b, c and spaces; remembers what it was given."""

    def __init__(self, identity: str = "letters", stop_in_call: int = 0) -> None:
        self.identity = identity
        self.calls: list[list[str]] = []
        self._stop_in_call = stop_in_call

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> Vectors:
        if len(self.calls) + 1 == self._stop_in_call:
            raise KeyboardInterrupt
        self.calls.append(texts)
        if progress:
            progress(len(texts))
        return np.array([[text.count(letter) for letter in "abc "] for text in texts], np.float32)

    @property
    def texts(self) -> list[str]:
        return [text for call in self.calls for text in call]


class Recorder:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.warnings: list[str] = []
        self.steps: list[tuple[float, int, int]] = []
        self.told: list[tuple[str, str, str]] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def progress(self, done: float, total: int, passages: int) -> None:
        self.steps.append((done, total, passages))

    def settled(self, item: str, verdict: str, detail: str) -> None:
        self.told.append((item, verdict, detail))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(tmp_path / "data" / "library.sqlite3")
    yield library
    library.close()


@pytest.fixture
def src(tmp_path: Path) -> Path:
    """A folder for articles, named as a user would."""
    folder = tmp_path / "src"
    folder.mkdir()
    return folder


def run(library: Library, *items: Path, encoder: FakeEncoder | None = None) -> AddReport:
    return add([str(item) for item in items], library, lambda: encoder or FakeEncoder(), Recorder(), fetcher=offline)


def never() -> FakeEncoder:
    raise AssertionError("the embedding model was loaded for nothing")


def offline() -> Fetcher:
    raise AssertionError("files are read without the network")


def texts(library: Library) -> dict[str, str]:
    return {info.id: library.article(info.id).text for info in library.articles()}


def test_a_folder_is_added_once(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\ntitle: Bridge\nsource: Gazette\npublished_at: 2025-03-01\n---\nIt opened.\n")
    (src / "lomond-ferry.txt").write_text("It carries 9,300 people.\n")
    report = run(library, src)
    assert report.added == ("a", "lomond-ferry")
    assert (report.updated, report.unchanged, report.duplicates, report.failed) == ((), (), (), ())
    bridge, ferry = library.article("a"), library.article("lomond-ferry")
    assert (bridge.title, bridge.source, bridge.published_at) == ("Bridge", "Gazette", "2025-03-01")
    assert bridge.text == "It opened."
    assert ferry.title == "Lomond ferry"

    again = add([str(src)], library, never, Recorder(), fetcher=offline)
    assert again.unchanged == ("a", "lomond-ferry")
    assert (again.added, again.updated, again.duplicates, again.failed) == ((), (), (), ())


def test_passages_are_embedded_with_their_title_and_stored_with_their_vectors(library: Library, src: Path) -> None:
    (src / "a.md").write_text("---\ntitle: Abc\n---\n" + "A cab ran back. " * 100)
    encoder = FakeEncoder()
    run(library, src, encoder=encoder)
    passages = split(library.article("a"))
    assert len(passages) > 1
    assert encoder.calls == [[f"Abc\n{passage.text}" for passage in passages]]
    stored = [passage.vector.tolist() for passage in library.vectors("a")]
    assert stored == [[text.count(letter) for letter in "abc "] for text in encoder.texts]
    assert library.embedded_otherwise("letters") == ()


@pytest.mark.parametrize(
    "changed",
    [
        "---\ntitle: Bridge\nsource: Gazette\n---\nIt opened in 1932.\n",
        "---\ntitle: The bridge\nsource: Gazette\n---\nIt opened in 1931.\n",
        "---\ntitle: Bridge\nsource: Herald\n---\nIt opened in 1931.\n",
        "---\ntitle: Bridge\nsource: Gazette\npublished_at: 2025-03-01\n---\nIt opened in 1931.\n",
    ],
)
def test_a_changed_text_or_fact_is_an_update(library: Library, src: Path, changed: str) -> None:
    (src / "a.md").write_text("---\ntitle: Bridge\nsource: Gazette\n---\nIt opened in 1931.\n")
    (src / "b.txt").write_text("The ferry.\n")
    run(library, src)
    (src / "a.md").write_text(changed)
    encoder = FakeEncoder()
    report = run(library, src, encoder=encoder)
    assert (report.updated, report.unchanged, report.added) == (("a",), ("b",), ())
    assert len(encoder.texts) == 1
    assert len(library.articles()) == 2


def test_only_the_form_of_a_file_changed(library: Library, src: Path) -> None:
    (src / "a.txt").write_bytes(b"One.\nTwo.\n")
    run(library, src)
    (src / "a.txt").write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.   \r\n\r\nAdvertisement\r\n")
    assert add([str(src)], library, never, Recorder(), fetcher=offline).unchanged == ("a",)


def test_a_removed_article_comes_back_when_it_is_added_again(library: Library, src: Path) -> None:
    (src / "a.txt").write_text("It opened.")
    run(library, src)
    library.remove("a")
    assert run(library, src).added == ("a",)


def test_an_exact_copy_is_reported_and_not_stored(library: Library, src: Path) -> None:
    (src / "a.txt").write_text("It opened.")
    (src / "b.txt").write_text("It opened.")
    for expected in ("added", "unchanged"):
        report = run(library, src)
        assert getattr(report, expected) == ("a",)
        assert report.duplicates == (Duplicate("b", "a"),)
        assert report.failed == ()
    assert texts(library) == {"a": "It opened."}


def test_a_copy_of_a_text_that_is_gone_is_none(library: Library, src: Path) -> None:
    (src / "a.txt").write_text("It opened.")
    run(library, src)
    (src / "a.txt").write_text("It closed.")
    (src / "b.txt").write_text("It opened.")
    report = run(library, src)
    assert (report.updated, report.added, report.duplicates) == (("a",), ("b",), ())
    assert texts(library) == {"a": "It closed.", "b": "It opened."}


def test_a_file_that_becomes_equal_to_another_stays_an_article(library: Library, src: Path) -> None:
    (src / "a.txt").write_text("One.")
    (src / "b.txt").write_text("Two.")
    run(library, src)
    (src / "b.txt").write_text("One.")
    assert run(library, src).updated == ("b",)
    report = run(library, src)
    assert (report.unchanged, report.duplicates) == (("a", "b"), ())


def test_failures_cost_nobody_else(library: Library, src: Path) -> None:
    (src / "good.txt").write_text("Kestrel Mill was built in 1874 by Ada Thorne.\n")
    (src / "empty.txt").write_text("")
    (src / "furniture.txt").write_text("Advertisement\nShare\n")
    (src / "noise.pdf").write_bytes(bytes(range(256)) * 16)
    (src / "latin.txt").write_bytes("Café Riga ouvre à midi.\n".encode("latin-1"))
    (src / "broken.jsonl").write_text('{"id": "j1", "text": "The Orla tunnel."}\n{"id": "j2", "text": \n[1,2]\n')
    (src / "front.md").write_text("---\ntitle: [unclosed\n---\nBody.\n")
    report = run(library, src, src / "nowhere.txt")
    assert report.added == ("j1", "good", "latin")
    assert texts(library)["latin"] == "Café Riga ouvre à midi."
    failed = {Path(failure.item).name: failure.error for failure in report.failed}
    assert set(failed) == {
        *("nowhere.txt", "empty.txt", "furniture.txt", "noise.pdf", "front.md"),
        *("broken.jsonl:2", "broken.jsonl:3"),
    }
    assert failed["empty.txt"] == "is empty"
    assert failed["furniture.txt"] == "has no text"
    assert all("\n" not in error for error in failed.values())


def test_other_notes_alone_are_kept_without_embedding_again(library: Library, src: Path) -> None:
    path = src / "a.md"
    path.write_text("---\npublished_at: soon\nurl: nowhere\n---\nIt opens.\n")
    run(library, src)
    before, revision = library.article("a"), library.revision()
    assert before.notes == (
        "published_at 'soon' is not a date such as 2025-03-01; left out",
        "url 'nowhere' is not a web address; left out",
    )
    moved = path.rename(src / "b.md")
    moved.write_text(f"---\nurl: {'x y ' * 200}\n---\nIt opens.\n")
    moved_report = run(library, src)
    assert (moved_report.updated, moved_report.unchanged) == (("a",), ()), "its title, the file's name, is another"
    path = moved.rename(src / "c.md")
    path.write_text("---\ntitle: B\n---\nIt opens.\n")
    report = add([str(src)], library, never, Recorder(), fetcher=offline)
    assert (report.unchanged, report.changed) == (("a",), False)
    assert library.article("a").notes == ()
    assert library.revision() == revision + 1


def test_a_note_quotes_no_more_than_a_line(library: Library, src: Path) -> None:
    (src / "a.md").write_text(f'---\nurl: "{"x y" * 500}\\n<b>"\n---\nIt opens.\n')
    run(library, src)
    [note] = library.article("a").notes
    assert len(note) <= LONGEST_NOTE
    assert note.startswith("url 'x yx yx")
    assert note.endswith(" …")


def test_warnings_name_the_item(library: Library, src: Path) -> None:
    path = src / "a.md"
    path.write_text("---\npublished_at: soon\n---\nIt opens.\n")
    recorder = Recorder()
    report = add([str(path)], library, FakeEncoder, recorder, fetcher=offline)
    assert report.added == ("a",)
    assert library.article("a").published_at is None
    [warning] = recorder.warnings
    assert warning.startswith(f"{path}: published_at 'soon'")


def test_the_report_as_json() -> None:
    report = AddReport(("a",), (), ("b",), (Duplicate("c", "a"),), (Duplicate("a", "b"),), (), 1.5)
    assert json.loads(json.dumps(report.to_json())) == {
        "added": ["a"],
        "updated": [],
        "unchanged": ["b"],
        "duplicates": [{"id": "c", "of": "a"}],
        "near_copies": [{"id": "a", "of": "b"}],
        "failed": [],
        "seconds": 1.5,
        "feeds": [],
    }
