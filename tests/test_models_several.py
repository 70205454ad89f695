"""A provider's model that writes several sentences: each is checked by itself, over HTTP and with the support model."""

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_openai import ChatOpenAI

from qa.answer import Answerer
from qa.index import MemoryIndex
from qa.library import Library
from qa.models.embeddings import load_embeddings
from qa.models.support import load_support
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Article
from tests.conftest import store, tell
from tests.provider_server import serving

LIGHTHOUSE = """The lighthouse at Bell Point was lit on 4 March 1871. It was built by the engineer Ida Moss for the
harbour board. Its tower is 38 metres high and stands on a reef of granite. In 1912 its oil lamp
gave way to electric light. The last keeper, Tom Arran, left in 1986. Since then it has been run
from the coast guard's station in Leven. A storm broke two panes of its lantern in January 2005. The
repair cost 61,000 pounds.""".replace("\n", " ")
TRUE = (
    "The lighthouse at Bell Point was lit on 4 March 1871.",
    "It was built by the engineer Ida Moss for the harbour board.",
    "Its tower is 38 metres high.",
    "Its oil lamp gave way to electric light in 1912.",
    "The last keeper, Tom Arran, left in 1986.",
    "The repair cost 61,000 pounds.",
)
FALSE = ("Its tower is 61 metres high.", "The last keeper, Ida Moss, left in 1912.")


@pytest.mark.e2e
def test_of_eight_sentences_of_which_two_are_wrong_six_are_shown(settings: Settings) -> None:
    embeddings = load_embeddings(settings)
    article = Article("bell", "The lighthouse at Bell Point", LIGHTHOUSE, sha256="1")
    library = Library.open(settings.library_path)
    store(library, article, embeddings)
    index = MemoryIndex(library, embeddings.identity)
    retriever = HybridRetriever(library=library, index=index, embeddings=embeddings)
    written = " ".join((*TRUE[:3], FALSE[0], *TRUE[3:5], FALSE[1], TRUE[5]))
    replies = iter([AIMessage(written)] * 9)
    with serving(GenericFakeChatModel(messages=replies)) as server:
        model = ChatOpenAI(model="large", base_url=f"{server.url}/v1", api_key="key")  # type: ignore[arg-type]
        answerer = Answerer(retriever, model, "openai:large", load_support(settings), tell())
        answer = answerer.answer("Tell me about the lighthouse at Bell Point")
    library.close()
    assert answer.status == "answered"
    said = [sentence.text for sentence in answer.sentences]
    assert [text for text in said if text in TRUE] == list(TRUE)
    assert not set(said) & set(FALSE)
    for citation in answer.citations:
        assert LIGHTHOUSE[citation.start : citation.end] == citation.quote
