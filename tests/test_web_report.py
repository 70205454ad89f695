"""The latest evaluation, served so that it can draw itself and do nothing else."""

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer

SCRIPT = "document.title = 'drawn'"
RUN = {
    "made_at": "2026-01-02T03:04:05+00:00",
    "gold": "five.jsonl",
    "answers": {"accuracy": 0.75, "f1": 0.8, "n": 4},
    "refusal": {"negative_rejection": None, "false_refusal": 0.25},
    "intervals": {"answers": {"accuracy": [0.5, 1.0]}},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[httpx.Client]:
    with served(lambda _settings: FakeAnswerer(), folder) as client:
        wait_until(lambda: ready(client))
        yield client


def test_without_an_evaluation_it_says_so(client: httpx.Client) -> None:
    assert client.get("/api/report").json() is None
    assert client.get("/report").status_code == 404
    assert client.get("/report").json() == {"error": "no evaluation has been made yet"}


def test_the_main_figures_and_the_report_in_a_sandbox(client: httpx.Client, folder: Path) -> None:
    (folder / "report").mkdir()
    (folder / "report/run.json").write_text(json.dumps(RUN))
    (folder / "report/report.html").write_text(f"<title>x</title><script>{SCRIPT}</script>")
    assert client.get("/api/report").json() == {
        "made_at": RUN["made_at"],
        "gold": "five.jsonl",
        "measures": [
            {"name": "answers.accuracy", "value": 0.75, "interval": [0.5, 1.0]},
            {"name": "refusal.false_refusal", "value": 0.25, "interval": None},
        ],
    }
    page = client.get("/report")
    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert policy["sandbox"] == "allow-scripts"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == f"'sha256-{digest}'"

    (folder / "report/run.json").write_text("{")
    broken = client.get("/api/report")
    assert broken.status_code == 500
    assert "run `evaluate --out` again" in broken.json()["error"]
