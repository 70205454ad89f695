"""Many clients at once: `python -m tests.load --seconds 300`; tests/test_load.py runs a few seconds of it.

Each client is a user of its own who asks, streams, leaves early, searches and adds articles over real HTTP. Nothing may
fail but for the polite words of a full queue, no answer may belong to another's question, and memory may not grow.
"""

import argparse
import random
import resource
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx

from ingest.split import split
from qa.index import VectorIndex
from qa.library import Library
from qa.retrieve import HybridRetriever
from qa.settings import Settings
from qa.types import Answer
from qa.web import engine
from tests.conftest import ARTICLES, IDENTITY, HashedWords
from tests.test_web_api import events, ready, served, wait_until
from tests.web_fake import FakeAnswerer

CLIENTS = 20


class Echo(FakeAnswerer):
    """Answers each question with itself, so that a mixed-up answer is seen."""

    def stream(self, question: str, *rest: object) -> Iterator[Answer]:  # type: ignore[override]
        for answer in super().stream(question, *rest):  # type: ignore[arg-type]
            self.asked.clear()  # or memory would grow by what only tests look at
            yield replace(answer, text=f"{question} {answer.text}" if answer.status == "answered" else answer.text)


class Client(threading.Thread):
    """One user with a conversation, doing something at random until the time is over."""

    def __init__(self, url: str, number: int, end: float) -> None:
        super().__init__()
        self._url, self._number, self._end = url, number, end
        self._random = random.Random(number)
        self.done: Counter[str] = Counter()
        self.problems: list[str] = []

    def run(self) -> None:
        headers = {"Authorization": f"Bearer {key(self._number)}"}
        with httpx.Client(base_url=self._url, headers=headers, timeout=60) as self._http:
            self._conversation = self._http.post("/api/conversations", json={}).json()["id"]
            step = 0
            while time.monotonic() < self._end:
                step += 1
                what = self._random.choices(("ask", "stream", "leave", "search", "upload"), (4, 4, 2, 4, 1))[0]
                try:
                    getattr(self, f"_{what}")(f"Client {self._number} step {step}?")
                except Exception as error:
                    self.problems.append(f"{what}: {type(error).__name__}: {error}")
                self.done[what] += 1
                time.sleep(self._random.random() * 0.2)
            kept = self._http.get(f"/api/conversations/{self._conversation}").json()
            strange = [t for t in kept["turns"] if not t["question"].startswith(f"Client {self._number} step")]
            self.problems += [f"kept a turn of another: {turn['question']}" for turn in strange]

    def _ask(self, question: str) -> None:
        body = {"question": question, "conversation": self._conversation}
        if self._allowed(response := self._http.post("/api/ask", json=body)):
            self._check(question, response.json())

    def _stream(self, question: str) -> None:
        if self._allowed(response := self._http.post("/api/ask", json={"question": question, "stream": True})):
            self._check(question, events(response.text)[-1])

    def _leave(self, question: str) -> None:
        with self._http.stream(
            "POST", "/api/ask", json={"question": f"endless {question}", "stream": True}
        ) as response:
            if response.status_code == 200:
                next(response.iter_lines())

    def _search(self, question: str) -> None:
        response = self._http.post("/api/search", json={"question": question, "k": 2})
        assert response.json()["question"] == question

    def _upload(self, question: str) -> None:
        name, text = f"client-{self._number}.txt", f"{question} The quay has {self._random.random()} steps."
        response = self._http.post("/api/articles", files=[("files", (name, text.encode()))])
        assert response.status_code == 200, response.text
        assert not response.json()["failed"], response.text

    def _allowed(self, response: httpx.Response) -> bool:
        """Whether it was answered; a full queue says so politely."""
        if response.status_code == 429:
            assert "try again in" in response.json()["error"]
            assert int(response.headers["retry-after"]) > 0
            self.done["turned away"] += 1
            time.sleep(0.5)
            return False
        assert response.status_code == 200, response.text
        return True

    def _check(self, question: str, answer: dict[str, object]) -> None:
        if "error" in answer or answer["question"] != question or not str(answer["text"]).startswith(question):
            self.problems.append(f"{question} got {answer}")


def key(number: int) -> str:
    return f"key-of-client-number-{number}"


def resident() -> float:
    """The memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def run(folder: Path, seconds: float, clients: int = CLIENTS) -> tuple[Counter[str], list[str], list[float]]:
    """What was done, what went wrong, and the memory second by second."""
    settings = Settings(data_dir=folder / "data")
    library = Library.open(settings.library_path)
    for article in ARTICLES:
        passages = split(article)
        vectors = HashedWords().encode_documents([f"{article.title}\n{p.text}" for p in passages])
        library.put(article, passages, vectors, origin=f"/articles/{article.id}", model=IDENTITY)
    index = VectorIndex.open(settings, library, IDENTITY)
    answerer = Echo(delay=0.02).over(HybridRetriever(library=library, index=index, embeddings=HashedWords()))
    keys = ",".join(map(key, range(clients)))
    memory: list[float] = []
    with served(lambda _: answerer, settings.data_dir, api_keys=keys) as http:
        http.headers["Authorization"] = f"Bearer {key(0)}"
        wait_until(lambda: ready(http))
        end = time.monotonic() + seconds
        crowd = [Client(str(http.base_url), number, end) for number in range(clients)]
        for client in crowd:
            client.start()
        while time.monotonic() < end - 2:  # at the end the clients themselves read long conversations
            time.sleep(1)
            memory.append(resident())
        for client in crowd:
            client.join()
        http.headers["Authorization"] = f"Bearer {key(1)}"
        assert http.post("/api/ask", json={"question": "Is it still there?"}).status_code in (200, 429)
    index.close()
    library.close()
    done = sum((client.done for client in crowd), Counter())
    return done, [problem for client in crowd for problem in client.problems], memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--waiting", type=int, default=engine.WAITING, help="places in the queue")
    options = parser.parse_args()
    engine.WAITING = options.waiting
    with tempfile.TemporaryDirectory() as folder:
        done, problems, memory = run(Path(folder), options.seconds)
    print(dict(done))
    marks = [memory[len(memory) * n // 5] for n in range(5)] + memory[-1:]
    print("memory, MB:", " ".join(f"{mb:.0f}" for mb in marks))
    print(f"{len(problems)} problems", *problems[:10], sep="\n")


if __name__ == "__main__":
    main()
