import pytest

from qa.numerals import GREATEST, SPELLED, spelled


@pytest.mark.parametrize(
    ("run", "value"),
    [
        ("twelve", 12),
        ("ninety-nine", 99),
        ("a dozen", 12),
        ("two hundred and five thousand", 205_000),
        ("one million two hundred", 1_000_200),
    ],
)
def test_words_are_worth_numbers(run: str, value: int) -> None:
    assert SPELLED.fullmatch(run)
    assert spelled(run) == value


def test_an_article_alone_is_no_number() -> None:
    assert SPELLED.search("a boat and an oar") is None


def test_what_nobody_means_does_not_grow_without_end() -> None:
    assert spelled("two " + "hundred " * 20_000 + "million") == GREATEST
