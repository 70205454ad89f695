"""What the time words of a question ask for, counted from Wednesday 28 January 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from qa.language.days import MONTHS
from qa.query.dates import Sought, age_notes, favour, sought
from qa.types import Citation, Filters, Preference

TODAY = date(2026, 1, 28)


def asked(question: str, given: Filters | None = None, *, found: bool = True) -> Sought:
    return sought(question, given, TODAY, lambda filters: found)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What do the articles from last week say?", "2026-01-19", "2026-01-28"),
        ("What was in the news yesterday?", "2026-01-27", "2026-01-27"),
        ("What was reported this week?", "2026-01-26", "2026-01-28"),
        ("Which reports published in March 2024 name it?", "2024-03-01", "2024-03-31"),
        ("What do articles of March 5, 2024 say?", "2024-03-05", "2024-03-05"),
        ("What do articles written between 2023 and 2024 say?", "2023-01-01", "2024-12-31"),
        ("What do articles published before 2020 say?", None, "2019-12-31"),
        ("What do stories since December 2025 say?", "2025-12-01", "2026-01-28"),
        ("What did last month's reports say?", "2025-12-01", "2025-12-31"),
        ("What do articles from the last 3 days say?", "2026-01-25", "2026-01-28"),
    ],
)
def test_words_of_publication_restrict(question: str, since: str | None, until: str | None) -> None:
    assert asked(question).filters == Filters(since, until)


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("Who won the 2019 election?", "2019-01-01"),
        ("What happened in March 2024?", "2024-03-01"),
        ("What did the auditor report in June 2025?", "2025-06-01"),
        ("What has happened this year?", "2026-01-01"),
        ("Who was mayor between 1990 and 1995?", "1990-01-01"),
    ],
)
def test_a_date_of_what_happened_only_favours(question: str, since: str) -> None:
    found = asked(question)
    assert found.filters is None
    assert found.preference is not None
    assert found.preference.since == since


@pytest.mark.parametrize("word", ["latest", "newest", "most recent", "current"])
def test_words_of_recency_favour_newer_articles(word: str) -> None:
    found = asked(f"What is the {word} figure?")
    assert (found.filters, found.preference, found.current) == (None, Preference("2026-01-28"), True)


@pytest.mark.parametrize(
    "question",
    ["Who designed the bridge?", "Who has led it since the referendum?", "May she stay?", "What fell on 31 June 2024?"],
)
def test_what_cannot_be_resolved_is_left(question: str) -> None:
    found = asked(question)
    assert found.filters is None
    assert not found.current


def test_the_users_own_dates_win_and_their_source_stays() -> None:
    question = "What do articles from last week say?"
    own = Filters(since="2020-01-01")
    assert asked(question, own).filters == own
    assert asked(question, Filters(source="Gazette")).filters == Filters("2026-01-19", "2026-01-28", "Gazette")


def test_a_filter_that_leaves_nothing_is_dropped_and_said_so() -> None:
    found = asked("What do articles from last week say?", found=False)
    assert found.filters is None
    assert found.notes == ("No article was published between 2026-01-19 and 2026-01-28, so all of them were searched.",)


def test_newer_is_favoured_more_and_never_what_came_after_the_day() -> None:
    days = ["2024-01-01", None, "2026-03-01", "2025-01-01", "2025-01-01"]
    assert favour(Preference("2026-01-28"), days) == [0.5, 0.0, 0.0, 1.0, 1.0]


def test_a_period_favours_what_was_published_in_it() -> None:
    assert favour(Preference("2024-12-31", "2024-01-01"), ["2024-05-01", "2025-01-01", None]) == [1.0, 0.0, 0.0]


def cited(day: str | None) -> Citation:
    return Citation(1, "a", "A", None, day, None, "quote", 0, 5)


def test_notes_say_as_of_when_and_that_it_is_old() -> None:
    assert age_notes([cited("2025-12-01"), cited("2024-01-01")], TODAY) == (
        "As of 2025-12-01, when the source was published.",
    )
    assert len(age_notes([cited("2024-01-01")], TODAY)) == 2
    assert "no date" in age_notes([cited(None)], TODAY)[0]


UNITS = ("day", "week", "month", "year")
POINTS = st.one_of(
    st.sampled_from(["today", "yesterday", "March 5, 2024", "12 January 0000", "January 0000", "31 February 2024"]),
    st.dates().map(str),
    st.integers(0, 9_999).map("{:04}".format),
    st.builds("{} {}".format, st.sampled_from(MONTHS), st.integers(0, 9_999).map("{:04}".format)),
    st.builds("{} {}".format, st.sampled_from(["this", "last", "past", "previous"]), st.sampled_from(UNITS[1:])),
    st.builds("last {} {}s".format, st.integers(0) | st.just("9" * 5_000), st.sampled_from(UNITS)),
    st.builds("{} {}s ago".format, st.integers(0) | st.just("٩" * 300), st.sampled_from(UNITS)),
)
PERIODS = st.one_of(
    POINTS,
    st.builds("{} {}".format, st.sampled_from(["before", "until", "by", "after", "since", "in", "on"]), POINTS),
    st.builds("between {} and {}".format, POINTS, POINTS),
    st.builds("from {} to {}".format, POINTS, POINTS),
)


@hypothesis(max_examples=500, deadline=None, database=None, derandomize=True)
@given(PERIODS, st.dates(), st.booleans())
def test_no_time_words_reach_beyond_the_calendar(period: str, today: date, found: bool) -> None:
    for question in (f"What happened {period}?", f"What do articles published {period} say?"):
        sought_then = sought(question, None, today, lambda filters: found)
        days = sought_then.filters or sought_then.preference or Filters()
        assert all(day is None or date.fromisoformat(day) for day in (days.since, days.until))


@pytest.mark.parametrize("unit", UNITS)
def test_more_than_there_ever_was_is_all_there_is(unit: str) -> None:
    found = asked(f"What do articles from the last 99999999999999999999 {unit}s say?")
    assert found.filters == Filters("0001-01-01", "2026-01-28")
