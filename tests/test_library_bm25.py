"""Passages are ranked as FTS5's own bm25() ranks them, without the lengths of all."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from qa.library import Library, bm25, full_text
from qa.library.bm25 import Held, best
from qa.library.text_index import Word
from qa.types import Article, Passage

pytestmark = pytest.mark.sqlite

WORDS = [*"ferry heron quay Éire ½ locks castle castles naïve 東京".split(), "water", "The"]
ASKED = ["ferry", "herons", "eire", "½", "castle", "naive", "東京", "nowhere", "…", "the"]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Passages of words drawn by chance, some far more often than others, some in titles."""
    library, draw = Library.open(tmp_path_factory.mktemp("bm25") / "library.sqlite3"), random.Random(0)
    weights = [1 / (n + 1) for n in range(len(WORDS))]
    for number in range(100):
        texts = [" ".join(draw.choices(WORDS, weights, k=draw.randint(1, 200))) for _ in range(4)]
        split = [Passage(f"a{number}", n, 0, len(text), text) for n, text in enumerate(texts)]
        article = Article(f"a{number}", " ".join(draw.choices(WORDS, k=number % 4 + 1)), " ".join(texts))
        library.put(article, split, np.ones((4, 2), np.float32), origin=article.id, model="letters")
    yield library
    library.close()


def by_fts5(db: sa.Connection, words: list[Word], let_through: str = "SELECT rowid FROM passages") -> dict[int, float]:
    phrases = [f'"{word.text}"{star}' for word in words for star in (["", "*"] if word.is_begun else [""])]
    query = sa.text(
        "SELECT rowid, -bm25(full_text, 0.5, 1.0) AS score FROM full_text WHERE full_text MATCH :match"
        f" AND +rowid IN ({let_through}) ORDER BY 2 DESC, 1"
    )
    return {row.rowid: row.score for row in db.execute(query, {"match": " OR ".join(phrases)})}


@pytest.mark.parametrize("first", [3_000, 5])
def test_scores_are_those_of_fts5(library: Library, monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    monkeypatch.setattr(bm25, "FIRST", first)
    draw = random.Random(1)
    with library._reading() as db:
        for _ in range(60):
            words = [Word(text, draw.random() < 0.2 and text != "…") for text in draw.sample(ASKED, draw.randint(1, 6))]
            whole, limit = by_fts5(db, words), draw.choice([1, 10, 50, 1_000])
            found = full_text.index(db).ranked(words, limit)
            assert list(found.values()) == pytest.approx(list(whole.values())[:limit]), words
            assert found == pytest.approx({rowid: whole[rowid] for rowid in found})


def test_scores_among_some_are_those_of_fts5_among_them(library: Library) -> None:
    words = [Word("ferry"), Word("castle"), Word("heron", is_begun=True)]
    with library._reading() as db:
        odd = (
            sa.select(sa.literal_column("rowid", sa.Integer))
            .select_from(sa.text("passages"))
            .where(sa.text("rowid % 2"))
        )
        found = full_text.index(db).ranked(words, 20, odd)
        whole = by_fts5(db, words, "SELECT rowid FROM passages WHERE rowid % 2")
        assert found == pytest.approx(dict(list(whole.items())[:20]))
        nothing = odd.where(sa.false())
        assert full_text.index(db).ranked(words, 20, nothing) == {}


def test_words_of_several_terms_are_found_where_these_stand_side_by_side(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library.sqlite3")
    texts = ["The U.S. lock-keeper.", "A keeper of the lock; U, then S.", "Lock keepers of the U.S., locked", "Us."]
    for number, text in enumerate(texts):
        split, vectors = [Passage(f"a{number}", 0, 0, len(text), text)], np.ones((1, 2), np.float32)
        article = Article(f"a{number}", "A title", text)
        library.put(article, split, vectors, origin=article.id, model="letters")
    assert set(library.search_text(["U.S."], 10)) == {1, 3}
    assert list(library.search_text(["lock-keeper", "locked"], 10)) == [3, 1, 2]
    with library._reading() as db:
        assert set(full_text.index(db).ranked([Word("lock-kee", is_begun=True)], 10)) == {1, 3}
    library.close()


def test_few_lengths_are_looked_up_where_many_passages_hold_a_word() -> None:
    draw, asked = np.random.default_rng(0), list[int]()
    lengths = draw.uniform(0.2, 3.0, 100_000)

    def looked_up(rowids: bm25.Numbers) -> bm25.Weights:
        asked.extend(rowids.tolist())
        return lengths[rowids]

    def held(number: int, tells: float) -> Held:
        return Held(np.sort(draw.choice(100_000, number, replace=False)), np.ones(number), tells)

    found = best([held(80_000, 0.5), held(5_000, 4.0), held(2_000, 5.0)], looked_up, 100)
    assert len(found) == 100
    assert len(set(asked)) == len(asked) < 8_000
