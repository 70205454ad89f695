"""Follow-ups over corpus/, understood by rules alone, with the real embedding model and reader."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from qa.query.followups import standalone
from qa.retrieval.retriever import HybridRetriever
from qa.types import Turn
from tests.e2e.conftest import ROOT, Retrieving

DIALOGUES = [json.loads(line) for line in (ROOT / "tests/gold/dialogues.jsonl").read_text().splitlines()]
FOLLOW_UPS = [dialogue for dialogue in DIALOGUES if not dialogue["new_topic"]]
NEW_TOPICS = [dialogue for dialogue in DIALOGUES if dialogue["new_topic"]]
FLOOR = 0.85

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def corpus(retrieving: Retrieving) -> Iterator[HybridRetriever]:
    with retrieving("corpus") as retriever:
        yield retriever


def understood(dialogue: dict[str, Any], corpus: HybridRetriever) -> str:
    history = [Turn(**turn) for turn in dialogue["turns"]]
    return standalone(dialogue["question"], history, lambda question: corpus.search(question, 1)[0].score)


def finds(question: str, dialogue: dict[str, Any], corpus: HybridRetriever) -> bool:
    """Whether an article that answers comes first."""
    return corpus.search(question, 1)[0].article_id in {e["article_id"] for e in dialogue["evidence"]}


def test_a_follow_up_finds_the_right_article(corpus: HybridRetriever) -> None:
    asked = {dialogue["id"]: understood(dialogue, corpus) for dialogue in FOLLOW_UPS}
    lost = [asked[d["id"]] for d in FOLLOW_UPS if not finds(asked[d["id"]], d, corpus)]
    bare = sum(finds(d["question"], d, corpus) for d in FOLLOW_UPS) / len(FOLLOW_UPS)
    assert 1 - len(lost) / len(FOLLOW_UPS) >= FLOOR, lost
    assert bare < 0.7, "the dialogues need what was said before"


def test_a_new_topic_is_left_word_for_word(corpus: HybridRetriever) -> None:
    changed = [(d["question"], q) for d in NEW_TOPICS if (q := understood(d, corpus)) != d["question"]]
    assert len(changed) <= 1, changed


def test_the_evidence_stands_in_the_articles(corpus: HybridRetriever) -> None:
    for dialogue in DIALOGUES:
        for evidence in dialogue["evidence"]:
            assert evidence["text"] in corpus.library.article(evidence["article_id"]).text, dialogue["id"]
