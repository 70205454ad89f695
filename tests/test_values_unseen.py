"""Numbers, units and names of kinds that nobody looked at while their readers were written; as they came out."""

import pytest

from qa.grounding.values import numbers_in
from qa.language.text import numbers, stems, words


def known_to_fail(*case: object, why: str) -> object:
    return pytest.param(*case, marks=pytest.mark.xfail(strict=True, reason=why))


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("250 ml of milk", "a quarter of a litre of milk", False),
        ("1,500 g of flour", "1.5 kg of flour", False),
        ("1,500 g of flour", "2.5 kg of flour", True),
        ("4.2 light years", "4.2 years", False),
        ("500 mg a day", "0.5 g a day", False),
        known_to_fail("500 mg a day", "5 g a day", True, why="milligrams are not in the table"),
        ("90 minutes", "an hour and a half", False),
        ("90 minutes", "two hours", True),
        ("Rs 3.2bn", "Rs 3,200 million", False),
        ("$1.2 trillion", "1,200 billion dollars", False),
        ("$1.2 trillion", "$1.2 billion", True),
        ("2.5 square kilometres", "250 hectares", False),
        ("2.5 square kilometres", "25 hectares", True),
        known_to_fail(
            "16 GB of memory", "16,000 MB of memory", False, why="bytes are taken for things that are counted"
        ),
        ("16 GB of memory", "32 GB of memory", True),
        ("100 km/h", "62 mph", False),
        ("100 km/h", "100 mph", True),
        ("35,000 feet", "10,668 metres", False),
        ("two centuries", "200 years", False),
        ("5.4m people", "5.4 million people", False),
    ],
)
def test_values_contradict_or_not(one: str, other: str, contradict: bool) -> None:
    (first, *_), (second, *_) = numbers_in(one, 0, len(one)), numbers_in(other, 0, len(other))
    assert first.contradicts(second) is contradict


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("three dozen eggs", "36"),
        known_to_fail("five million million stars", "5e+12", why="a magnitude of a magnitude in words is added"),
    ],
)
def test_numbers_have_one_value(text: str, size: str) -> None:
    assert numbers(text) == {size}


def test_countries_and_bodies_are_no_pronouns() -> None:
    assert "US" not in stems("They told us so") | stems("Latin American growers")
    assert "US" in stems("the U.S. dollar") & stems("the United States dollar")
    assert "WHO" in words("The WHO said who may come")
