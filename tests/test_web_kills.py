"""kill -9 of the server amid uploads and answers: what was said to be kept is kept, and nothing else is left.

`KILLS=100` before pytest kills it so many times.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from qa.accounts.conversations import Conversations
from qa.index import VectorIndex
from qa.library import Library
from qa.settings import Settings
from tests.conftest import IDENTITY
from tests.quick_runner import PATIENCE, serving
from tests.test_web_api import QUESTION, wait_until

KILLS = int(os.environ.get("KILLS", "3"))
SECONDS = 1.0  # at most, from an upload to the kill
NOISE = b"%PDF-1.7 this is no PDF" + bytes(2_000_000)  # large enough to be spooled to the disk


@dataclass
class Told:
    """What the server has said to be done, and how many requests each kill cut off."""

    texts: dict[str, str] = field(default_factory=dict)  # of articles, by id
    turns: Counter[str] = field(default_factory=Counter)  # by conversation
    cut: Counter[str] = field(default_factory=Counter)

    def upload(self, url: httpx.URL, name: str) -> None:
        """Upload articles until the server is gone."""
        number = 0
        while True:
            number += 1
            titles = [f"{name}-{number}-{letter}" for letter in "ab"]
            texts = {title: f"The {title} quay was built of basalt." for title in titles}
            files = [("files", (f"{title}.txt", text.encode())) for title, text in texts.items()]
            try:
                report = httpx.post(
                    f"{url}/api/articles", files=[*files, ("files", ("noise.pdf", NOISE))], timeout=PATIENCE
                ).json()
            except httpx.TransportError:
                self.cut["uploads"] += 1
                return
            assert report["added"] == titles, report
            self.texts |= texts

    def ask(self, url: httpx.URL) -> None:
        """Hold a conversation until the server is gone."""
        try:
            conversation = httpx.post(f"{url}/api/conversations", json={}, timeout=PATIENCE).json()["id"]
            while True:
                body = {"question": QUESTION, "conversation": conversation}
                answer = httpx.post(f"{url}/api/ask", json=body, timeout=PATIENCE).json()
                self.turns[conversation] += 1
                assert answer["turn"] == self.turns[conversation]
        except httpx.TransportError:
            self.cut["answers"] += 1


def test_nothing_is_lost_and_nothing_is_left(tmp_path: Path) -> None:
    data, temporary = tmp_path / "data", tmp_path / "tmp"
    temporary.mkdir()
    own = Settings(data_dir=data).temporary_dir
    draw, told, left = random.Random(3), Told(), 0
    for round_ in range(KILLS):
        with serving(data, temporary) as (server, client):
            assert files(own, temporary) == []
            work = [threading.Thread(target=told.upload, args=(client.base_url, f"{round_}-{n}")) for n in range(3)]
            work += [threading.Thread(target=told.ask, args=(client.base_url,)) for _ in range(2)]
            for thread in work:
                thread.start()
            known = len(told.texts)
            wait_until(lambda: bool(files(own)), PATIENCE)
            if round_ % 2 == 0:  # else amid the first uploads, which start the process that reads PDF
                wait_until(lambda: len(told.texts) > known, PATIENCE)  # noqa: B023
            time.sleep(draw.uniform(0.0, SECONDS))
            server.kill()
            server.wait()
            for thread in work:
                thread.join()
        left += len(files(own))
    assert told.cut == {"uploads": 3 * KILLS, "answers": 2 * KILLS}
    assert left > 0, "no kill left a file behind, so nothing was tried"

    with serving(data, temporary) as (server, client):
        assert files(own, temporary) == []
        for conversation, number in told.turns.items():
            kept = client.get(f"/api/conversations/{conversation}").json()["turns"]
            assert [turn["number"] for turn in kept] == list(range(1, len(kept) + 1))
            assert number <= len(kept) <= number + 1  # the last may have been kept, and its answer cut off
            assert {turn["answer"]["status"] for turn in kept} == {"answered"}
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
    assert files(own, temporary) == []
    assert not own.exists()
    _all_is_there(data, told)
    print(f"{KILLS} kills: {dict(told.cut)} cut off, {left} files were left and removed at the next start;")
    print(f"{len(told.texts)} articles and {sum(told.turns.values())} turns were told to be kept, and are.")


def files(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def _all_is_there(data: Path, told: Told) -> None:
    settings = Settings(data_dir=data)
    library, conversations = Library.open(settings.library_path), Conversations.open(settings.conversations_path)
    assert library.faults() == conversations.faults() == []
    assert library.full_text_is_sound()
    conversations.close()
    kept = {info.id: library.article(info.id).text for info in library.articles()}
    assert told.texts.items() <= kept.items()
    assert all(text == f"The {name} quay was built of basalt." for name, text in kept.items())
    index = VectorIndex.open(settings, library, IDENTITY)
    assert index.count() == library.stats().passages == len(kept)
    index.close()
    library.close()
