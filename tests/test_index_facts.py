"""Both sides of a search are kept to the same articles, however many they are."""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from qa.index import VectorIndex
from qa.library import Library
from qa.library.schema import articles, passages
from qa.settings import Settings
from qa.types import Article, Filters, Passage
from tests.conftest import IDENTITY

DIMENSION = 4
SOURCES = (None, "Gazette", "GAZETTE", "gazette", "Élysée Post", "ÉLYSÉE POST", "Straße News", "Harbour; News", "1999")
DAYS = (None, "1999-12-31", "2000-01-01", "2024-02-29", "2025-03-01", "2025-03-31", "2025-03", "2025", "0001-01-01")
MANY = 40_100  # more than Chroma takes as variables of one statement


def unit(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)
    return vector / np.linalg.norm(vector)


def put(library: Library, name: str, source: str | None, day: str | None) -> None:
    article = Article(name, "Title", "word", source=source, published_at=day, sha256=f"{name} {source} {day}")
    split = [Passage(name, 0, 0, 4, "word")]
    library.put(article, split, unit(len(name))[None], origin=name, model=IDENTITY)


def both(library: Library, index: VectorIndex, filters: Filters) -> tuple[set[str], set[str]]:
    """What the full text and the vectors find where everything bears on the question."""
    index.sync()
    by_text = library.search_text(["word"], 1000, filters)
    by_vector = index.search(unit(1).tolist(), 90, filters)
    by_text_ids, by_vector_ids = ({e.article_id for e in library.evidence(found)} for found in (by_text, by_vector))
    return by_text_ids, by_vector_ids


def test_full_text_and_vectors_are_kept_to_the_same_articles(tmp_path: Path) -> None:
    settings, chance = Settings(data_dir=tmp_path), random.Random(21)
    library = Library.open(settings.library_path)
    names = [f"a{number}" for number in range(80)]
    for name in names:
        put(library, name, chance.choice(SOURCES), chance.choice(DAYS))
    index = VectorIndex.open(settings, library, IDENTITY)
    found = set[int]()
    for _ in range(60):
        put(library, chance.choice(names), chance.choice(SOURCES), chance.choice(DAYS))
        since, until = (chance.choice([None, *(day for day in DAYS if day and len(day) == 10)]) for _ in range(2))
        article = chance.choice([None, None, None, chance.choice(names)])
        filters = Filters(since, until, chance.choice(SOURCES), article)
        by_text, by_vector = both(library, index, filters)
        assert by_text == by_vector == {info.id for info in library.articles(filters)}, filters
        assert library.holds_any(filters) is bool(by_text)
        found.add(len(by_text))
    assert len(found) > 8, "filters that let none, few and many through"
    index.close()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, VectorIndex]]:
    """Of 40,100 articles one in a hundred is of another source, and one in a thousand bears no date."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("large"))
    library = Library.open(settings.library_path)
    vectors = np.random.default_rng(3).normal(size=(MANY, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = [
        {
            "id": f"a{n}",
            "title": "Title",
            "text": "word",
            "source": "Gazette" if n % 100 else "Post",
            "published_at": f"20{n % 26:02}-06-15" if n % 1000 else None,
            **dict.fromkeys(("sha256", "origin"), str(n)),
            "model": IDENTITY,
            "revision": n + 1,
        }
        for n in range(MANY)
    ]
    split = [
        {"article_id": f"a{n}", "number": 0, "start": 0, "end": 4, "text": "word", "vector": vectors[n].tobytes()}
        for n in range(MANY)
    ]
    with library._writing() as db:
        db.execute(sa.insert(articles), rows)
        db.execute(sa.insert(passages), split)
    library.rebuild_full_text()
    index = VectorIndex.open(settings, library, IDENTITY)
    yield library, index
    index.close()
    library.close()


@pytest.mark.parametrize(
    "filters",
    [
        Filters(since="2000-01-01"),
        Filters(source="gazette"),
        Filters(since="2000-01-01", until="2025-12-31", source="GAZETTE"),
        Filters(source="post", since="2010-01-01"),
        Filters(article_id="a40000"),
    ],
)
def test_a_filter_may_let_any_number_of_articles_through(large: tuple[Library, VectorIndex], filters: Filters) -> None:
    library, index = large
    allowed = {info.id for info in library.articles(filters)}
    wanted = min(50, len(allowed))
    for found in (library.search_text(["word"], 50, filters), index.search(unit(5).tolist(), 50, filters)):
        ids = [evidence.article_id for evidence in library.evidence(found)]
        assert len(set(ids)) == wanted
        assert set(ids) <= allowed


def test_any_number_of_articles_can_be_asked_for_their_stories(large: tuple[Library, VectorIndex]) -> None:
    library, _ = large
    assert len(library.copies_of(f"a{n}" for n in range(260_000))) == 260_000, "some builds take 250,000 variables"
