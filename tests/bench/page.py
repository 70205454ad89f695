"""The page, as a browser would see it: when it is ready, and how long questions take."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.bench.articles import CORPUS_GOLD, ROOT

PORT = 7869
URL = f"http://127.0.0.1:{PORT}"
ASKED = 12


def page(environment: dict[str, str]) -> None:
    print("\nthe page", flush=True)
    questions = [row["question"] for row in map(json.loads, CORPUS_GOLD.open()) if row["answerable"]][:ASKED]
    with serving(environment, "seconds to") as client:
        times = [_ask(client, question) for question in questions]
    for name, values in zip(("first evidence", "first words", "whole answer"), zip(*times, strict=True), strict=True):
        known = [value for value in values if value is not None]
        print(f"  seconds to {name}: median {statistics.median(known):.2f}, slowest {max(known):.2f}, n {len(known)}")


@contextmanager
def serving(environment: dict[str, str], told: str = "") -> Iterator[httpx.Client]:
    """The page at URL, ready; prints how long that took after `told`."""
    start = time.perf_counter()
    server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=URL, timeout=120, trust_env=False) as client:
            for path in ("/healthz", "/readyz"):
                while not _ready(client, path):
                    time.sleep(0.05)
                if told:
                    print(f"  {told} {path}: {time.perf_counter() - start:.1f}")
            yield client
    finally:
        server.terminate()
        server.wait()


def _ready(client: httpx.Client, path: str) -> bool:
    try:
        return client.get(path).status_code == 200
    except httpx.TransportError:
        return False


def _ask(client: httpx.Client, question: str) -> tuple[float, float | None, float]:
    start = time.perf_counter()
    evidence, words = 0.0, None
    with client.stream("POST", "/api/ask", json={"question": question, "stream": True}) as response:
        for line in response.iter_lines():
            answer: dict[str, Any] = json.loads(line.removeprefix("data: ")) if line else {}
            now = time.perf_counter() - start
            if answer.get("passages") and not evidence:
                evidence = now
            if answer.get("draft") and words is None:
                words = now
    return evidence, words, time.perf_counter() - start
