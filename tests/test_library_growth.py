"""What a call costs may not grow with the library: the steps that SQLite takes are counted, not the time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from qa.library import Entries, Library, PreparedQuestion, Questions, Shelf, Wanted, common, full_text
from qa.library import questions as prepared
from qa.types import Article, Filters, Passage

pytestmark = pytest.mark.sqlite(reason="about the steps that SQLite counts")

SMALL, LARGE = 80, 2_000  # articles of 25 passages: 2,000 and 50,000 passages
PASSAGES = 25
SOURCES = 40
EACH = 10  # steps between two counts
MOST = 4.0  # times as many steps, where there are 25 times as many passages


def filled(path: Path, articles: int) -> Library:
    """Articles of the same few words; those named "rare" are as many in a small library as in a large one."""
    library = Library.open(path)
    for number in range(articles):
        rare = " heron" if number < SOURCES else ""
        texts = [f"The ferry left the quay at {n}{rare}." for n in range(PASSAGES)]
        split = [Passage(f"a{number}", n, 0, len(text), text) for n, text in enumerate(texts)]
        day = f"{1900 + number // 400:04}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        source = f"Source {number % SOURCES}"
        article = Article(f"a{number}", "On the water", " ".join(texts), source=source, published_at=day)
        vectors = np.ones((PASSAGES, 2), np.float32)
        library.put(article, split, vectors, origin=f"/a{number}", model="letters")
        asked = PreparedQuestion("What left?", article.id, article.title, "ferry", texts[0], 0, len(texts[0]))
        Questions.beside(library).note(article, 1, over=number % 2 == 0, kept=[(asked, vectors[0])], model="letters")
    return library


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Library]]:
    folder = tmp_path_factory.mktemp("growth")
    both = filled(folder / "small.sqlite3", SMALL), filled(folder / "large.sqlite3", LARGE)
    yield both
    for library in both:
        library.close()


@contextmanager
def counting(library: Library) -> Iterator[list[int]]:
    counted = [0]

    def step() -> int:
        counted[0] += EACH
        return 0

    def watch(connection: object, *_: object) -> None:
        connection.set_progress_handler(step, EACH)  # type: ignore[attr-defined]

    engine = library._database._engine
    sa.event.listen(engine, "checkout", watch)
    yield counted
    sa.event.remove(engine, "checkout", watch)


@contextmanager
def planned(library: Library) -> Iterator[list[str]]:
    """How SQLite goes about each of the statements."""
    steps = list[str]()

    def plan(db: sa.Connection, cursor: object, statement: str, values: tuple[object, ...], *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            explained = db.connection.cursor()  # type: ignore[attr-defined]
            explained.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            steps.extend(row[3] for row in explained.fetchall())

    engine = library._database._engine
    sa.event.listen(engine, "before_cursor_execute", plan)
    yield steps
    sa.event.remove(engine, "before_cursor_execute", plan)


def frequencies(library: Library, words: list[str]) -> dict[str, int]:
    """Counted anew: a library keeps them."""
    with library._reading() as db:
        return full_text.index(db).frequencies(words)


@pytest.fixture(autouse=True)
def few_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is bounded is bounded lower, so that libraries reach it that are made in seconds."""
    monkeypatch.setattr(common, "SCORED", 20_000)
    monkeypatch.setattr(full_text, "FEW", 5_000)
    monkeypatch.setattr(prepared, "COMPARED", 200)


