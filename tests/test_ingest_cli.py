"""python -m ingest as a user meets it: exit codes, stdout, stderr."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromadb.api.shared_system_client import SharedSystemClient
from filelock import FileLock

from ingest.cli import app
from qa.index import VectorIndex
from qa.library import Library
from qa.settings import Settings
from tests.commands import Command, Outcome, command
from tests.test_copies import STORY
from tests.test_ingest_pipeline import FakeEncoder
from tests.webserver import Page, serving

ROOT = Path(__file__).parent.parent


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    encoder = FakeEncoder()
    monkeypatch.setattr("qa.models.embeddings.load_embeddings", lambda settings: encoder)
    return encoder


@pytest.fixture
def ingest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], encoder: FakeEncoder
) -> Command:
    """Runs the command in this process, on a data directory of its own."""
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(tmp_path / "data"))

    run_ingest = command("ingest", app, monkeypatch, capsys)

    def run(*arguments: object) -> Outcome:
        SharedSystemClient.clear_system_cache()  # Chroma shares clients within a process: each command has its own
        return run_ingest(*arguments)

    return run


@pytest.fixture
def src(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "a.md").write_text("---\ntitle: Bridge [1]\nsource: Gazette\npublished_at: 2025-03-01\n---\nIt opened.\n")
    (folder / "b.txt").write_text("The ferry carries 9,300 people.\n")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


def indexed(settings: Settings) -> int:
    index = VectorIndex.open(settings, Library.open(settings.library_path), "letters")
    try:
        return index.count()
    finally:
        index.close()


def test_add_list_show_remove(ingest: Command, src: Path, settings: Settings) -> None:
    added = ingest("add", src, "--json")
    assert added.code == 0
    assert added.json()["added"] == ["a", "b"]

    listed = ingest("list", "--json").json()
    assert [(a["id"], a["title"], a["passages"]) for a in listed] == [("a", "Bridge [1]", 1), ("b", "B", 1)]
    assert "text" not in listed[0]

    shown = ingest("show", "a", "--json").json()
    assert (shown["id"], shown["text"], shown["published_at"]) == ("a", "It opened.", "2025-03-01")
    assert shown["author"] is None

    assert indexed(settings) == 2
    removed = ingest("remove", "a")
    assert (removed.code, removed.out) == (0, "1 removed\n")
    assert [a["id"] for a in ingest("list", "--json").json()] == ["b"]
    assert indexed(settings) == 1


def test_the_human_form(ingest: Command, src: Path) -> None:
    assert ingest("add", src).out.startswith("2 added in ")
    assert ingest("add", src).out.startswith("2 unchanged in ")
    listed = ingest("list").out
    assert "Bridge [1]" in listed
    assert "2025-03-01" in listed
    shown = ingest("show", "a").out
    assert shown == "id: a\ntitle: Bridge [1]\nsource: Gazette\npublished_at: 2025-03-01\n\nIt opened.\n"
    assert "articles: 2\n" in ingest("status").out


def test_the_index_follows_a_change(ingest: Command, src: Path, settings: Settings, encoder: FakeEncoder) -> None:
    ingest("add", src)
    (src / "b.txt").write_text("The ferry carries 9,400 people.\n")
    assert ingest("add", src, "--json").json()["updated"] == ["b"]
    assert len(encoder.calls) == 2
    assert indexed(settings) == 2


def test_failures_are_named_on_stderr_and_end_in_1(ingest: Command, src: Path) -> None:
    (src / "front.md").write_text("---\ntitle: [unclosed\n---\nBody.\n")
    (src / "when.md").write_text("---\npublished_at: soon\n---\nIt opens.\n")
    outcome = ingest("add", src, src / "nowhere.txt", "--json")
    assert outcome.code == 1
    assert len(outcome.json()["added"]) == 3
    assert [set(failure) for failure in outcome.json()["failed"]] == [{"item", "error"}] * 2
    lines = outcome.err.splitlines()
    assert f"failed: {src / 'nowhere.txt'}: no such file or folder" in lines
    assert any(line.startswith(f"failed: {src / 'front.md'}: the front matter") for line in lines)
    assert any(line.startswith(f"warning: {src / 'when.md'}: published_at 'soon'") for line in lines)


def test_unknown_ids_end_in_1_and_stop_nothing(ingest: Command, src: Path) -> None:
    ingest("add", src)
    shown = ingest("show", "no-such-id")
    assert (shown.code, shown.out) == (1, "")
    assert shown.err.startswith("error: no article has the id 'no-such-id'")
    removed = ingest("remove", "no-such-id", "b")
    assert removed.code == 1
    assert "no-such-id" in removed.err
    assert [a["id"] for a in ingest("list", "--json").json()] == ["a"]


@pytest.mark.parametrize("arguments", [["nonsense"], ["add"], ["show"], ["list", "--no-such-option"], []])
def test_wrong_usage_ends_in_2(ingest: Command, arguments: list[str]) -> None:
    assert ingest(*arguments).code == 2


def test_an_empty_library_says_how_to_fill_it(ingest: Command, tmp_path: Path) -> None:
    listed = ingest("list")
    assert (listed.code, listed.out) == (0, "")
    assert "python -m ingest add" in listed.err
    assert ingest("list", "--json").json() == []
    status = ingest("status", "--json")
    assert (status.json()["articles"], status.json()["index"]) == (0, "empty")
    assert "python -m ingest add" in ingest("status").err
    (tmp_path / "nothing").mkdir()
    assert "no articles found" in ingest("add", tmp_path / "nothing").out


def test_status(ingest: Command, src: Path, settings: Settings) -> None:
    ingest("add", src)
    (src / "empty.txt").write_text("")
    ingest("add", src / "empty.txt")
    status = ingest("status", "--json").json()
    assert status.pop("bytes") > 0
    assert status.pop("index_bytes") > 0
    [failed] = status.pop("failed")
    assert (failed["item"], failed["error"]) == (str(src / "empty.txt"), "is empty")
    assert status == {
        "articles": 2,
        "passages": 2,
        "sources": ["Gazette"],
        "first_date": "2025-03-01",
        "last_date": "2025-03-01",
        "near_copies": 0,
        "pending": 0,
        "embedding_model": "letters",
        "index": "up to date, 2 passages",
        "noted": [],
    }


def test_status_for_people(ingest: Command, src: Path) -> None:
    (src / "empty.txt").write_text("")
    ingest("add", src)
    said = ingest("status").out.splitlines()
    assert {"articles: 2", "pending: 0", "failed: 1", f"  {src / 'empty.txt'}: is empty"} <= set(said)
    assert {line.partition(":")[0] for line in said} >= {"library on disk", "index on disk", "sources", "first date"}


def test_notes_of_what_was_left_out_are_shown_and_change_without_an_update(ingest: Command, tmp_path: Path) -> None:
    page = tmp_path / "pier.md"
    page.write_text("---\npublished_at: next spring\n---\nThe pier of Harrow burnt down.\n")
    note = "published_at 'next spring' is not a date such as 2025-03-01; left out"
    assert ingest("add", page, "--json").json()["added"] == ["pier"]
    assert ingest("show", "pier", "--json").json()["notes"] == [note]
    assert f"note: {note}" in ingest("show", "pier").out.splitlines()
    assert ingest("list", "--json").json()[0]["notes"] == [note]
    assert ingest("status", "--json").json()["noted"] == [{"id": "pier", "notes": [note]}]
    said = ingest("status").out.splitlines()
    assert said[said.index("with notes: 1") + 1] == f"  pier: {note}"
    page.write_text(page.read_text().replace("next", "last"))
    report = ingest("add", page, "--json").json()
    assert (report["updated"], report["unchanged"]) == ([], ["pier"])
    assert ingest("show", "pier", "--json").json()["notes"] == [note.replace("next", "last")]


def test_status_names_the_first_of_many_articles_with_notes(ingest: Command, tmp_path: Path) -> None:
    rows = (f'{{"id": "a{n:02}", "text": "Barge {n} sank.", "url": "nowhere"}}\n' for n in range(12))
    (tmp_path / "rows.jsonl").write_text("".join(rows))
    ingest("add", tmp_path / "rows.jsonl")
    said = ingest("status").out.splitlines()
    assert said[-13:-1] == [
        "failed: 0",
        "with notes: 12",
        *(f"  a{n:02}: url 'nowhere' is not a web address; left out" for n in range(10)),
    ]
    assert said[-1] == "  and 2 more; `status --json` names all"
    assert len(ingest("status", "--json").json()["noted"]) == 12


def test_a_failed_item_can_be_taken_off_the_list(ingest: Command, src: Path) -> None:
    (src / "empty.txt").write_text("")
    ingest("add", src)
    assert ingest("remove", src / "empty.txt").out == "1 removed\n"
    assert ingest("status", "--json").json()["failed"] == []


def test_watching_tells_each_change_and_ends_with_one_line(
    ingest: Command, src: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes(folder: Path) -> Iterator[list[Path]]:
        yield [folder]
        (src / "c.txt").write_text("Another one.")
        (src / "a.md").unlink()
        yield [src / "a.md", src / "c.txt"]
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.watch.changes", changes)
    outcome = ingest("watch", src)
    assert outcome.code == 0
    first, *rest = outcome.out.splitlines()
    assert first.startswith("2 added in ")
    assert rest == ["added: c", "removed: a"]
    assert outcome.err.splitlines() == [
        f"watching {src}; Ctrl-C ends it",
        f"stopped watching {src}; what was added is kept",
    ]
    assert indexed(settings) == 2


def test_only_a_folder_can_be_watched(ingest: Command, src: Path) -> None:
    assert ingest("watch", src / "a.md").code == 2
    assert ingest("watch", src / "nowhere").code == 2


@pytest.mark.parametrize(("setting", "allowed"), [("", False), ("yes", True)])
def test_private_addresses_are_fetched_only_where_the_setting_says_so(
    ingest: Command, monkeypatch: pytest.MonkeyPatch, setting: str, allowed: bool
) -> None:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", setting)
    with serving() as web:
        web.pages["/story"] = Page(f"<article><h1>Bridge</h1><p>{STORY}</p></article>")
        outcome = ingest("add", web.url("/story"), "--json")
        assert (outcome.code, len(outcome.json()["added"])) == ((0, 1) if allowed else (1, 0))
        assert web.asked == (["/story"] if allowed else [])


def test_a_feed_is_read_once_and_brings_only_what_is_new(
    ingest: Command, monkeypatch: pytest.MonkeyPatch, encoder: FakeEncoder
) -> None:
    monkeypatch.setenv("ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES", "yes")
    with serving() as web:

        def publish(*numbers: int) -> None:
            items = ""
            for n in numbers:
                link = web.url(f"/{n}")
                items += f"<item><guid>{n}</guid><link>{link}</link><title>Story {n}</title></item>"
                text = f"The {n} ferries of harbour {n} sail again. " * 20
                web.pages[f"/{n}"] = Page(f"<article><h1>Story {n}</h1><p>{text}</p></article>")
            feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
            web.pages["/feed"] = Page(feed, "application/rss+xml")

        publish(1, 2, 3)
        assert len(ingest("add", web.url("/feed"), "--limit", 2, "--json").json()["added"]) == 2
        first = ingest("add", web.url("/feed"), "--json").json()
        assert (len(first["added"]), len(first["unchanged"])) == (1, 2)
        publish(1, 2, 3, 4)
        web.hits.clear()
        second = ingest("add", web.url("/feed"), "--json").json()
        assert (len(second["added"]), len(second["unchanged"]), web.asked) == (1, 3, ["/feed", "/4"])
        ingest("remove", first["added"][0])
        assert ingest("add", web.url("/feed"), "--json").json()["added"] == first["added"]
        assert len(ingest("list", "--json").json()) == 4


def test_the_list_can_be_narrowed(ingest: Command, src: Path) -> None:
    ingest("add", src)
    for option in (("--source", "gazette"), ("--since", "2025-03-01"), ("--until", "2025-03-01")):
        assert [a["id"] for a in ingest("list", *option, "--json").json()] == ["a"]
    nothing = ingest("list", "--since", "2025-03-02")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "no article is of that source, tag and time\n")
    assert ingest("list", "--since", "soon").code == 2


def test_all_facts_are_shown(ingest: Command, src: Path) -> None:
    facts = ("author: Ada Thorne", "published_at: 2025-03-01", "updated_at: 2025-03-02", "language: en")
    facts += ("source: Gazette", "url: https://gazette.test/bridge")
    (src / "a.md").write_text("\n".join(["---", *facts, "---", STORY]))
    (src / "b.txt").write_text(f"(Agency) {STORY} So it was.")
    added = ingest("add", src)
    assert "1 near copies" in added.out
    assert "near copy: b tells the same story as a" in added.out.splitlines()
    shown = ingest("show", "a").out.partition("\n\n")[0].splitlines()
    assert {*facts, "near copies: b"} <= set(shown)
    assert ingest("show", "b", "--json").json()["near_copies"] == ["a"]
    listed = ingest("list").out
    for word in ("author", "Ada Thorne", "updated", "2025-03-02", "language", "story"):
        assert word in listed
    assert [a["story"] for a in ingest("list", "--json").json()] == ["a", "a"]
    assert "near copies: 1" in ingest("status").out.splitlines()


def test_a_thousand_files_of_which_thirty_are_broken(ingest: Command, src: Path) -> None:
    for number in range(970):
        (src / f"{number}.txt").write_text(f"The ferry carried {number} people on day {number * 7} of its service.")
    broken = {"empty.txt": b"", "noise.txt": bytes(range(256)) * 16, "front.md": b"---\ntitle: [unclosed\n---\nBody.\n"}
    for number in range(10):
        for name, data in broken.items():
            (src / f"{number}-{name}").write_bytes(data)
    (src / "a.md").unlink()
    (src / "b.txt").unlink()
    outcome = ingest("add", src, "--json")
    assert outcome.code == 1
    assert (len(outcome.json()["added"]), len(outcome.json()["failed"])) == (970, 30)
    reasons = [line for line in outcome.err.splitlines() if line.startswith("failed: ")]
    assert len(reasons) == 30
    status = ingest("status", "--json").json()
    assert (status["articles"], status["pending"], len(status["failed"])) == (970, 0, 30)


def test_the_running_page_is_left_the_index(
    ingest: Command, src: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    patient = FileLock.acquire
    monkeypatch.setattr(FileLock, "acquire", lambda self, timeout=None: patient(self, timeout=0))  # spare the wait
    ingest("add", src)
    page = VectorIndex.open(settings, Library.open(settings.library_path), "letters")
    (src / "c.txt").write_text("Another one.")
    try:
        outcome = ingest("add", src, "--json")
        assert outcome.code == 0
        assert outcome.json()["added"] == ["c"]
        assert "picks the change up by itself" in outcome.err
        assert page.count() == 2
        page.sync()
        assert page.count() == 3
        assert ingest("status", "--json").json()["index"] == "in use by another process"
    finally:
        page.close()


def test_rebuild_after_a_change_of_model(ingest: Command, src: Path, encoder: FakeEncoder) -> None:
    ingest("add", src)
    encoder.identity = "other letters"
    (src / "c.txt").write_text("Another one.")
    refused = ingest("add", src)
    assert refused.code == 1
    assert "python -m ingest rebuild" in refused.err
    rebuilt = ingest("rebuild")
    assert (rebuilt.code, rebuilt.out) == (0, "index rebuilt: 2 passages, 2 articles embedded again\n")
    assert ingest("add", src, "--json").json()["added"] == ["c"]
    assert ingest("rebuild").out == "index rebuilt: 3 passages, 0 articles embedded again\n"


def test_what_an_earlier_version_embedded_is_embedded_again_by_the_way(
    ingest: Command, src: Path, encoder: FakeEncoder, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.models.embeddings.FORMER_IDENTITIES", ("letters",))
    ingest("add", src)
    encoder.identity = "newer letters"
    outcome = ingest("add", src, "--json")
    assert (outcome.code, outcome.json()["added"]) == (0, [])
    assert "embedded again" in outcome.err
    library = Library.open(settings.library_path)
    assert library.stats().models == ("newer letters",)
    library.close()
    assert "embedded again" not in ingest("add", src).err, "once is enough"


def test_ctrl_c_says_what_was_kept(ingest: Command, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.batch.BATCH_ARTICLES", 1)
    monkeypatch.setattr("qa.models.embeddings.load_embeddings", lambda settings: FakeEncoder(stop_in_call=2))
    outcome = ingest("add", src, "--json")
    assert outcome.code == 130
    assert outcome.json()["added"] == ["a"]
    [line] = outcome.err.splitlines()
    assert line.startswith("error: stopped; 1 article of this run is kept")


def test_nothing_new_loads_no_model(ingest: Command, src: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest("add", src)

    def never(settings: Settings) -> FakeEncoder:
        raise AssertionError("loaded for nothing")

    monkeypatch.setattr("qa.models.embeddings.load_embeddings", never)
    assert ingest("add", src, "--json").json()["unchanged"] == ["a", "b"]


@pytest.mark.sqlite(reason="about a Python in which nothing is installed to map files to schemas")
def test_help_is_quick_and_shows_examples() -> None:
    started = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-m", "ingest", "--help"], capture_output=True, text=True, cwd=ROOT)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert used.ru_utime - started.ru_utime < 3
    assert done.returncode == 0
    assert "python -m ingest add corpus/" in done.stdout
    slow = "import sys, ingest.cli; print([m for m in ('torch', 'sqlalchemy', 'numpy', 'bs4') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", slow], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_what_cannot_be_written_down_is_wrong_usage(ingest: Command) -> None:
    for arguments in (("show", "\udcff"), ("remove", "\udcff"), ("add", "\udcff"), ("list", "--source", "\udcff")):
        outcome = ingest(*arguments)
        assert outcome.code == 2
        assert outcome.err.startswith("error: '\\udcff' is not valid UTF-8")
    outcome = ingest("list", "--since", "0001-01-01")
    assert (outcome.code, outcome.err) == (2, "error: 0001-01-01 is before 1000-01-01; give a later day\n")


def test_a_folder_is_added_though_a_name_in_it_is_no_text(ingest: Command, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "quay.txt").write_text("The quay has nine steps.")
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("The mill has two stones.")
    outcome = ingest("add", folder, "--json")
    assert outcome.code == 1
    assert [outcome.json()[name] for name in ("added", "failed")] == [
        ["quay"],
        [{"item": str(folder / "caf?.txt"), "error": "its name is not valid UTF-8; rename it"}],
    ]


def test_columns_can_be_named(ingest: Command, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("remark,seen\nThe ferry sails.,2025-03-01\n")
    added = ingest("add", tmp_path / "a.csv", "--map", "text=remark,published_at=seen", "--json")
    assert (added.code, "published_at from column “seen”" in added.err) == (0, True)
    shown = ingest("show", added.json()["added"][0], "--json").json()
    assert (shown["text"], shown["published_at"]) == ("The ferry sails.", "2025-03-01")


@pytest.mark.parametrize(
    ("said", "error"), [("words=remark", "not a name of a fact"), ("text=body", "no column “body”")]
)
def test_columns_that_cannot_be_named_are_wrong_usage(ingest: Command, tmp_path: Path, said: str, error: str) -> None:
    (tmp_path / "a.csv").write_text("remark,seen\nThe ferry sails.,2025-03-01\n")
    outcome = ingest("add", tmp_path / "a.csv", "--map", said)
    assert (outcome.code, outcome.out) == (2, "")
    assert error in " ".join(outcome.err.split())
