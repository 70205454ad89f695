"""`python -m qa questions`: what it prepares and tells, and what it leaves alone."""

from dataclasses import asdict

import pytest
from langchain_core.language_models import FakeListChatModel

from qa.answer import Answerer
from qa.cli.main import app
from qa.library import Library
from qa.related import KEPT, Related
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.commands import Command, command
from tests.conftest import store
from tests.judges import WordJudge
from tests.test_related import QUARRY, WRITTEN, Models


@pytest.fixture
def answerer(retriever: HybridRetriever) -> Answerer:
    """Over four articles, of which the newest has questions."""
    store(retriever.library, QUARRY)
    answerer = Answerer(retriever, FakeListChatModel(responses=[""]), "fake:list", WordJudge())
    models = Models(retriever.library)
    answerer.related = Related(retriever, models.write, models.ask)
    return answerer


@pytest.fixture
def qa(
    answerer: Answerer, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.setenv("ARTICLE_QA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setattr("qa.answer.Answerer.open", lambda settings: answerer)
    return command("qa", app, monkeypatch, capsys)


def test_questions_are_told_as_they_are_kept(qa: Command) -> None:
    outcome = qa("questions")
    *told, last = outcome.out.splitlines()
    assert (outcome.code, outcome.err, last) == (0, "", "3 questions are prepared on 4 articles")
    assert {line.removesuffix("  (Sool quarry)") for line in told} < set(WRITTEN.values())
    assert len(told) == KEPT
    assert qa("questions").out == "0 questions are prepared on 0 articles\n", "that was all"


def test_a_limit_leaves_older_articles_for_later(qa: Command, answerer: Answerer) -> None:
    assert qa("questions", "--limit", 1).out.endswith("on 1 articles\n")
    assert answerer.related.questions.waiting() == ["ferry", "bridge", "mill"]
    assert qa("questions", "--limit", 0).code == 2


def test_as_json_all_are_told_with_where_they_stand(qa: Command, answerer: Answerer) -> None:
    outcome = qa("questions", "--json")
    kept = answerer.related.questions.of("quarry")
    assert len(kept) == KEPT
    assert outcome.json() == [asdict(question) for question in kept]
    assert outcome.err == ""
    assert qa("questions", "--json").json() == outcome.json(), "those from before, too"


def test_where_the_page_runs_it_says_who_does_it(
    qa: Command, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.cli.remote.RemoteAnswerer.find", lambda settings: object())
    outcome = qa("questions")
    assert outcome.code == 1
    assert "stop it to do so here" in outcome.err
    assert answerer.related.questions.of("quarry") == []


def test_an_empty_library_is_told_before_models_are_loaded(
    qa: Command, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    for info in library.articles():
        library.remove(info.id)
    monkeypatch.setattr("qa.answer.Answerer.open", lambda settings: pytest.fail("a model would be loaded"))
    outcome = qa("questions")
    assert (outcome.code, "the library is empty" in outcome.err) == (1, True)
