"""Which texts are near copies of one another."""

import re

import numpy as np
import pytest

from ingest.copies import THRESHOLD, VALUES, NearCopies, signature
from qa.library import Library, Likeness

STORY = """The Varga bridge will close for eleven weeks from the first Monday of May, the council of Orla decided on
Tuesday evening. Engineers found cracks in two of the nine bearings during an inspection in February.

The bridge opened in 1931 and carries nearly fourteen thousand vehicles on a working day. Lorries will be led over
the motorway, a detour of nineteen kilometres, while cyclists and people on foot can use the Lomond ferry for free.

"We would rather close it for a season than for good," said Ada Thorne, who leads the works. The repair costs 4.2
million, of which the region pays a third. Shopkeepers on the south bank asked for help with their losses, and the
council promised an answer before the end of the month. Nobody voted against the plan.

A new bridge has been talked about since 2009, but neither bank has agreed to a place for it. The last study put its
price at ninety million and its opening in 2038 at the earliest."""
OTHER_OUTLET = """On Tuesday evening the councillors of Orla agreed to shut the Varga bridge in May. It stays closed for
eleven weeks, since its bearings are cracked. Traffic is sent along the motorway instead.

The repair was urgent, an engineer told this paper: an inspection in February had found damage in two bearings of nine.
Drivers reacted with anger. "I cross it twice a day, and nobody asked me," said a baker from the north bank.

People on foot may take the ferry without a ticket. The region will pay part of the 4.2 million that the works cost.
Whether shops get money for lost trade is open; the council wants to answer within weeks, as its mayor confirmed."""


def share(one: str, other: str) -> float:
    values = [np.frombuffer(signature(text), "<u4") for text in (one, other)]
    return float((values[0] == values[1]).mean())


def without(text: str, *numbers: int) -> str:
    return " ".join(s for n, s in enumerate(re.split(r"(?<=[.!?”\"])\s+", text)) if n not in numbers)


@pytest.mark.parametrize(
    "copy",
    [
        "Bridge to close in May\n\n" + STORY,
        STORY.partition("\n\n")[2],
        without(STORY, 3, 7, 10),
        STORY.replace("Tuesday", "Wednesday").replace("nearly", "about").replace("rather", "much rather"),
        "ORLA (Agency) — " + STORY + "\n\nReporting by the Orla desk. This report was not edited.",
        "ORLA (Agency) — " + without(STORY, 2, 8).replace("nearly", "some"),
    ],
    ids=["headline", "no first paragraph", "sentences dropped", "words changed", "agency", "all of it"],
)
def test_a_story_reprinted_with_small_changes_is_a_near_copy(copy: str) -> None:
    assert share(STORY, copy) >= THRESHOLD


def test_another_article_on_the_same_event_is_none() -> None:
    assert share(STORY, OTHER_OUTLET) < THRESHOLD / 4


def test_an_article_that_takes_over_a_paragraph_is_none() -> None:
    assert share(STORY, OTHER_OUTLET + "\n\n" + STORY.split("\n\n")[3]) < THRESHOLD


def test_signatures_never_change_for_they_are_kept() -> None:
    values = np.frombuffer(signature(STORY), "<u4")
    assert (len(values), values[:3].tolist()) == (VALUES, [15691071, 16980129, 33460370])


def test_a_text_that_is_too_short_is_like_nothing(library: Library) -> None:
    known = NearCopies(library)
    for name in ("a", "b"):
        likeness = known.place(name, "The ferry carries 9,300 people a day.")
        assert (likeness.signature, likeness.near) == (b"", ())


def test_text_without_spaces_is_compared_by_signs() -> None:
    text = "".join(chr(0x4E00 + 37 * n % 2000) for n in range(120))
    assert share(text, text[:100]) > 0.7


def test_the_nearest_comes_first_and_an_article_is_never_like_what_it_was(library: Library) -> None:
    library.tie("stored", Likeness(signature(STORY)))
    known = NearCopies(library)
    assert known.place("cut", STORY.partition("\n\n")[2]).near == ("stored",)
    assert known.place("same", STORY + " It is so.").near == ("stored", "cut")
    assert known.place("same", STORY + " It was so.").near == ("stored", "cut")
    assert known.place("renamed", STORY, former="same").near == ("stored", "cut")
    assert known.place("stored", OTHER_OUTLET).near == ()
    assert known.place("last", STORY).near == ("renamed", "cut")


def test_many_copies_of_one_story_are_tied_to_a_few(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.copies.MOST_TIES", 3)
    known = NearCopies(library)
    ties = [known.place(f"{n:02}", STORY).near for n in range(100)]
    assert [len(near) for near in ties[:5]] == [0, 1, 2, 3, 3]
    assert ties[99] == ("00", "01", "02")
