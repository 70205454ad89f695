import threading
from dataclasses import replace
from pathlib import Path

import pytest

from qa.errors import ArticleNotFound, LibraryError
from qa.library import Library
from qa.types import Filters
from tests.conftest import ARTICLES, store


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
    assert library.changes(0).fresh == ("bridge", "ferry", "mill")
    library.remove("mill")
    store(library, replace(ARTICLES[0], text="The Varga bridge is closed."))
    changes = library.changes(before)
    assert (changes.gone, changes.fresh) == (("mill",), ("bridge",))
    assert library.changes(changes.revision).fresh == ()


def test_an_article_that_comes_back_is_no_longer_gone(library: Library) -> None:
    library.remove("mill")
    store(library, ARTICLES[2])
    assert library.changes(0).gone == ()
    assert "mill" in library.changes(0).fresh


def test_filters_by_source_and_date(library: Library) -> None:
    assert found(library, "varga", "lomond", filters=Filters(source="test gazette")) == ["bridge"]
    assert found(library, "varga", "lomond", filters=Filters(since="2025-03-02")) == ["ferry"]
    assert found(library, "varga", "lomond", filters=Filters(until="2025-03-01")) == ["bridge"]
    assert found(library, "kestrel", filters=Filters(since="1900-01-01")) == [], "no date, so no match"


def test_two_writers_never_share_a_revision(library: Library) -> None:
    def write(name: str) -> None:
        other = Library.open(library.path)
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


def test_a_file_that_is_no_library_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(LibraryError, match=r"library\.sqlite3"):
        Library.open(path)
