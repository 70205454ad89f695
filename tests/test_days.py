import pytest

from qa.language.days import Day, dated, days_in


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("on 1 January 1994", [Day(1994, 1, 1)]),
        ("on April 2nd, 2025", [Day(2025, 4, 2)]),
        ("in May 1921", [Day(1921, 5)]),
        ("since 1994", [Day(1994)]),
        ("on 2025-04-02", [Day(2025, 4, 2)]),
        ("on 7 May", [Day(None, 5, 7)]),
        ("1,994 people marched for 1994.5 hours", []),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_written(text: str, days: list[Day]) -> None:
    assert days_in(text) == days


def test_what_is_left_of_a_text_holds_no_date() -> None:
    days, rest = dated("On 29 January 2026 they met, as on Feb. 3.")
    assert days == [Day(2026, 1, 29), Day(None, 2, 3)]
    assert rest.split() == ["On", ";", "they", "met,", "as", "on", ";", "."]


@pytest.mark.parametrize(
    ("said", "told", "years", "held"),
    [
        (Day(2026, 1, 29), Day(None, 1, 29), {"2026"}, True),
        (Day(2026, 1, 29), Day(None, 1, 29), {"2025"}, False),
        (Day(2026, 1, 29), Day(2025, 1, 29), {"2026"}, False),
        (Day(None, 1, 29), Day(2026, 1, 29), set(), True),
        (Day(2026, 1, None), Day(2026, 1, 29), set(), True),
        (Day(2026, 1, 29), Day(2026, 1, None), set(), False),
    ],
)
def test_a_day_is_told_by_as_much(said: Day, told: Day, years: set[str], held: bool) -> None:
    assert said.told_by(told, years) is held
