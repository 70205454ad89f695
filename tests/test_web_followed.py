"""/api/followed over real HTTP: a real library, a real web server whose feeds are followed, and real folders."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from ingest import lock, looks
from qa.errors import ModelError
from qa.index import VectorIndex
from qa.library import Library
from qa.library.following import Followed, Following
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.web import application, collect, followed, lookout
from qa.web.lookout import Lookout
from tests.conftest import HashedWords, fill
from tests.test_follow_cli import content
from tests.test_load_web import item, rss
from tests.test_web_api import ready, served, wait_until
from tests.web_fake import FakeAnswerer
from tests.webserver import Page, WebServer, serving

Serve = Callable[..., httpx.Client]
Rounds = Callable[[], None]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as web:
        web.pages["/feed"] = feed("a")
        yield web


def feed(*names: str, title: str = "The Gazette") -> Page:
    return rss(*(item(name, day, inside=content(name)) for day, name in enumerate(names, 1)), title=title)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Rounds:
    """Waits until the server has looked for what is due some times more."""
    look, done = Lookout._round, 0

    async def counted(self: Lookout) -> bool:
        nonlocal done
        has_looked = await look(self)
        done += 1
        return has_looked

    def wait() -> None:
        enough = done + 5
        wait_until(lambda: done >= enough)

    monkeypatch.setattr(lookout, "ROUND_SECONDS", 0.1)
    monkeypatch.setattr(Lookout, "_round", counted)
    return wait


@pytest.fixture
def serve(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., httpx.Client]]:
    """Serves the routes over a library of three articles, once; in place of the page it has an empty one."""
    page = FastAPI()
    page.state.functions = {}
    monkeypatch.setattr(application, "_build_page", lambda *_: page)
    settings = Settings(data_dir=data)
    fill(settings)
    with ExitStack() as stack:

        def start(**rest: object) -> httpx.Client:
            library = Library.open(settings.library_path)
            stack.callback(library.close)
            index = VectorIndex.open(settings, library, HashedWords.identity)
            stack.callback(index.close)
            retriever = HybridRetriever(library=library, index=index, embeddings=HashedWords())
            answerer = FakeAnswerer().over(retriever)
            client = stack.enter_context(served(lambda _: answerer, data, **{"private": True, **rest}))
            client.headers["Authorization"] = f"Bearer {rest.get('api_keys')}"
            wait_until(lambda: ready(client))
            return client

        yield start


def listed(client: httpx.Client) -> list[dict[str, object]]:
    answer = client.get("/api/followed")
    assert answer.status_code == 200
    return answer.json()["followed"]


def looked(client: httpx.Client, number: int = 0) -> dict[str, object]:
    """One that is followed, once nothing is being done about it any more."""
    wait_until(lambda: listed(client)[number]["state"] == "idle" and listed(client)[number]["looked_at"] is not None)
    return listed(client)[number]


def test_a_feed_is_followed_looked_at_and_refreshed(serve: Serve, web: WebServer) -> None:
    client = serve()
    added = client.post("/api/followed", json={"address": web.url("/feed")})
    assert (added.status_code, added.json()["state"], added.json()["looked_at"]) == (201, "waiting", None)
    first = looked(client)
    assert (first["title"], first["kind"], first["minutes"]) == ("The Gazette", "feed", 60)
    assert first["outcome"] == {"added": 1, "updated": 0, "known": 0, "removed": 0, "failed": 0}
    assert str(first["next_at"]) > str(first["looked_at"])
    assert "title-a" in {article["id"] for article in client.get("/api/articles").json()}
    assert client.post("/api/search", json={"question": "Orla"}).status_code == 200

    web.pages["/feed"] = feed("a", "b")
    path = f"/api/followed/{first['id']}"
    assert client.post(f"{path}/refresh", json={}).status_code == 202
    wait_until(lambda: listed(client)[0]["looked_at"] != first["looked_at"])
    assert looked(client)["outcome"] == {"added": 1, "updated": 0, "known": 1, "removed": 0, "failed": 0}

    paused = client.patch(path, json={"paused": True}).json()
    assert (paused["paused"], paused["next_at"]) == (True, None)
    assert client.patch(path, json={"minutes": 120}).json()["minutes"] == 120
    assert client.patch(path, json={"paused": False}).json()["paused"] is False
    assert client.delete(path).json() == {"removed": first["id"]}
    assert listed(client) == []
    assert {"title-a", "title-b"} <= {article["id"] for article in client.get("/api/articles").json()}


def test_nothing_is_asked_for_that_nobody_follows(serve: Serve, web: WebServer, rounds: Rounds) -> None:
    client = serve()
    client.post("/api/articles", json={"url": web.url("/feed")})
    del web.hits[:]
    rounds()
    assert web.hits == []


def test_of_several_processes_one_looks_at_what_is_due_and_another_when_it_has_ended(
    data: Path, web: WebServer, monkeypatch: pytest.MonkeyPatch, rounds: Rounds
) -> None:
    page = FastAPI()
    page.state.functions = {}
    monkeypatch.setattr(application, "_build_page", lambda *_: page)
    settings = Settings(data_dir=data)
    fill(settings)
    library, following = Library.open(settings.library_path), Following.open(settings.library_path)
    index = VectorIndex.open(settings, library, HashedWords.identity)
    retriever = HybridRetriever(library=library, index=index, embeddings=HashedWords())

    def hits() -> int:
        return web.hits.count("/feed")

    with ExitStack() as stack:
        first, second = (
            stack.enter_context(served(lambda _: FakeAnswerer().over(retriever), data, private=True)) for _ in range(2)
        )
        for client in (first, second):
            wait_until(lambda client=client: ready(client))
        number = following.follow(web.url("/feed"), "feed").id
        wait_until(lambda: following.get(number).looked_at is not None)
        rounds()
        assert hits() == 1
        for client in (first, second):
            before = hits()
            assert client.post(f"/api/followed/{number}/refresh", json={}).status_code == 202
            wait_until(lambda client=client: listed(client)[0]["state"] == "idle")
            rounds()
            assert hits() == before + 1, "the one that is asked looks, and no other"
    with served(lambda _: FakeAnswerer().over(retriever), data, private=True) as later:
        wait_until(lambda: ready(later))
        before = hits()
        following._update(number, {"looked_at": "2025-01-01T00:00:00.000+00:00"})
        wait_until(lambda: hits() == before + 1)
    following.close()
    index.close()
    library.close()


def test_what_was_added_tells_that_it_is_a_feed(serve: Serve, web: WebServer) -> None:
    client = serve()
    for title in ("The Gazette", None):
        report = client.post("/api/articles", json={"url": web.url("/feed")}).json()
        assert report["feeds"] == [{"address": web.url("/feed"), "title": title}]


def test_a_feed_that_is_due_is_looked_at_by_itself_and_one_that_is_not_is_left_alone(
    serve: Serve, web: WebServer, data: Path, rounds: Rounds
) -> None:
    following = Following.open(Settings(data_dir=data).library_path)
    due = following.follow(web.url("/feed"), "feed")
    web.pages["/other"] = feed("o")
    following.fail(following.follow(web.url("/other"), "feed").id, "the server failed (500); try again later")
    paused = following.follow(web.url("/paused"), "feed")
    following.change(paused.id, paused=True)
    client = serve()
    assert looked(client)["id"] == due.id
    rounds()
    assert web.asked == ["/feed"]
    following.close()


def test_a_failure_is_told_and_counted(serve: Serve, web: WebServer) -> None:
    client = serve()
    web.pages["/feed"] = Page("no", status=500)
    number = client.post("/api/followed", json={"address": web.url("/feed")}).json()["id"]
    failed = looked(client)
    assert (failed["error"], failed["failures"]) == ("the server failed (500); try again later", 1)
    assert (failed["outcome"], failed["paused"]) == (None, False)
    web.pages["/feed"] = Page("gone", status=410)
    client.post(f"/api/followed/{number}/refresh", json={})
    wait_until(lambda: listed(client)[0]["failures"] == 2)
    assert "gone for good (410)" in str(listed(client)[0]["error"])
    assert listed(client)[0]["paused"] is True


def test_a_folder_is_kept_in_step(serve: Serve, tmp_path: Path, rounds: Rounds) -> None:
    client = serve()
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "quay.txt").write_text("The Selby quay was built of basalt.")
    assert client.get("/api/followed").json()["folders"] is True
    added = client.post("/api/followed", json={"folder": str(folder)})
    assert (added.status_code, added.json()["kind"]) == (201, "folder")
    ids = lambda: {article["id"] for article in client.get("/api/articles").json()}  # noqa: E731
    wait_until(lambda: "quay" in ids())
    (folder / "tower.txt").write_text("The Orme tower has 212 steps.")
    wait_until(lambda: "tower" in ids(), 20)
    (folder / "quay.txt").unlink()
    wait_until(lambda: "quay" not in ids(), 20)
    number = added.json()["id"]
    client.patch(f"/api/followed/{number}", json={"paused": True})
    rounds()
    (folder / "late.txt").write_text("The late one.")
    time.sleep(3)  # in which a change is noticed
    assert "late" not in ids()
    client.patch(f"/api/followed/{number}", json={"paused": False})
    wait_until(lambda: "late" in ids(), 20)


def test_a_folder_that_is_gone_is_told_and_removes_nothing(serve: Serve, tmp_path: Path) -> None:
    client = serve()
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "quay.txt").write_text("The Selby quay was built of basalt.")
    number = client.post("/api/followed", json={"folder": str(folder)}).json()["id"]
    looked(client)
    folder.rename(tmp_path / "elsewhere")
    client.post(f"/api/followed/{number}/refresh", json={})
    wait_until(lambda: bool(listed(client)[0]["error"]))
    assert str(listed(client)[0]["error"]).endswith("is gone; what the library holds of it is kept")
    assert client.get("/api/articles/quay").status_code == 200
    (tmp_path / "elsewhere").rename(folder)
    client.post(f"/api/followed/{number}/refresh", json={})
    wait_until(lambda: listed(client)[0]["error"] is None)


@pytest.mark.parametrize(
    ("rest", "headers"),
    [
        ({"host": "0.0.0.0"}, {}),
        ({"api_keys": "a-key-that-is-long-enough"}, {}),
        ({"trusted_proxies": ("127.0.0.1/32",)}, {}),
        ({"trusted_proxies": ("127.0.0.1/32",)}, {"X-Forwarded-For": "127.0.0.1"}),
        ({}, {"X-Forwarded-For": "203.0.113.9"}),
        ({}, {"Forwarded": "for=203.0.113.9"}),
        ({}, {"Via": "1.1 proxy"}),
    ],
)
def test_nobody_but_the_owner_has_folders_read(
    rest: dict[str, object], headers: dict[str, str], serve: Serve, tmp_path: Path
) -> None:
    client = serve(**rest)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key.txt").write_text("A secret.")
    assert client.get("/api/followed", headers=headers).json()["folders"] is False
    refused = client.post("/api/followed", json={"folder": str(tmp_path / "secret")}, headers=headers)
    assert refused.status_code == 403
    assert refused.json()["error"].startswith("folders are followed only for who runs the server")
    assert client.get("/api/followed", headers=headers).json()["followed"] == []


def test_another_user_of_this_machine_is_not_the_owner(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve()
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    assert client.get("/api/followed").json()["folders"] is False
    assert client.post("/api/followed", json={"folder": str(tmp_path)}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 422, "give the address of a feed, or a folder"),
        ({"address": "https://a.example/", "folder": "/tmp"}, 422, "give the address of a feed, or a folder"),
        ({"address": "/etc"}, 422, "address: give a web address; it begins with https://"),
        ({"address": "file:///etc/passwd"}, 422, "address: give a web address; it begins with https://"),
        ({"address": "http://u:p@a.example/"}, 422, "address: addresses with a user name are not fetched"),
        ({"folder": "https://a.example/"}, 422, "folder: give a folder of this machine"),
        ({"folder": "/no/such/folder"}, 422, "folder: /no/such/folder is neither a folder nor a web address"),
        ({"folder": "a\u0000b"}, 422, "folder"),
        ({"address": "https://a.example/", "minutes": 1}, 422, "minutes"),
        ({"address": "https://a.example/", "more": 1}, 422, "more"),
    ],
)
def test_what_cannot_be_followed_is_said_in_one_line(
    body: dict[str, object], status: int, error: str, serve: Serve
) -> None:
    answer = serve().post("/api/followed", json=body)
    assert answer.status_code == status
    assert error in answer.json()["error"]
    assert "\n" not in answer.json()["error"]


def test_what_is_not_followed_is_not_there(serve: Serve) -> None:
    client = serve()
    for answer in (
        client.patch("/api/followed/7", json={"paused": True}),
        client.delete("/api/followed/7"),
        client.post("/api/followed/7/refresh", json={}),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"].startswith("'7' is not followed")
    assert client.delete("/api/followed/no").status_code == 422
    assert client.delete(f"/api/followed/{2**80}").status_code == 422


def test_an_address_inside_the_network_is_refused_when_it_is_looked_at(serve: Serve, web: WebServer) -> None:
    client = serve(private=False)
    client.post("/api/followed", json={"address": web.url("/feed")})
    assert "is an address on this machine or a private network" in str(looked(client)["error"])
    assert web.hits == []


def test_a_look_gives_way_to_what_is_added_and_goes_on_afterwards(
    serve: Serve, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve()
    names = [f"n{number}" for number in range(12)]
    web.pages["/feed"] = rss(*(item(name, day) for day, name in enumerate(names, 1)))

    def slow(connection: object) -> None:
        time.sleep(0.5)
        body = (
            f"<html><body><article><p>{'The slow page tells of a quay. ' * 20}{time.monotonic()}</p></article></body>"
        )
        connection.sendall(  # type: ignore[attr-defined]
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    web.pages |= {f"/{name}": slow for name in names}
    client.post("/api/followed", json={"address": web.url("/feed")})
    wait_until(lambda: len(web.asked) > 3)
    assert listed(client)[0]["state"] == "looking"
    report = client.post("/api/articles", files=[("files", ("tower.txt", b"The Orme tower has 212 steps."))]).json()
    assert report["added"] == ["tower"]
    assert len(web.asked) < 1 + len(names), "it waited for the whole feed"
    seen = looked(client)
    assert seen["error"] is None
    assert [web.asked.count(f"/{name}") for name in names] == [1] * 12, "a page was fetched twice"


def test_another_process_that_looks_is_waited_for(serve: Serve, web: WebServer, data: Path, rounds: Rounds) -> None:
    client = serve()
    library = Library.open(Settings(data_dir=data).library_path)
    with lock.looking(library, lambda: None):
        client.post("/api/followed", json={"address": web.url("/feed")})
        rounds()
        assert listed(client)[0]["state"] == "waiting"
        assert web.hits == []
        added = client.post("/api/articles", files=[("files", ("tower.txt", b"The Orme tower has 212 steps."))])
        assert added.json()["added"] == ["tower"]
    assert looked(client)["error"] is None
    library.close()


def test_what_is_asked_for_while_the_list_is_read_is_looked_at(
    serve: Serve, web: WebServer, data: Path, rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, read, go_on = Following.list, threading.Event(), threading.Event()

    def slow(following: Following) -> list[Followed]:
        found = reads(following)
        if not read.is_set():
            read.set()
            go_on.wait(60)
        return found

    monkeypatch.setattr(Following, "list", slow)
    library = Library.open(Settings(data_dir=data).library_path)
    with library.held("lookout", lambda: None):  # so that no other reason to look at it is ours
        client = serve()
        assert read.wait(60)
        client.post("/api/followed", json={"address": web.url("/feed")})
        go_on.set()
        assert looked(client)["error"] is None
    library.close()


def test_what_another_process_has_just_looked_at_is_not_looked_at_again(
    serve: Serve, web: WebServer, data: Path, rounds: Rounds
) -> None:
    client = serve()
    library = Library.open(Settings(data_dir=data).library_path)
    following = Following.open(library.place)
    with lock.looking(library, lambda: None):
        number = client.post("/api/followed", json={"address": web.url("/feed")}).json()["id"]
        following.fail(number, "said by the other process")
    assert looked(client)["error"] == "said by the other process"
    rounds()
    assert web.hits == []
    library.close()


def test_the_cores_are_free_for_others(serve: Serve, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    encode = HashedWords.encode_documents
    monkeypatch.setattr(
        HashedWords, "encode_documents", lambda *rest: (seen.append(collect.urgency.get()), encode(*rest))[1]
    )
    client = serve()
    client.post("/api/followed", json={"address": web.url("/feed")})
    looked(client)
    client.post("/api/articles", files=[("files", ("tower.txt", b"The Orme tower has 212 steps."))])
    assert [each.name for each in seen] == ["AHEAD", "ARTICLES"]


# Written when all of it was there


def test_a_feed_that_turns_into_a_page_adds_nothing(serve: Serve, web: WebServer) -> None:
    client = serve()
    number = client.post("/api/followed", json={"address": web.url("/feed")}).json()["id"]
    before = looked(client)
    parked = (
        "<html><body><article><p>" + "This domain is for sale to whoever pays most. " * 20 + "</p></article></body>"
    )
    web.pages["/feed"] = Page(parked)
    known = client.get("/api/articles").json()
    client.post(f"/api/followed/{number}/refresh", json={})
    wait_until(lambda: listed(client)[0]["failures"] == 1)
    assert "is not a feed in RSS, Atom or JSON Feed" in str(listed(client)[0]["error"])
    assert listed(client)[0]["outcome"] == before["outcome"]
    assert len(client.get("/api/articles").json()) == len(known)


def test_following_it_twice_is_following_it_once(serve: Serve, web: WebServer) -> None:
    client = serve()
    first = client.post("/api/followed", json={"address": web.url("/feed"), "minutes": 30}).json()
    looked(client)
    again = client.post("/api/followed", json={"address": web.url("/feed").replace("http", "HTTP") + "#top"}).json()
    assert (again["id"], again["minutes"]) == (first["id"], 30)
    wait_until(lambda: len(web.asked) == 2)
    assert len(listed(client)) == 1


def test_one_whose_look_fails_for_a_reason_of_ours_is_told_and_the_others_go_on(
    serve: Serve, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, add = serve(), looks.add

    def broken(items: list[str], *rest: object, **named: object) -> object:
        if items[0].endswith("/broken"):
            raise ZeroDivisionError("secret detail")
        return add(items, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(looks, "add", broken)
    for path in ("/broken", "/feed"):
        client.post("/api/followed", json={"address": web.url(path)})
    assert looked(client, 1)["error"] is None
    wrong = looked(client, 0)
    assert wrong["error"] == "something went wrong (ZeroDivisionError); the server's log says more"
    assert wrong["failures"] == 1


def test_without_a_model_the_reason_is_told(serve: Serve, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    client = serve()

    def no_model(_: object) -> None:
        raise ModelError("the embedding model cannot be loaded")

    monkeypatch.setattr(collect.Collector, "encoder", no_model)
    client.post("/api/followed", json={"address": web.url("/feed")})
    assert looked(client)["error"] == "the embedding model cannot be loaded"


def test_there_is_an_end_to_how_many_are_followed(
    serve: Serve, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve()
    monkeypatch.setattr(followed, "MOST", 1)
    assert client.post("/api/followed", json={"address": web.url("/feed")}).status_code == 201
    full = client.post("/api/followed", json={"address": web.url("/other")})
    assert (full.status_code, full.json()["error"]) == (
        422,
        "1 feeds and folders are followed already; remove one first",
    )
    assert client.post("/api/followed", json={"address": web.url("/feed")}).status_code == 201


def test_a_folder_by_a_link_or_by_the_home_is_one_folder(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve()
    folder = tmp_path / "articles"
    folder.mkdir()
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (str(folder), str(tmp_path / "link"), "~/articles", f"{folder}/../articles/"):
        assert client.post("/api/followed", json={"folder": name}).json()["address"] == str(folder)
    assert len(listed(client)) == 1


def test_what_is_followed_on_the_command_line_is_seen_by_the_server(serve: Serve, web: WebServer, data: Path) -> None:
    client = serve()
    following = Following.open(Settings(data_dir=data).library_path)
    number = following.follow(web.url("/feed"), "feed").id
    assert looked(client)["title"] == "The Gazette"
    following.unfollow(number)
    assert listed(client) == []
    following.close()


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_another_site_changes_nothing(method: str, serve: Serve) -> None:
    client = serve()
    path = "/api/followed" if method == "POST" else "/api/followed/1"
    body = {"address": "https://a.example/feed"} if method == "POST" else {"paused": True}
    json = None if method == "DELETE" else body
    answer = client.request(method, path, json=json, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["error"]) == (403, "requests from other sites are not answered")
    assert listed(client) == []
