"""What adding an article costs may not grow with the library: the steps that SQLite takes are counted."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from ingest.pipeline import add
from ingest.watch import FolderKeeper
from qa.library import Entries, Library, Likeness, Shelf, Tags, stories
from qa.library.schema import articles, failures, removed, unsigned, visits
from tests.test_ingest_pipeline import FakeEncoder, Recorder
from tests.test_library_growth import LARGE, MOST, SMALL, counting, filled
from tests.test_watch import offline

pytestmark = pytest.mark.sqlite(reason="about the steps that SQLite counts")

FEED = "https://a.test/7"
OF_FEED = 10  # entries
WORDS = [f"{first}{second}" for first in "b d f g k l m n p r s t".split() for second in "a e i o u ar en il".split()]


def stocked(path: Path, number: int) -> Library:
    """So many articles that are like none of the others, as many that were removed, and as many failures."""
    library, numbers = filled(path, number), np.random.default_rng(0)
    of_entry = [(f"https://a.test/{n // OF_FEED}#{n}", f"a{n}") for n in range(number)]
    gone = {"etag": None, "last_modified": None}
    with library._writing() as db:
        db.execute(sa.update(articles).values(text_sha256=articles.c.id))
        db.execute(sa.delete(unsigned))
        for n in range(number):
            stories.tie(db, f"a{n}", Likeness(numbers.integers(2**32, size=128, dtype=np.uint32).tobytes()))
        db.execute(sa.insert(visits), [gone | {"url": url, "digest": "d", "article_id": one} for url, one in of_entry])
        entries = [f"https://b.test/#{n}" for n in range(number)]
        db.execute(
            sa.insert(visits), [gone | {"url": url, "digest": "removed:d", "article_id": None} for url in entries]
        )
        db.execute(sa.insert(removed), [{"article_id": f"gone{n}", "revision": n} for n in range(number)])
        failed = [{"item": f"/f/{n}:1", "target": f"/f/{n}", "error": "is empty"} for n in range(number)]
        db.execute(sa.insert(failures), [row | {"failed_at": "2025-01-01T00:00:00"} for row in failed])
    return library


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, Library]]:
    folder = tmp_path_factory.mktemp("adding")
    both = stocked(folder / "small" / "library.sqlite3", SMALL), stocked(folder / "large" / "library.sqlite3", LARGE)
    yield both
    for library in both:
        library.close()


@pytest.fixture
def src(tmp_path: Path) -> Path:
    (tmp_path / "src").mkdir()
    return tmp_path / "src"


def text(seed: int) -> str:
    return " ".join(np.random.default_rng(seed).choice(WORDS, 300))


def run(library: Library, *items: str) -> tuple[int, ...]:
    report = add(items, library, FakeEncoder, Recorder(), fetcher=offline)
    return len(report.added), len(report.updated), len(report.unchanged), len(report.near_copies), len(report.failed)


def steps(library: Library, work: object, *args: object) -> int:
    with counting(library) as counted:
        work(*args)  # type: ignore[operator]
    return counted[0]


def few_more(small: int, large: int) -> bool:
    return large <= MOST * max(small, 200)


def test_adding_changing_and_removing_an_article(libraries: tuple[Library, Library], src: Path) -> None:
    counts = []
    for library in libraries:
        file, copy, broken = src / "quay.md", src / "copy.md", src / "broken.md"
        file.write_text(text(1))
        counts.append([steps(library, run, library, str(file))])
        file.write_text(text(2))
        counts[-1].append(steps(library, run, library, str(file)))
        counts[-1].append(steps(library, run, library, str(file)))
        copy.write_text(f"{text(2)} It is told again.")
        broken.write_text("")
        assert run(library, str(copy), str(broken)) == (1, 0, 0, 1, 1)
        counts[-1].append(steps(library, run, library, str(copy), str(broken)))
        counts[-1].append(steps(library, library.remove, "quay"))
        counts[-1].append(steps(library, Shelf.beside(library).remove, ["copy"]))
        library.forget_failures([str(broken)])
    assert all(map(few_more, *counts)), counts


def test_a_change_in_a_folder_that_is_followed(libraries: tuple[Library, Library], src: Path) -> None:
    counts = []
    for library in libraries:
        keeper, file = FolderKeeper(src, library, FakeEncoder, offline), src / "kiln.md"
        file.write_text(text(3))
        added = steps(library, keeper.follow, [file], Recorder())
        assert library.article("kiln").text == text(3)
        file.unlink()
        gone = steps(library, keeper.follow, [file], Recorder())
        assert "kiln" not in library.origins()
        counts.append([added, gone])
    assert all(map(few_more, *counts)), counts


def test_what_is_asked_of_a_feed_and_what_is_put_on_an_article(libraries: tuple[Library, Library]) -> None:
    counts = []
    for library in libraries:
        assert len(library.visited_articles(FEED)) == OF_FEED
        tags = Tags.beside(library)
        calls = [
            (library.visited_articles, FEED),
            (library.visit, f"{FEED}#70"),
            (library.near_copies, "a7"),
            (tags.change, ["a7"], ["harbour"]),
            (tags.of, "a7"),
            (library.revision,),
            (Entries.beside(library).changes, library.revision()),
        ]
        counts.append([steps(library, *call) for call in calls])
    assert all(map(few_more, *counts)), counts


def test_what_status_says(libraries: tuple[Library, Library]) -> None:
    counts = []
    for library in libraries:
        library.forget_failures([failed.item for failed in library.failed()])
        library.note("a7", ("a note",))
        library.tie("a8", Likeness(b"", ("a7",)))
        stats = library.stats()
        assert (stats.near_copies, [noted.id for noted in stats.noted]) == (1, ["a7"])
        counts.append([steps(library, library.stats)])
    assert all(map(few_more, *counts)), counts
