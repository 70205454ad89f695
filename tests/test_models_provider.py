"""What a provider's failures become, from a server that misbehaves on purpose, through the Answerer."""

from collections.abc import Iterator
from itertools import repeat

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

from qa.answer import Answerer
from qa.errors import ProviderError
from qa.models.chat import Patience, load_chat_model
from qa.models.provider import provider_errors
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Answer
from tests.judges import WordJudge
from tests.provider_server import ProviderServer, serving

QUESTION = "When did the Varga bridge open?"
CORRECT = "The Varga bridge opened in 1931."


@pytest.fixture
def server() -> Iterator[ProviderServer]:
    with serving(GenericFakeChatModel(messages=repeat(CORRECT))) as server:
        yield server


@pytest.fixture
def answerer(retriever: HybridRetriever, server: ProviderServer) -> Answerer:
    model = load_chat_model(Settings(model="m", model_url=server.url), patience=Patience(seconds=0.5))
    return Answerer(retriever, model, "m", WordJudge())


def failure(answerer: Answerer) -> tuple[list[Answer], str]:
    """What was shown until it failed, and what is said of the failure."""
    shown: list[Answer] = []
    with pytest.raises(ProviderError) as failed:
        shown.extend(answerer.stream(QUESTION))
    assert "\n" not in str(failed.value)
    return shown, str(failed.value).removeprefix("the model m cannot answer: ")


def test_a_server_that_behaves_is_answered_from(answerer: Answerer, server: ProviderServer) -> None:
    answer = answerer.answer(QUESTION)
    assert (answer.status, answer.text) == ("answered", f"{CORRECT} [1]")
    assert len(server.asked) == 1


FAILURES = {
    "wrong key": (
        "its key is missing or wrong; set it under Settings, or in the provider's variable, such as OPENAI_API_KEY",
        1,
    ),
    "forbidden": ("this key may not use it; choose another model, or another key", 1),
    "no such model": (
        "there is no such model, or no such address; check the model's name and the server's address",
        1,
    ),
    "rate limit": ("it takes no more questions for now; wait a minute, or look at your account's limits", 3),
    "too long": (
        "question and passages are longer than it reads; ask more briefly, or choose a model that reads more",
        1,
    ),
    "out of order": ("its server failed (status 500); try again, and if this goes on look at the server's log", 3),
    "silent": ("it said nothing for 60 seconds; try again, or choose a faster model", 3),
    "cut off": ("the connection broke while it answered; ask again", 1),
}


@pytest.mark.parametrize("fault", FAILURES)
def test_a_failure_is_one_sentence_after_the_passages_were_shown(
    answerer: Answerer, server: ProviderServer, fault: str
) -> None:
    said, asked = FAILURES[fault]
    server.fault = fault
    shown, sentence = failure(answerer)
    assert sentence == said
    assert shown[0].passages[0].article_id == "bridge"
    assert {answer.text for answer in shown} == {""}, "nothing unchecked"
    assert len(server.asked) == asked, "what may help is tried again twice"


def test_what_fails_once_is_tried_again(answerer: Answerer, server: ProviderServer) -> None:
    server.fault, server.faults = "out of order", 1
    assert answerer.answer(QUESTION).status == "answered"
    assert len(server.asked) == 2


def test_a_server_that_is_not_there(retriever: HybridRetriever) -> None:
    model = load_chat_model(Settings(model="m", model_url="http://127.0.0.1:9/v1"))
    shown, sentence = failure(Answerer(retriever, model, "m", WordJudge()))
    assert sentence == "its server cannot be reached; is it running, and is its address right?"
    assert shown[0].passages


def test_other_errors_are_said_in_their_first_line() -> None:
    with pytest.raises(ProviderError, match=r"^the model m cannot answer: first line$"), provider_errors("m"):
        raise RuntimeError("\nfirst line\nsecond line")
    with pytest.raises(ProviderError, match=r"^the model m cannot answer: KeyError$"), provider_errors("m"):
        raise KeyError
    with pytest.raises(ProviderError, match=r"^known$"), provider_errors("m"):
        raise ProviderError("known")
