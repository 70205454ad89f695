import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.language.text import contains, content_words, is_text, names, numbers, sentences, stem, stems, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Smith came. He left.", ["Mr. Smith came.", "He left."]),
        ("He left on Jan. 5. It rained.", ["He left on Jan. 5.", "It rained."]),
        ("J. R. R. Tolkien wrote it.", ["J. R. R. Tolkien wrote it."]),
        ("The U.S. said “No.” Canada waited.", ["The U.S. said “No.”", "Canada waited."]),
        ("It grew by 3.5 percent.", ["It grew by 3.5 percent."]),
        ("A heading\nA sentence", ["A heading", "A sentence"]),
        ("Really?! Yes.", ["Really?!", "Yes."]),
        ("…\n\n—", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize("text", ["177,000", "177 000", "177 thousand", "177000", "177\u00a0000"])
def test_numbers_are_compared_by_value(text: str) -> None:
    assert numbers(f"some {text} people") == {"177000"}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twelve men", {"12"}),
        ("two dozen men and a dozen women", {"24", "12"}),
        ("1.5 million", {"1500000"}),
        ("26.3bn", {f"{26.3e9:.10g}"}),
        ("twenty-five", {"25"}),
        ("two hundred and five thousand", {"205000"}),
        ("one of them", set()),
        ("dozens of men", set()),
    ],
)
def test_numbers_in_words_count(text: str, values: set[str]) -> None:
    assert numbers(text) == values


def test_percent_has_one_spelling() -> None:
    assert words("75.5%") == words("75.5 per cent") == words("75.5 percent") == ["75.5", "percent"]


def test_numbers_that_differ_stay_apart() -> None:
    assert numbers("50.58 percent in 1995, then 3.5 million") == {"50.58", "1995", "3500000"}
    assert numbers("500 billion") != numbers("500 million")


def test_names_are_capitalised_words_but_the_first() -> None:
    assert names("The Alberta Prosperity Project met officials.") == {"alberta", stem("prosperity"), stem("project")}
    assert names("Nobody came.") == set()


def test_one_country_has_one_name() -> None:
    written = ("U.S.", "US", "USA", "U.S.A.", "United States", "United States of America")
    assert {frozenset(names(f"It met {name} officials")) for name in written} == {frozenset({"US"})}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("The US farmers came.", "The South American farmers came."),
        ("It met U.S. officials.", "It met American officials."),
        ("They met US officials.", "They met us, officials said."),
        ("The WHO said so.", "The man who said so."),
        ("The IT office is open.", "It is open, the office said."),
        ("The IS fighters fled.", "This is what fighters fled."),
    ],
)
def test_a_name_is_told_from_other_words_of_the_same_letters(name: str, other: str) -> None:
    assert not names(name) <= stems(other)


def test_in_a_text_of_capitals_pronouns_stay_pronouns() -> None:
    assert stems("WHO TOLD US THE NEWS?") == stems("Who told us the news?")
    assert stems("US") == stems("the US")


def test_magnitudes_have_one_spelling() -> None:
    assert words("£4.65bn") == words("£4.65 billion") == ["4.65", "billion"]


def test_stems_join_the_forms_of_a_word() -> None:
    assert stems("signatures needed") == stems("a signature is what it needs")
    assert stem("three") == stem("3")
    assert stem("Høyem") == stem("høyem")
    assert stem("Lévesque") == stem("Levesque")


def test_words_lose_their_possessive() -> None:
    assert words("Alberta’s petition, Quebec's vote") == ["alberta", "petition", "quebec", "vote"]


def test_content_words_come_once_and_in_order() -> None:
    assert content_words("Who met the group, and who met them?") == ["met", "group"]
    assert content_words("who is it") == ["who", "is", "it"], "a question of stop words alone still has words"


def test_words_stand_side_by_side_whatever_their_forms() -> None:
    assert contains("It opened in the Years of war.", "in the year")
    assert not contains("It opened in 19311.", "1931")
    assert not contains("open it", "it opens")


@pytest.mark.parametrize("number", ["9" * 5_000, "9" * 400 + " trillion", "two " + "hundred " * 300, "٩" * 500])
def test_a_number_may_be_of_any_size(number: str) -> None:
    assert len(numbers(f"It had {number} steps.")) >= 1


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert is_text("Zoë 🌉 \x00")
    assert not is_text("\ud83c")
    assert not is_text("caf\udce9")


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads that take turns after each few steps."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def test_threads_that_stem_at_once_get_the_stems_of_their_own_words(impatient_threads: None) -> None:
    made = [
        f"{a}{b}{end}"
        for a in ("nat", "rel", "oper", "vin")
        for b in "bcdfghjklm"
        for end in ("ization", "ingly", "fulness")
    ]
    words_of = [made[n:] + made[:n] for n in range(8)]
    expected = [[stem.__wrapped__(word) for word in own] for own in words_of]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            assert list(pool.map(lambda own: [stem.__wrapped__(word) for word in own], words_of)) == expected
