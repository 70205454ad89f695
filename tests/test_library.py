import sqlite3
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from ingest.split import split
from qa.errors import ArticleNotFound, LibraryError
from qa.library import Entries, Entry, Library, Likeness, Noted
from qa.library.known import Known
from qa.types import Article, Filters, Visit
from tests.conftest import ARTICLES, store

NOTES = ("2 pictures with text", "the date is from the address")


def found(library: Library, *words: str, filters: Filters | None = None) -> list[str]:
    scores = library.search_text(words, 10, filters)
    return [evidence.article_id for evidence in library.evidence(scores)]


def test_an_article_comes_back_as_it_was_put(library: Library) -> None:
    assert library.article("bridge") == ARTICLES[0]


def test_full_text_finds_other_forms_of_a_word(library: Library) -> None:
    assert found(library, "designs") == ["bridge"]
    assert found(library, "grinding") == ["mill"]


def test_a_word_counts_in_every_passage_that_holds_it(library: Library) -> None:
    assert library.document_frequencies(["varga", "opened", "built", "nowhere"]) == {
        "varga": 1,
        "opened": 1,
        "built": 1,
        "nowhere": 0,
    }


def test_terms_by_their_beginning_and_by_name(library: Library) -> None:
    assert library.terms("bri", []) == ["bridg"]
    assert library.terms("ti", ["mill", "miller", "varga"]) == ["mill", "ticket", "varga"]
    library.rebuild_full_text()
    assert library.terms("bri", ()) == ["bridg"]
    library.remove("bridge")
    assert library.terms("bri", ()) == []


def test_words_are_never_read_as_query_syntax(library: Library) -> None:
    assert found(library, 'OR "', "NEAR(", "varga*") == ["bridge"]


def test_replacing_an_article_leaves_nothing_of_the_old_text(library: Library) -> None:
    store(library, replace(ARTICLES[1], text="The Lomond ferry carries 9,400 people a day."))
    assert found(library, "9,300") == []
    assert found(library, "9,400") == ["ferry"]
    assert library.stats().articles == 3


def test_removing_takes_everything_along(library: Library) -> None:
    library.remove("mill")
    assert found(library, "kestrel") == []
    assert library.vectors("mill") == []
    with pytest.raises(ArticleNotFound, match="mill"):
        library.article("mill")
    with pytest.raises(ArticleNotFound):
        library.remove("mill")


def test_changes_tell_an_index_what_to_catch_up_with(library: Library) -> None:
    before = library.revision()
    assert Entries.beside(library).changes(0).fresh == ("bridge", "ferry", "mill")
    library.remove("mill")
    store(library, replace(ARTICLES[0], text="The Varga bridge is closed."))
    changes = Entries.beside(library).changes(before)
    assert (changes.gone, changes.fresh) == (("mill",), ("bridge",))
    assert Entries.beside(library).changes(changes.revision).fresh == ()


def test_an_article_that_comes_back_is_no_longer_gone(library: Library) -> None:
    library.remove("mill")
    store(library, ARTICLES[2])
    assert Entries.beside(library).changes(0).gone == ()
    assert "mill" in Entries.beside(library).changes(0).fresh


def test_filters_by_source_and_date(library: Library) -> None:
    assert found(library, "varga", "lomond", filters=Filters(source="test gazette")) == ["bridge"]
    assert found(library, "varga", "lomond", filters=Filters(since="2025-03-02")) == ["ferry"]
    assert found(library, "varga", "lomond", filters=Filters(until="2025-03-01")) == ["bridge"]
    assert found(library, "varga", "lomond", filters=Filters(article_id="ferry")) == ["ferry"]
    assert found(library, "kestrel", filters=Filters(since="1900-01-01")) == [], "no date, so no match"


def test_signs_that_mean_the_same_find_one_another(library: Library) -> None:
    store(library, Article("gas", "The ﬁnal CO₂ count", "The ﬁrm emits CO₂.", sha256="4"))
    for _ in range(2):
        assert found(library, "co2") == found(library, "firm") == found(library, "final") == ["gas"]
        library.rebuild_full_text()


def test_two_writers_never_share_a_revision(library: Library) -> None:
    def write(name: str) -> None:
        other = Library.open(library.place)
        for n in range(10):
            store(other, replace(ARTICLES[2], id=f"{name}{n}"))
        other.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.stats().articles == 23
    assert library.revision() == 23


@pytest.mark.sqlite
def test_a_file_that_is_no_library_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(LibraryError, match=r"library\.sqlite3"):
        Library.open(path)


