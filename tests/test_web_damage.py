"""What is damaged on the disk stops nothing else of the page, and says what it is."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from qa.accounts.conversations import Conversations
from qa.settings import Settings
from tests.test_web_api import QUESTION, events, ready, served, wait_until
from tests.web_fake import FakeAnswerer

pytestmark = pytest.mark.sqlite


@contextmanager
def page(settings: Settings) -> Iterator[httpx.Client]:
    with served(lambda _: FakeAnswerer(), settings.data_dir) as client:
        wait_until(lambda: ready(client))
        yield client


def turned(path: Path, number: int) -> None:
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA user_version = {number}")
    db.close()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"not a database" * 1000),
        lambda path: turned(path, 999),
        lambda path: turned(path, -1),
    ],
    ids=["other bytes", "a schema of the future", "a schema from nowhere"],
)
def test_damaged_conversations_do_not_stop_the_answers(damage: Callable[[Path], None], settings: Settings) -> None:
    kept = Conversations.open(settings.conversations_path)
    kept.create("")
    kept.close()
    damage(settings.conversations_path)
    with page(settings) as client:
        assert client.get("/").status_code == 200
        assert client.post("/api/ask", json={"question": QUESTION}).json()["status"] == "answered"
        history = client.get("/api/conversations")
        assert history.status_code == 503
        assert "damaged" in history.json()["error"]
        assert "python -m ingest restore DIR" in history.json()["error"]
        assert "\n" not in history.json()["error"]


def test_what_is_damaged_while_it_answers_loses_no_answer(settings: Settings) -> None:
    with page(settings) as client:
        conversation = client.post("/api/conversations", json={}).json()["id"]
        db = sqlite3.connect(settings.conversations_path)
        db.execute("DROP TABLE turns")
        db.execute("CREATE TABLE turns (conversation_id, number, question, text, answer)")
        db.close()
        body = {"question": QUESTION, "conversation": conversation}
        answer = client.post("/api/ask", json=body).json()
        assert answer["status"] == "answered"
        assert "could not be kept" in answer["notes"][-1]
        *_, last = events(client.post("/api/ask", json=body | {"stream": True}).text)
        assert last["status"] == "answered"
        assert "could not be kept" in last["notes"][-1]
