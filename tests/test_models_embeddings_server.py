"""Embeddings of a server of OpenAI's protocol: real HTTP, the vectors of tests known by hand."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from qa.errors import IndexMismatch, ProviderError
from qa.index import VectorIndex
from qa.library import Library
from qa.models.embeddings import load_embeddings
from qa.models.embeddings_server import AT_ONCE
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.conftest import ARTICLES, HashedWords, store


@contextmanager
def _serving(scale: float = 3.0, short: bool = False, status: int = 200) -> Iterator[tuple[str, list[int]]]:
    """The address, and how many texts each request held; vectors come in the reverse order."""
    asked: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append(len(body["input"]))
            vectors = HashedWords().encode_documents(body["input"]) * scale
            data = [{"object": "embedding", "index": n, "embedding": v.tolist()} for n, v in enumerate(vectors)]
            answer = {"object": "list", "model": body["model"], "data": data[: -1 if short else None][::-1]}
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer | {"usage": {"prompt_tokens": 1, "total_tokens": 1}}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}/v1", asked
        http.shutdown()


def test_texts_become_unit_vectors_in_their_order() -> None:
    texts = [f"The quay number {n} was built of basalt." for n in range(AT_ONCE + 3)]
    with _serving() as (url, asked):
        embeddings = load_embeddings(Settings(embeddings=f"words@{url}"))
        vectors = embeddings.encode_documents(texts)
        question = embeddings.embed_query(texts[5])
    assert embeddings.identity == f"words@{vectors.shape[1]}"
    assert asked == [1, AT_ONCE, 3, 1]
    np.testing.assert_allclose(vectors, HashedWords().encode_documents(texts), atol=1e-6)
    np.testing.assert_allclose(question, vectors[5], atol=1e-6)
    assert embeddings.is_word("wich")


def test_a_library_is_filled_and_searched_by_it_and_by_nothing_else(tmp_path: Path) -> None:
    with _serving() as (url, _):
        settings = Settings(data_dir=tmp_path / "data", embeddings=f"words@{url}")
        embeddings, library = load_embeddings(settings), Library.open(settings.library_path)
        store(library, ARTICLES[0], embeddings)
        index = VectorIndex.open(settings, library, embeddings.identity)
        retriever = HybridRetriever(library=library, index=index, embeddings=embeddings)
        assert "1931" in retriever.invoke("When did the Varga bridge open?")[0].page_content
        index.close()
    with _serving() as (url, _), pytest.raises(IndexMismatch, match="another model than other@"):
        VectorIndex.open(settings, library, load_embeddings(Settings(embeddings=f"other@{url}")).identity)
    library.close()


def test_a_server_that_cannot_be_used_is_told_in_one_line() -> None:
    with pytest.raises(ProviderError, match="its server cannot be reached; is it running"):
        load_embeddings(Settings(embeddings="words@http://127.0.0.1:9/v1"))
    with _serving(status=401) as (url, _), pytest.raises(ProviderError, match="its key is missing or wrong"):
        load_embeddings(Settings(embeddings=f"words@{url}"))
    with _serving(short=True) as (url, _), pytest.raises(ProviderError, match="no vector for each text"):
        load_embeddings(Settings(embeddings=f"words@{url}"))
