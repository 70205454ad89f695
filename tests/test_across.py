"""Quotes of several articles on one question, and a bare name, on passages small enough to check by eye."""

from dataclasses import replace

import pytest

from qa.grounding.across import bearing, name
from qa.grounding.citations import candidates
from qa.grounding.verification import Verifier
from qa.query.query import Query
from tests.judges import WordJudge
from tests.test_citations import FERRY, PASSAGES

QUERY = Query.of("Do the bridge that Ada Thorne designed and the Lomond ferry both carry people?")


def test_of_each_article_the_quote_that_says_most_of_the_question() -> None:
    assert [(q.evidence.article_id, q.text) for q in bearing(candidates(PASSAGES), QUERY, {})] == [
        ("ferry", "The Lomond ferry carries 9,300 people a day."),
        ("bridge", "The Varga bridge opened in 1931 after a long dispute. The engineer Ada Thorne designed it."),
    ]


def test_yes_or_no_comes_with_what_each_article_says() -> None:
    (checked,) = Verifier(WordJudge("Yes.")).check("Nobody knows, says Dracula.", QUERY, PASSAGES, {})
    assert checked.text == (
        "Yes. The Lomond ferry carries 9,300 people a day. [1] "
        "The Varga bridge opened in 1931 after a long dispute. The engineer Ada Thorne designed it. [2]"
    )


def test_where_the_quotes_support_neither_no_verdict_is_shown() -> None:
    assert Verifier(WordJudge("")).check("Yes.", QUERY, PASSAGES, {}) == []


def test_the_verdict_of_a_draft_is_not_taken_on_trust() -> None:
    asked = Query.of("Does the Lomond ferry carry 9,300 people a day?")
    drafted = "Yes, the Lomond ferry carries 9,300 people a day."
    assert Verifier(WordJudge("No.")).check(drafted, asked, PASSAGES, {})[0].text.startswith("No. The Lomond ferry")
    assert Verifier(WordJudge("")).check(drafted, asked, PASSAGES, {})[0].text.startswith("The Lomond ferry")


def test_a_name_that_no_quote_holds_bears_nothing() -> None:
    assert bearing(candidates(PASSAGES), Query.of("Does the Lomond ferry carry Dracula?"), {}) == []
    assert bearing(candidates(PASSAGES), Query.of("Does the Lomond ferry carry people?"), {}) != []


def test_quotes_that_hold_little_of_the_question_are_not_enough() -> None:
    assert bearing(candidates(PASSAGES), Query.of("Does the ferry sell tasty hot soup at night?"), {}) == []
    assert bearing(candidates(PASSAGES), Query.of("Does the ferry sell tasty hot soup at night?"), {"ferri": 9.0}) != []


MILL = replace(FERRY, article_id="mill", text="Ida Brandt of Orsova bought the mill in 1950. It burned down.")
TUNNEL = replace(FERRY, article_id="tunnel", text="The tunnel at Lom was paid for by Brandt. It leaks.")
TOLD = tuple(replace(e, title=e.article_id.title(), end=e.start + len(e.text)) for e in (MILL, TUNNEL))
WHO = Query.of("Who bought the Orsova mill in 1950 and also paid for the tunnel at Lom?")
RESTATED = "Ida Brandt bought the Orsova mill in 1950 and also paid for the tunnel at Lom."


def test_a_name_cites_what_each_article_says_of_who_has_it() -> None:
    told = name(RESTATED, WHO, TOLD, {})
    assert told is not None
    assert told.text == "Ida Brandt."
    assert [quote.text for quote in told.quotes] == [
        "Ida Brandt of Orsova bought the mill in 1950.",
        "The tunnel at Lom was paid for by Brandt.",
    ]


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        ("Ian Reid bought the Orsova mill and paid for the tunnel at Lom.", "no article names him"),
        ("Ida Brandt bought the Orsova mill and sold the tunnel at Lom.", "selling is not of the question"),
        ("Ida Brandt bought the Orsova mill in 1951.", "neither is the year"),
        ("Ida, as Brandt, bought the Orsova mill.", "the names do not stand together"),
        ("Somebody bought the Orsova mill.", "no name"),
        ("", "nothing"),
    ],
)
def test_a_draft_that_adds_something_else_is_none(draft: str, why: str) -> None:
    assert name(draft, WHO, TOLD, {}) is None, why


def test_one_article_is_left_to_the_check_of_whole_sentences() -> None:
    assert name(RESTATED, WHO, TOLD[:1], {}) is None


def test_quotes_that_are_not_about_the_question_are_not_enough() -> None:
    asked = Query.of("Which admiral lost three frigates off Cape Horn and was later exiled to Malta for it?")
    draft = "Ida Brandt lost three frigates off Cape Horn and was later exiled to Malta for it."
    assert name(draft, asked, TOLD, {}) is None


def test_a_name_of_several_words_is_kept_as_it_is_written() -> None:
    bank = tuple(replace(e, text=e.text.replace("Brandt", "Bank of Varga").replace("Ida ", "The ")) for e in TOLD)
    checked = name(RESTATED.replace("Ida Brandt", "The Bank of Varga"), WHO, bank, {})
    assert checked is not None
    assert checked.text == "Bank of Varga."
