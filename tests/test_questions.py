"""Prepared questions in the library: which are given, in which order, and when they are gone."""

import sqlite3
from dataclasses import replace

import numpy as np
import pytest

from qa.library import Library, Likeness, PreparedQuestion, Questions
from qa.types import Article, Filters
from tests.conftest import ARTICLES, IDENTITY, HashedWords, store

BRIDGE, FERRY, MILL = ARTICLES
EMBEDDINGS = HashedWords()


@pytest.fixture
def questions(library: Library) -> Questions:
    return Questions.beside(library)


def made(article: Article, question: str, words: str) -> PreparedQuestion:
    """A question whose quote is the sentence of its words."""
    at = article.text.index(words)
    start, end = article.text.rfind(". ", 0, at) + 2 if ". " in article.text[:at] else 0, article.text.find(".", at) + 1
    return PreparedQuestion(question, article.id, article.title, words, article.text[start:end], start, end)


OPENED = made(BRIDGE, "When did the Varga bridge open?", "1931")
LONG = made(BRIDGE, "How long is the Varga bridge?", "412 metres")
CARRIED = made(FERRY, "How many people does the Lomond ferry carry a day?", "9,300 people")
BUILT = made(MILL, "When was Kestrel Mill built?", "1874")


def keep(questions: Questions, article: Article, *kept: PreparedQuestion, tried: int = 1, over: bool = True) -> bool:
    vectors = [np.asarray(EMBEDDINGS.embed_query(question.question), np.float32) for question in kept]
    return questions.note(article, tried, over=over, kept=list(zip(kept, vectors, strict=True)), model=IDENTITY)


def test_questions_come_back_as_they_were_kept(questions: Questions) -> None:
    assert keep(questions, BRIDGE, OPENED, LONG)
    assert questions.of("bridge") == [OPENED, LONG]
    assert OPENED.quote == "The Varga bridge opened in 1931."
    assert questions.of("ferry") == []


def test_how_far_an_article_is_adds_up(questions: Questions) -> None:
    assert questions.tried("bridge") == 0
    keep(questions, BRIDGE, OPENED, tried=2, over=False)
    assert questions.tried("bridge") == 2
    assert questions.waiting() == ["ferry", "bridge", "mill"], "the newest first, without a date last"
    keep(questions, BRIDGE, tried=4)
    assert (questions.tried("bridge"), questions.of("bridge")) == (4, [OPENED])
    assert questions.waiting() == ["ferry", "mill"]
    assert questions.waiting(newest=2) == ["ferry"]
    assert questions.waiting(of=["mill", "bridge", "nobody"]) == ["mill"]


def test_the_newest_articles_give_one_each(questions: Questions) -> None:
    assert questions.newest(4) == []
    keep(questions, MILL, BUILT)
    keep(questions, BRIDGE, LONG, OPENED)
    keep(questions, FERRY, CARRIED)
    assert questions.newest(4) == [CARRIED, LONG, BUILT]
    assert questions.newest(2) == [CARRIED, LONG]


@pytest.mark.sqlite
def test_what_came_last_is_newer_than_what_was_written_last(questions: Questions, library: Library) -> None:
    with sqlite3.connect(library.place) as db:
        db.execute("UPDATE articles SET added_at = '2025-07-01T09:00:00+00:00' WHERE id = 'mill'")
        db.execute("UPDATE articles SET added_at = '2025-06-30T23:00:00+00:00' WHERE id = 'bridge'")
        db.execute("UPDATE articles SET added_at = '2025-06-30T08:00:00+00:00' WHERE id = 'ferry'")
    assert questions.waiting() == ["mill", "ferry", "bridge"]


@pytest.mark.parametrize(
    "changed",
    [replace(BRIDGE, text="The Varga bridge is closed.", sha256="4"), replace(BRIDGE, title="A bridge", sha256="4")],
)
def test_with_a_changed_article_they_are_gone(questions: Questions, library: Library, changed: Article) -> None:
    keep(questions, BRIDGE, OPENED)
    store(library, changed)
    assert (questions.of("bridge"), questions.tried("bridge"), questions.newest(4)) == ([], 0, [])
    assert questions.table(IDENTITY).ids == ()
    assert "bridge" in questions.waiting()


def test_with_a_removed_article_they_are_gone(questions: Questions, library: Library) -> None:
    keep(questions, BRIDGE, OPENED)
    library.remove("bridge")
    assert (questions.newest(4), questions.table(IDENTITY).ids, library.faults()) == ([], (), [])
    assert not keep(questions, BRIDGE, OPENED), "it was removed while its questions were sought"


def test_what_was_sought_in_a_former_text_is_not_kept(questions: Questions, library: Library) -> None:
    store(library, replace(BRIDGE, text="The Varga bridge is closed.", sha256="4"))
    assert not keep(questions, BRIDGE, OPENED)
    assert questions.of("bridge") == []


@pytest.mark.sqlite
def test_a_quote_that_does_not_stand_any_more_is_never_given(questions: Questions, library: Library) -> None:
    keep(questions, BRIDGE, OPENED, LONG)
    (first, second) = questions.table(IDENTITY).ids
    with sqlite3.connect(library.place) as db:
        db.execute("UPDATE articles SET text = replace(text, '1931', '1941') WHERE id = 'bridge'")
    assert questions.of("bridge") == [LONG]
    assert questions.newest(4) == [LONG]
    assert questions.take([second, first]) == [LONG]


def test_questions_are_compared_by_the_model_that_embedded_them(questions: Questions) -> None:
    keep(questions, BRIDGE, OPENED, LONG)
    keep(questions, FERRY, CARRIED)
    table = questions.table(IDENTITY)
    assert table.article_ids == ("bridge", "bridge", "ferry")
    assert questions.take(table.ids[::-1]) == [CARRIED, LONG, OPENED]
    assert np.allclose(table.vectors[2], EMBEDDINGS.embed_query(CARRIED.question))
    assert questions.table("another model").ids == ()
    assert questions.table(IDENTITY, of=["ferry", "mill"]).article_ids == ("ferry",)
    assert questions.table(IDENTITY, Filters(source="Test Gazette"), ["ferry"]).ids == ()
    assert questions.table(IDENTITY, Filters(source="Test Gazette")).article_ids == ("bridge", "bridge")


def test_a_near_copy_has_the_questions_of_the_first(questions: Questions, library: Library) -> None:
    store(library, copy := replace(BRIDGE, id="bridge-2", sha256="5"))
    library.tie("bridge", Likeness(b"1"))
    library.tie(copy.id, Likeness(b"1", ("bridge",)))
    assert set(questions.waiting()) == {"bridge", "ferry", "mill"}
