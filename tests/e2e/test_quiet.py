"""A whole session, watched: no name is looked up, nothing beyond this machine is connected to, the home stays empty."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from qa.settings import Settings
from tests.e2e import strace
from tests.e2e.conftest import ROOT, wait_until_ready
from tests.files.make import make
from tests.test_formats import FEEDS, LISTS
from tests.webserver import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.skipif(bool(strace.missing()), reason=strace.missing())]

# A shell that asks libraries to call home. The addresses lead nowhere (RFC 5737).
ASKED_TO = {
    "ANONYMIZED_TELEMETRY": "True",
    "CHROMA_OTEL_COLLECTION_ENDPOINT": "http://192.0.2.1:4317",
    "CHROMA_OTEL_GRANULARITY": "all",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    "GRADIO_ANALYTICS_ENABLED": "True",
    "HF_HUB_DISABLE_TELEMETRY": "0",
    "LANGSMITH_API_KEY": "none",
    "LANGSMITH_ENDPOINT": "http://192.0.2.1",
    "LANGSMITH_TRACING_V2": "true",
    "ORT_DISABLE_TELEMETRY": "0",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318",
    "OTEL_SDK_DISABLED": "false",
}
QUESTION = "Who signed the Clarity Act?"


class Session:
    """Commands of a user whose home is new."""

    def __init__(self, folder: Path) -> None:
        self.home, self.data, self.logs = (folder / name for name in ("home", "data", "logs"))
        self.home.mkdir()
        self.logs.mkdir()
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "ARTICLE_QA_DATA_DIR": str(self.data),
            "ARTICLE_QA_MODELS_DIR": str(Settings.from_env().models_dir),
            **ASKED_TO,
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        log = self.logs / f"{len(list(self.logs.iterdir()))}.strace"
        return subprocess.Popen(
            [*strace.command(log), sys.executable, *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=(self.logs / f"{log.stem}.err").open("w"),
            text=True,
        )

    def run(self, *arguments: str) -> dict[str, object]:
        """The JSON that a command prints."""
        out, _ = self.start(*arguments, "--json").communicate()
        found: dict[str, object] = json.loads(out)
        return found

    def outside(self) -> list[str]:
        return [line for log in self.logs.glob("*.strace") for line in strace.outside(log)]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Articles of every format added, the page started, asked and stopped, answers measured."""
    session = Session(tmp_path_factory.mktemp("session"))
    articles = session.data.with_name("articles")
    articles.mkdir()
    make(articles)
    for name in (*FEEDS, *LISTS):  # their links are meant to be fetched
        (articles / name).unlink()
    added = session.run("-m", "ingest", "add", "corpus", str(articles))
    assert {Path(str(item)).suffix for item in articles.iterdir()} >= {".md", ".html", ".pdf", ".docx", ".csv"}
    assert len(added["added"]) > 25
    port = free_port()
    server = session.start("app.py", "--port", str(port))
    url = f"http://127.0.0.1:{port}"
    wait_until_ready(url, server, session.logs / "1.err")
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        assert client.get("/").status_code == 200
        assert client.get("/config").status_code == 200
        upload = {"files": ("ferry.md", "The Quill ferry carries nine hundred people a day.", "text/markdown")}
        assert client.post("/api/articles", files=upload).status_code == 200
        assert client.post("/api/ask", json={"question": QUESTION}).json()["status"] in ("answered", "refused")
    assert session.run("-m", "qa", "ask", "How many people does the Quill ferry carry?")["status"] == "answered"
    os.kill(json.loads((session.data / "server.json").read_text())["pid"], signal.SIGTERM)
    assert server.wait(60) == 0
    report = session.run("-m", "qa", "evaluate", "tests/gold/corpus.jsonl", "--limit", "1", "--out", f"{articles}/out")
    assert len(report["questions"]) == 1
    return session


def test_nothing_is_looked_up_or_connected_to_beyond_this_machine(session: Session) -> None:
    assert session.outside() == []


def test_nothing_is_left_in_the_home_folder(session: Session) -> None:
    assert sorted(session.home.rglob("*")) == []


@pytest.mark.parametrize(
    ("code", "leaves"),
    [
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))", True),
        ("socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).connect_ex(('2001:db8::1', 9))", True),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 53))", True),
        ("socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))", False),
        ("socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).connect_ex(('::ffff:127.0.0.1', 9))", False),
    ],
)
def test_the_watcher_sees_what_it_should(code: str, leaves: bool, tmp_path: Path) -> None:
    program = f"import socket, threading; threading.Thread(target=lambda: {code}).start()"
    subprocess.run([*strace.command(tmp_path / "log"), sys.executable, "-c", program], stderr=subprocess.DEVNULL)
    assert bool(strace.outside(tmp_path / "log")) is leaves
