"""When a question is rewritten, and which rewrites are taken; the language model's part is played by a given answer."""

import pytest

from qa.query.followups import CUT, NEEDED_FROM, TURNS, faithful, features, need, standalone
from qa.types import Turn

OPENED = Turn("When did the Varga viaduct open?", "The Varga viaduct opened in 1931. [1]")
DESIGNED = Turn("Who designed the Varga viaduct?", "The engineer Ada Thorne designed it. [1]")
SIGNED = Turn("Who signed the Paris accord for Norway?", "Ada Thorne signed the Paris accord for Norway. [1]")


def understood(question: str, *history: Turn, rewritten: str = "") -> str:
    return standalone(question, history, lambda asked, turns: rewritten)


@pytest.mark.parametrize(
    ("question", "turn", "rewritten"),
    [
        ("How long is it?", OPENED, "How long is the Varga viaduct?"),
        ("Where was she born?", DESIGNED, "Where was Ada Thorne born?"),
        ("And when?", SIGNED, "When was the Paris accord signed?"),
        ("And for Sweden?", SIGNED, "Who signed the Paris accord for Sweden?"),
        ("And how about Sweden?", SIGNED, "Who signed the Paris accord for Sweden?"),
        ("Why not?", SIGNED, "Why did Ada Thorne not sign the Paris accord?"),
        ("the toll", OPENED, "What is the toll of the Varga viaduct?"),
        ("Did she sign it?", SIGNED, "Did Ada Thorne sign the Paris accord?"),
        ("What about Norway in 1995?", Turn("Who voted No in 1980?", "Ada did."), "Who voted No in Norway in 1995?"),
    ],
)
def test_a_question_that_needs_the_conversation_is_rewritten(question: str, turn: Turn, rewritten: str) -> None:
    assert understood(question, turn, rewritten=f" {rewritten}\n") == rewritten


@pytest.mark.parametrize(
    "question",
    [
        "Who owns Kestrel Mill?",
        "Did Ada Thorne say when she left Norway?",
        "Why did Norway change its flag?",
        "Is there a mill in Kestrel?",
        "who built kestrel mill in 1874?",
        "Which quarks do protons contain?",
        "How many people live in the largest city of Norway?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is_and_costs_nothing(question: str) -> None:
    def never(asked: str, turns: object) -> str:
        pytest.fail("the model was asked")

    assert standalone(question, [OPENED], never) == question


def test_without_a_conversation_nothing_is_rewritten() -> None:
    assert understood("How long is it?", rewritten="How long is the Varga viaduct?") == "How long is it?"


@pytest.mark.parametrize(
    ("question", "turn", "rewritten"),
    [
        ("How long is it?", OPENED, "How long is the Kestrel viaduct?"),  # a name of its own
        ("How long is it?", OPENED, "Kestrel has a viaduct of how long?"),  # at its head
        ("How long is it?", OPENED, "How long was the Varga viaduct in 1950?"),  # a number of its own
        ("What did its toll cost?", OPENED, "What did the Varga viaduct cost?"),  # the toll is lost
        ("Where was she born?", DESIGNED, "When was Ada Thorne born?"),  # another question
        ("Why did she not sign it?", SIGNED, "Why did Ada Thorne sign the Paris accord?"),  # the opposite
        ("Did she sign it?", SIGNED, "Who did sign the Paris accord with Ada Thorne?"),  # no longer yes or no
        ("How long is it?", OPENED, "How long is steel in general?"),  # nothing of the conversation
        ("How long is it?", OPENED, "How long is it, when did it open?"),  # what "it" is remains unsaid
        ("How long is it?", OPENED, "How long the Varga viaduct is."),  # no question
        ("How long is it?", OPENED, "How long is the Varga viaduct" + " and the viaduct" * 12 + "?"),  # no end
        ("How did it open?", OPENED, "When did the Varga viaduct open?"),  # as well
        ("How long is it?", OPENED, "How long is the Varga viaduct not?"),  # the opposite, too
        ("How long is it?", OPENED, ""),
    ],
)
def test_a_rewrite_that_may_be_wrong_is_not_taken(question: str, turn: Turn, rewritten: str) -> None:
    assert need(question, [turn]) >= NEEDED_FROM
    assert not faithful(rewritten, question, [turn])
    assert understood(question, turn, rewritten=rewritten) == question


def test_the_last_turns_are_handed_over_and_cut() -> None:
    seen: list[Turn] = []

    def keep(question: str, turns: object) -> str:
        seen.extend(turns)  # type: ignore[call-overload]
        return ""

    long = Turn("q" * (CUT + 1), "a" * (CUT + 1))
    standalone("How long is it?", [OPENED, *[DESIGNED] * (TURNS - 1), long], keep)
    assert seen == [DESIGNED] * (TURNS - 1) + [Turn("q" * CUT, "a" * CUT)]


def test_the_features_of_a_question() -> None:
    found = features("Did she leave Norway in 1931?", [OPENED])
    assert found == {
        "bias": 1.0,
        "words": pytest.approx(1.9459, abs=1e-4),  # ln 7: six words and one
        "content words": pytest.approx(1.3863, abs=1e-4),  # ln 4: leave, Norway, 1931 and one
        "one content word": 0.0,
        "names": 1.0,
        "numbers": 1.0,
        "repeated": pytest.approx(1 / 3),  # 1931
        **dict.fromkeys(["has did", "has she", "has in", "begins with did"], 1.0),
        **dict.fromkeys(["has did beside a name", "has she beside a name", "has in beside a name"], 1.0),
    }
