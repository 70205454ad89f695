"""What a library holds at a glance, and what its articles are about."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
import sqlalchemy as sa

from qa.library import Library, Named
from qa.library.overview import LARGEST, MOST_FRESH, Holdings, Sample, Source
from qa.library.topics import MOST, topics
from qa.types import Article
from qa.web.overview import Glances
from tests.conftest import ARTICLES, store
from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

# Two groups of articles lie apart, the others anywhere; "The" stands in all.
NAMES = ("Varga bridge", "Lomond ferry")
OTHERS = (
    "The mill grinds", "The weir shut", "The kiln burns", "The tower leans", "The quay sinks", "The lamp shines",
    "The road bends", "The bell rings", "The barn stands", "The gate opens", "The wall cracks", "The pond dries",
)  # fmt: skip


def sample(seed: int = 0) -> Sample:
    random = np.random.default_rng(seed)
    titles, vectors = list(OTHERS), list(random.normal(size=(len(OTHERS), 32)))
    for name in NAMES:
        centre = random.normal(size=32)
        for number, verb in enumerate(("opens", "closes", "waits", "shines")):
            titles.append(f"The {name} {verb}")
            vectors.append(centre + random.normal(size=32) / 10 * (number + 1) / 4)
    texts = [f"{title}. The rest is told elsewhere." for title in titles]
    return Sample(tuple(titles), tuple(texts), np.array(vectors, np.float32))


@pytest.mark.parametrize("seed", range(5))
def test_topics_are_words_whose_articles_are_alike(seed: int) -> None:
    assert [(topic.name, topic.articles) for topic in topics(sample(seed), ())] in (
        [("Varga bridge", 4), ("Lomond ferry", 4)],
        [("Lomond ferry", 4), ("Varga bridge", 4)],
    )


def test_a_topic_is_neither_a_source_nor_a_word_of_all_nor_found_among_few() -> None:
    assert {topic.name for topic in topics(sample(), ("Varga Bridge News",))} == {"Lomond ferry"}
    few = sample()
    assert topics(Sample(few.titles[-7:], few.texts[-7:], few.vectors[-7:]), ()) == ()


def test_chance_makes_no_topics() -> None:
    """Of words that mean nothing hardly one is shown, whatever the vectors."""
    found = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        words = [f"w{n}" for n in range(30)]
        titles = [" ".join(random.choice(words, 4, replace=False)) for _ in range(60)]
        vectors = random.normal(size=(60, 32)).astype(np.float32)
        found += len(topics(Sample(tuple(titles), ("",) * 60, vectors), ()))
    assert found <= 10, "half a topic for each library"


def test_topics_are_few_and_odd_titles_break_nothing() -> None:
    wild = ("", "—", "🌉 🌉", "a" * 5000, "הגשר הישן", "\u202eevil", "%s {x} <b>", "  ", "1931", "'’.-")
    vectors = np.zeros((len(wild), 4), np.float32)
    assert topics(Sample(wild, wild, vectors), ("", "🌉")) == ()
    many = [f"Topic{n} {m}" for n in range(20) for m in range(3)]
    centres = np.repeat(np.random.default_rng(1).normal(size=(20, 64)), 3, axis=0).astype(np.float32)
    assert len(topics(Sample(tuple(many), ("",) * 60, centres), ())) == MOST


def test_an_overview_tells_how_much_of_whom_and_of_when(library: Library) -> None:
    holdings = Holdings.beside(library)
    told = holdings.overview()
    assert (told.articles, told.all_sources, told.first_day, told.last_day) == (3, 2, "2025-03-01", "2025-06-01")
    assert told.sources == (Source("Harbour News", 1), Source("Test Gazette", 1))
    assert told.newest[0] == Named("ferry", "The Lomond ferry")
    assert [headed.id for headed in told.newest] == ["ferry", "bridge", "mill"]
    for n in range(LARGEST + 3):
        store(library, replace(ARTICLES[0], id=f"n{n}", source=f"Source {n:02}", sha256=f"n{n}"))
    more = holdings.overview()
    assert (len(more.sources), more.all_sources) == (LARGEST, LARGEST + 5)
    assert more.revision > told.revision
    assert len(more.newest) == len(told.newest) * 2


def test_an_overview_of_nothing(tmp_path: Path) -> None:
    holdings = Holdings.beside(Library.open(tmp_path / "library.sqlite3"))
    told = holdings.overview()
    assert (told.articles, told.sources, told.first_day, told.newest) == (0, (), None, ())
    assert holdings.sample(10).titles == ()
    assert holdings.fresh("2000-01-01T00:00:00+00:00") == 0


def test_what_came_since_a_time_is_counted_up_to_a_bound(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    holdings = Holdings.beside(library)
    came = max(str(info.added_at) for info in library.articles())
    assert holdings.fresh("2001-01-01T00:00:00+00:00") == 3
    assert holdings.fresh(came) == 0
    monkeypatch.setattr("qa.library.overview.MOST_FRESH", 1)
    assert holdings.fresh("2001-01-01T00:00:00+00:00") == 2, "one more than the bound"
    assert MOST_FRESH == 1_000


def test_a_sample_is_bounded_and_has_no_copies(library: Library) -> None:
    for n in range(20):
        store(library, Article(f"n{n}", f"Title {n}", f"Text {n}.", sha256=f"n{n}"))
    holdings = Holdings.beside(library)
    assert len(holdings.sample(1000).titles) == 23
    some = holdings.sample(8)
    assert 4 <= len(some.titles) <= 8
    assert len(some.titles) == len(some.texts) == len(some.vectors)


@pytest.fixture
def client(library: Library, tmp_path: Path) -> Iterator[httpx.Client]:
    answerer = FakeAnswerer()
    answerer.library = library
    with served(lambda _: answerer, tmp_path / "served") as client:
        wait_until(lambda: ready(client))
        yield client


def test_the_route_tells_it_with_topics_once_they_are_found(client: httpx.Client, library: Library) -> None:
    first = client.get("/api/overview").json()
    assert (first["articles"], first["fresh"], first["step"], first["problem"]) == (3, None, "", "")
    assert first["examples"] == []
    wait_until(lambda: client.get("/api/overview").json()["topics"] == [])
    since = client.get("/api/overview", params={"since": "2001-01-01T00:00:00+00:00"}).json()
    assert since["fresh"] == 3
    library.remove("mill")
    assert client.get("/api/overview").json()["articles"] == 2


def test_examples_of_ours_are_for_our_articles_alone(client: httpx.Client, library: Library) -> None:
    for article in ARTICLES:
        store(library, replace(article, source="Article QA Explainers"))
    assert "Who met the Alberta Prosperity Project?" in client.get("/api/overview").json()["examples"]
    store(library, replace(ARTICLES[0], id="own", source="My notes", sha256="own"))
    assert client.get("/api/overview").json()["examples"] == []


@pytest.mark.parametrize("since", ["yesterday", "2001-01-01", "2001-01-01T00:00:00+02:00", "' OR 1=1", "9" * 3000])
def test_a_time_that_is_none_is_refused(client: httpx.Client, since: str) -> None:
    response = client.get("/api/overview", params={"since": since})
    assert response.status_code == 422
    assert "since" in response.json()["error"]


@contextmanager
def statements(library: Library) -> Iterator[list[tuple[str, Any]]]:
    """What the engine is asked meanwhile, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(*told: Any) -> None:
        asked.append((told[2], told[3]))

    with library._reading() as db:
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def test_a_page_that_is_opened_again_counts_nothing_again(library: Library) -> None:
    glances = Glances(SimpleNamespace(library=library, step="", problem=""))  # type: ignore[arg-type]
    wait_until(lambda: glances.glance(None).topics is not None)
    with statements(library) as asked:
        assert glances.glance("2001-01-01T00:00:00+00:00").fresh == 3
    assert any("max(articles.revision)" in statement for statement, _ in asked)
    assert not any("GROUP BY" in statement or "passages" in statement for statement, _ in asked), asked
    counting = [statement for statement, _ in asked if "count(" in statement]
    assert len(counting) == 1
    assert "LIMIT" in counting[0], "what is new is counted up to a bound"


@pytest.mark.sqlite(reason="about how SQLite plans its statements")
def test_an_overview_reads_no_article(library: Library) -> None:
    """Each part of it comes from an index alone, but for the titles of the few that came last."""
    with statements(library) as asked:
        Holdings.beside(library).overview()
    selects = [(statement, values) for statement, values in asked if statement.startswith(("SELECT", "WITH"))]
    assert len(selects) >= 4
    with library._reading() as db:
        for statement, values in selects:
            plan = [row.detail for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            scans = [line for line in plan if line.startswith("SCAN articles")]
            walked = "SCAN articles USING INDEX articles_newest"  # up to the limit
            assert all("COVERING INDEX" in line or line == walked for line in scans), (statement, plan)
