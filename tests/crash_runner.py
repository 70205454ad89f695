"""`python -m tests.crash_runner LOG ...` is `python -m ingest ...` with an encoder that logs what it embeds."""

import hashlib
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import ingest.batch
import qa.models.embeddings
from ingest.cli import app
from qa.cli.console import run_app

BATCH_ARTICLES = 4
SECONDS_A_TEXT = 0.01
DIMENSION = 16
IDENTITY = "digests"


class LoggingEncoder:
    """Each text a direction of its own. The title of each passage is written down before it is embedded."""

    identity = IDENTITY

    def __init__(self, log: Path) -> None:
        self._log = log

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> np.ndarray:
        with self._log.open("a", encoding="utf-8") as file:
            file.writelines(f"{text.splitlines()[0]}\n" for text in texts)
        time.sleep(SECONDS_A_TEXT * len(texts))
        seeds = [int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) for text in texts]
        vectors = np.stack([np.random.default_rng(seed).normal(size=DIMENSION) for seed in seeds])
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


if __name__ == "__main__":
    log, *sys.argv[1:] = sys.argv[1:]
    ingest.batch.BATCH_ARTICLES = BATCH_ARTICLES
    qa.models.embeddings.load_embeddings = lambda settings: LoggingEncoder(Path(log))
    run_app(app)
