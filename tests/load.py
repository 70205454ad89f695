"""Many clients at once: `python -m tests.load --clients 100 --seconds 120`; tests/test_load.py does it for seconds.

Each client is a user of its own who asks, streams, leaves early, searches and adds articles over real HTTP, and comes
again after the time that a full queue names. Nothing may fail, no answer may belong to another's question, searches
stay quick, and neither memory nor threads grow.
"""

import argparse
import multiprocessing
import os
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from qa.web import engine
from tests.load_server import NAMES, key, serve, serving
from tests.test_web_api import events, ready, wait_until

CLIENTS = 20
MIX = {"ask": 4, "stream": 4, "leave": 2, "search": 4, "upload": 1}
ALONE = 5  # questions before and after, to compare
SEARCH_SECONDS = 1.0  # 95 in 100 searches take less
SLOWER = 1.2  # than before, at most, is a single question afterwards
LARGER = 1.1  # memory at the end, as a multiple of what it was after two fifths
THREADS = 64


@dataclass
class Load:
    """What was done, and what became of it."""

    done: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)  # seconds
    memory: list[float] = field(default_factory=list)  # MB, second by second
    threads: int = 0
    alone: tuple[float, float] = (0.0, 0.0)  # seconds of a single question, before and after

    @property
    def search_p95(self) -> float:
        return statistics.quantiles(self.searches, n=20)[-1]

    def failures(self) -> list[str]:
        """What was promised and not kept."""
        before, after = self.alone
        checks = {
            f"{len(self.problems)} problems": not self.problems,
            "searches are slow": self.search_p95 < SEARCH_SECONDS,
            "a single question is slower than before": after <= SLOWER * before,
            "memory grows": self.memory[-1] <= LARGER * self.memory[len(self.memory) * 2 // 5],
            "too many threads": self.threads <= THREADS,
        }
        return [name for name, kept in checks.items() if not kept]


class Client(threading.Thread):
    """One user with a conversation, doing something at random until the time is over."""

    def __init__(self, url: str, number: int, end: float, kind: str) -> None:
        super().__init__()
        self._url, self._number, self._end, self._kind = url, number, end, kind
        self._random = random.Random(number)
        self.load = Load()

    def run(self) -> None:
        with client_of(self._url, self._number) as self._http:
            self._conversation = self._http.post("/api/conversations", json={}).json()["id"]
            step = 0
            while time.monotonic() < self._end:
                step += 1
                (what,) = self._random.choices(list(MIX), list(MIX.values()))
                question, token = question_of(self._kind, f"Client {self._number} step {step}?", self._random)
                try:
                    getattr(self, f"_{what}")(question, token)
                except Exception as error:
                    self.load.problems.append(f"{what}: {type(error).__name__}: {error}")
                self.load.done[what] += 1
                self._pause(self._random.random() * 0.2)

    def _pause(self, seconds: float) -> None:
        time.sleep(max(0.0, min(seconds, self._end - time.monotonic())))

    def _ask(self, question: str, token: str) -> None:
        body = {"question": question, "conversation": self._conversation}
        if self._allowed(response := self._http.post("/api/ask", json=body)):
            self._check(question, token, response.json())

    def _stream(self, question: str, token: str) -> None:
        if self._allowed(response := self._http.post("/api/ask", json={"question": question, "stream": True})):
            self._check(question, token, events(response.text)[-1])

    def _leave(self, question: str, token: str) -> None:
        question = f"endless {question}" if self._kind == "echo" else question
        with self._http.stream("POST", "/api/ask", json={"question": question, "stream": True}) as response:
            if response.status_code == 200:
                next(response.iter_lines())

    def _search(self, question: str, token: str) -> None:
        started = time.perf_counter()
        response = self._http.post("/api/search", json={"question": question, "k": 2})
        taken = time.perf_counter() - started
        if self._allowed(response, "searches turned away"):
            self.load.searches.append(taken)
            assert response.json()["question"] == question

    def _upload(self, question: str, token: str) -> None:
        name, text = f"client-{self._number}.txt", f"{question} The quay has {self._random.random()} steps."
        response = self._http.post("/api/articles", files=[("files", (name, text.encode()))])
        if self._allowed(response, "uploads turned away"):
            assert not response.json()["failed"], response.text

    def _allowed(self, response: httpx.Response, otherwise: str = "turned away") -> bool:
        """Whether it was answered; a full queue says politely when to come again."""
        if response.status_code == 429:
            wait = int(response.headers["retry-after"])
            assert f"try again in {wait} seconds" in response.json()["error"]
            self.load.done[otherwise] += 1
            self._pause(wait)
            return False
        assert response.status_code == 200, response.text
        return True

    def _check(self, question: str, token: str, answer: dict[str, object]) -> None:
        if "try again in" in str(answer.get("error")):
            self.load.done["waited in vain"] += 1
        elif answer.get("question") != question or token not in str(answer.get("text")):
            self.load.problems.append(f"{question} got {answer}")


def question_of(kind: str, name: str, choice: random.Random) -> tuple[str, str]:
    """A question, and what its answer must repeat."""
    if kind == "echo":
        return name, name
    lighthouse = choice.choice(NAMES)
    return f"Who built the lighthouse of {lighthouse}?", f"{lighthouse}son"


def client_of(url: str, number: int) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key(number)}"}, timeout=60)


