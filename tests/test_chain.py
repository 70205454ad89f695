"""The Answerer as a chain of LangChain Runnables: configuration passes through, and steps can be replaced."""

import runpy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.runnables import RunnableLambda

import qa
from qa.answer import Answerer
from qa.grounding.steps import Asked, Retrieved
from qa.plans import REFUSAL
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer, Evidence, Filters, Turn
from tests.judges import WordJudge
from tests.loops import run

QUESTION = "When did the Varga bridge open?"
CORRECT = "The Varga bridge opened in 1931."
EXAMPLE = Path(__file__).parent.parent / "examples" / "answer.py"


@pytest.fixture
def answerer(retriever: HybridRetriever) -> Answerer:
    return Answerer(retriever, FakeListChatModel(responses=[CORRECT]), "fake:list", WordJudge())


class Watching(BaseCallbackHandler):
    """Keeps the names of the steps that began, and the documents found."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.documents: list[Document] = []
        self.metadata: list[Any] = []

    def on_chain_start(self, *_: Any, name: str = "", metadata: Any = None, **__: Any) -> None:
        self.steps.append(name)
        self.metadata.append(metadata)

    def on_retriever_end(self, documents: Sequence[Document], *, run_id: UUID, **_: Any) -> None:
        self.documents += documents

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.steps.append("model")


def test_the_chain_gives_what_the_answerer_gives(answerer: Answerer) -> None:
    answer = answerer.chain.invoke(QUESTION)
    assert answer.text == answerer.answer(QUESTION).text == f"{CORRECT} [1]"
    growing = list(answerer.chain.stream(QUESTION))
    assert growing[0].passages
    assert growing[0].draft == ""
    assert growing[-1].text == answer.text
    assert len(growing) > 3, "drafts stream through it"
    elsewhere = answerer.chain.invoke(Asked(QUESTION, filters=Filters(source="Harbour News")))
    assert elsewhere.text == REFUSAL


def test_callbacks_and_metadata_reach_every_step(answerer: Answerer) -> None:
    watching = Watching()
    answerer.chain.invoke(QUESTION, {"callbacks": [watching], "metadata": {"user": "ada"}})
    named = [step for step in watching.steps if step in ("answer", "understand", "retrieve", "respond", "excerpts")]
    assert named == ["answer", "understand", "retrieve", "respond", "excerpts"]
    assert watching.steps.index("prompt") < watching.steps.index("model") < watching.steps.index("ground")
    assert watching.documents[0].metadata["article_id"] == "bridge"
    assert all(metadata["user"] == "ada" for metadata in watching.metadata)


def test_events_stream_to_asynchronous_callers(answerer: Answerer) -> None:
    async def events() -> list[dict[str, Any]]:
        return [dict(event) async for event in answerer.chain.astream_events(QUESTION, version="v2")]

    seen = run(events())
    kinds = [(event["event"], event["name"]) for event in seen]
    assert ("on_retriever_end", "HybridRetriever") in kinds
    words = [event["data"]["chunk"].text for event in seen if event["event"] == "on_chat_model_stream"]
    assert "".join(words) == CORRECT
    answers = [event["data"]["chunk"] for event in seen if event["event"] == "on_chain_stream"]
    assert answers[-1].text == f"{CORRECT} [1]"
    assert run(answerer.chain.ainvoke(QUESTION)).text == f"{CORRECT} [1]"


def test_a_step_can_be_replaced(answerer: Answerer) -> None:
    def shortest(found: Retrieved) -> tuple[Evidence, ...]:
        return (min(found.answer.passages, key=lambda passage: len(passage.text)),)

    answerer.excerpts = RunnableLambda(shortest)
    answerer.retrieve |= RunnableLambda(lambda found: found)
    assert answerer.answer(QUESTION).text == f"{CORRECT} [1]"
    answerer.ground = RunnableLambda(lambda draft: [draft.found.answer])
    assert answerer.answer(QUESTION).text == REFUSAL


def test_a_follow_up_is_rewritten_by_a_step_of_its_own(answerer: Answerer) -> None:
    follow_up = Asked("And when did it open?", [Turn("Who designed the Varga bridge?", "Ada Thorne designed it. [1]")])
    answerer.rewrite = RunnableLambda(lambda asked: QUESTION, name="rewrite")
    watching = Watching()
    answer = answerer.chain.invoke(follow_up, {"callbacks": [watching]})
    assert (answer.standalone_question, answer.text) == (QUESTION, f"{CORRECT} [1]")
    assert watching.steps.index("understand") < watching.steps.index("rewrite") < watching.steps.index("retrieve")
    answerer.chain.invoke(Asked(QUESTION, follow_up.history), {"callbacks": [alone := Watching()]})
    assert "rewrite" not in alone.steps, "it stands alone"


def test_the_retriever_can_be_used_by_itself(retriever: HybridRetriever) -> None:
    titles = retriever | RunnableLambda(lambda documents: [document.metadata["title"] for document in documents])
    assert titles.invoke(QUESTION)[0] == "The Varga bridge"


def test_the_example_runs(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(settings: Settings) -> Answerer:
        return answerer

    monkeypatch.setattr("qa.answer.Answerer.open", opened)
    monkeypatch.setattr(sys, "argv", [str(EXAMPLE), QUESTION])
    runpy.run_path(str(EXAMPLE), run_name="__main__")
    assert capsys.readouterr().out.startswith(f"{CORRECT} [1]\n[1] The Varga bridge: The Varga bridge opened in 1931.")


def test_the_readme_shows_the_example() -> None:
    _, code = EXAMPLE.read_text("utf-8").split("\n\n", 1)
    assert f"```python\n{code}```" in (EXAMPLE.parents[1] / "README.md").read_text("utf-8")


def test_the_package_offers_the_answerer_and_settings() -> None:
    assert (qa.Answerer, qa.Settings) == (Answerer, Settings)
    assert isinstance(Answer(QUESTION, QUESTION), Answer)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        qa.Nothing  # noqa: B018
