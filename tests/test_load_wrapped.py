"""Lines broken to a width become paragraphs; those that end where their writer ended them stay."""

import textwrap

import pytest

from ingest.load.plain.wrapped import unwrapped
from tests.files import stories


@pytest.mark.parametrize("width", [60, 72, 78])
@pytest.mark.parametrize("story", [stories.SUEZ, stories.TUNNEL, stories.BORING])
def test_what_was_broken_to_a_width_is_whole_again(story: str, width: int) -> None:
    lines = unwrapped([*textwrap.wrap(story, width), "", *textwrap.wrap(stories.TRAFFIC, width)])
    assert " ".join(lines) == f"{story}  {stories.TRAFFIC}"
    assert all(line.endswith(".") for line in lines if line)


def test_an_item_goes_on_further_in() -> None:
    item = [
        "1. The board resolved to buy a second tug for no more than nine million",
        "   crowns.",
        "2. It let a shed.",
    ]
    assert unwrapped(item) == [f"{item[0]} crowns.", item[2]]


@pytest.mark.parametrize(
    "lines",
    [
        ["Ada Brun", "Dock Road 1", "Riga"],
        ["The northern quay was repaired in 1938, after two years of", "- work", "2. more work", "    a table  1"],
        ["The northern quay was repaired in 1938, after two years.", "Arne"],
        ["It was repaired in 1938, after two years of", "work"],
        [f"A line of more than a hundred characters is a paragraph of its own, {'however long, ' * 5}it is.", "So"],
        [],
    ],
)
def test_lines_that_stand_by_themselves_stay(lines: list[str]) -> None:
    assert unwrapped(lines) == lines
