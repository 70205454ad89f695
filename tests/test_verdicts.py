"""A bare yes or no, on the passages of the citations' tests."""

import pytest

from qa.verdicts import verdict
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
