"""Topics of shelves that are not ours: what is expected was written before topics were found in them."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Found
from qa.library import Library
from qa.library.overview import Holdings
from qa.library.topics import topics
from qa.types import Article
from tests.conftest import store
from tests.files import shelves
from tests.files.shelves import Shelf

FOLDER = Path(__file__).parent / "files" / "unseen"

# Shelves beside sixteen articles on other things, and their topics, each with the number of its articles.
SHELVES: dict[str, tuple[tuple[Shelf, ...], dict[str, int]]] = {
    "nothing in common": ((), {}),
    "a bell tower": ((shelves.BELL_TOWER,), {"bell tower": 4}),
    "one word": ((shelves.SOURDOUGH,), {"sourdough": 4}),
    "two topics": ((shelves.BELL_TOWER, shelves.SOURDOUGH), {"bell tower": 4, "sourdough": 4}),
    "German": ((shelves.HALLENBAD,), {"hallenbad": 5}),  # the council's, too
    "French": ((shelves.HALLE,), {"halle aux grains": 4}),
    "Spanish": ((shelves.FERIA,), {"feria del libro": 4}),
    "a club": ((shelves.ROVERS,), {"thornbury rovers": 5}),  # the match report, too
    "capitals": ((shelves.TIDAL,), {"tidal power": 4}),
    "a source": ((shelves.TABLES,), {"tide table": 4}),
    "a kind of text": ((shelves.NOTES,), {}),
    "a year": ((shelves.YEARS,), {}),
    "three languages": (
        (shelves.HALLENBAD, shelves.HALLE, shelves.FERIA),
        {"hallenbad": 5, "halle aux grains": 4, "feria del libro": 4},
    ),
    "much with little": ((shelves.TIDAL, shelves.NOTES, shelves.YEARS), {"tidal power": 4}),
}


def others() -> Shelf:
    articles = []
    for path in sorted(FOLDER.iterdir()):
        [found] = load(path)
        assert isinstance(found, Found)
        first, _, rest = found.text.partition("\n")
        articles.append((found.facts.title or first.removeprefix("# "), rest))
    return tuple(articles)


@pytest.mark.parametrize("name", SHELVES)
def test_topics_of_unseen_shelves(name: str, tmp_path: Path) -> None:
    parts, expected = SHELVES[name]
    with_source = shelves.TABLES in parts
    library = Library.open(tmp_path / "library.sqlite3")
    for number, (title, text) in enumerate(sum(parts, others())):
        store(library, Article(f"n{number}", title, text, sha256=str(number)))
    found = topics(Holdings.beside(library).sample(1_000), ["Harbour Gazette"] if with_source else [])
    library.close()
    assert {topic.name.casefold(): topic.articles for topic in found} == expected
