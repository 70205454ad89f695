"""The rate, by hand; and the limits as clients meet them, over real HTTP."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from qa.types import Answer
from qa.web import engine
from qa.web.application import BRIEF_THREADS
from qa.web.limits import Rate, TooManyError
from qa.web.render import render_turn
from qa.web.texts import texts
from tests.test_web_api import QUESTION, events, ready, served, wait_until
from tests.web_fake import FakeAnswerer

ENDLESS = {"question": "endless", "stream": True}
ADA, EVE = ({"Authorization": f"Bearer the-key-of-{name}-and-nobody-else"} for name in ("ada", "eve"))
KEYS = ",".join(headers["Authorization"].partition(" ")[2] for headers in (ADA, EVE))


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
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def client(answerer: FakeAnswerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """One question at once, one waits."""
    monkeypatch.setattr(engine, "ASKS", replace(engine.ASKS, at_once=1, waiting=1))
    with served(lambda _: answerer, tmp_path) as client:
        wait_until(lambda: ready(client))
        yield client


def test_whoever_waits_is_told_how_long_the_queue_is(client: httpx.Client) -> None:
    answers: list[dict[str, object]] = []

    def wait() -> None:
        with client.stream("POST", "/api/ask", json={"question": QUESTION, "stream": True}) as response:
            for line in filter(None, response.iter_lines()):
                answers.extend(events(line))

    waiting = threading.Thread(target=wait)
    with client.stream("POST", "/api/ask", json=ENDLESS) as busy:
        lines = busy.iter_lines()  # kept, for the connection ends with it
        next(lines)
        waiting.start()
        wait_until(lambda: bool(answers))
        full = client.post("/api/ask", json={"question": QUESTION, "stream": True})
        assert full.status_code == 429
        assert full.json() == {"error": "the queue is full; 1 are waiting; try again in 10 seconds"}
        assert full.headers["retry-after"] == "10"
        chat = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": QUESTION}]})
        assert (chat.status_code, chat.json()["error"]["type"]) == (429, "rate_limit_error")
        assert client.post("/api/search", json={"question": QUESTION}).status_code == 200
    waiting.join()
    assert answers[0] == {"status": "waiting", "before_you": 1}
    assert answers[-1]["status"] == "answered"


def test_whoever_leaves_the_queue_makes_room(client: httpx.Client) -> None:
    with client.stream("POST", "/api/ask", json=ENDLESS) as busy:
        lines = busy.iter_lines()  # kept, for the connection ends with it
        next(lines)
        with client.stream("POST", "/api/ask", json=ENDLESS) as waiting:
            assert "before_you" in next(waiting.iter_lines())
    wait_until(lambda: client.post("/api/ask", json={"question": QUESTION}).status_code == 200)


def test_an_answer_that_takes_too_long_is_broken_off(
    answerer: FakeAnswerer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ASKS", replace(engine.ASKS, longest=0.5))
    with served(lambda _: answerer, tmp_path) as client:
        wait_until(lambda: ready(client))
        late = client.post("/api/ask", json={"question": "endless"})
        assert (late.status_code, late.json()) == (
            503,
            {"error": "it took longer than 0 seconds and was broken off; try again"},
        )
        streamed = events(client.post("/api/ask", json=ENDLESS).text)
        assert list(streamed[-1]) == ["error"]
    assert answerer.closed == 2


def test_two_hundred_who_leave_at_once_leave_no_threads(tmp_path: Path) -> None:
    """The model says nothing for two seconds, in which nobody can be told that it is not wanted any more."""
    with served(lambda _: FakeAnswerer(delay=2), tmp_path) as client:
        wait_until(lambda: ready(client))
        most, before = 0, set(threading.enumerate())
        for _ in range(200):
            with suppress(httpx.ReadTimeout):
                client.post("/api/ask", json={"question": QUESTION}, timeout=httpx.Timeout(30, read=0.01))
            most = max(most, len(set(threading.enumerate()) - before))
        assert 0 < most <= engine.ASKS.at_once + 2 * BRIEF_THREADS  # asyncio's and anyio's
        wait_until(lambda: client.post("/api/ask", json={"question": QUESTION}).status_code in (200, 429))


def test_one_reader_cannot_shut_the_others_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ASKS", replace(engine.ASKS, at_once=1, waiting=2))
    with served(lambda _: FakeAnswerer(), tmp_path, api_keys=KEYS) as client:
        client.headers.update(ADA)
        wait_until(lambda: ready(client))
        evicted: list[str] = []
        held = [client.stream("POST", "/api/ask", json=ENDLESS) for _ in range(3)]
        lines = [stream.__enter__().iter_lines() for stream in held]
        for line in lines:
            next(line)
        assert client.post("/api/ask", json=ENDLESS).status_code == 429
        last = threading.Thread(target=lambda: evicted.extend(filter(None, lines[2])))
        last.start()
        with client.stream("POST", "/api/ask", json={"question": QUESTION, "stream": True}, headers=EVE) as hers:
            told = hers.iter_lines()
            assert events(next(told)) == [{"status": "waiting", "before_you": 1}]
            last.join(30)
            assert "the queue is full; 2 are waiting; try again in" in evicted[-1]
            for stream in held:
                stream.__exit__(None, None, None)
            assert events(list(filter(None, told))[-1])[0]["status"] == "answered"


def test_whoever_did_not_sign_in_is_counted_by_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "A_MINUTE", 2)
    with served(lambda _: FakeAnswerer(), tmp_path) as client:
        wait_until(lambda: ready(client))
        answers = [client.post("/api/ask", json={"question": QUESTION}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["error"].startswith("that is more than 2 questions in a minute; try again in ")
    assert 0 < int(answers[2].headers["retry-after"]) <= 61


def test_searches_beyond_those_that_wait_are_turned_away_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SEARCHES", replace(engine.SEARCHES, at_once=1, waiting=1, longest=0.5))
    answerer, go_on = FakeAnswerer(), threading.Event()
    with served(lambda _: answerer, tmp_path) as client:
        wait_until(lambda: ready(client))
        monkeypatch.setattr(answerer, "search", lambda *_: go_on.wait() and ())
        late = client.post("/api/search", json={"question": QUESTION})
        assert (late.status_code, late.json()["error"][:21]) == (503, "it took longer than 0")
        waiting = threading.Thread(target=client.post, args=("/api/search",), kwargs={"json": {"question": QUESTION}})
        waiting.start()
        wait_until(lambda: client.post("/api/search", json={"question": QUESTION}, timeout=5).status_code == 429)
        go_on.set()
        waiting.join()
        wait_until(lambda: client.post("/api/search", json={"question": QUESTION}).status_code == 200)


def test_readiness_tells_of_a_model_that_stopped(answerer: FakeAnswerer, client: httpx.Client) -> None:
    answerer.troubled = "starting the language model again"
    told = client.get("/readyz")
    assert (told.status_code, told.json()) == (503, {"status": "loading", "step": answerer.troubled})
    assert client.post("/api/search", json={"question": QUESTION}).status_code == 200
    answerer.troubled = ""
    assert ready(client)


def test_the_page_says_how_many_are_before() -> None:
    waiting = render_turn(Answer("Who?", "Who?"), 1, before=3)
    assert "3 before you…" in waiting
    assert "data-busy" in waiting  # which shows Stop
    assert "Noch 3 vor Ihnen" in render_turn(Answer("Who?", "Who?"), 1, before=3, t=texts("de"))
    assert "before you" not in render_turn(Answer("Who?", "Who?"), 1)