FIRST_VERSION = """
CREATE TABLE articles (id TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, source TEXT, author TEXT,
    published_at TEXT, url TEXT, language TEXT, sha256 TEXT NOT NULL, origin TEXT NOT NULL, model TEXT NOT NULL,
    revision INTEGER NOT NULL, PRIMARY KEY (id));
CREATE INDEX ix_articles_revision ON articles (revision);
CREATE TABLE passages (rowid INTEGER PRIMARY KEY AUTOINCREMENT, article_id TEXT NOT NULL, number INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL,
    FOREIGN KEY(article_id) REFERENCES articles (id));
CREATE INDEX ix_passages_article_id ON passages (article_id);
CREATE TABLE removed (article_id TEXT NOT NULL, revision INTEGER NOT NULL, PRIMARY KEY (article_id));
CREATE VIRTUAL TABLE full_text USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2');
INSERT INTO articles VALUES ('bridge', 'The Varga bridge', 'It opened.', 'Gazette', NULL, '2025-03-01', NULL, NULL,
    'abc', '/articles/bridge', 'letters', 7);
INSERT INTO passages VALUES (1, 'bridge', 0, 0, 10, 'It opened.', X'0000803F00000040');
INSERT INTO full_text (rowid, title, text) VALUES (1, 'The Varga bridge', 'It opened.');
PRAGMA user_version = 1;
"""


@pytest.mark.sqlite
def test_a_library_of_the_first_version_is_brought_to_this_one_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(FIRST_VERSION)
    old.close()
    library = Library.open(path)
    article = library.article("bridge")
    assert (article.title, article.text, article.updated_at) == ("The Varga bridge", "It opened.", None)
    assert found(library, "opening") == ["bridge"]
    assert library.vectors("bridge")[0].vector.tolist() == [1.0, 2.0]
    assert library.revision() == 7
    assert Known.beside(library).unsigned() == ("bridge",)
    assert (article.notes, library.articles()[0].notes, library.stats().noted) == ((), (), ())
    assert library.articles()[0].added_at is None
    store(library, replace(ARTICLES[0], updated_at="2025-04-01", notes=NOTES))
    library.close()
    again = Library.open(path)
    assert (again.article("bridge").updated_at, again.article("bridge").notes) == ("2025-04-01", NOTES)
    again.close()


