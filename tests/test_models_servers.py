"""One model on several servers over real HTTP: they hang, refuse, break off and come back."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import repeat
from urllib.parse import urlsplit

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

from qa.answer import Answerer
from qa.choice import Choice, origin_of
from qa.errors import ProviderError, SettingsError
from qa.models import servers
from qa.models.chat import Patience, load_chat_model
from qa.models.provider import provider_errors
from qa.models.servers import PAUSE, Servers
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.judges import WordJudge
from tests.provider_server import ProviderServer, serving

REFUSING = "http://127.0.0.1:9/v1"


@pytest.fixture
def three() -> Iterator[list[ProviderServer]]:
    """Servers that say their number."""
    with ExitStack() as stack:
        yield [stack.enter_context(serving(_saying(f"number {n} of three"))) for n in range(3)]


def _saying(text: str) -> BaseChatModel:
    return GenericFakeChatModel(messages=repeat(text))


def _model(*urls: str, seconds: float = 0.5) -> BaseChatModel:
    return load_chat_model(Settings(model="m", model_url=", ".join(urls)), patience=Patience(seconds=seconds))


def _said(model: BaseChatModel) -> str:
    with provider_errors("m"):
        return "".join(chunk.text for chunk in model.stream("?"))


def test_questions_are_spread_evenly(three: list[ProviderServer]) -> None:
    model = _model(*(server.url for server in three))
    for _ in range(9):
        _said(model)
    assert [len(server.asked) for server in three] == [3, 3, 3]
    assert model.invoke("?").text.endswith("of three")
    assert sum(len(server.asked) for server in three) == 10


def test_the_least_busy_is_asked(three: list[ProviderServer]) -> None:
    model = _model(*(server.url for server in three))
    growing = [model.stream("?") for _ in range(2)]
    for answer in growing:
        next(answer)  # both write from here on
    for _ in range(3):
        assert _said(model) == "number 2 of three"
    for answer in growing:
        answer.close()  # type: ignore[attr-defined]
    assert {_said(model) for _ in range(3)} == {f"number {n} of three" for n in range(3)}


@pytest.mark.parametrize("fault", ["out of order", "rate limit", "silent"])
def test_before_the_first_word_another_one_is_asked(three: list[ProviderServer], fault: str) -> None:
    three[0].fault = fault
    model = _model(*(server.url for server in three))
    for _ in range(4):
        assert _said(model) in {"number 1 of three", "number 2 of three"}
    assert len(three[0].asked) == 1, "it is left alone"


def test_what_refuses_is_left_alone_and_comes_back(
    three: list[ProviderServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "PAUSE", 0.0)
    model = _model(REFUSING, three[1].url)
    assert _said(model) == _said(model) == "number 1 of three"
    with serving(_saying("here again")) as back:
        port = urlsplit(back.url).port or 0
        model = _model(back.url, three[1].url)
        assert {_said(model), _said(model)} == {"here again", "number 1 of three"}
    assert {_said(model) for _ in range(3)} == {"number 1 of three"}
    with serving(_saying("here again"), port=port):
        assert {_said(model) for _ in range(3)} == {"here again", "number 1 of three"}


def test_what_breaks_amid_an_answer_is_told_and_not_asked_next(three: list[ProviderServer]) -> None:
    three[0].fault = "cut off"
    model = _model(three[0].url, three[1].url)
    with pytest.raises(ProviderError, match="the connection broke while it answered; ask again"):
        _said(model)
    assert {_said(model) for _ in range(3)} == {"number 1 of three"}


def test_a_question_that_no_server_would_take_is_asked_once(three: list[ProviderServer]) -> None:
    for server in three:
        server.fault = "too long"
    model = _model(*(server.url for server in three))
    with pytest.raises(ProviderError, match="longer than it reads"):
        _said(model)
    assert sum(len(server.asked) for server in three) == 1


def test_all_are_down(retriever: HybridRetriever) -> None:
    answerer = Answerer(retriever, _model(REFUSING, "http://127.0.0.1:19/v1"), "m", WordJudge())
    said = []
    for _ in range(2):
        with pytest.raises(ProviderError) as failed:
            answerer.answer("When did the Varga bridge open?")
        said.append(str(failed.value))
    assert said[0] == (
        "the model m cannot answer: none of its 2 servers does; of the last one asked: its server cannot be reached;"
        " is it running, and is its address right?"
    )
    assert said[1].startswith("the model m cannot answer: none of its 2 servers does; are they running")
    assert said[1].endswith(f"Ask again in {PAUSE:.0f} seconds")


def test_a_server_that_failed_is_tried_by_one_at_a_time() -> None:
    now = [0.0]
    both = Servers([_saying("one"), _saying("other")], lambda: now[0])
    with both.turn() as one:
        assert one
        both.failed(one)
    for _ in range(5):
        with both.turn() as server:
            assert server is not one
    now[0] = PAUSE
    with both.turn() as first, both.turn() as second, both.turn() as third:
        assert [first, second, third].count(one) == 1
        both.failed(one)
    now[0] += PAUSE
    with both.turn() as first, both.turn() as second:
        assert one not in (first, second), "twice as long the second time"
    now[0] += PAUSE
    with both.turn() as first, both.turn() as second:
        assert one in (first, second)
        both.answered(one)
    with both.turn() as first, both.turn() as second, both.turn() as third, both.turn() as fourth:
        assert [first, second, third, fourth].count(one) == 2


def test_many_at_once_while_one_dies(three: list[ProviderServer]) -> None:
    model, heard = _model(*(server.url for server in three), seconds=5), []
    threads = [threading.Thread(target=lambda: heard.extend(_said(model) for _ in range(5))) for _ in range(12)]
    for thread in threads:
        thread.start()
    three[2].fault = "out of order"
    for thread in threads:
        thread.join()
    assert len(heard) == 60
    assert set(heard) <= {f"number {n} of three" for n in range(3)}


def test_several_addresses_can_be_chosen() -> None:
    url = "http://one:1/v1, http://two:2/v1 http://one:1/v1"
    assert Choice("m", url).model_url == url
    assert origin_of(url) == origin_of("http://two:2/v1,http://one:1/v1") == "http://one:1 http://two:2"
    for wrong in ("http://one:1/v1 two", " , ", "http://one:1/v1,http://me:secret@two/v1"):
        with pytest.raises(SettingsError, match="model_url: give"):
            Choice("m", wrong)
    with pytest.raises(SettingsError, match="model_url: give"):
        load_chat_model(Settings(model="m", model_url=","))
