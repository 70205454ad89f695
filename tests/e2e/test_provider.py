"""The default language model again, but as a server that speaks OpenAI's protocol: the same answers come of it."""

import pytest

from qa.models.chat import load_chat_model
from qa.settings import Settings
from tests.e2e.conftest import Over, verbatim
from tests.provider_server import serving

pytestmark = pytest.mark.e2e


def test_a_model_behind_a_server_answers_as_the_embedded_one(over: Over) -> None:
    embedded = over("corpus")
    question = "How many signatures did the counter-petition get?"
    answer = embedded.answer(question)  # the served one reads the same prompt again, from the cache
    with serving(embedded.model) as server:
        model = load_chat_model(Settings(model="local", model_url=server.url))
        served = embedded.with_model(model, "local").answer(question)
    assert answer.status == served.status == "answered"
    assert served.text == answer.text
    assert "438,568" in served.text
    assert served.model == "local"
    assert verbatim(embedded, served)
    assert [asked.model for asked in server.asked] == ["local"] * len(server.asked)
    assert server.asked