@pytest.mark.sqlite
def test_what_came_from_markdown_files_is_known_to_be_written_in_it(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(FIRST_VERSION)
    old.execute("UPDATE articles SET origin = '/articles/Bridge.MD'")
    old.execute("INSERT INTO articles SELECT 'md', title, text, source, author, published_at, url, language, sha256,"
                " 'https://example.org/md', model, 8 FROM articles")  # fmt: skip
    old.commit()
    old.close()
    library = Library.open(path)
    assert [library.article(name).markup for name in ("bridge", "md")] == ["markdown", None]
    library.close()


SECOND_VERSION = (
    FIRST_VERSION.replace("user_version = 1", "user_version = 2")
    .replace(
        "INSERT INTO articles VALUES", "ALTER TABLE articles ADD COLUMN updated_at TEXT; INSERT INTO articles VALUES"
    )
    .replace("'letters', 7)", "'letters', 7, '2025-03-02')")
)


@pytest.mark.sqlite
def test_a_library_of_the_second_version_gets_notes(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    old = sqlite3.connect(path)
    old.executescript(SECOND_VERSION)
    old.close()
    library = Library.open(path)
    assert (library.article("bridge").updated_at, library.article("bridge").notes) == ("2025-03-02", ())
    library.note("bridge", NOTES)
    assert library.article("bridge").notes == NOTES
    assert library.vectors("bridge")[0].vector.tolist() == [1.0, 2.0]
    library.close()


@pytest.mark.sqlite
def test_an_article_keeps_the_time_when_it_first_came_whatever_is_stored_in_its_place(library: Library) -> None:
    first = library.articles()[0].added_at
    assert first is not None
    assert abs(datetime.now(UTC) - datetime.fromisoformat(first)) < timedelta(minutes=5)
    long_ago = "2020-01-02T03:04:05+00:00"
    with sqlite3.connect(library.place) as db:
        db.execute("UPDATE articles SET added_at = ?", (long_ago,))
    store(library, replace(ARTICLES[0], text="It opened late."))
    moved = replace(ARTICLES[1], id="ferry-2")
    library.put(moved, [], np.empty((0, 2), np.float32), origin="ferry-2.md", model="letters", former="ferry")
    times = {info.id: info.added_at for info in library.articles()}
    assert times == dict.fromkeys(("bridge", "ferry-2", "mill"), long_ago)


def test_notes_go_with_the_article_its_passages_and_the_state_of_the_library(library: Library) -> None:
    store(library, replace(ARTICLES[1], notes=NOTES))
    [passage] = library.evidence(library.search_text(["Lomond"], 1))
    infos = {info.id: info.notes for info in library.articles()}
    assert infos == {"bridge": (), "ferry": NOTES, "mill": ()}
    assert (library.article("ferry").notes, passage.notes) == (NOTES, NOTES)
    assert library.stats().noted == (Noted("ferry", NOTES),)


@pytest.mark.sqlite
def test_a_library_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(LibraryError, match="written by a newer article-qa"):
        Library.open(path)


def like(library: Library, article_id: str, *near: str, published_at: str | None = None) -> None:
    article = replace(ARTICLES[2], id=article_id, published_at=published_at)
    library.put(article, [], np.zeros((0, 2), np.float32), origin="/", model="m", likeness=Likeness(b"", near))


def test_near_copies_are_one_story_named_after_the_earliest(library: Library) -> None:
    like(library, "a")
    like(library, "b", "a", published_at="2025-02-01")
    like(library, "c", "b", published_at="2025-01-01")
    like(library, "d")
    assert library.copies_of(["a", "b", "c", "d", "bridge"]) == {
        **dict.fromkeys("abc", "c"),
        "d": "d",
        "bridge": "bridge",
    }
    assert library.near_copies("a") == ("b", "c")
    assert library.near_copies("d") == ()
    assert {a.id: a.story for a in library.articles()} == dict.fromkeys("abc", "c") | dict.fromkeys(
        ("bridge", "d", "ferry", "mill")
    )
    assert library.stats().near_copies == 2


def test_copies_part_when_the_one_between_them_changes_or_goes(library: Library) -> None:
    like(library, "a")
    like(library, "b", "a")
    like(library, "c", "b")
    like(library, "b")
    assert library.copies_of("abc") == {"a": "a", "b": "b", "c": "c"}
    like(library, "b", "a", "c")
    assert set(library.copies_of("abc").values()) == {"a"}
    library.remove("a")
    assert library.copies_of("bc") == {"b": "b", "c": "b"}
    library.remove("b")
    assert (library.copies_of("c"), library.near_copies("c")) == ({"c": "c"}, ())


def test_a_story_is_named_anew_when_its_first_gets_another_id(library: Library) -> None:
    like(library, "a")
    like(library, "b", "a")
    article = replace(ARTICLES[2], id="z")
    vectors = np.zeros((0, 2), np.float32)
    library.put(article, [], vectors, origin="/", model="m", likeness=Likeness(b"", ("b",)), former="a")
    assert library.copies_of("bz") == {"b": "b", "z": "b"}
    assert "a" in Entries.beside(library).changes(0).gone


def test_a_visit_is_remembered_until_what_came_of_it_is_removed(library: Library) -> None:
    page, feed = Visit("https://a.test/1", "etag", None, "digest"), Visit("https://a.test/feed", None, "Monday", None)
    library.remember(page, "mill")
    library.remember(feed)
    assert (library.visit(page.url), library.visit(feed.url)) == (page, feed)
    assert library.visited_articles(page.url) == ("mill",)
    library.remember(replace(page, etag="other"))
    assert (library.visit(page.url), library.visited_articles(page.url)) == (replace(page, etag="other"), ("mill",))
    library.remember(Visit("https://a.test/feed#1"), "bridge")
    library.remember(Visit("https://a.test/feed#2"), "ferry")
    assert library.visited_articles(feed.url) == ("bridge", "ferry")
    library.remove("mill")
    assert (library.visit(page.url), library.visit(feed.url)) == (None, None)


def test_failures_and_an_unfinished_run_are_told_until_they_are_settled(library: Library) -> None:
    library.record_failure("/a.pdf", "/a.pdf", "is empty")
    library.record_failure("/b.jsonl:2", "/b.jsonl", "is not JSON")
    library.record_failure("/a.pdf", "/a.pdf", "is locked")
    assert [(f.item, f.error) for f in library.stats().failed] == [
        ("/a.pdf", "is locked"),
        ("/b.jsonl:2", "is not JSON"),
    ]
    library.forget_failures(["/a.pdf"])
    assert [f.item for f in library.failed()] == ["/b.jsonl:2"]
    library.note_run(10, 4)
    assert library.stats().pending == 6
    library.note_run(10, 10)
    assert library.stats().pending == 0


def test_articles_that_are_put_at_once_are_all_stored_or_none(library: Library) -> None:
    def entry(article_id: str, rows: int) -> Entry:
        article = replace(ARTICLES[2], id=article_id)
        return Entry(article, split(article), np.ones((rows, 2), np.float32), "/", "m")

    before, passages = library.revision(), len(split(ARTICLES[2]))
    library.put_all([entry("a", passages), entry("b", passages)])
    assert (library.revision(), Entries.beside(library).changes(before).fresh) == (before + 2, ("a", "b"))
    with pytest.raises(ValueError, match="longer than"):
        library.put_all([entry("c", passages), entry("d", passages + 1)])
    assert library.revision() == before + 2
    assert not {"c", "d"} & library.origins().keys()


def test_more_at_once_than_there_are_connections_is_told(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = library._database._engine.pool
    assert isinstance(pool, sa.pool.QueuePool)
    monkeypatch.setattr(pool, "_timeout", 0.1)
    with ExitStack() as taken:
        for _ in range(pool.size() + pool._max_overflow):
            taken.enter_context(library._reading())
        with pytest.raises(LibraryError, match="at once; try again in a moment"):
            library.count()
    assert library.count() == len(ARTICLES)
