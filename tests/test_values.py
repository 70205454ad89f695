"""Which values can both be true of one thing; every case is plain to a reader."""

import pytest

from qa.grounding.values import Name, Number, Value, numbers_in, value_of
from qa.language.text import numbers
from qa.language.units import unit_at


def value(text: str, asked: str) -> Value:
    """What the words between the bars give."""
    before, span, after = text.split("|")
    found = value_of(before + span + after, len(before), len(before) + len(span), asked)  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("it carries |9,300| people", Number(9300)),
        ("|1,187 million| crowns", Number(1_187_000_000, unit_at(" crowns", 0))),
        ("|1.2 billion dollars|", Number(1_200_000_000, unit_at(" dollar", 0))),
        ("all of the |thirty|-one arches", Number(31)),
        ("it is |118 metres| tall", Number(118, unit_at(" metre", 0))),
        ("|4.2 per cent|", Number(4.2, unit_at(" percent", 0))),
        ("9,300 a day: |9,300| per day", Number(9300)),
        ("about |200| houses", Number(200, about=True)),
        ("more than |350| houses", Number(350, above=True)),
        ("up to |40| boats", Number(40, below=True)),
        ("|nearly half| of it", Number(50, unit_at(" percent", 0), about=True)),
        ("|48 kilometres long and takes three days|", Number(48, unit_at(" kilometre", 0))),
    ],
)
def test_numbers_are_read_with_their_units_and_hedges(text: str, number: Number) -> None:
    found = value(text, "number")
    assert isinstance(found, Number)
    assert found.size == pytest.approx(number.size)
    assert (found.unit, found.about or "nearly" in text) == (number.unit, number.about)
    assert (found.above, found.below) == (number.above, number.below)


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        ("number", "|9,300| people", "|9,800| people"),
        ("number", "|14| people", "|17| people"),
        ("number", "|20| people", "|21| people"),
        ("number", "about |200| houses", "more than |350| houses"),
        ("number", "|4.2 percent|", "|7 percent|"),
        ("time", "|1841|", "|1846|"),
        ("time", "|7 May 1902|", "|21 June 1902|"),
        ("time", "|October 2023|", "|December 2023|"),
        ("name", "the shepherd |Colm Addis|", "|Ruth Imber|"),
        ("name", "near |Ashby|", "on the shore of |Lake Miro|"),
    ],
)
def test_what_cannot_both_be_true_is_a_contradiction(asked: str, one: str, other: str) -> None:
    assert contradict(asked, one, other)


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        ("number", "about |300,000| people", "|301,620| people"),
        ("number", "|300,000| people", "|301,620| people"),
        ("number", "|nearly half|", "|49.8 percent|"),
        ("number", "|a third|", "|33 percent|"),
        ("number", "|50 percent|", "|49.8 percent|"),
        ("number", "more than |2,000| people", "|2,140| people"),
        ("number", "up to |500| people", "|480| people"),
        ("number", "|26 miles|", "|42 kilometres|"),
        ("number", "|1.2 billion| crowns", "|1,187 million| crowns"),
        ("number", "the |31| arches", "the |thirty|-one arches"),
        ("time", "|1994|", "|1 January 1994|"),
        ("time", "|May 1921|", "|14 May 1921|"),
        ("time", "|7 May|", "|7 May 2024|"),
        ("name", "|Dr Marta Leek|", "Professor |Leek|"),
        ("name", "|Norvik, Salt Bay and Ivo|", "|Norvik and Salt Bay|"),
        ("name", "the |Salt League Council|", "the |SLC|"),
    ],
)
def test_rounding_precision_units_and_parts_are_none(asked: str, one: str, other: str) -> None:
    assert not contradict(asked, one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("|5 km|", "|9,000 m|"),
        ("|5 square kilometres|", "|900 hectares|"),
        ("|60 mph|", "|130 km/h|"),
        ("|3 weeks|", "|40 days|"),
        ("|2 years|", "|18 months|"),
        ("|£30,000| a year", "|£3,500| a month"),
        ("|£4.65bn|", "|£4.95 billion|"),
        ("|£4.65bn|", "|£4.65 million|"),
        ("|12.5bn| crowns", "|13.5 billion| crowns"),
        ("|two and a half million| people", "|2 million| people"),
        ("|half a million| people", "|a million| people"),
    ],
)
def test_sizes_are_compared_whatever_unit_and_magnitude_they_are_told_in(one: str, other: str) -> None:
    assert contradict("number", one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("|5 km|", "|5,000 m|"),
        ("|5 km|", "|3 miles|"),
        ("|1 mile|", "|1,600 metres|"),
        ("|6 feet|", "|183 cm|"),
        ("|1.5 tonnes|", "|1,500 kg|"),
        ("|250 acres|", "|100 hectares|"),
        ("|2 km²|", "|200 hectares|"),
        ("|60 mph|", "|97 km/h|"),
        ("|36 km/h|", "|10 metres per second|"),
        ("|3 weeks|", "|21 days|"),
        ("|18 months|", "|1.5 years|"),
        ("|£30,000| a year", "|£2,500| a month"),
        ("|£26.3bn|", "|£26.31 billion|"),
        ("more than |3 km|", "|4,000 m|"),
    ],
)
def test_one_size_in_two_units_is_no_contradiction(one: str, other: str) -> None:
    assert not contradict("number", one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("|$5m|", "|£9m|"),
        ("|US$5 million|", "|7 million Canadian dollars|"),
        ("|$5 million|", "|C$7 million|"),
        ("|5 km|", "|9 kg|"),
        ("|5 km|", "|9 square kilometres|"),
        ("|5 km|", "|9 km/h|"),
        ("|20 °C|", "|68 degrees Fahrenheit|"),
        ("|4 pounds|", "|9 kg|"),
        ("|5 tons|", "|9 tonnes|"),
        ("|40 days|", "|9 months|"),
    ],
)
def test_what_no_factor_leads_from_one_to_the_other_never_contradicts(one: str, other: str) -> None:
    assert not contradict("number", one, other)


