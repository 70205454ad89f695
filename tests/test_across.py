"""A bare yes or no, and a bare name, on passages small enough to check by eye."""

from dataclasses import replace

import pytest

from qa.across import name, verdict
from tests.test_citations import BRIDGE, FERRY, PASSAGES

QUESTION = "Do the bridge that Ada Thorne designed and the Lomond ferry both carry people?"


def test_a_verdict_cites_what_each_article_says_of_the_question() -> None:
    checked = verdict("Yes, both of them do, says Dracula.", QUESTION, PASSAGES, {})
    assert checked is not None
    assert checked.text == "Yes. [1][2]"
    assert [(c.article_id, c.quote) for c in checked.citations] == [
        ("ferry", "The Lomond ferry carries 9,300 people a day."),
        ("bridge", "The Varga bridge opened in 1931 after a long dispute. The engineer Ada Thorne designed it."),
    ]
    assert [q.evidence for q in checked.quotes] == [FERRY, BRIDGE]


@pytest.mark.parametrize("draft", ["Both carry people.", "Yesterday they did.", "Nobody knows.", ""])
def test_a_draft_that_does_not_begin_so_is_none(draft: str) -> None:
    assert verdict(draft, QUESTION, PASSAGES, {}) is None


def test_a_name_that_no_quote_holds_is_not_judged() -> None:
    assert verdict("No.", "Does the Lomond ferry carry Dracula?", PASSAGES, {}) is None
    assert verdict("No.", "Does the Lomond ferry carry people?", PASSAGES, {}) is not None


def test_quotes_that_hold_little_of_the_question_are_not_enough() -> None:
    assert verdict("Yes.", "Does the ferry sell tasty hot soup at night?", PASSAGES, {}) is None
    assert verdict("Yes.", "Does the ferry sell tasty hot soup at night?", PASSAGES, {"ferri": 9.0}) is not None


MILL = replace(FERRY, article_id="mill", text="Ida Brandt of Orsova bought the mill in 1950. It burned down.")
TUNNEL = replace(FERRY, article_id="tunnel", text="The tunnel at Lom was paid for by Brandt. It leaks.")
TOLD = tuple(replace(e, title=e.article_id.title(), end=e.start + len(e.text)) for e in (MILL, TUNNEL))
WHO = "Who bought the Orsova mill in 1950 and also paid for the tunnel at Lom?"
RESTATED = "Ida Brandt bought the Orsova mill in 1950 and also paid for the tunnel at Lom."


def test_a_name_cites_what_each_article_says_of_who_has_it() -> None:
    checked = name(RESTATED, WHO, TOLD, {})
    assert checked is not None
    assert checked.text == "Ida Brandt. [1][2]"
    assert [c.quote for c in checked.citations] == [
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
    asked = "Which admiral lost three frigates off Cape Horn and was later exiled to Malta for it?"
    draft = "Ida Brandt lost three frigates off Cape Horn and was later exiled to Malta for it."
    assert name(draft, asked, TOLD, {}) is None


def test_a_name_of_several_words_is_kept_as_it_is_written() -> None:
    bank = tuple(replace(e, text=e.text.replace("Brandt", "Bank of Varga").replace("Ida ", "The ")) for e in TOLD)
    checked = name(RESTATED.replace("Ida Brandt", "The Bank of Varga"), WHO, bank, {})
    assert checked is not None
    assert checked.sentences[0].text == "Bank of Varga."
