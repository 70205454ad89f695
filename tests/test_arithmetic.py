"""What follows from checked values, and how a question is divided: worked out by hand."""

import pytest

from qa.grounding.values import Number, Value
from qa.language.days import Day
from qa.language.units import PERCENT, unit_at
from qa.plans.arithmetic import Measured, concluded, spoken, value_in
from qa.query.parts import Parts, Relation, parts_of

METRES, FEET = unit_at("84 metres", 2), unit_at("84 feet", 2)


def measured(*values: Value) -> list[Measured]:
    return [Measured(label, value) for label, value in zip("AB", values, strict=False)]


@pytest.mark.parametrize(
    ("relation", "values", "said"),
    [
        ("difference", (Number(17.0), Number(41.0)), "41 − 17 = 24."),
        (
            "difference",
            (Number(84.6, PERCENT), Number(93.5, PERCENT)),
            "93.5 percent − 84.6 percent = 8.9 percentage points.",
        ),
        ("difference", (Day(1948), Day(2019)), "From 1948 to 2019: 71 years."),
        (
            "difference",
            (Day(2020, 7, 1), Day(1994, 1, 1)),
            "From 1 January 1994 to 1 July 2020: 26 years and 6 months.",
        ),
        ("difference", (Day(1979, 1, 17), Day(1979, 2, 3)), "From 17 January 1979 to 3 February 1979: 17 days."),
        ("difference", (Day(1999, 5, 4), Day(1999, 11, 20)), "From 4 May 1999 to 20 November 1999: 200 days."),
        ("difference", (Day(1999, 5, 4), Day(2001, 5, 3)), "From 4 May 1999 to 3 May 2001: 1 year and 11 months."),
        ("difference", (Day(1999), Day(1999)), None),
        ("difference", (Number(3.0, METRES), Number(2.0, PERCENT)), None),
        ("total", (Number(2_500_000.0), Number(1_000_000.0)), "2.5 million + 1 million = 3.5 million."),
        ("share", (Number(30.0), Number(90.0)), "30 of 90 are 33.33 percent."),
        ("larger", (Number(84.0, METRES), Number(91.0, METRES)), "Larger: B (91 metres; A: 84 metres)."),
        ("smaller", (Number(84.0, METRES), Number(400.0, FEET)), "Smaller: A (84 metres; B: 400 feet)."),
        ("larger", (Number(84.0, METRES), Number(91.0, PERCENT)), None),
        ("larger", (Number(84.0), Number(84.0)), None),
        ("earlier", (Day(1958, 5, 12), Day(1949, 4)), "Earlier: B (April 1949; A: 12 May 1958)."),
        ("earlier", (Day(1958), Day(1958, 5)), None),
        ("compare", (Number(1.0), Number(2.0)), None),
    ],
)
def test_what_follows_from_two_values(relation: Relation, values: tuple[Value, Value], said: str | None) -> None:
    assert concluded(relation, measured(*values), yes_or_no=False) == said


def test_yes_or_no_is_told_of_the_first() -> None:
    older = measured(Day(1958), Day(1949))
    assert concluded("earlier", older, yes_or_no=True) == "No. Earlier: B (1949; A: 1958)."
    assert concluded("later", older, yes_or_no=True) == "Yes. Later: A (1958; B: 1949)."


def test_values_as_they_are_said() -> None:
    assert [spoken(Number(1.0, METRES)), spoken(Number(8.0, FEET)), spoken(Number(1234.5))] == [
        "1 metre",
        "8 feet",
        "1,234.5",
    ]


@pytest.mark.parametrize(
    ("answer", "question", "relation", "value"),
    [
        ("The Elbe is 1,094 km long.", "How long is the Elbe?", "larger", 1094.0),
        ("In 1995 the turnout was 93.5 percent.", "What was the turnout in 1995?", "larger", 93.5),
        ("Two of 60 came, with 30 dogs.", "How many came?", "larger", None),
        ("It opened on 6 May 1994.", "When did it open?", "difference", Day(1994, 5, 6)),
        ("It opened on 6 May 1994 and closed in 2003.", "When did it open?", "earlier", None),
        ("It has 40 rooms.", "When did it open?", "earlier", None),
    ],
)
def test_the_value_that_an_answer_gives(
    answer: str, question: str, relation: Relation, value: float | Day | None
) -> None:
    found = value_in(answer, question, relation)
    assert (found.size if isinstance(found, Number) else found) == value


def test_of_several_values_that_one_is_meant_that_was_pointed_at() -> None:
    answer = "Some 70 percent were in favour, and about 63 percent of the electorate took part."
    asked = answer, "What was the turnout?", "larger"
    assert value_in(*asked) is None
    assert spoken(value_in(*asked, "about 63 percent of the electorate")) == "63 percent"
    assert value_in(*asked, "70 percent were in favour, and about 63 percent") is None, "both were pointed at"
    opened = "It opened on 6 May 1994 and closed in 2003.", "When did it close?", "earlier"
    assert value_in(*opened, "2003") == Day(2003)


LONGER = "Which river is longer, the Elbe or the Oder?"


def test_a_question_is_divided_as_the_model_says() -> None:
    parts = parts_of(LONGER, "larger\nHow long is the Elbe?\nHow long is the Oder?\n")
    assert parts == Parts("larger", ("How long is the Elbe?", "How long is the Oder?"))
    assert [parts.label(0), parts.label(1)] == ["Elbe", "Oder"]


def test_parts_may_differ_by_a_question_word_alone() -> None:
    parts = parts_of("Did the mayor resign? And if so why?", "each\nDid the mayor resign?\nWhy did the mayor resign?")
    assert parts is not None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "larger",
        "larger\nHow long is the Elbe?",
        "difference\nHow much longer is the Elbe than the Oder?\nHow much longer than the Elbe is the Oder?",
        "bigger\nHow long is the Elbe?\nHow long is the Oder?",
        "larger\nHow long is the Elbe?\nHow long is the Rhine?",
        "larger\nHow long is the Elbe?\nHow long is it?",
        "larger\nHow long is the Elbe?\nHow long is the Oder in 1990?",
        f"larger\n{LONGER}\nHow long is the Oder?",
        "larger\nHow long is the Elbe?\nHow long is the Elbe?",
        "each\n"
        + "\n".join(f"How long is the {river}?" for river in ("Elbe", "Oder", "river", "long Elbe", "long Oder")),
    ],
)
def test_parts_that_ask_for_something_else_are_not_taken(written: str) -> None:
    assert parts_of(LONGER, written) is None


@pytest.mark.parametrize(
    ("parts", "taken"),
    [
        ("How many came to leith in 1980?\nHow many came to leith in 1995?", True),
        ("How many came in 1980?\nHow many came in 1995?", False),
        ("How many came to leith in 1980?\nHow many came to leith later?", False),
    ],
)
def test_parts_keep_names_that_are_written_small_and_figures(parts: str, taken: bool) -> None:
    question = "leith 1980 and leith 1995, how far apart were those who came?"
    assert (parts_of(question, f"difference\n{parts}", {"leith"}) is not None) is taken