@contextmanager
def server(kind: str, folder: Path, clients: int, waiting: int) -> Iterator[tuple[str, int]]:
    """Its address and its process: one of its own, where what is measured is more than who got which answer."""
    if kind == "echo":
        with serving(kind, folder, clients, waiting) as url:
            yield url, os.getpid()
        return
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(kind, folder, clients, waiting, there))
    process.start()
    try:
        assert process.pid
        yield here.recv(), process.pid
        here.send("end")
        process.join()
    finally:
        process.kill()


def alone(http: httpx.Client, kind: str) -> float:
    """The median time of a few questions, one after the other."""
    times, choice = [], random.Random(0)
    for number in range(ALONE):
        question, _ = question_of(kind, f"Is it there, {number}?", choice)
        started = time.perf_counter()
        assert http.post("/api/ask", json={"question": question}).status_code == 200
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def run(folder: Path, seconds: float, clients: int = CLIENTS, kind: str = "echo", waiting: int = 32) -> Load:
    """What so many clients did in so many seconds, and what went wrong."""
    load = Load()
    with server(kind, folder, clients, waiting) as (url, pid), client_of(url, 0) as http:
        wait_until(lambda: ready(http))
        before = alone(http, kind)
        end = time.monotonic() + seconds
        crowd = [Client(url, number, end, kind) for number in range(clients)]
        for client in crowd:
            client.start()
        status = Path(f"/proc/{pid}")
        while time.monotonic() < end:
            time.sleep(1)
            pages = int((status / "statm").read_text().split()[1])
            load.memory.append(pages * resource.getpagesize() / 2**20)
            load.threads = max(load.threads, len(list((status / "task").iterdir())))
        for client in crowd:
            client.join()
            load.done += client.load.done
            load.problems += client.load.problems
            load.searches += client.load.searches
        load.alone = before, alone(http, kind)
    return load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--waiting", type=int, default=engine.ASKS.waiting, help="places in the queue")
    parser.add_argument("--answerer", choices=("echo", "real"), default="real", help="what answers")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        load = run(Path(folder), options.seconds, options.clients, options.answerer, options.waiting)
    print(f"{options.clients} clients:", dict(load.done))
    median = statistics.median(load.searches)
    print(f"searches, s: median {median:.2f}, p95 {load.search_p95:.2f}, longest {max(load.searches):.2f}")
    print("memory, MB:", " ".join(f"{load.memory[len(load.memory) * n // 6]:.0f}" for n in range(6)), end=" ")
    print(f"{load.memory[-1]:.0f}")
    print(f"threads: {load.threads}")
    print(f"a single question, s: {load.alone[0]:.2f} before, {load.alone[1]:.2f} after")
    print(*load.problems[:10], sep="\n")
    sys.exit("; ".join(load.failures()))


if __name__ == "__main__":
    main()
