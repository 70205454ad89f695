"""The queue and the rate, by hand; and both as clients meet them, over real HTTP."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from qa.types import Answer
from qa.web import engine
from qa.web.limits import Place, Queue, Rate, TooManyError
from qa.web.render import render_turn
from qa.web.texts import texts
from tests.test_web_api import QUESTION, events, ready, served, wait_until
from tests.web_fake import FakeAnswerer


async def positions(place: Place, seen: list[int]) -> None:
    async for before in place.waiting():
        seen += [before]
    seen += [0]


async def _queue_by_hand() -> None:
    queue = Queue(at_once=1, waiting=2)
    first, second, third = (queue.place() for _ in range(3))
    one, two, three = (context.__enter__() for context in (first, second, third))
    with pytest.raises(TooManyError, match="the queue is full; 2 are waiting; try again in a moment"), queue.place():
        pass
    seen: dict[str, list[int]] = {"one": [], "two": [], "three": []}
    tasks = [asyncio.create_task(positions(p, s)) for p, s in zip((one, two, three), seen.values(), strict=True)]
    await asyncio.sleep(0.01)
    assert seen == {"one": [0], "two": [1], "three": [2]}
    two.leave()  # gives up while it waits
    await asyncio.sleep(0.01)
    assert seen == {"one": [0], "two": [1, 0], "three": [2, 1]}
    first.__exit__(None, None, None)
    await asyncio.gather(*tasks)
    assert seen["three"] == [2, 1, 0]


def test_first_come_first_served_and_all_others_are_turned_away() -> None:
    with ThreadPoolExecutor(1) as elsewhere:  # a browser opened by an earlier test keeps its loop in this thread
        elsewhere.submit(asyncio.run, _queue_by_hand()).result()


def test_the_rate_counts_by_name_and_forgets() -> None:
    now = [0.0]
    rate = Rate(2, 60, "too often", clock=lambda: now[0])
    for name in ("ada", "ada", "eve"):
        rate.check(name)
        rate.count(name)
    with pytest.raises(TooManyError, match=r"^too often; try again in 60 seconds$") as refused:
        rate.check("ada")
    assert refused.value.retry_after == 60
    rate.check("eve")
    now[0] = 60.0
    rate.check("ada")
    rate.count("eve")
    rate.count("eve")
    rate.forget("eve")
    rate.check("eve")


@pytest.fixture
def client(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """One question at once, one waits."""
    monkeypatch.setattr(engine, "AT_ONCE", 1)
    monkeypatch.setattr(engine, "WAITING", 1)
    with served(lambda _: FakeAnswerer(), tmp_path_factory.mktemp("data")) as client:
        wait_until(lambda: ready(client))
        yield client


def test_whoever_waits_is_told_how_long_the_queue_is(client: httpx.Client) -> None:
    answers: list[dict[str, object]] = []

    def wait() -> None:
        with client.stream("POST", "/api/ask", json={"question": QUESTION, "stream": True}) as response:
            for line in filter(None, response.iter_lines()):
                answers.extend(events(line))

    waiting = threading.Thread(target=wait)
    with client.stream("POST", "/api/ask", json={"question": "endless", "stream": True}) as busy:
        lines = busy.iter_lines()  # kept, for the connection ends with it
        next(lines)
        waiting.start()
        wait_until(lambda: bool(answers))
        full = client.post("/api/ask", json={"question": QUESTION, "stream": True})
        assert full.json() == {"error": "the queue is full; 1 are waiting; try again in a moment"}
        assert int(full.headers["retry-after"]) > 0
        chat = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]})
        assert (chat.status_code, chat.json()["error"]["type"]) == (429, "rate_limit_error")
    waiting.join()
    assert answers[0] == {"status": "waiting", "before_you": 1}
    assert answers[-1]["status"] == "answered"


def test_whoever_leaves_the_queue_makes_room(client: httpx.Client) -> None:
    body = {"question": "endless", "stream": True}
    with client.stream("POST", "/api/ask", json=body) as busy:
        lines = busy.iter_lines()  # kept, for the connection ends with it
        next(lines)
        with client.stream("POST", "/api/ask", json=body) as waiting:
            assert "before_you" in next(waiting.iter_lines())
    wait_until(lambda: client.post("/api/ask", json={"question": QUESTION}).status_code == 200)


def test_the_page_says_how_many_are_before() -> None:
    waiting = render_turn(Answer("Who?", "Who?"), 1, before=3)
    assert "3 before you…" in waiting
    assert "data-busy" in waiting  # which shows Stop
    assert "Noch 3 vor Ihnen" in render_turn(Answer("Who?", "Who?"), 1, before=3, t=texts("de"))
    assert "before you" not in render_turn(Answer("Who?", "Who?"), 1)
