"""`python -m tests.quick_runner ...` is `python -m ingest ...` with embeddings known by hand, and `serve PORT` besides.

Library, index, uploads and conversations of that server are real. Its answers are known by hand, and in place of the
page, which takes seconds to build, it has an empty one.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np

import qa.models.embeddings
from ingest.cli import app
from qa.cli.console import run_app
from qa.index import VectorIndex
from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from tests.conftest import HashedWords
from tests.test_web_api import wait_until
from tests.web_fake import FakeAnswerer

ROOT = Path(__file__).parent.parent
PATIENCE = 240.0  # seconds, on a machine that has much else to do
SECONDS_A_TEXT = 0.05
SECONDS_A_WORD = 0.05  # of an answer


class SlowWords(HashedWords):
    """Long enough at work that another can come in between."""

    def encode_documents(self, texts: list[str], progress: object = None) -> np.ndarray:
        time.sleep(SECONDS_A_TEXT * len(texts))
        return super().encode_documents(texts, progress)


def start(
    data_dir: Path, *words: str, temporary: Path | None = None, module: str = "tests.quick_runner"
) -> subprocess.Popen[str]:
    """Run a command on a data directory, with a folder for temporary files where one is given."""
    environment = (
        os.environ | {"ARTICLE_QA_DATA_DIR": str(data_dir)} | ({"TMPDIR": str(temporary)} if temporary else {})
    )
    return subprocess.Popen(
        [sys.executable, "-m", module, *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(
    data_dir: Path, temporary: Path | None = None, module: str = "tests.quick_runner"
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """A server that is ready, with a client of it; killed at the end if it still runs."""
    server = start(data_dir, "serve", "0", temporary=temporary, module=module)
    try:
        wait_until(lambda: _announced(data_dir).get("pid") == server.pid or server.poll() is not None, PATIENCE)
        assert server.poll() is None, server.communicate()[1]
        with httpx.Client(base_url=_announced(data_dir)["url"], timeout=60, trust_env=False) as client:
            wait_until(lambda: client.get("/readyz").status_code == 200, PATIENCE)
            yield server, client
    finally:
        server.kill()
        server.communicate()


def _announced(data_dir: Path) -> dict[str, str]:
    try:
        return json.loads(Settings(data_dir=data_dir).server_file.read_text())
    except (OSError, ValueError):
        return {}


def _answerer(settings: Settings) -> FakeAnswerer:
    library, embeddings = Library.open(settings.library), SlowWords()
    index = VectorIndex.open(settings, library, embeddings.identity)
    return FakeAnswerer(SECONDS_A_WORD).over(HybridRetriever(library=library, index=index, embeddings=embeddings))


def serve(port: int) -> None:
    from fastapi import FastAPI

    from qa.web import application, server

    page = FastAPI()
    page.state.functions = {}  # that the page calls
    application._build_page = lambda *_: page
    server.serve(_answerer, replace(Settings.from_env(), port=port))


if __name__ == "__main__":
    app.command()(serve)
    qa.models.embeddings.load_embeddings = lambda settings: SlowWords()
    run_app(app)