CALLS: dict[str, Callable[[Library], object]] = {
    "full text": lambda library: library.search_text(["heron"], 50),
    "full text of some days": lambda library: library.search_text(["heron"], 50, Filters("1900-01-02", "1900-01-04")),
    "full text since a day": lambda library: library.search_text(["heron"], 50, Filters("1900-01-02")),
    "full text of a source": lambda library: library.search_text(["heron"], 50, Filters(source="source 7")),
    "full text of an article": lambda library: library.search_text(["heron"], 50, Filters(article_id="a7")),
    "full text of common words": lambda library: library.search_text(["heron", "ferry", "quay"], 50),
    "common words of a source": lambda library: library.search_text(["heron", "ferry"], 50, Filters(source="source 7")),
    "word frequencies": lambda library: frequencies(library, ["heron", "ferry"]),
    "sources": lambda library: library.sources(),
    "a source that is there": lambda library: library.holds_any(Filters(source="SOURCE 7")),
    "a source that is not": lambda library: library.holds_any(Filters(source="Nowhere")),
    "no such days": lambda library: library.holds_any(Filters("2100-01-01")),
    "what another model embedded": lambda library: library.embedded_otherwise("letters"),
    "models": lambda library: library.models(),
    "the newest": lambda library: library.dated(8),
    "the oldest": lambda library: library.dated(8, oldest_first=True),
    "the first page": lambda library: Shelf.beside(library).page(Wanted(descending=True)),
    "a later page": lambda library: Shelf.beside(library).page(
        Wanted(descending=True, limit=20, after=Shelf.beside(library).page(Wanted(descending=True, limit=20)).next)
    ),
    "a page from the oldest on": lambda library: Shelf.beside(library).page(Wanted(order="published_at", limit=20)),
    "a page of a source": lambda library: Shelf.beside(library).page(
        Wanted(filters=Filters(source="source 7"), limit=20, descending=True)
    ),
    "facets": lambda library: Shelf.beside(library).facets(),
    "what is to be prepared": lambda library: Questions.beside(library).waiting(newest=20),
    "questions on the newest": lambda library: Questions.beside(library).newest(4),
    "questions to compare": lambda library: Questions.beside(library).table("letters"),
    "an article": lambda library: library.article("a7"),
    "its passages": lambda library: library.passages("a7"),
    "evidence": lambda library: library.evidence(dict.fromkeys(range(100, 150), 1.0)),
    "stories": lambda library: library.copies_of([f"a{n}" for n in range(40)]),
    "the revision": lambda library: library.revision(),
    "changes": lambda library: Entries.beside(library).changes(library.revision() - 3),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_takes_few_more_steps_in_a_library_25_times_as_large(
    libraries: tuple[Library, Library], name: str
) -> None:
    steps = []
    for library in libraries:
        CALLS[name](library)
        with counting(library) as counted:
            CALLS[name](library)
        steps.append(counted[0])
    assert steps[1] <= MOST * max(steps[0], 200), steps


@pytest.mark.parametrize(
    "filters",
    [Filters("1900-01-02", "1900-03-01"), Filters("1900-01-02"), Filters(source="source 7")],
    ids=str,
)
def test_what_a_filter_lets_through_is_found_without_reading_an_article(
    libraries: tuple[Library, Library], filters: Filters
) -> None:
    with planned(libraries[1]) as steps:
        libraries[1].search_text(["heron"], 50, filters)
    read = [step for step in steps if " articles " in step or " passages " in step]
    assert read
    assert all("COVERING INDEX" in step or "INTEGER PRIMARY KEY" in step for step in read), read


@pytest.mark.parametrize(
    "wanted",
    [Wanted("heron"), *(Wanted(order=order) for order in ("title", "source", "author", "passages"))],
    ids=lambda wanted: wanted.order or wanted.words,
)
def test_a_list_looks_at_no_more_articles_with_their_texts_than_it_shows(
    libraries: tuple[Library, Library], wanted: Wanted
) -> None:
    with planned(libraries[1]) as steps:
        Shelf.beside(libraries[1]).page(wanted)
    read = [step for step in steps if " articles " in step and "(id=?)" not in step]
    assert any("COVERING INDEX articles_by_title" in step or "articles_by_source" in step for step in read), read
    assert all("COVERING INDEX" in step for step in read), read


def test_the_count_is_one_that_grows_where_all_articles_are_read(libraries: tuple[Library, Library]) -> None:
    steps = []
    for library in libraries:
        with counting(library) as counted:
            library.articles()
        steps.append(counted[0])
    assert steps[1] > 10 * steps[0]
