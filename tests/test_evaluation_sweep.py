"""A small grid over a real retriever, and what a file of it may hold."""

from pathlib import Path

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.answer import Answerer
from qa.errors import GoldError
from qa.evaluation.sweep import Grid, read_grid, sweep, table
from qa.retrieval.retriever import HybridRetriever
from tests.judges import WordJudge
from tests.test_evaluation_run import DRAFTS, QUESTIONS


def test_every_combination_is_measured_and_the_best_comes_first(retriever: HybridRetriever) -> None:
    grid = Grid({"text_weight": [0.0, 1.0], "read": [0, 12]}, sort="retrieval.mrr@10")
    points = sweep(grid, retriever, QUESTIONS)
    assert sorted((point["text_weight"], point["read"]) for point in points) == [
        (0.0, 0),
        (0.0, 12),
        (1.0, 0),
        (1.0, 12),
    ]
    scores = [point["retrieval.mrr@10"] for point in points]
    assert scores == sorted(scores, reverse=True)
    head, *lines = table(grid, points).splitlines()
    assert head.split()[:3] == ["text_weight", "read", "retrieval.hits@1"]
    assert len(lines) == 4
    assert retriever.text_weight == 0.6, "the retriever itself stays as it was"


def test_answers_can_be_swept_too(retriever: HybridRetriever) -> None:
    answerer = Answerer(retriever, FakeListChatModel(responses=DRAFTS), "fake:list", WordJudge())
    points = sweep(Grid({"passages_sent": [1]}, sort="answers.accuracy"), answerer, QUESTIONS)
    assert points[0]["answers.accuracy"] == pytest.approx(1 / 3)
    assert answerer.passages_sent == 1


def test_what_is_shown_can_be_swept(retriever: HybridRetriever) -> None:
    answerer = Answerer(retriever, FakeListChatModel(responses=DRAFTS), "fake:list", WordJudge())
    points = sweep(Grid({"shown_from": [0.0, 1.0]}, sort="answers.accuracy"), answerer, QUESTIONS)
    assert [(point["shown_from"], point["answers.accuracy"] > 0) for point in points] == [(0.0, True), (1.0, False)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot read"),
        ("[grid", "is not TOML"),
        ("", r"needs a table \[grid\]"),
        ("[grid]\ncolour = [1]", "'colour' cannot be swept"),
        ("[grid]\npassages_sent = [1]", "'passages_sent' cannot be swept here"),
        ("[grid]\nread = 3", "read needs a list of numbers"),
        ('sort = "luck"\n[grid]\nread = [3]', "sort must be one of"),
    ],
)
def test_a_grid_that_cannot_be_run_is_one_line(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "sweep.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(GoldError, match=reason):
        read_grid(path, retrieval_only=True)


def test_a_grid_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sweep.toml"
    path.write_text("[grid]\ntext_weight = [0.5, 0.6]\npassages_sent = [1, 3]\n")
    grid = read_grid(path, retrieval_only=False)
    assert grid.sort == "answers.accuracy"
    assert len(grid.points()) == 4
