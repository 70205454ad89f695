import pytest

from qa.language.days import Day
from qa.language.facts import Facts, first_word, small_words, to_the_letter


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It was on 29 January 2026.", Day(2026, 1, 29)),
        ("It was on January 29, 2026.", Day(2026, 1, 29)),
        ("It was on the 29th of January 2026.", Day(2026, 1, 29)),
        ("It was on Jan. 29.", Day(None, 1, 29)),
        ("In Sept. 2014 it rained.", Day(2014, 9, None)),
        ("Since 2023-10-02.", Day(2023, 10, 2)),
    ],
)
def test_dates_are_days_however_they_are_written(text: str, day: Day) -> None:
    assert Facts.of(text).days == {day}
    assert Facts.of(text).numbers == set()


def test_a_month_alone_or_before_a_count_is_no_date() -> None:
    assert Facts.of("It may be in May.").days == set()
    assert Facts.of("In May 5,000 people came.").days == set()


def test_quotations_are_compared_to_the_letter() -> None:
    assert Facts.of("He said: “We  will wait.”").quotations == {"we will wait"}
    assert Facts.of("It's the dogs' bowl.").quotations == set()
    assert to_the_letter("It’s “over”") == 'it\'s "over"'


def test_several_texts_state_what_each_states() -> None:
    both = Facts.together([Facts.of("Ada came."), Facts.of("It cost 5 pounds.")])
    assert both.words == Facts.of("Ada came.").words | Facts.of("It cost 5 pounds.").words
    assert both.values == {"5"}


def test_the_first_word_is_a_name_only_where_nobody_writes_it_small() -> None:
    assert first_word("Ada came.") == "ada"
    assert first_word("she came") == ""
    assert "repair" in small_words("All repairs are done by Ada.")
    assert "ada" not in small_words("All repairs are done by Ada.")
