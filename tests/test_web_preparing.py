"""Questions are prepared behind the server, while nobody asks and nothing is added, and go on after a kill."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ingest.lock import is_filled, writing
from qa.errors import ProviderError
from qa.library import Library
from qa.types import Suggestion
from qa.web import preparing
from tests.test_web_api import events, ready, served, wait_until
from tests.web_fake import FakeAnswerer

FOUND = "How many people does the Lomond ferry carry a day?"
FERRY = {"question": FOUND, "article_id": "ferry", "title": "ferry"}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_SECONDS", "CHECK_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(preparing, name, 0.05)


@contextmanager
def running(data_dir: Path, answerer: FakeAnswerer) -> Iterator[httpx.Client]:
    with served(lambda _settings: answerer, data_dir) as client:
        wait_until(lambda: ready(client))
        yield client


@pytest.fixture
def answerer() -> FakeAnswerer:
    answerer = FakeAnswerer()
    answerer.related.unprepared = {"ferry": FOUND}
    return answerer


def ask(client: httpx.Client, **body: object) -> list[dict[str, object]]:
    body = {"question": "When did it open?", "articles": ["bridge", "ferry"], **body}
    return events(client.post("/api/suggest", json=body).text)


def test_articles_are_prepared_by_themselves(tmp_path: Path, answerer: FakeAnswerer) -> None:
    with running(tmp_path, answerer):
        wait_until(lambda: not answerer.related.unprepared, 10)
    assert answerer.related.prepared[-1] == Suggestion(FOUND, "ferry", "ferry")


def test_a_model_elsewhere_is_not_used_unasked(tmp_path: Path, answerer: FakeAnswerer) -> None:
    answerer.is_resident = False
    with running(tmp_path, answerer) as client:
        told = ask(client, unasked=True)
        assert [event.get("question") or event for event in told[2:]] == [{"status": "on_request"}]
        assert answerer.related.begun == 0
        assert ask(client)[2:] == [FERRY]
        assert ask(client, unasked=True)[2:] == [FERRY], "it is prepared now"


def test_whoever_asks_interrupts_it(tmp_path: Path, answerer: FakeAnswerer) -> None:
    related = answerer.related
    related.pace, answerer.delay = 0.1, 0.2
    with running(tmp_path, answerer) as client:
        wait_until(lambda: related.begun > 0, 10)
        client.post("/api/ask", json={"question": "When did it open?"})
        assert related.closed == 1, "left while somebody asked"
        wait_until(lambda: not related.unprepared, 10)
        assert (related.begun, related.closed) == (2, 1)


def test_nothing_is_prepared_while_articles_are_added(tmp_path: Path, answerer: FakeAnswerer) -> None:
    related = answerer.related
    related.pace = 0.2
    with running(tmp_path, answerer):
        wait_until(lambda: related.begun > 0, 10)
        library = Library.open(tmp_path / "library.sqlite3")
        with writing(library, print):
            assert library.is_held("ingest")
            wait_until(lambda: related.closed > 0, 10)
            begun, related.pace = related.begun, 0.0
            assert related.unprepared
        assert not is_filled(library.place)()
        wait_until(lambda: not related.unprepared, 10)
        assert related.begun == begun + 1


def test_what_somebody_waits_for_comes_first(tmp_path: Path, answerer: FakeAnswerer) -> None:
    related = answerer.related
    related.unprepared = {"mill": "When was the mill built?", "ferry": FOUND}
    related.pace = 0.1
    with running(tmp_path, answerer) as client:
        wait_until(lambda: related.begun > 0, 10)
        assert ask(client)[-1] == FERRY
        assert related.closed == 1
        assert "mill" in related.unprepared
        wait_until(lambda: not related.unprepared, 10)


def test_an_article_that_fails_is_left_alone(tmp_path: Path, answerer: FakeAnswerer) -> None:
    related = answerer.related
    related.unprepared = {"mill": "", "ferry": FOUND}
    related.failing = {"mill": ZeroDivisionError("secret")}
    with running(tmp_path, answerer) as client:
        wait_until(lambda: "ferry" not in related.unprepared, 10)
        assert len(ask(client, articles=["mill"])) == 3
        related.prepared.pop()
        assert len(ask(client, articles=["mill"])) == 2, "it does not wait for what fails"


def test_where_the_model_is_gone_it_rests_and_tries_again(tmp_path: Path, answerer: FakeAnswerer) -> None:
    related = answerer.related
    related.failing = {"ferry": ProviderError("the model is gone")}
    with running(tmp_path, answerer) as client:
        wait_until(lambda: related.begun > 1, 10)
        assert len(ask(client, articles=["ferry"])) == 2
        related.failing = {}
        wait_until(lambda: not related.unprepared, 10)
