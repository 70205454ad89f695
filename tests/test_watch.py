"""A folder kept in step, deletions included."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.pipeline import AddReport
from ingest.watch import FolderKeeper, changes
from qa.errors import LoadError
from qa.library import Library
from tests.test_ingest_pipeline import FakeEncoder, Recorder, library, offline, run, src, texts

__all__ = ["library", "src"]  # fixtures

Follow = Callable[..., AddReport]


@pytest.fixture
def follow(library: Library, src: Path) -> Follow:
    keeper = FolderKeeper(src, library, FakeEncoder, offline)
    return lambda *changed: keeper.follow(changed or [src.resolve()], Recorder())


def test_what_is_new_or_changed_is_added_and_what_is_gone_is_removed(
    library: Library, src: Path, follow: Follow
) -> None:
    (src / "a.txt").write_text("One.")
    (src / "b.txt").write_text("Two.")
    assert follow().added == ("a", "b")
    (src / "b.txt").write_text("Three.")
    (src / "c.txt").write_text("Four.")
    (src / "a.txt").unlink()
    report = follow(src / "a.txt", src / "b.txt", src / "c.txt")
    assert (report.added, report.updated, report.removed, report.failed) == (("c",), ("b",), ("a",), ())
    assert texts(library) == {"b": "Three.", "c": "Four."}


def test_what_was_deleted_before_it_began_is_removed_too(library: Library, src: Path, follow: Follow) -> None:
    (src / "a.txt").write_text("One.")
    run(library, src)
    (src / "a.txt").unlink()
    assert follow().removed == ("a",)


def test_articles_from_elsewhere_are_left_alone(library: Library, src: Path, follow: Follow, tmp_path: Path) -> None:
    other = tmp_path / "src-other"
    other.mkdir()
    (other / "a.txt").write_text("One.")
    run(library, other)
    (other / "a.txt").unlink()
    assert follow().removed == ()
    assert set(texts(library)) == {"a"}


def test_a_renamed_file_keeps_its_article(library: Library, src: Path, follow: Follow) -> None:
    (src / "a.md").write_text("---\ntitle: Bridge\n---\nOne.")
    follow()
    (src / "a.md").rename(src / "b.md")
    report = follow(src / "a.md", src / "b.md")
    assert (report.unchanged, report.removed, report.duplicates) == (("a",), (), ())
    assert library.origins() == {"a": str(src.resolve() / "b.md")}


def test_a_copy_takes_the_place_of_the_article_that_is_gone(library: Library, src: Path, follow: Follow) -> None:
    for name in ("a", "b"):
        (src / f"{name}.md").write_text("---\ntitle: Bridge\n---\nOne.")
    assert len(follow().duplicates) == 1
    (src / "a.md").unlink()
    report = follow(src / "a.md")
    assert (report.unchanged, report.removed) == (("a",), ())
    assert library.origins() == {"a": str(src.resolve() / "b.md")}


def test_a_record_that_is_gone_from_its_file_is_removed(library: Library, src: Path, follow: Follow) -> None:
    path = src / "a.jsonl"
    path.write_text('{"id": "x", "text": "One."}\n{"id": "y", "text": "Two."}\n')
    follow()
    path.write_text('{"id": "x", "text": "One."}\n')
    report = follow(path)
    assert (report.unchanged, report.removed) == (("x",), ("y",))


def test_a_file_that_cannot_be_read_any_more_keeps_its_article(library: Library, src: Path, follow: Follow) -> None:
    (src / "a.txt").write_text("One.")
    follow()
    (src / "a.txt").write_text("")
    report = follow(src / "a.txt")
    assert (len(report.failed), report.removed) == (1, ())
    (src / "a.txt").unlink()
    assert follow(src / "a.txt").removed == ("a",)
    assert library.failed() == ()


def test_a_folder_that_is_gone_removes_nothing(library: Library, src: Path, follow: Follow) -> None:
    (src / "a.txt").write_text("One.")
    follow()
    (src / "a.txt").unlink()
    src.rmdir()
    with pytest.raises(LoadError, match=r"is gone; what the library holds of it is kept"):
        follow(src)
    assert set(texts(library)) == {"a"}


def test_a_link_out_of_the_folder_is_not_followed(src: Path, follow: Follow, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("One.")
    (src / "a.txt").symlink_to(tmp_path / "secret.txt")
    assert follow(src / "a.txt").added == ()


class Watching:
    """Collects what `changes` yields, in a thread."""

    def __init__(self, folder: Path) -> None:
        self.seen: list[Path] = []
        self.started = threading.Event()
        self._changes = changes(folder)
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        for changed in self._changes:
            self.seen += changed
            self.started.set()

    def wait_for(self, path: Path) -> None:
        until = time.monotonic() + 20
        while path not in self.seen:
            assert time.monotonic() < until, f"{path} was not seen, only {self.seen}"
            time.sleep(0.05)


@pytest.fixture
def watching(src: Path) -> Iterator[Watching]:
    watching = Watching(src)
    assert watching.started.wait(20)
    yield watching
    (src / "the-end.txt").write_text("The thread ends with the process.")


def test_changes_are_told_after_the_folder_itself(watching: Watching, src: Path) -> None:
    root = src.resolve()
    assert watching.seen == [root]
    for name in (".hidden.txt", "picture.png", "a.txt"):
        (src / name).write_text("One.")
    watching.wait_for(root / "a.txt")
    (src / "a.txt").rename(src / "b.txt")
    watching.wait_for(root / "b.txt")
    assert set(watching.seen) == {root, root / "a.txt", root / "b.txt"}
