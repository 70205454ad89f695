"""Requests that nobody foresaw, to every route: `python -m tests.web_fuzz --requests 20000`.

tests/test_web_fuzz.py sends some of them. None may end in a 5xx, in a traceback or later than after ten seconds.
Behind the routes is the Answerer itself, over a small library and with a model whose words are known.
"""

import argparse
import contextlib
import io
import logging
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

from qa.answer import Answerer
from qa.index import VectorIndex
from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.conftest import ARTICLES, IDENTITY, HashedWords, store
from tests.gradio_app import gradio_app, routes_of
from tests.judges import WordJudge
from tests.odd_requests import Operation, Request, calls, operations, requests
from tests.test_web_api import ready, served, wait_until

SECONDS = 10.0  # a request may take
STREAM_SECONDS = 0.3  # that what never ends is listened to
KEYS = [f"key-of-fuzzing-client-{number}" for number in range(200)]  # each may ask so often in a minute


class Target:
    """A running server, what may be sent to it, and what it writes into its log."""

    def __init__(self, client: httpx.Client, log: io.StringIO, gradio: Any) -> None:
        self._address = (client.base_url.host, client.base_url.port or 80)
        self._log = log
        self._logged = 0
        schema = client.get("/openapi.json").json()
        called = [
            *calls(client.get("/config").json()),
            Operation("GET", "/gradio_api/queue/data", query={"session_hash": {"enum": ["one", "two", "x"]}}),
            Operation("GET", "/gradio_api/heartbeat/one"),
            Operation("GET", "/"),
            Operation("POST", "/signin"),
            Operation("POST", "/signout"),
        ]
        shut = [Operation(method, path) for method, path in routes_of(gradio)]
        shapes = schema["components"]["schemas"]
        places = ["mill", client.post("/api/conversations", json={}).json()["id"], "1", "predict"]
        some = ((list(operations(schema)), 6), (called, 3), (shut, 1))
        self.requests = st.sampled_from([kind for kind, times in some for _ in range(times)]).flatmap(
            lambda kind: st.sampled_from(kind).flatmap(lambda operation: requests(operation, shapes, places, KEYS))
        )
        self.statuses: Counter[int] = Counter()

    def problem(self, request: Request) -> str | None:
        """What is wrong with how a request ends, if anything is."""
        start = time.monotonic()
        try:
            status, text = self._sent(request)
        except (OSError, HTTPException) as error:
            status, text = 0, f"{type(error).__name__}: {error}"
        self.statuses[status] += 1
        seconds = time.monotonic() - start
        if "Traceback" in (logged := self.logged()):
            return f"{status}, and a traceback in the log: {logged[-2_000:]}"
        if seconds > SECONDS:
            return f"{status} after {seconds:.1f} s"
        if status == 503 and "Queue is full" in text:
            return None
        return f"{status}: {text[:300]}" if not 200 <= status < 500 or "something went wrong" in text else None

    def logged(self) -> str:
        """What was written into the log since this was asked last."""
        new = self._log.getvalue()[self._logged :]
        self._logged += len(new)
        return new

    def _sent(self, request: Request) -> tuple[int, str]:
        with socket.create_connection(self._address, timeout=SECONDS + 5) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may answer before it has read all
                connection.sendall(request.to_bytes())
            response = HTTPResponse(connection, method=request.method)
            response.begin()
            if (
                response.getheader("content-type", "").startswith("text/event-stream")
                and b"/gradio_api/" in request.target
            ):
                connection.settimeout(STREAM_SECONDS)
                with contextlib.suppress(TimeoutError):
                    return response.status, response.read1(10_000).decode("utf-8", "replace")
                return response.status, ""
            return response.status, response.read().decode("utf-8", "replace")


@contextmanager
def attacked(folder: Path) -> Iterator[Target]:
    """A server over a small library, to be sent anything; no name is looked up but this machine's."""
    configured = Settings(data_dir=folder / "data")
    library = Library.open(configured.library_path)
    for article in ARTICLES:
        store(library, article)
    index = VectorIndex.open(configured, library, IDENTITY)
    retriever = HybridRetriever(library=library, index=index, embeddings=HashedWords())
    model = GenericFakeChatModel(messages=repeat("The Varga bridge opened in 1931."))
    answerer = Answerer(retriever, model, "fake:parrot", WordJudge())
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    try:
        with (
            contextlib.redirect_stderr(log),
            served(lambda _: answerer, configured.data_dir, api_keys=",".join(KEYS)) as client,
        ):
            client.headers["Authorization"] = f"Bearer {KEYS[0]}"
            wait_until(lambda: ready(client))
            yield Target(client, log, gradio_app(folder))
    finally:
        logging.getLogger().removeHandler(handler)
        index.close()
        library.close()


def fuzz(target: Target, wanted: int, *, derandomize: bool = False) -> Counter[str]:
    """Send so many requests; what went wrong, and how often."""
    problems: Counter[str] = Counter()
    sent = 0

    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        derandomize=derandomize,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(target.requests)
    def send(request: Request) -> None:
        nonlocal sent
        sent += 1
        if problem := target.problem(request):
            problems[
                f"{request.method} {request.target[:120]!r} {request.body[:200]!r} {request.headers}: {problem}"
            ] += 1

    send()
    assert sent >= wanted
    return problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    wanted = parser.parse_args().requests
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, attacked(Path(folder)) as target:
        problems = fuzz(target, wanted)
        statuses = target.statuses
    for problem, times in problems.most_common(50):
        print(f"{times} × {problem}")
    counted = ", ".join(f"{status}: {times}" for status, times in sorted(statuses.items()))
    print(f"{wanted} requests in {time.monotonic() - start:.0f} s; by status {counted}; {problems.total()} problems")
    raise SystemExit(bool(problems))


if __name__ == "__main__":
    main()
