"""What a follow-up is taken to mean; the articles answer all questions equally well where a test says no more."""

import pytest

from qa.query.followups import TURNS, Need, faithful, need, standalone
from qa.types import Turn

OPENED = Turn("When did the Varga bridge open?", "The Varga bridge opened in 1931. [1]")
DESIGNED = Turn("Who designed the Varga bridge?", "The engineer Ada Thorne designed it. [1]")
REFUSED = Turn("Who painted the Lomond ferry?", "The articles do not answer this question.")


def understood(question: str, *history: Turn, written: str = "") -> str:
    return standalone(question, history, lambda asked: 0.5, lambda asked, turns: written)


def never_written(question: str, turns: object) -> str:
    pytest.fail("the model was asked")


@pytest.mark.parametrize(
    ("question", "history", "meant"),
    [
        ("How long is it?", [OPENED], "How long is the Varga bridge?"),
        ("What is its length?", [OPENED], "What is the Varga bridge's length?"),
        ("And who designed it?", [OPENED], "Who designed the Varga bridge?"),
        ("Where was she born?", [DESIGNED], "Where was Ada Thorne born?"),
        ("And in 1950?", [Turn("Who led Norway in 1931?", "Ada Thorne led Norway.")], "Who led Norway in 1950?"),
        ("What about Sweden?", [Turn("Who led Norway?", "Ada Thorne led it.")], "Who led Sweden?"),
        ("How many does it carry?", [REFUSED], "How many does the Lomond ferry carry?"),
        ("Who paid for it?", [OPENED, Turn("How long is it?", "412 metres.")], "Who paid for the Varga bridge?"),
        ("What was the cost?", [OPENED], "What was the cost of the Varga bridge?"),
    ],
)
def test_what_points_back_is_replaced_without_the_model(question: str, history: list[Turn], meant: str) -> None:
    assert standalone(question, history, lambda asked: 0.5, never_written) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who owns Kestrel Mill?",
        "Did Ada Thorne say when she left Norway?",
        "Why did Norway change its flag?",
        "Is there a mill in Kestrel?",
        "How long does it take to reach Kestrel?",
        "who built kestrel mill in 1874?",
        "Which quarks do protons contain?",
    ],
)
def test_a_question_that_needs_nothing_is_left_word_for_word(question: str) -> None:
    assert standalone(question, [OPENED], lambda asked: 0.5, never_written) == question


def test_without_history_nothing_is_changed() -> None:
    assert understood("How long is it?") == "How long is it?"


def test_a_question_without_a_name_keeps_to_itself_where_the_articles_answer_it_better_so() -> None:
    question = "Which is the largest island on earth?"
    assert need(question) is Need.PERHAPS
    better = {question: 0.8}
    assert standalone(question, [OPENED], lambda asked: better.get(asked, 0.4), never_written) == question
    assert standalone(question, [OPENED], lambda asked: 0.8, never_written) != question


def test_the_model_writes_what_rules_cannot_put_in() -> None:
    written = "Why did the Varga bridge open in 1931?"
    assert understood("Why then?", OPENED, written=written) == written


@pytest.mark.parametrize(
    "written",
    ["Why did the Kestrel bridge open?", "Why in 1950?", "Why did it open?", "The bridge opened in 1931.", ""],
)
def test_what_the_model_invents_is_not_taken(written: str) -> None:
    assert understood("Why then?", OPENED, written=written) == "Why in the case of the Varga bridge?"


def test_a_rewriting_keeps_the_words_of_the_question() -> None:
    asked = "And the toll of the other one?"
    assert faithful("What is the toll of the Varga bridge?", asked, [OPENED])
    assert not faithful("When did the Varga bridge open?", asked, [OPENED])


def test_only_the_last_turns_count() -> None:
    old = [OPENED, *[DESIGNED] * TURNS]
    assert understood("What about it?", *old, written="") == understood("What about it?", *old[1:], written="")
