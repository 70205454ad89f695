"""make bench: quality on the corpus gold set and speed, with the real models, in a library of its own."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from ingest.split import split
from qa.library import Library
from qa.models.embeddings import load_embeddings
from qa.settings import Settings

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests/gold/corpus.jsonl"
PORT = 7869
ASKED = 12


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="article-qa-bench-") as folder:
        environment = {**os.environ, "ARTICLE_QA_DATA_DIR": folder, "ARTICLE_QA_PORT": str(PORT)}
        _run(environment, "-m", "ingest", "add", "corpus")
        print("speed", flush=True)
        _page(environment)
        _embedding(Path(folder))
        print(f"\nquality on {GOLD.relative_to(ROOT)}", flush=True)
        print(_run(environment, "-m", "qa", "evaluate", str(GOLD)))


def _run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def _page(environment: dict[str, str]) -> None:
    """From the start of the page to its first answers, as a browser would see them."""
    questions = [row["question"] for row in map(json.loads, GOLD.open()) if row["answerable"]][:ASKED]
    start = time.perf_counter()
    page = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{PORT}", timeout=120, trust_env=False) as client:
            for path in ("/healthz", "/readyz"):
                while not _ready(client, path):
                    time.sleep(0.05)
                print(f"  seconds to {path}: {time.perf_counter() - start:.1f}")
            times = [_ask(client, question) for question in questions]
    finally:
        page.terminate()
        page.wait()
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


def _embedding(folder: Path) -> None:
    """Passages a second, without loading the model."""
    library = Library.open(Settings(data_dir=folder).library_path)
    texts = [p.text for info in library.articles() for p in split(library.article(info.id))]
    embeddings = load_embeddings(Settings.from_env())
    embeddings.encode_documents(texts[:8])
    start = time.perf_counter()
    embeddings.encode_documents(texts)
    print(f"  passages embedded per second: {len(texts) / (time.perf_counter() - start):.0f} ({len(texts)} passages)")


if __name__ == "__main__":
    main()
