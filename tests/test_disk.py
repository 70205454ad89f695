"""Reading works on a disk that is full or read-only, and writing says in one line what to do."""

import json
import subprocess
import sys
from typing import Any

import pytest

from qa.conversations import Conversations
from qa.index import VectorIndex
from qa.library import Library
from qa.settings import Settings
from tests.conftest import ARTICLES, IDENTITY, store
from tests.web_fake import FakeAnswerer

NAMESPACE = ["unshare", "-rm"]
READING = ("status", "list", "show", "search", "evaluate", "feedback")


@pytest.fixture(scope="module", params=["full", "readonly"])
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every command said on such a disk."""
    try:
        probe = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        subprocess.run(probe, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine lets nobody mount: {error}")
    room = tmp_path_factory.mktemp(request.param)
    settings = Settings(data_dir=room / "source")
    library = Library.open(settings.library_path)
    for article in ARTICLES:
        store(library, article)
    VectorIndex.open(settings, library, IDENTITY).close()
    library.close()
    kept = Conversations.open(settings.conversations_path)
    *_, answer = FakeAnswerer().stream("When did the Varga bridge open?")
    kept.append("", kept.create("").id, answer)
    kept.close()
    (room / "disk").mkdir()
    command = [*NAMESPACE, sys.executable, "-m", "tests.disk_runner"]
    run = subprocess.run(
        [*command, request.param, settings.data_dir, room / "disk"], capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    return {"state": request.param, **json.loads(run.stdout.splitlines()[-1])}


def test_reading_commands_work(said: dict[str, Any]) -> None:
    assert {name: said[name]["code"] for name in READING} == dict.fromkeys(READING, 0)
    assert json.loads(said["status"]["out"])["articles"] == 3
    assert [article["id"] for article in json.loads(said["list"]["out"])] == ["bridge", "ferry", "mill"]
    assert json.loads(said["show"]["out"])["text"] == ARTICLES[0].text
    assert json.loads(said["search"]["out"])["passages"][0]["article_id"] == "bridge"
    assert json.loads(said["evaluate"]["out"])["retrieval"]["hits@1"] == 1.0


def test_the_doctor_says_what_the_disk_refuses(said: dict[str, Any]) -> None:
    out = said["doctor"]["out"]
    assert "FAIL  data: " in out
    assert "please report" not in out
    assert "ok    library: 3 articles, 3 passages" in out


def test_writing_fails_in_one_line_that_says_what_to_do(said: dict[str, Any]) -> None:
    to_do = {"full": "free some space", "readonly": "ARTICLE_QA_DATA_DIR"}[said["state"]]
    for name in ("add", "remove"):
        *_, last = said[name]["err"].splitlines()
        assert said[name]["code"] == 1
        assert last.startswith("error: ")
        assert to_do in last
        assert "Traceback" not in said[name]["err"]


def test_the_page_reads_and_answers(said: dict[str, Any]) -> None:
    assert said["/"] == 200
    assert said["/api/articles"] == ["bridge", "ferry", "mill"]
    assert said["/api/conversations"] == "When did the Varga bridge open?"
    assert said["/api/ask"]["status"] == "answered"
    assert "could not be kept" in said["/api/ask"]["notes"][-1]


def test_with_room_again_the_same_command_adds(said: dict[str, Any]) -> None:
    if said["state"] == "full":
        assert said["add, with room"]["code"] == 0
        assert len(json.loads(said["add, with room"]["out"])["added"]) == 1
    assert said["models"]
