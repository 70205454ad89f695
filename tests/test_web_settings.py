"""The language model is changed while the server answers: real HTTP, the real Answerer, and providers that stand in."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel

from qa.accounts.users import UserFile
from qa.answer import Answerer
from qa.choice import Choice, read_choice, write_choice
from qa.models import process
from qa.models.chat import load_chat_model
from qa.models.embedded import EmbeddedChatModel
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.web.succession import Succession
from tests.judges import WordJudge
from tests.key_ring import InMemory, NoKeyring, using
from tests.provider_server import ProviderServer, serving
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.web_fake import FakeAnswerer

KEY = "sk-of-nobody-0123456789"
SAID = "The Varga bridge opened in 1931."
ROOT = Path(__file__).parent.parent
STAND_IN = Path(__file__).with_name("engine_stand_in.py")


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemory]:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with using(InMemory()) as ring:
        yield ring


@pytest.fixture
def servers() -> Iterator[tuple[ProviderServer, ProviderServer]]:
    with ExitStack() as stack:
        one, two = (stack.enter_context(serving(GenericFakeChatModel(messages=repeat(SAID)))) for _ in range(2))
        yield one, two


@pytest.fixture
def client(
    retriever: HybridRetriever, servers: tuple[ProviderServer, ProviderServer], settings: Settings
) -> Iterator[httpx.Client]:
    """Served with the first of the servers, as it was chosen before."""
    write_choice(settings.choice_path, Choice("one", servers[0].url))

    def load(_: Settings) -> Answerer:
        chosen = Settings.from_env({"ARTICLE_QA_DATA_DIR": str(settings.data_dir)})
        return Answerer(retriever, load_chat_model(chosen), "one", WordJudge())

    with served(load, settings.data_dir, model="one", model_url=servers[0].url) as client:
        wait_until(lambda: ready(client))
        yield client


def asked(client: httpx.Client) -> str:
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert answer["status"] == "answered", answer
    return str(answer["model"])


def test_another_model_answers_from_the_next_question_on(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer], settings: Settings
) -> None:
    one, two = servers
    assert asked(client) == "one"
    told = client.patch("/api/settings", json={"model": "two", "model_url": two.url}).json()
    assert (told["in_use"], told["model"], told["model_url"], told["may_change"]) == ("two", "two", two.url, True)
    assert read_choice(settings.choice_path) == Choice("two", two.url)
    before = len(one.asked)
    assert asked(client) == "two"
    assert len(one.asked) == before
    assert {request.model for request in two.asked} == {"two"}
    assert client.patch("/api/settings", json={"model": "three"}).json()["in_use"] == "three"
    assert read_choice(settings.choice_path) == Choice("three", two.url)


class Slow(GenericFakeChatModel):
    """Begins to answer when it is let."""

    let: Any = None

    def _stream(self, *args: Any, **kwargs: Any) -> Any:
        self.let.wait(20)
        yield from super()._stream(*args, **kwargs)


def test_a_question_that_is_being_answered_ends_with_the_model_it_began_with(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer]
) -> None:
    one, two = servers
    one.model = Slow(messages=repeat(SAID), let=threading.Event())
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(asked(client))) for _ in range(3)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(one.asked) == 3)
    assert client.patch("/api/settings", json={"model": "two", "model_url": two.url}).status_code == 200
    one.model.let.set()
    for thread in threads:
        thread.join()
    assert answers == ["one"] * 3
    assert asked(client) == "two"


def test_changing_under_load_loses_no_question(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer]
) -> None:
    answers: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            answers.append(asked(client))

    names = [f"m{turn}" for turn in range(10)]
    with ThreadPoolExecutor(3) as pool:
        asking = [pool.submit(ask) for _ in range(3)]
        try:
            for turn, name in enumerate(names):
                body = {"model": name, "model_url": servers[turn % 2].url}
                assert client.patch("/api/settings", json=body).json()["in_use"] == name
                wait_until(partial(answers.__contains__, name))
        finally:
            stop.set()
        for each in asking:
            each.result()
    assert len(answers) > 10
    assert set(answers) >= set(names)
    assert asked(client) == "m9"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"model": "gpt-5", "model_url": None}, "model: say whose it is"),
        ({"model_url": "nowhere"}, "model_url: give the server's address"),
        ({"model_url": "http://me:secret@127.0.0.1/v1"}, "model_url: give the address alone"),
        ({"model": "cohere:x", "model_url": None}, "pip install langchain-cohere"),
        ({"model": "openai:x", "model_url": None}, "OPENAI_API_KEY"),
        ({"model": "x" * 301}, "at most 300 characters"),
        ({"model": None}, "valid string"),
        ({"colour": "red"}, "not permitted"),
        ({"key": 5}, "valid string"),
        ({"key": "two words"}, "key: it is one word"),
        ({"model": "ollama:x", "model_url": None, "key": KEY}, ""),
    ],
)
def test_what_cannot_be_keeps_the_model_and_is_told(
    body: dict[str, Any], said: str, client: httpx.Client, settings: Settings
) -> None:
    before = read_choice(settings.choice_path)
    for _ in range(2):
        refused = client.patch("/api/settings", json=body)
        assert refused.status_code == 422, refused.text
        assert said in refused.json()["error"]
        assert "secret" not in refused.text
        assert "\n" not in refused.json()["error"]
    assert read_choice(settings.choice_path) == before
    assert asked(client) == "one"


def test_a_test_tells_what_answers_and_how_fast_and_changes_nothing(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer], settings: Settings
) -> None:
    before = read_choice(settings.choice_path)
    trial = client.post("/api/settings/test", json={"model": "two", "model_url": servers[1].url}).json()
    assert (trial["problem"], trial["words"]) == ("", len(SAID.split()))
    assert trial["model"] == "m", "as the server calls it"
    assert 0 < trial["first"] <= trial["total"] < 20
    assert client.post("/api/settings/test", json={}).json()["problem"] == ""
    assert read_choice(settings.choice_path) == before
    assert client.get("/api/settings").json()["in_use"] == "one"


@pytest.mark.parametrize("fault", ["wrong key", "no such model", "out of order", "cut off"])
def test_a_test_tells_in_one_line_what_is_wrong(
    fault: str, client: httpx.Client, servers: tuple[ProviderServer, ProviderServer]
) -> None:
    servers[1].fault = fault
    body = {"model": "two", "model_url": servers[1].url, "key": KEY}
    trial = client.post("/api/settings/test", json=body)
    assert trial.status_code == 200
    assert trial.json()["problem"].startswith("the model two cannot answer: ")
    assert KEY not in trial.text
    assert servers[1].asked[0].key == f"Bearer {KEY}"
    assert len(servers[1].asked) == 1, "it is not asked again"


def test_a_server_that_is_not_there_is_told_soon(client: httpx.Client) -> None:
    started = time.monotonic()
    trial = client.post("/api/settings/test", json={"model": "m", "model_url": "http://127.0.0.1:9/v1"}).json()
    assert "its server cannot be reached" in trial["problem"]
    assert time.monotonic() - started < 10


def test_tests_are_not_without_end(client: httpx.Client) -> None:
    body = {"model": "m", "model_url": "http://127.0.0.1:9/v1"}
    statuses = [client.post("/api/settings/test", json=body).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]


def test_a_key_is_kept_and_stands_nowhere_else(
    client: httpx.Client,
    servers: tuple[ProviderServer, ProviderServer],
    settings: Settings,
    ring: InMemory,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    body = {"model": "two", "model_url": servers[1].url, "key": KEY}
    said.append(client.patch("/api/settings", json=body))
    assert said[-1].json()["key"] == "keyring"
    assert list(ring.kept.values()) == [KEY]
    said.append(client.post("/api/ask", json={"question": QUESTION}))
    assert {request.key for request in servers[1].asked} == {f"Bearer {KEY}"}
    servers[1].fault = "too long"
    said += [
        client.post("/api/ask", json={"question": QUESTION}),
        client.patch("/api/settings", json=body | {"key": f"{KEY} {KEY}"}),
        client.patch("/api/settings", json=body | {"key": KEY, "model_url": "nowhere"}),
        client.patch("/api/settings", json=body | {"key": [KEY]}),
        client.post("/api/settings/test", json=body),
        client.get("/api/settings"),
        client.get("/readyz"),
        client.get("/v1/models"),
    ]
    for response in said:
        assert KEY not in response.text, response.request.url
    assert KEY not in caplog.text
    files = [path for path in settings.data_dir.rglob("*") if path.is_file()]
    assert settings.choice_path in files
    for path in files:
        assert KEY.encode() not in path.read_bytes(), path


def test_a_key_goes_to_no_address_that_comes_after_it(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer]
) -> None:
    one, two = servers
    client.patch("/api/settings", json={"key": KEY})
    client.patch("/api/settings", json={"model_url": two.url})
    asked(client)
    client.post("/api/settings/test", json={"model_url": two.url})
    assert {request.key for request in two.asked} == {"Bearer none"}
    client.patch("/api/settings", json={"model_url": one.url})
    one.asked.clear()
    asked(client)
    assert {request.key for request in one.asked} == {f"Bearer {KEY}"}


def test_without_a_keyring_the_variable_is_named_and_nothing_is_changed(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer]
) -> None:
    with using(NoKeyring()):
        body = {"model": "two", "model_url": servers[1].url, "key": KEY}
        refused = client.patch("/api/settings", json=body)
        assert (refused.status_code, "this system has no keyring" in refused.text) == (422, True)
        assert client.get("/api/settings").json()["in_use"] == "one"
        assert client.post("/api/settings/test", json=body).json()["problem"] == "", "it can be tried all the same"


def test_a_kept_key_is_forgotten(client: httpx.Client, ring: InMemory) -> None:
    ring.set_password("article-qa", "openai", KEY)
    openai = next(p for p in client.get("/api/settings").json()["providers"] if p["name"] == "openai")
    assert (openai["installed"], openai["key"], openai["variable"]) == (True, "keyring", "OPENAI_API_KEY")
    told = client.delete("/api/settings/keys/openai").json()
    assert [p["key"] for p in told["providers"] if p["name"] == "openai"] == [None]
    assert ring.kept == {}
    assert client.delete("/api/settings/keys/nobody").status_code == 404


def test_what_a_variable_fixes_is_said_and_stays(
    retriever: HybridRetriever, servers: tuple[ProviderServer, ProviderServer], settings: Settings
) -> None:
    def load(given: Settings) -> Answerer:
        return Answerer(retriever, load_chat_model(given), "one", WordJudge())

    fixed: dict[str, Any] = {"model": "one", "model_url": servers[0].url, "origins": {"model_url": "environment"}}
    with served(load, settings.data_dir, **fixed) as client:
        wait_until(lambda: ready(client))
        assert client.get("/api/settings").json()["fixed_by"] == "ARTICLE_QA_MODEL_URL"
        for body in ({"model": "two"}, {"model_url": None}):
            refused = client.patch("/api/settings", json=body)
            assert (refused.status_code, "ARTICLE_QA_MODEL_URL is set" in refused.text) == (422, True)
        assert client.post("/api/settings/test", json={}).json()["problem"] == ""
        assert asked(client) == "one"
    assert not settings.choice_path.exists()


def test_a_model_that_could_not_be_loaded_at_the_start_is_replaced(settings: Settings) -> None:
    loaded: list[Settings] = []

    def load(given: Settings) -> FakeAnswerer:
        loaded.append(given)
        if len(loaded) == 1:
            load_chat_model(Settings(model="cohere:x"))
        return FakeAnswerer()

    with served(load, settings.data_dir, model="cohere:x") as client:
        wait_until(lambda: client.get("/api/settings").json()["problem"] != "")
        told = client.get("/api/settings").json()
        assert "pip install langchain-cohere" in told["problem"]
        assert told["in_use"] == ""
        body = {"model": "m", "model_url": "http://127.0.0.1:9/v1"}
        assert client.patch("/api/settings", json=body).status_code == 200
        wait_until(lambda: ready(client))
        assert loaded[1].model_url == "http://127.0.0.1:9/v1"
        assert client.get("/api/settings").json()["problem"] == ""


Served = Callable[..., Any]


@pytest.mark.parametrize(
    ("rest", "headers"),
    [
        ({"host": "0.0.0.0"}, {}),
        ({"trusted_proxies": ("10.0.0.1/32",)}, {}),
        ({}, {"X-Forwarded-For": "203.0.113.7"}),
        ({}, {"X-Forwarded-Host": "articles.example.org"}),
        ({}, {"Via": "1.1 proxy"}),
        ({"api_keys": "a-key-for-programs"}, {"Authorization": "Bearer a-key-for-programs"}),
    ],
)
def test_strangers_change_and_learn_nothing(
    rest: dict[str, Any], headers: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with served(lambda _: FakeAnswerer(), tmp_path, **rest) as client:
        client.headers.update(headers)
        wait_until(lambda: ready(client))
        told = client.get("/api/settings")
        assert {name: value for name, value in told.json().items() if value} == {
            "why": "whoever runs the server chooses its model, with `python -m qa settings`"
        }
        for method, path, body in (
            ("PATCH", "", {"model": "openai:x"}),
            ("POST", "/test", {}),
            ("DELETE", "/keys/openai", None),
        ):
            refused = client.request(method, f"/api/settings{path}", json=body)
            assert refused.status_code == 403, (method, path)
            assert "OPENAI" not in refused.text
    assert not (tmp_path / "settings.json").exists()


def test_where_people_sign_in_the_one_who_runs_the_server_may(tmp_path: Path) -> None:
    users = tmp_path / "users"
    UserFile(users).add("ada", "a good password")
    data = tmp_path / "data"
    with served(lambda _: FakeAnswerer(), data, auth_file=users) as client:
        wait_until(lambda: client.get("/healthz").status_code == 200)
        assert client.get("/api/settings").status_code == 401
        form = {"name": "ada", "password": "a good password"}
        assert client.post("/signin", data=form, headers={"Origin": str(client.base_url)}).status_code == 303
        assert client.get("/api/settings").json()["may_change"] is False
        assert client.patch("/api/settings", json={"model": "openai:x"}).status_code == 403


def test_another_site_cannot_change_it(client: httpx.Client) -> None:
    body = json.dumps({"model": "evil"})
    for headers in (
        {"Origin": "https://evil.example", "Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"},
        {"Host": "evil.example", "Content-Type": "application/json"},
    ):
        assert client.patch("/api/settings", content=body, headers=headers).status_code in (403, 415)
        assert client.post("/api/settings/test", content=body, headers=headers).status_code in (403, 415)
    assert client.get("/api/settings").json()["in_use"] == "one"


def test_the_memory_of_the_model_before_is_freed_when_its_last_question_is_over(
    retriever: HybridRetriever, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stands in for the embedded model's."""
    monkeypatch.setattr(process, "engine_command", lambda folder: [sys.executable, str(STAND_IN), str(folder)])
    resident = EmbeddedChatModel(folder=tmp_path, model="embedded")
    pid = resident._engine.pid
    old = Answerer(retriever, resident, "embedded", WordJudge())
    new = old.with_model(GenericFakeChatModel(messages=repeat(SAID)), "new")
    succession = Succession()
    succession.now = old
    with succession.asked(old):
        with succession.asked(old):
            succession.replace(new)
            assert succession.now is new
        time.sleep(0.3)
        assert Path(f"/proc/{pid}").exists(), "a question is still being answered"
    wait_until(lambda: not Path(f"/proc/{pid}").exists(), 10)


def test_the_command_tells_the_running_page(
    client: httpx.Client, servers: tuple[ProviderServer, ProviderServer], settings: Settings
) -> None:
    settings.server_file.write_text(json.dumps({"url": str(client.base_url), "pid": 0}))
    environment = {**os.environ, "ARTICLE_QA_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "qa", "settings", "model_url", servers[1].url]
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "saved; the running page uses it from now on\n")
    asked(client)
    assert servers[1].asked
    command[-1] = "http://127.0.0.1:99999/v1"
    run = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
