import pytest

from qa.language.numerals import GREATEST, numerals, unabbreviated


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("twelve", 12),
        ("ninety-nine", 99),
        ("a dozen", 12),
        ("two dozen", 24),
        ("two hundred and five thousand", 205_000),
        ("one million two hundred", 1_000_200),
        ("four thousand six hundred and fifty million", 4_650_000_000),
        ("two hundred thousand million", 200_000_000_000),
        ("two and a half million", 2_500_000),
        ("a million and a half", 1_500_000),
        ("half a million", 500_000),
        ("177,000", 177_000),
        ("177 000", 177_000),
        ("177\u00a0000", 177_000),
        ("177 thousand", 177_000),
        ("30k", 30_000),
        ("5 hundred thousand", 500_000),
        ("2½ million", 2_500_000),
        ("4.65bn", 4_650_000_000),
        ("4.65 bn", 4_650_000_000),
        ("4,650 million", 4_650_000_000),
        ("4,650mn", 4_650_000_000),
        ("1.2tn", 1_200_000_000_000),
        ("3 × 10⁶", 3_000_000),
        ("3x10^6", 3_000_000),
        ("10⁶", 1_000_000),
        ("1.5 · 10⁻³", 0.0015),
        ("10^(-2)", 0.01),
    ],
)
def test_a_number_is_worth_the_same_in_digits_words_and_abbreviations(text: str, size: float) -> None:
    (found,) = numerals(f"It was {text} in all.")
    assert (found.size, found.start, found.first, found.end) == (pytest.approx(size), 7, 7, 7 + len(text))


@pytest.mark.parametrize(
    ("text", "size", "currency"),
    [
        ("£4.65m", 4_650_000, "£"),
        ("$30K", 30_000, "$"),
        ("US$5 b", 5_000_000_000, "US$"),
        ("EUR 3 million", 3_000_000, "EUR"),
        ("R$1.5t", 1_500_000_000_000, "R$"),
    ],
)
def test_the_currency_before_a_number_belongs_to_it(text: str, size: float, currency: str) -> None:
    (found,) = numerals(f"It cost {text}.")
    assert (found.size, found.currency) == (pytest.approx(size), currency)
    assert (found.start, found.end) == (8, 8 + len(text))


def test_m_is_a_million_of_money_only() -> None:
    assert [n.size for n in numerals("a 5m wall, a wall of 5 m, 5t of coal, 4.65m euros and 3m US dollars")] == [
        5,
        5,
        5,
        pytest.approx(4_650_000),
        3_000_000,
    ]


def test_an_article_or_a_plural_alone_is_no_number() -> None:
    assert list(numerals("a boat and an oar, dozens of hundreds")) == []


def test_only_powers_of_ten_are_reckoned_since_raised_digits_may_be_marks_of_notes() -> None:
    assert [found.size for found in numerals("In 1951² they sold 110⁶, 2 × 10 and 10 boats.")] == [1951, 110, 2, 10, 10]


def test_magnitudes_are_written_out() -> None:
    assert unabbreviated("£4.65bn, $3m and 30k men, 5m high, 7 billion") == (
        "£4.65 billion, $3 million and 30 thousand men, 5m high, 7 billion"
    )


def test_what_nobody_means_does_not_grow_without_end() -> None:
    for text in ("two " + "hundred " * 20_000 + "million", "9" * 400, "9" * 99 + " million million million"):
        (found,) = numerals(text)
        assert found.size == float(GREATEST)
