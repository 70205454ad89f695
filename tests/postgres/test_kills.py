"""A PostgreSQL server dies amid `python -m ingest add` or a question: nothing is lost, and all goes on by itself."""

import json
import subprocess
from pathlib import Path

import pytest

from qa.library import Library
from qa.settings import Settings
from tests import test_crash
from tests.conftest import fill
from tests.postgres.server import MISSING, PASSWORD, Cluster, programs
from tests.quick_runner import PATIENCE, serving
from tests.test_crash import NAMES, all_are_found, command, stored
from tests.test_web_api import QUESTION, wait_until

pytestmark = pytest.mark.skipif(programs() is None, reason=f"PostgreSQL is not there: {MISSING}")


source = test_crash.source  # the fixture


@pytest.fixture
def settings(
    server: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Settings:
    schema = f"k{abs(hash(request.node.name))}"
    server.sql(f"CREATE SCHEMA {schema}")
    monkeypatch.setenv("ARTICLE_QA_DATABASE_URL", server.url(schema))  # of the programs that are started
    return Settings(data_dir=tmp_path / "data", database_url=server.url(schema))


def test_articles_are_added_once_whenever_the_server_dies(server: Cluster, settings: Settings, source: Path) -> None:
    log = source.parent / "embedded.log"
    log.touch()
    adding = command(settings, source, log)
    wait_until(lambda: len(set(log.read_text().split())) > len(NAMES) / 2 or adding.poll() is not None, PATIENCE)
    server.stop()
    try:
        assert "are kept, the same command goes on from there" in told(adding)
        assert told(command(settings, source, log)).endswith("try again")
    finally:
        server.start()
    assert 0 < len(stored(settings)) < len(NAMES)
    last = command(settings, source, log)
    _, err = last.communicate(timeout=PATIENCE)
    assert last.returncode == 0, err
    assert stored(settings) == set(NAMES)
    library = Library.open(settings.library)
    assert library.count() == len(NAMES)
    assert library.full_text_is_sound()
    library.close()
    all_are_found(settings)


def told(adding: subprocess.Popen[bytes]) -> str:
    """The one line in which a run ends that cannot reach the server."""
    out, err = adding.communicate(timeout=PATIENCE)
    (line,) = err.decode().splitlines()
    assert adding.returncode == 1, out
    assert line.startswith("error: cannot reach postgresql://")
    assert "start the server or correct ARTICLE_QA_DATABASE_URL" in line
    assert PASSWORD not in line
    return line


def test_the_same_process_answers_once_the_server_is_back(server: Cluster, settings: Settings) -> None:
    fill(settings)
    with serving(settings.data_dir, module="tests.postgres.looking_runner") as (page, client):
        conversation = client.post("/api/conversations", json={}).json()["id"]
        question = {"question": QUESTION, "conversation": conversation}
        streamed = question | {"stream": True}
        with client.stream("POST", "/api/ask", json=streamed) as response:
            lines = (line.removeprefix("data: ") for line in response.iter_lines() if line.startswith("data: "))
            assert json.loads(next(lines))["passages"]
            server.stop()
            *_, answer = map(json.loads, lines)
        try:
            assert answer["status"] == "answered"
            assert_clear(*answer["notes"], beginning="this answer could not be kept: ")
            asked = (("/api/ask", question), ("/api/ask", streamed), ("/api/search", {"question": QUESTION}))
            for path, body in asked:
                response = client.post(path, json=body)
                assert response.status_code == 503
                assert_clear(response.json()["error"])
        finally:
            server.start()
        assert client.post("/api/ask", json=question).json()["turn"] == 1
        assert client.post("/api/search", json={"question": QUESTION}).json()["passages"][0]["article_id"] == "bridge"
        assert len(client.get(f"/api/conversations/{conversation}").json()["turns"]) == 1
        assert page.poll() is None


def assert_clear(said: str, beginning: str = "") -> None:
    assert said.startswith(f"{beginning}cannot reach postgresql://")
    assert "start the server" in said
    assert "\n" not in said
    assert PASSWORD not in said
