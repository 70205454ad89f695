"""Topics of shelves that are not ours: what is expected was written before topics were found in them."""

import pytest

from qa.library.topics import topics
from tests.files import shelves
from tests.files.shelves import Shelf, sample

# Shelves beside sixteen articles on other things, and their topics, each with the number of its articles.
CASES: dict[str, tuple[tuple[Shelf, ...], dict[str, int]]] = {
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
BY_TITLE = pytest.mark.xfail(
    strict=True, reason="vectors hold titles, too, so that articles which share words of a title alone are alike"
)
MARKS = {"a kind of text": BY_TITLE, "much with little": BY_TITLE}


@pytest.mark.parametrize("name", [pytest.param(name, marks=MARKS.get(name, ())) for name in CASES])
def test_topics_of_unseen_shelves(name: str) -> None:
    parts, expected = CASES[name]
    found = topics(sample(parts), ["Harbour Gazette"] if shelves.TABLES in parts else [])
    assert {topic.name.casefold(): topic.articles for topic in found} == expected
