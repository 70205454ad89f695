"""Runs: addresses and uploads, what is remembered of them, failures that stay until they are settled, one writer."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.fetch import Fetcher
from ingest.load.found import Address, Facts, Failure, Found, Unchanged, Upload
from ingest.lock import writing
from ingest.pipeline import AddReport, Stopped, add
from qa.library import Library
from qa.types import Visit
from tests.test_copies import STORY
from tests.test_ingest_pipeline import FakeEncoder, Recorder, library, offline, run, src, texts

__all__ = ["library", "src"]  # fixtures

FEED = "https://gazette.test/feed"
Reading = Found | Failure | Unchanged


def page(number: int, text: str | None = None) -> Found:
    """An entry of the feed, as the web reader finds it."""
    url = f"https://gazette.test/{number}"
    visit = Visit(f"{FEED}#{number}", digest=f"mark {url}")
    return Found(url, url, text or f"Story {number}.", Facts(title=str(number), url=url), visit=visit)


class Web:
    """What the web reader gives for an address; remembers what it was asked and what was stored by then."""

    def __init__(self, *readings: Reading) -> None:
        self.readings = readings
        self.limits: list[int | None] = []

    def load_address(
        self, address: Address, fetcher: Fetcher, visits: Library, limit: int | None, left_out: object
    ) -> Iterator[Reading]:
        self.limits.append(limit)
        yield from self.readings


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Web]:
    def serve(*readings: Reading) -> Web:
        web = Web(*readings)
        monkeypatch.setattr("ingest.load.web.load_address", web.load_address)
        return web

    return serve


def fetch(
    library: Library, item: str | Upload = FEED, recorder: Recorder | None = None, limit: int | None = None
) -> AddReport:
    return add([item], library, FakeEncoder, recorder or Recorder(), fetcher=Fetcher, limit=limit)


def test_an_address_is_added_and_remembered_once_it_is_stored(library: Library, serve: Callable[..., Web]) -> None:
    web, recorder = serve(page(1), page(2), Unchanged(FEED, FEED, 0, Visit(FEED, etag="a"))), Recorder()
    report = fetch(library, recorder=recorder, limit=7)
    assert len(report.added) == 2
    assert web.limits == [7]
    assert recorder.steps[-1][:2] == (2, 2)
    assert recorder.told == [(page(n).item, "added", id_) for n, id_ in zip((1, 2), report.added, strict=True)]
    assert library.visit(f"{FEED}#1") == page(1).visit
    assert library.visit(FEED) == Visit(FEED, etag="a")


def test_what_its_reader_knows_to_be_unchanged_is_told_by_id(library: Library, serve: Callable[..., Web]) -> None:
    serve(page(1), page(2))
    first, second = fetch(library).added
    serve(Unchanged(page(1).item, page(1).origin), page(3))
    report = fetch(library)
    assert (report.unchanged, len(report.added)) == ((first,), 1)
    serve(Unchanged(FEED, FEED, 3))
    recorder = Recorder()
    assert set(fetch(library, recorder=recorder).unchanged) == {first, second, *report.added}
    assert recorder.steps[-1][:2] == (3, 3)


def test_a_feed_is_asked_anew_when_one_of_its_entries_failed(library: Library, serve: Callable[..., Web]) -> None:
    own = Unchanged(FEED, FEED, 0, Visit(FEED, etag="a"))
    serve(page(1), page(2, "Advertisement"), own)
    assert [failure.error for failure in fetch(library).failed] == ["has no text"]
    assert library.visit(FEED) is None
    assert library.visit(f"{FEED}#2") is None
    assert [failed.item for failed in library.failed()] == [page(2).item]
    serve(page(1), page(2), own)
    fetch(library)
    assert library.visit(FEED) == own.visit
    assert library.failed() == ()


def test_an_article_that_was_removed_is_fetched_again(library: Library, serve: Callable[..., Web]) -> None:
    serve(page(1), Unchanged(FEED, FEED, 0, Visit(FEED, etag="a")))
    [stored] = fetch(library).added
    library.remove(stored)
    assert (library.visit(FEED), library.visit(f"{FEED}#1")) == (None, None)


def test_a_copy_on_the_web_is_remembered_with_the_article_it_copies(
    library: Library, src: Path, serve: Callable[..., Web]
) -> None:
    (src / "a.txt").write_text("Story 1.")
    run(library, src)
    serve(page(1))
    assert [copy.of for copy in fetch(library).duplicates] == ["a"]
    assert library.visited_articles(FEED) == ("a",)


def test_a_stop_while_fetching_keeps_nothing_of_what_was_not_stored(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> Iterator[Reading]:
        yield page(1)
        yield page(2)
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.load.web.load_address", interrupted)
    monkeypatch.setattr("ingest.batch.BATCH_SECONDS", -1.0)
    with pytest.raises(Stopped) as stopped:
        fetch(library)
    assert len(stopped.value.report.added) == 2, "what waits too long is stored before more is fetched"
    monkeypatch.setattr("ingest.batch.BATCH_SECONDS", 10.0)
    library.remove(stopped.value.report.added[0])
    with pytest.raises(Stopped):
        fetch(library)
    assert library.visit(f"{FEED}#1") is None
    assert library.stats().pending > 0


def test_an_upload_is_an_article_under_its_name(library: Library, src: Path) -> None:
    (src / "tmp123").write_text("It opened.")
    upload, recorder = Upload("varga bridge.txt", src / "tmp123"), Recorder()
    report = add([upload], library, FakeEncoder, recorder, fetcher=offline)
    assert report.added == ("varga-bridge",)
    assert recorder.told == [("varga bridge.txt", "added", "varga-bridge")]
    (src / "tmp123").write_text("It closed.")
    assert add([upload], library, FakeEncoder, Recorder(), fetcher=offline).updated == ("varga-bridge",)


def test_a_feed_in_a_file_names_articles_that_are_fetched(
    library: Library, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str | None, str, str | None]] = []

    def load_feed(
        feed: object, fetcher: Fetcher, visits: Library, limit: int | None, item: str, origin: str | None
    ) -> Iterator[Reading]:
        asked.append((getattr(feed, "title", None), item, origin))
        yield page(1)

    monkeypatch.setattr("ingest.load.web.load_feed", load_feed)
    path = src / "feed.xml"
    path.write_text('<?xml version="1.0"?><rss version="2.0"><channel><title>News</title></channel></rss>')
    assert len(fetch(library, str(path)).added) == 1
    assert asked == [("News", str(path), str(path.resolve()))]


def test_each_item_is_told_of_as_it_is_settled(library: Library, src: Path) -> None:
    for name, text in {"a.txt": "One.", "b.txt": "One.", "c.txt": "", "d.txt": STORY}.items():
        (src / name).write_text(text)
    recorder = Recorder()
    add([str(src), "nowhere.txt"], library, FakeEncoder, recorder, fetcher=offline)
    told = {(Path(item).name, verdict, detail) for item, verdict, detail in recorder.told}
    assert told == {
        ("nowhere.txt", "failed", "no such file or folder"),
        ("a.txt", "added", "a"),
        ("b.txt", "duplicate", "a"),
        ("c.txt", "failed", "is empty"),
        ("d.txt", "added", "d"),
    }


def test_near_copies_are_stored_tied_and_told_of(library: Library, src: Path) -> None:
    (src / "a.txt").write_text(STORY)
    (src / "b.txt").write_text(f"(Agency) {STORY}")
    report = run(library, src)
    assert report.added == ("a", "b")
    assert [(copy.id, copy.of) for copy in report.near_copies] == [("b", "a")]
    assert library.copies_of(["a", "b"]) == {"a": "a", "b": "a"}
    (src / "c.txt").write_text(STORY.partition("\n\n")[2])
    assert [(copy.id, copy.of) for copy in run(library, src).near_copies] == [("c", "a")]
    (src / "c.txt").write_text("It is quite another story now.")
    assert run(library, src).near_copies == ()
    assert library.copies_of(["c"]) == {"c": "c"}


def test_articles_from_before_there_were_signatures_get_theirs(library: Library, src: Path) -> None:
    (src / "a.txt").write_text(STORY)
    run(library, src)
    with library._writing() as db:
        for table in ("copies", "bands"):
            db.exec_driver_sql(f"DELETE FROM {table}")
        db.exec_driver_sql("INSERT INTO unsigned SELECT id FROM articles")
    (src / "b.txt").write_text(f"(Agency) {STORY}")
    run(library, src / "b.txt")
    assert library.near_copies("a") == ("b",)


def test_a_failure_stays_until_the_item_can_be_added(library: Library, src: Path) -> None:
    good, bad = '{"text": "One."}\n', "broken\n"
    (src / "a.jsonl").write_text(good + bad)
    (src / "b.txt").write_text("")
    run(library, src)
    assert [failed.item for failed in library.failed()] == [f"{src / 'a.jsonl'}:2", str(src / "b.txt")]
    (src / "a.jsonl").write_text(good)
    run(library, src / "a.jsonl")
    assert [failed.item for failed in library.failed()] == [str(src / "b.txt")]
    (src / "b.txt").unlink()
    run(library, src)
    assert library.failed() == ()


def test_a_failure_is_named_alike_from_every_folder(
    library: Library, src: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (src / "a.jsonl").write_text("broken\n")
    monkeypatch.chdir(src)
    run(library, Path("a.jsonl"))
    assert [failed.item for failed in library.failed()] == [f"{src / 'a.jsonl'}:1"]
    run(library, src, Path("nowhere.txt"))
    assert len(library.failed()) == 1, "and what is not there at all is not kept"


def test_what_was_not_dealt_with_is_pending(library: Library, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.batch.BATCH_ARTICLES", 2)
    for number in range(5):
        (src / f"{number}.txt").write_text(f"Text {number}.")
    with pytest.raises(Stopped):
        run(library, src, encoder=FakeEncoder(stop_in_call=2))
    assert library.stats().pending == 3
    run(library, src)
    assert library.stats().pending == 0


def test_a_second_run_waits_and_says_so(library: Library, src: Path) -> None:
    (src / "a.txt").write_text("One.")
    recorder = Recorder()
    second = threading.Thread(
        target=add, args=([str(src)], library, FakeEncoder, recorder), kwargs={"fetcher": offline}
    )
    with writing(library, recorder.warn):
        second.start()
        while not recorder.warnings:
            assert second.is_alive()
        assert texts(library) == {}
    second.join()
    assert recorder.warnings == ["another run is filling the library; this one waits for it to end"]
    assert set(texts(library)) == {"a"}


def test_two_runs_at_once_store_everything_once(library: Library, src: Path) -> None:
    for number in range(20):
        (src / f"{number}.txt").write_text(f"Text {number}.")
    code = f"""
from pathlib import Path
from qa.library import Library
from tests.test_ingest_pipeline import run
print(len(run(Library.open(Path({str(library.place)!r})), Path({str(src)!r})).added))
"""
    root = Path(__file__).parent.parent
    runs = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root) for _ in range(2)
    ]
    said = sorted(int(process.communicate()[0]) for process in runs)
    assert said == [0, 20]
    assert library.stats().articles == 20
