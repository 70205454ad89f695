"""A real server seen from outside: /metrics on a port of its own, and its log as JSON lines."""

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from qa.settings import PREFIX
from tests.quick_runner import serving, start
from tests.test_web_api import wait_until
from tests.webserver import free_port

SECRET = "Varga"
QUESTION = f"When did the {SECRET} bridge open?"


class Seen:
    """A server, its pages, its metrics, and the end of its log."""

    def __init__(self, server: subprocess.Popen[str], client: httpx.Client, metrics: str) -> None:
        self.server = server
        self.client = client
        self.url = metrics

    def samples(self) -> dict[tuple[str, ...], float]:
        """(name, the values of its labels in the order of their names …) -> value"""
        text = httpx.get(f"{self.url}/metrics", trust_env=False).raise_for_status().text
        return {
            (
                sample.name.removeprefix("article_qa_"),
                *(value for _, value in sorted(sample.labels.items())),
            ): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def log(self) -> list[dict[str, object]]:
        """Ends the server."""
        self.server.terminate()
        out, lines = self.server.communicate(timeout=60)
        assert out == ""
        return [json.loads(line) for line in lines.splitlines()]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seen]:
    port = free_port()
    monkeypatch.setenv(f"{PREFIX}METRICS", f"127.0.0.1:{port}")
    monkeypatch.setenv(f"{PREFIX}LOG", "json")
    with serving(tmp_path / "data") as (server, client):
        yield Seen(server, client, f"http://127.0.0.1:{port}")


def test_what_comes_of_questions_and_articles_is_counted_and_logged_without_a_word_of_them(seen: Seen) -> None:
    asked = {QUESTION: 200, "How much is cheese?": 200, f"crash {SECRET}": 503, "x" * 1500 + SECRET * 200: 422}
    for question, status in asked.items():
        assert seen.client.post("/api/ask", json={"question": question}).status_code == status
    with seen.client.stream("POST", "/api/ask", json={"question": f"endless {SECRET}", "stream": True}) as growing:
        assert any('"draft": "The' in line for line in growing.iter_lines())
    added = seen.client.post("/api/articles", files=[("files", ("new.txt", b"The pier was closed in 1950."))])
    assert added.status_code == 200
    wait_until(lambda: ("questions_total", "fact", "left") in seen.samples())
    samples = seen.samples()
    assert {key[1:]: value for key, value in samples.items() if key[0] == "questions_total"} == {
        ("fact", "answered"): 1,
        ("fact", "refused"): 1,
        ("unknown", "failed"): 2,
        ("fact", "left"): 1,
    }
    assert samples["first_source_seconds_count",] == samples["first_sentence_seconds_count",] == 3
    assert samples["articles_settled_total", "added"] == samples["articles",] == samples["passages",] == 1
    assert samples["stage_seconds_count", "embed", "embed"] == 1
    assert [samples["queue_working", name] for name in ("questions", "searches", "articles")] == [0, 0, 0]
    assert samples["ready",] == 1
    assert samples["articles_failed",] == samples["articles_pending",] == samples["model_restarts_total",] == 0
    assert SECRET not in str(samples)
    lines = seen.log()
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    outcomes = [line["outcome"] for line in lines if line["message"] == "question"]
    assert sorted(map(str, outcomes)) == ["answered", "failed", "failed", "left", "refused"]
    assert SECRET not in str(lines)
    fault = next(line for line in lines if line["message"] == "unforeseen error")
    assert str(fault["exc_info"]).endswith("ZeroDivisionError"), "its message is not told: it may hold a text"


def test_the_port_of_metrics_has_nothing_else_and_no_other_name(seen: Seen) -> None:
    assert httpx.get(f"{seen.url}/api/articles", trust_env=False).status_code == 404
    rebound = httpx.get(f"{seen.url}/metrics", headers={"Host": "evil.example"}, trust_env=False)
    assert rebound.status_code == 403
    assert httpx.post(f"{seen.url}/metrics", json={}, trust_env=False).status_code == 405
    assert seen.client.get("/metrics").status_code == 404, "the page does not have them"


def test_texts_are_logged_where_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}LOG", "json")
    monkeypatch.setenv(f"{PREFIX}LOG_TEXTS", "yes")
    with serving(tmp_path / "data") as (server, client):
        client.post("/api/ask", json={"question": QUESTION})
        line = next(line for line in Seen(server, client, "").log() if line["message"] == "question")
    assert (line["question"], line["answer"]) == (QUESTION, "The bridge opened in 1931. [1]")


def test_a_port_of_metrics_that_is_taken_ends_the_server_with_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv(f"{PREFIX}METRICS", f"127.0.0.1:{taken.getsockname()[1]}")
        server = start(tmp_path / "data", "serve", str(free_port()))
        _, said = server.communicate(timeout=120)
    assert server.returncode == 1
    assert "cannot listen on 127.0.0.1 port" in said
    assert "Traceback" not in said
