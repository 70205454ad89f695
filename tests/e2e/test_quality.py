"""A floor under the answers: a few of the corpus gold questions, with the real models. `make bench` asks them all."""

from pathlib import Path

import pytest

from qa.answer import Answerer
from qa.evaluation.gold import Gold, read_gold
from qa.evaluation.metrics import accuracy
from qa.types import Answer
from tests.e2e.conftest import Over, verbatim

GOLD = read_gold(Path(__file__).parents[1] / "gold/corpus.jsonl")
ANSWERABLE = [gold for gold in GOLD if gold.answerable][::8]
UNANSWERABLE = [gold for gold in GOLD if not gold.answerable][::8]
MIN_ACCURACY = 0.7
MIN_REJECTION = 0.6

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def answerer(over: Over) -> Answerer:
    return over("corpus")


def ask(answerer: Answerer, questions: list[Gold]) -> list[tuple[Gold, Answer]]:
    answers = [(gold, answerer.answer(gold.question)) for gold in questions]
    assert all(verbatim(answerer, answer) for _, answer in answers)
    assert all(s.citations for _, answer in answers for s in answer.sentences)
    return answers


def test_most_answers_are_right(answerer: Answerer) -> None:
    answers = ask(answerer, ANSWERABLE)
    wrong = [(gold.question, answer.text) for gold, answer in answers if not accuracy(answer.text, gold.answers)]
    assert len(wrong) <= (1 - MIN_ACCURACY) * len(answers), wrong


def test_most_questions_that_nothing_answers_are_refused(answerer: Answerer) -> None:
    answers = ask(answerer, UNANSWERABLE)
    answered = [(gold.question, answer.text) for gold, answer in answers if answer.status == "answered"]
    assert len(answered) <= (1 - MIN_REJECTION) * len(answers), answered
