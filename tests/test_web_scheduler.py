"""Places, turns and threads, by hand: each test has an event loop of its own in another thread."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import wraps
from typing import Any

import pytest

from qa.models.cores import Urgency, urgency
from qa.web.limits import TooManyError
from qa.web.scheduler import Bounds, Place, Queue, TooLongError
from tests.loops import run

ONE = Bounds(at_once=1, waiting=2, patience=30, longest=30, usual=6)


def apart(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    @wraps(test)
    def whole(*args: Any, **kwargs: Any) -> None:
        run(test(*args, **kwargs))

    return whole


def queue(**bounds: float) -> Queue:
    return Queue("test", replace(ONE, **bounds), Urgency.ANSWER)


async def follow(place: Place, tell: Callable[[int | str], None]) -> None:
    try:
        async for before in place.turn():
            tell(before)
        tell("turn")
    except TooManyError as error:
        tell(str(error))


def following(*places: Place) -> list[list[int | str]]:
    """What each is told from now on; the tasks end with the test."""
    told: list[list[int | str]] = [[] for _ in places]
    TASKS.extend(asyncio.ensure_future(follow(p, t.append)) for p, t in zip(places, told, strict=True))
    return told


TASKS: list[asyncio.Future[None]] = []


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


@apart
async def test_one_asker_is_served_in_the_order_of_coming() -> None:
    line = queue()
    one, two, three = (line.enter("ada") for _ in range(3))
    told = following(one, two, three)
    await settled()
    assert told == [["turn"], [1], [1 + 1]]
    two.leave()  # gives up while it waits
    await settled()
    assert told == [["turn"], [1, "turn"], [2, 1]]
    one.leave()
    await settled()
    assert told[2] == [2, 1, "turn"]


@apart
async def test_everybodys_first_place_comes_before_anybodys_second() -> None:
    line = queue(waiting=9)
    working, second, third, eve, bob = (line.enter(asker) for asker in ("ada", "ada", "ada", "eve", "bob"))
    told = following(working, second, third, eve, bob)
    await settled()
    assert [seen[0] for seen in told] == ["turn", 1, 2, 1, 2]
    assert [seen[-1] for seen in told] == ["turn", 3, 4, 1, 2]
    working.leave()  # ada has none at work now: her next is a first place, and came before theirs
    await settled()
    assert [seen[-1] for seen in told[1:]] == ["turn", 3, 1, 2]


@apart
async def test_in_a_full_queue_the_last_place_of_whoever_has_most_is_given_away() -> None:
    line = queue(waiting=4)
    hers = [line.enter("ada") for _ in range(5)]
    told = following(*hers)
    await settled()
    with pytest.raises(TooManyError, match=r"^the queue is full; 4 are waiting; try again in 30 seconds$") as full:
        line.enter("ada")
    assert full.value.retry_after == 30  # five more rounds of six seconds
    his = [line.enter("bob"), line.enter("bob")]
    his_told = following(*his)
    await settled()
    gone = "the queue is full; 4 are waiting; try again in 30 seconds"
    assert told[4][-1] == told[3][-1] == gone
    assert [seen[-1] for seen in his_told] == [1, 3]
    with pytest.raises(TooManyError):  # three each: a third of his would be no fairer
        line.enter("bob")
    line.enter("eve")


@apart
async def test_a_place_is_free_when_its_thread_has_ended_and_not_before() -> None:
    line, go_on = queue(), threading.Event()
    gone, next_one = line.enter("ada"), line.enter("bob")
    gone_told, told = following(gone, next_one)
    await settled()
    work = gone.run(go_on.wait)
    gone.leave()
    await settled()
    assert (gone_told, told) == (["turn"], [1])
    go_on.set()
    assert await work
    await until(lambda: told == [1, "turn"])


@apart
async def test_work_that_never_ends_takes_no_more_than_its_threads() -> None:
    line, go_on = (
        Queue("held", replace(ONE, at_once=3, waiting=50, longest=0.1, usual=0.1), Urgency.ANSWER),
        threading.Event(),
    )
    for _ in range(3):
        with pytest.raises(TooLongError, match=r"^it took longer than 0 seconds"):
            await line.do("ada", go_on.wait)
    waiting = [asyncio.ensure_future(line.do("ada", go_on.wait)) for _ in range(50)]
    await settled()
    assert sum(thread.name.startswith("held") for thread in threading.enumerate()) == 3
    go_on.set()
    assert all(await asyncio.gather(*waiting))


@apart
async def test_whoever_waits_too_long_is_told_so() -> None:
    line = queue(patience=0.2, usual=0.01)
    told = following(line.enter("ada"), line.enter("bob"))
    await until(lambda: len(told[1]) == 2)
    assert told == [["turn"], [1, "no turn came within 0.2 seconds; try again in 1 seconds"]]
    following(line.enter("eve"))
    with pytest.raises(TooManyError, match="2 are waiting"):  # the place of bob is free again
        [line.enter("eve") for _ in range(3)]


@apart
async def test_whoever_would_wait_too_long_is_told_so_at_once() -> None:
    line = queue(waiting=9, patience=11)
    told = following(*(line.enter("ada") for _ in range(2)))
    await settled()
    assert told == [["turn"], [1]]  # which takes six seconds; a third would wait twelve
    with pytest.raises(TooManyError, match=r"^the queue is full; 1 are waiting; try again in 12 seconds$"):
        line.enter("ada")
    assert line.enter("eve").refusal is None  # before the second of ada


@apart
async def test_whoever_is_not_ready_lets_others_pass() -> None:
    line = queue()
    sending, ready = line.enter("ada"), line.enter("bob")
    told = following(ready)
    await settled()
    assert told == [["turn"]]
    told += following(sending)
    await settled()
    assert told == [["turn"], [1]]


@apart
async def test_short_work_gives_what_comes_of_it_and_its_urgency() -> None:
    line = Queue("test", ONE, Urgency.SEARCH)
    assert await line.do("ada", urgency.get) is Urgency.SEARCH
    with pytest.raises(ZeroDivisionError):
        await line.do("ada", lambda: 1 // 0)
    assert await line.do("ada", lambda: 7) == 7


@apart
async def test_how_long_one_waits_is_measured() -> None:
    line = queue(usual=100)
    assert line.wait() == 100
    for _ in range(20):
        await line.do("ada", lambda: None)
    await until(lambda: line.wait() == 1)
