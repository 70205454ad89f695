"""The page, as a browser would see it: when it is ready, and how long questions take."""

import json
import statistics
import subprocess
import sys
import time
from typing import Any

import httpx

from tests.bench.articles import CORPUS_GOLD, ROOT

PORT = 7869
ASKED = 12


def page(environment: dict[str, str]) -> None:
    print("\nthe page", flush=True)
    questions = [row["question"] for row in map(json.loads, CORPUS_GOLD.open()) if row["answerable"]][:ASKED]
    start = time.perf_counter()
    server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=120, trust_env=False) as client:
            for path in ("/healthz", "/readyz"):
                while not _ready(client, path):
                    time.sleep(0.05)
                print(f"  seconds to {path}: {time.perf_counter() - start:.1f}")
            times = [_ask(client, question) for question in questions]
    finally:
        server.terminate()
        server.wait()
    for name, values in zip(("first evidence", "first words", "whole answer"), zip(*times, strict=True), strict=True):
        known = [value for value in values if value is not None]
        print(f"  seconds to {name}: median {statistics.median(known):.2f}, slowest {max(known):.2f}, n {len(known)}")


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
