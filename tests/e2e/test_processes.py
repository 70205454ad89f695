"""Two real web processes behind one proxy: who signs in at one is known to the other, and one may die."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from qa.accounts.users import UserFile
from qa.web.auth import COOKIE
from tests.processes import STICKY, Processes, Proxy, model_server, proxying, together

KEY = "a-key-for-this-test-alone"
PASSWORD = "correct horse battery"
PLACES = ("Ardmoor", "Belgrave", "Corrie", "Dunwich")
SECONDS_A_WORD = 0.3


def _article(place: str) -> tuple[str, bytes]:
    story = f"The lighthouse of {place} stands on a rock. It was built by the engineer {place}son in the year 1883."
    return f"{place}.txt", f"The lighthouse of {place}\n\n{story} Ships passed far out when the tide was low.".encode()


def _question(place: str) -> str:
    return f"Who built the lighthouse of {place}?"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("processes")
    (folder / "data").mkdir()
    UserFile(folder / "users").add("ada", PASSWORD)
    rest = {"AUTH_FILE": str(folder / "users"), "API_KEYS": KEY, "TRUSTED_PROXIES": "127.0.0.1"}
    names = {f"ARTICLE_QA_{name}": value for name, value in rest.items()}
    with model_server(SECONDS_A_WORD) as model, together(folder, model, **names) as both:
        files = [("files", _article(place)) for place in PLACES]
        added = httpx.post(f"{both.urls[0]}/api/articles", files=files, headers=_with_key(), timeout=60)
        assert len(added.json()["added"]) == len(PLACES), added.text
        yield both


@pytest.fixture(scope="module")
def proxy(both: Processes) -> Iterator[Proxy]:
    with proxying(both.urls) as proxy:
        yield proxy


def _with_key() -> dict[str, str]:
    return {"Authorization": f"Bearer {KEY}"}


def test_what_is_done_at_one_is_known_to_the_other(both: Processes) -> None:
    one, other = both.urls
    signed_in = httpx.post(f"{one}/signin", data={"name": "ada", "password": PASSWORD}, timeout=60)
    assert signed_in.status_code == 303
    session = {COOKIE: signed_in.cookies[COOKIE]}
    first, second = (httpx.Client(base_url=url, cookies=session, timeout=60) for url in (one, other))
    conversation = first.post("/api/conversations", json={}).json()["id"]
    for number, client in enumerate((first, second, first), 1):
        body = {"question": _question(PLACES[number]), "conversation": conversation}
        answer = client.post("/api/ask", json=body).json()
        assert f"{PLACES[number]}son" in answer["text"], answer
        assert answer["turn"] == number
    for client in (first, second):
        turns = client.get(f"/api/conversations/{conversation}").json()["turns"]
        assert [turn["question"] for turn in turns] == [_question(place) for place in PLACES[1:]]
        found = client.post("/api/search", json={"question": _question(PLACES[0])}).json()["passages"]
        assert PLACES[0] in found[0]["text"], "what the first has added is found by the second"
    assert second.post("/signout", data={"": ""}).status_code == 303
    time.sleep(1.1)  # within a second it is known everywhere
    assert first.get("/api/conversations").status_code == 401


def test_one_that_dies_takes_its_own_streams_along_alone(both: Processes, proxy: Proxy, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{proxy.url}/signin")
    page.fill("[name=name]", "ada")
    page.fill("[name=password]", PASSWORD)
    page.click("button")
    box = page.locator("#question textarea")
    box.fill(_question(PLACES[0]))
    box.press("Enter")
    expect(page.locator(".turn[data-conversation]")).to_contain_text(f"{PLACES[0]}son")
    (to,) = (cookie["value"].strip('"') for cookie in page.context.cookies() if cookie["name"] == STICKY)
    dying, living = both.urls.index(to), 1 - both.urls.index(to)

    heard: dict[str, str] = {}
    streams = [
        threading.Thread(target=_streamed, args=(both.urls[number], place, heard))
        for number, place in ((dying, PLACES[1]), (living, PLACES[2]), (living, PLACES[3]))
    ]
    box.fill(_question(PLACES[1]))
    box.press("Enter")
    expect(page.locator("#current .progress")).to_be_visible()
    for stream in streams:
        stream.start()
    expect(page.locator("#current .card").first).to_be_visible()
    both.kill(dying)
    for stream in streams:
        stream.join()
    assert heard == {PLACES[1]: "broken off", **{place: f"{place}son" for place in PLACES[2:]}}

    expect(page.locator("#composer .cut")).to_contain_text("cut off before it was answered", timeout=60_000)
    expect(box).to_have_value(_question(PLACES[1]))
    expect(page.locator(".turn[data-conversation]")).to_contain_text(f"{PLACES[0]}son")
    box.press("Enter")
    expect(page.locator(".turn[data-conversation]")).to_have_count(2, timeout=60_000)
    expect(page.locator(".turn").last).to_contain_text(f"{PLACES[1]}son")
    page.close()
    for _ in range(4):
        assert httpx.get(f"{proxy.url}/api/articles", headers=_with_key()).status_code == 200


def _streamed(url: str, place: str, heard: dict[str, str]) -> None:
    """The builder that the last event names; otherwise that the stream broke off."""
    last = ""
    body = {"question": _question(place), "stream": True}
    try:
        with httpx.stream("POST", f"{url}/api/ask", json=body, headers=_with_key(), timeout=60) as answer:
            for line in answer.iter_lines():
                last = line.removeprefix("data: ") if line.startswith("data: ") else last
    except httpx.TransportError:
        heard[place] = "broken off"
        return
    text = json.loads(last)["text"]
    heard[place] = next((f"{name}son" for name in PLACES if f"{name}son" in text), text)


def test_the_log_holds_no_fault(both: Processes) -> None:
    for number in range(2):
        log = (Path(both.data_dir).parent / f"server-{number}.log").read_text()
        assert "Traceback" not in log, log
