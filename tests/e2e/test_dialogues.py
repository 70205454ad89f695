"""Follow-ups over corpus/, rewritten by the embedded model, with the real embedding model and reader."""

import json
from typing import Any

import pytest

from qa.answer import Answerer
from qa.types import Answer, Turn
from tests.e2e.conftest import ROOT, Over, every

DIALOGUES = [json.loads(line) for line in (ROOT / "tests/gold/dialogues.jsonl").read_text().splitlines()]
FOLLOW_UPS = [dialogue for dialogue in DIALOGUES if not dialogue["new_topic"]][:: every(2)]
NEW_TOPICS = [dialogue for dialogue in DIALOGUES if dialogue["new_topic"]][:: every(2)]
FLOOR = 0.85

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def corpus(over: Over) -> Answerer:
    return over("corpus")


def understood(dialogue: dict[str, Any], corpus: Answerer) -> Answer:
    """What the question is taken to mean and what is found for it, before anything is drafted."""
    return next(iter(corpus.stream(dialogue["question"], [Turn(**turn) for turn in dialogue["turns"]])))


def finds(article_id: str, dialogue: dict[str, Any]) -> bool:
    """Whether the article that comes first answers."""
    return article_id in {e["article_id"] for e in dialogue["evidence"]}


def test_a_follow_up_finds_the_right_article(corpus: Answerer) -> None:
    answers = [(dialogue, understood(dialogue, corpus)) for dialogue in FOLLOW_UPS]
    lost = [a.standalone_question for d, a in answers if not finds(a.passages[0].article_id, d)]
    bare = sum(finds(corpus.search(d["question"], 1)[0].article_id, d) for d in FOLLOW_UPS) / len(FOLLOW_UPS)
    assert 1 - len(lost) / len(FOLLOW_UPS) >= FLOOR, lost
    assert bare < 0.7, "the dialogues need what was said before"


def test_a_new_topic_is_left_word_for_word(corpus: Answerer) -> None:
    asked = [(d["question"], understood(d, corpus).standalone_question) for d in NEW_TOPICS]
    assert len(changed := [(q, now) for q, now in asked if q != now]) <= 1, changed


def test_the_evidence_stands_in_the_articles(corpus: Answerer) -> None:
    for dialogue in DIALOGUES:
        for evidence in dialogue["evidence"]:
            assert evidence["text"] in corpus.library.article(evidence["article_id"]).text, dialogue["id"]
