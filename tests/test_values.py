"""Which values can both be true of one thing; every case is plain to a reader."""

import pytest

from qa.values import Name, Number, Value, numbers_in, value_of


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
        ("|1,187 million| crowns", Number(1_187_000_000)),
        ("|1.2 billion dollars|", Number(1_200_000_000, "dollar")),
        ("all of the |thirty|-one arches", Number(31)),
        ("it is |118 metres| tall", Number(118, "metre")),
        ("|4.2 per cent|", Number(4.2, "percent")),
        ("9,300 a day: |9,300| per day", Number(9300)),
        ("about |200| houses", Number(200, about=True)),
        ("more than |350| houses", Number(350, above=True)),
        ("up to |40| boats", Number(40, below=True)),
        ("|nearly half| of it", Number(50, "percent", about=True)),
        ("|48 kilometres long and takes three days|", Number(48, "kilometre")),
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
