"""`unshare -rm python -m tests.disk_runner STATE SOURCE DISK`: commands and the page on a disk that is `full` or
`readonly`, a small one of its own that holds what SOURCE does. Prints as JSON what each said.

The embedding model is the one of the tests, and no reader reads.
"""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ingest.cli
import qa.cli.main
import qa.models.embeddings
import qa.retrieval.retriever
from qa.cli.console import run_app
from qa.library import Library
from tests.conftest import IDENTITY, HashedWords
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.web_fake import FakeAnswerer

SIZE = "32m"
GOLD = {
    "id": "q1",
    "question": QUESTION,
    "answers": ["1931"],
    "answerable": True,
    "evidence": [{"article_id": "bridge", "text": "It is 412 metres long."}],
}


def fill(folder: Path) -> None:
    """Take every byte that is free."""
    with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def run(app: Any, *words: object) -> dict[str, Any]:
    sys.argv = ["command", *map(str, words)]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            run_app(app)
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def commands(gold: Path, articles: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "status", run(ingest.cli.app, "status", "--json")
    yield "list", run(ingest.cli.app, "list", "--json")
    yield "show", run(ingest.cli.app, "show", "bridge", "--json")
    yield "search", run(qa.cli.main.app, "search", "Varga bridge", "--json")
    yield "evaluate", run(qa.cli.main.app, "evaluate", gold, "--retrieval-only", "--json")
    yield "feedback", run(qa.cli.main.app, "feedback", "--json")
    yield "doctor", run(qa.cli.main.app, "doctor")
    yield "add", run(ingest.cli.app, "add", articles, "--json")
    yield "remove", run(ingest.cli.app, "remove", "bridge")


def page(data: Path) -> Iterator[tuple[str, Any]]:
    """What the routes say; the Answerer is a stand-in over the real library and index."""

    def load(settings: Any) -> FakeAnswerer:
        return FakeAnswerer().over(qa.retrieval.retriever.HybridRetriever.open(settings))

    with served(load, data, reranker="none") as client:
        wait_until(lambda: ready(client))
        yield "/", client.get("/").status_code
        yield "/api/articles", [article["id"] for article in client.get("/api/articles").json()]
        (conversation,) = client.get("/api/conversations").json()
        yield "/api/conversations", conversation["title"]
        body = {"question": QUESTION, "conversation": conversation["id"]}
        yield "/api/ask", client.post("/api/ask", json=body).json()


def main() -> None:
    state, source, disk = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], check=True)
    data = disk / "data"
    shutil.copytree(source, data, copy_function=shutil.copy2)
    gold, articles = (disk.with_name(name) for name in ("gold.jsonl", "articles"))
    gold.write_text(json.dumps(GOLD))
    articles.mkdir()
    (articles / "new.md").write_text("# A tower\n\nThe tower is 90 metres high.\n")
    if state == "full":
        fill(disk)
    else:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    os.environ |= {"ARTICLE_QA_DATA_DIR": str(data), "ARTICLE_QA_RERANKER": "none"}
    os.environ["ARTICLE_QA_MODELS_DIR"] = str(disk.with_name("models"))
    qa.retrieval.retriever.load_embeddings = qa.models.embeddings.load_embeddings = lambda settings: HashedWords()
    said = dict(commands(gold, articles)) | dict(page(data))
    if state == "full":
        (disk / "filler").unlink()
        said["add, with room"] = run(ingest.cli.app, "add", articles, "--json")
    library = Library.open(data / "library.sqlite3")
    said["models"] = library.stats().models == (IDENTITY,)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
