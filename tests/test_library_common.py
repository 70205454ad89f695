"""Common words are counted in what the rarer ones find: as BM25 has it, and without losing them where they are all."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qa.library import Library, Shelf, Wanted, common, fts5, full_text
from qa.types import Article, Filters, Passage

LENGTHS = (3, 9, 30, 14, 50, 7)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Passages of several lengths that all hold "ferry", from once to three times; every third holds "heron"."""
    library = Library.open(tmp_path / "library.sqlite3")
    for number in range(60):
        words = ["ferry"] * (number % 3 + 1) + ["water"] * LENGTHS[number % 6] + ["heron"] * (number % 3 == 0)
        text = " ".join(words) + (" lock" if number % 5 == 0 else "")
        article = Article(f"a{number}", "Boats" if number % 20 else "A heron", text, source=f"Source {number % 2}")
        split = [Passage(article.id, 0, 0, len(text), text)]
        library.put(article, split, np.ones((1, 2), np.float32), origin=article.id, model="letters")
    yield library
    library.close()


def test_words_that_are_only_counted_score_as_those_that_are_searched(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["herons", "lock"]
    whole = library.search_text(words, 60)
    monkeypatch.setattr(common, "POOL", 10)
    monkeypatch.setattr(common, "SCORED", 20)
    assert common.parted(library.document_frequencies(words)) == (["lock"], ["herons"])
    few = library.search_text(words, 60)
    assert 0 < len(few) < len(whole)
    assert list(few)[:3] == list(whole)[:3]
    assert list(few.values()) == pytest.approx([whole[rowid] for rowid in few], rel=0.1)
    assert list(few.values()) != pytest.approx(list(library.search_text(["lock"], 60).values()), rel=0.1)


def test_a_common_word_that_is_all_there_is_finds(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "SCORED", 5)
    assert len(library.search_text(["ferry"], 50)) == 50
    assert len(library.search_text(["ferry", "nowhere"], 50)) == 50


def test_of_few_passages_that_a_filter_leaves_every_word_is_counted(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    words, source = ["ferry", "lock"], Filters(source="source 1")
    whole = library.search_text(words, 50, source)
    monkeypatch.setattr(common, "SCORED", 20)
    monkeypatch.setattr(common, "POOL", 12)
    assert len(library.search_text(words, 50, Filters(article_id="a1"))) == 1  # which has no lock
    assert library.search_text(words, 50, Filters(article_id="nowhere")) == {}
    assert len(library.search_text(words, 50, source)) == 6 < len(whole)
    assert len(library.search_text(["ferry", "nowhere"], 50, source)) == len(whole)


def test_how_many_passages_hold_a_word_is_about_right_where_it_is_estimated(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fts5, "COUNTED", 20)
    monkeypatch.setattr(fts5, "STRETCHES", 5)
    monkeypatch.setattr(fts5, "STRETCH", 6)
    found = library.document_frequencies(["ferry", "heron", "lock", "nowhere"])
    assert found == {"ferry": 60, "heron": pytest.approx(20, abs=4), "lock": 12, "nowhere": 0}


def test_frequencies_are_those_of_the_library_as_it_is(library: Library) -> None:
    assert library.document_frequencies(["lock"]) == {"lock": 12}
    library.remove("a0")
    assert library.document_frequencies(["lock"]) == {"lock": 11}


def test_articles_with_a_common_word_are_those_that_its_passages_are_of(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf.beside(library)
    words = ("ferry ", "heron ", "her", "boats heron ", "lock nowhere ")
    rare = [shelf.page(Wanted(word)) for word in words]
    monkeypatch.setattr(fts5, "COMMON", 1)
    assert [shelf.page(Wanted(word)) for word in words] == rare
    assert [page.found for page in rare] == [60, 22, 22, 19, 0]
    assert library.count(every=["heron"]) == 22


def test_a_list_searched_by_words_is_ordered_by_the_rarer_ones(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf.beside(library)
    by_both = [one.id for one in shelf.page(Wanted("heron lock ")).articles]
    monkeypatch.setattr(common, "SCORED", 20)
    monkeypatch.setattr(common, "POOL", 5)
    by_lock, found = ([one.id for one in shelf.page(Wanted(words)).articles] for words in ("lock ", "heron lock "))
    assert found == [one for one in by_lock if one in found] != by_both
    assert sorted(found) == sorted(by_both)


@pytest.mark.parametrize("ahead", [1, 2, 40])
@pytest.mark.parametrize("margin", [0.2, 1.25])
def test_what_a_filter_lets_through_is_the_same_however_it_is_asked(
    library: Library, monkeypatch: pytest.MonkeyPatch, ahead: int, margin: float
) -> None:
    words, source = ["heron", "lock"], Filters(source="source 1")
    listed = library.search_text(words, 5, source)
    assert len(listed) == 5
    for name, value in (("FEW", 0), ("AHEAD", ahead), ("MARGIN", margin)):
        monkeypatch.setattr(full_text, name, value)
    assert library.search_text(words, 5, source) == pytest.approx(listed)
    assert library.search_text(words, 5, Filters(source="nowhere")) == {}