FORMS = {
    "": [("{:,.0f}", 1), ("{:.0f}", 1), ("{:,.10g} thousand", 10**3), ("{:.10g}k", 10**3)],
    "money": [("{:,.10g} million", 10**6), ("{:.10g}mn", 10**6), ("{:.10g}m", 10**6)],
    "large": [
        ("{:.10g} billion", 10**9),
        ("{:.10g}bn", 10**9),
        ("{:.10g} bn", 10**9),
        ("{:.10g} thousand million", 10**9),
    ],
}
WRITTEN = [form for forms in FORMS.values() for form in forms]


@pytest.mark.parametrize("size", [1_200_000, 4_650_000_000, 26_300_000_000, 999_000, 12_345_678_000, 300_000_000_000])
def test_one_amount_is_one_value_however_it_is_written(size: int) -> None:
    texts = [f"£{form.format(size / scale)}" for form, scale in WRITTEN]
    texts += [f"{form.format(size / scale)} pounds" for form, scale in WRITTEN]
    amounts = [numbers_in(f"It cost {text}.", 8, 9)[0] for text in texts]
    for text, amount in zip(texts, amounts, strict=True):
        assert (amount.size, amount.measure) == (pytest.approx(size, rel=1e-9), "pound"), text
        assert not any(amount.contradicts(other) for other in amounts), text
        assert numbers(text) == {f"{size:.10g}"}
    other = Number(size * 1.3, amounts[0].unit)
    assert all(amount.contradicts(other) and other.contradicts(amount) for amount in amounts)


def contradict(asked: str, one: str, other: str) -> bool:
    first, second = value(one, asked), value(other, asked)
    there, back = first.contradicts(second), second.contradicts(first)
    assert there == back, "which of them comes first does not matter"
    return there


def test_what_is_unclear_has_no_value() -> None:
    assert value_of("in spring or so", 0, 15, "time") is None
    assert value_of("from 4 to 6", 0, 11, "number") is None
    assert value_of("the ministry", 0, 12, "name") is None


def test_numbers_outside_of_the_span_are_not_its() -> None:
    assert numbers_in("of 300 votes 40 were blank", 13, 15) == [Number(40)]


def test_a_name_holds_its_first_word_too() -> None:
    assert value("|Merlin Coaches|", "name") == Name(frozenset({"merlin", "coach"}), "mc")


@pytest.mark.parametrize(
    "number", ["9" * 400, "9" * 300 + " trillion trillion", "two " + "hundred " * 300, "two " + "million " * 300]
)
def test_a_number_of_any_size_can_be_compared(number: str) -> None:
    huge, few = (value_of(text, 0, len(text), "number") for text in (f"{number} metres", "5 metres"))
    assert isinstance(huge, Number)
    assert isinstance(few, Number)
    assert huge.contradicts(few)
    assert not huge.contradicts(huge)
