from datetime import date

import pytest

from qa.language.periods import period

TODAY = date(2026, 1, 28)  # a Wednesday


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("2025-03-01", (2025, 3, 1), (2025, 3, 1)),
        ("0001-01-01", (1, 1, 1), (1, 1, 1)),
        ("yesterday", (2026, 1, 27), (2026, 1, 27)),
        ("Last  week", (2026, 1, 19), (2026, 1, 28)),
        ("last 3 days", (2026, 1, 25), (2026, 1, 28)),
        ("2 weeks ago", (2026, 1, 14), (2026, 1, 14)),
        ("february 2024", (2024, 2, 1), (2024, 2, 29)),
        ("5 March 2024", (2024, 3, 5), (2024, 3, 5)),
        ("1999", (1999, 1, 1), (1999, 12, 31)),
    ],
)
def test_what_is_written_for_a_day_or_period(
    words: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert period(words, TODAY) == (date(*first), date(*last))


@pytest.mark.parametrize("words", ["", "soon", "the day before", "31 February 2024", "2025-13-01", "march", "12"])
def test_what_is_none(words: str) -> None:
    assert period(words, TODAY) is None
