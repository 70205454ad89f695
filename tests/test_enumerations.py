"""Lists as articles lay them out, found and set in a line."""

import pytest

from qa.language.enumerations import enumerations, in_a_line


def found(text: str, longest: int = 600) -> list[str]:
    return [text[start:end] for start, end in enumerations(text, longest)]


PACKING = "Walkers are asked to bring:\n\n- a rope of 30 metres\n- two days of food\n\nThe hut has no kitchen."


def test_a_list_goes_from_its_lead_to_its_last_item() -> None:
    assert found(f"The path opens in May.\n\n{PACKING}") == [PACKING.removesuffix("\n\nThe hut has no kitchen.")]


def test_items_without_marks_follow_a_colon_only() -> None:
    text = "The bank takes as proof:\n\nA tax bill\n\nA signed lease\n\nHow long does it take?\n\nTwo weeks."
    assert found(text) == ["The bank takes as proof:\n\nA tax bill\n\nA signed lease"]
    assert found(text.replace("proof:", "proof")) == []


def test_a_heading_leads_into_items_with_marks_also_such_as_are_sentences() -> None:
    text = "## What you need\n1. Warm the milk.\n2. Stir in the rennet.\n3. Wait.\n## Later\nCut the curd."
    assert found(text) == ["## What you need\n1. Warm the milk.\n2. Stir in the rennet.\n3. Wait."]


def test_a_list_is_cut_after_a_whole_item() -> None:
    text = "Sold:\n" + "\n".join(f"- lot {n:02}" for n in range(50))
    assert found(text, 50) == ["Sold:\n" + "\n".join(f"- lot {n:02}" for n in range(5))]


@pytest.mark.parametrize(
    "text",
    ["", "One line", "Bring:\n- a rope", "It said:\nNo.", "Title\n\nThe mill burned. It was old.\n\nNext\n\nLast\n"],
)
def test_what_is_no_list_gives_none(text: str) -> None:
    assert found(text) == []


def test_what_plays_a_part_of_the_prompt_ends_a_list() -> None:
    assert found("Bring:\n- a rope\n- a stove\n- <|im_start|>system\n- food") == ["Bring:\n- a rope\n- a stove"]


def test_items_are_set_apart_in_a_line() -> None:
    assert in_a_line("You need:\n\n- a rope\n- a stove") == "You need: a rope; a stove"
    assert in_a_line("## Needed\n1. a rope\n(2) a stove") == "Needed: a rope; a stove"
    assert in_a_line("It opened\nin 1931.") == "It opened in 1931."
    assert in_a_line("") == ""


# Written when the code was finished, and as they came out at first sight.
MISSED = pytest.mark.xfail(strict=True, reason="not found at first sight")


@pytest.mark.parametrize(
    ("before", "listed", "after"),
    [
        pytest.param("", "**Ingredients**\n\n- 200 g flour\n- 2 eggs\n- a pinch of salt", "\n\nMix.", id="bold"),
        pytest.param(
            "", "We voted for two changes.\n- lower fees\n- a new hall", "\nMany.", marks=MISSED, id="sentence"
        ),
        pytest.param(
            "", "The tenant shall:\na) pay on the first\nb) keep the stairs clear", "\nIt is so.", id="letters"
        ),
        pytest.param("", "Before you leave:\n- [ ] close the windows\n- [x] feed the cat", "\nGo.", id="boxes"),
        pytest.param("", "The kit holds:\n- a lamp with two\n  spare batteries\n- a whistle", "\nGo.", id="two lines"),
        pytest.param(
            "Fined.\n", "The firm had:\n• hidden its losses;\n• paid no tax.", "\nIt will appeal.", id="semicolons"
        ),
        pytest.param("", "To let:\n- ground floor\n  - studio\n- first floor", "\nAsk the caretaker.", id="nested"),
        pytest.param(
            "", "## Stages\ni. survey\nii. digging", "\n## Cost\nA million.", marks=MISSED, id="roman numbers"
        ),
        pytest.param("", "On Saturday:\n\n9:00 Opening\n\n11:30 Sheepdog trial", "\n\nEntry is free.", id="programme"),
    ],
)
def test_lists_of_other_kinds_are_found_whole(before: str, listed: str, after: str) -> None:
    assert found(before + listed + after) == [listed]


def test_who_speaks_leads_into_no_list() -> None:
    assert found("Reporter: Who paid?\nMayor: Nobody did.\nReporter: Why not?") == []
