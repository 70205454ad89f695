"""Pairs of articles that disagree and pairs that agree, with the real embedding model, reader and language model."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.answer import Answerer
from qa.evaluation.gold import read_gold
from qa.grounding.disagreement import NOTE
from qa.language.text import sentences, stems
from qa.types import Answer
from tests.e2e.conftest import ROOT, Over, every, verbatim

PAIRS: list[dict[str, Any]] = [json.loads(line) for line in (ROOT / "tests/gold/conflicts.jsonl").open()]
DISAGREE, AGREE = ([pair for pair in PAIRS if pair["disagree"] is wanted] for wanted in (True, False))
SAMPLE = DISAGREE[:: every(2)] + AGREE[:: every(2)]
SMALL_SAMPLE = DISAGREE[:: every(5)] + AGREE[:: every(6)]
FEWEST = 0.80
CORPUS = read_gold(ROOT / "tests/gold/corpus.jsonl")

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def pairs(over: Over, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    """Over the articles of all pairs at once."""
    path: Path = tmp_path_factory.mktemp("pairs") / "articles.jsonl"
    articles = (
        {"id": f"{pair['id']}-{number}", **article} for pair in PAIRS for number, article in enumerate(pair["articles"])
    )
    path.write_text("\n".join(map(json.dumps, articles)))
    return over(str(path))


def nearest_sentence(answerer: Answerer, question: str) -> str:
    """What a model that only copies would answer: of the best passage what shares most words with the question."""
    best = answerer.search(question, 1)[0].text
    spans = (best[start:end] for start, end in sentences(best))
    return max(spans, key=lambda sentence: len(stems(sentence) & stems(question)))


def asked_of_a_copier(answerer: Answerer, question: str) -> Answer:
    model = FakeListChatModel(responses=[nearest_sentence(answerer, question)])
    return answerer.with_model(model, "fake:copier").answer(question)


def shows_both(pair: dict[str, Any], answer: Answer) -> bool:
    """The note, and each article's value with its source and year, the newer first."""
    newest = sorted(pair["articles"], key=lambda article: article["published_at"], reverse=True)
    told = [sentence.text for sentence in answer.sentences]
    return (
        NOTE in answer.notes
        and [c.published_at for c in answer.citations] == [article["published_at"] for article in newest]
        and all(t.startswith(a["source"]) and a["published_at"][:4] in t for t, a in zip(told, newest, strict=True))
        and all(any(value in t for t in told) for value in pair["values"])
    )


def judge(answerer: Answerer, asked: list[dict[str, Any]], ask: Callable[[str], Answer]) -> None:
    answers = [(pair, ask(pair["question"])) for pair in asked]
    disagreeing = [(pair["id"], shows_both(pair, answer)) for pair, answer in answers if pair["disagree"]]
    assert sum(shown for _, shown in disagreeing) >= FEWEST * len(disagreeing), disagreeing
    assert [(pair["id"], answer.text) for pair, answer in answers if answer.notes and not pair["disagree"]] == []
    assert all(verbatim(answerer, answer) for _, answer in answers)


def test_sources_that_disagree_stand_side_by_side_and_others_do_not(pairs: Answerer) -> None:
    judge(pairs, SAMPLE, lambda question: asked_of_a_copier(pairs, question))


def test_so_they_do_whatever_the_language_model_says(pairs: Answerer) -> None:
    judge(pairs, SMALL_SAMPLE, pairs.answer)


def test_ordinary_questions_show_no_disagreement(over: Over) -> None:
    corpus = over("corpus")
    noted = [gold.question for gold in CORPUS[:: every(6)] if NOTE in asked_of_a_copier(corpus, gold.question).notes]
    assert noted == []
