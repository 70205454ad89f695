"""What is put before the model."""

from qa.generation import prompts
from qa.query.query import Query
from tests.test_citations import BRIDGE, FERRY


def asked(question: str, guess: str | None = None) -> str:
    return str(prompts.answer(Query.of(question), (BRIDGE, FERRY), guess)[-1].content)


def test_passages_are_numbered_under_their_titles() -> None:
    text = asked("Who designed it?")
    assert text.startswith("[1] A crossing in Kovin\nThe Varga bridge opened in 1931")
    assert "\n\n[2] The ferry\nThe Lomond ferry" in text
    assert text.endswith("\n\nQuestion: Who designed it?")


def test_who_says_so_is_told_where_the_question_asks_for_it() -> None:
    assert asked("Whom does the Gazette name?").startswith("[1] Gazette: A crossing in Kovin\n")


def test_a_verdict_is_asked_for_where_one_is_wanted() -> None:
    assert asked("Did it open?").endswith("Question: Did it open? Begin with Yes or No.")
    assert asked("Did it open?", "1931").endswith("Begin with Yes or No.\nPerhaps: 1931")
