"""/api/conversations over real HTTP, and questions asked within one."""

from dataclasses import replace

import httpx
import pytest

from qa.accounts.conversations import Conversation, StoredTurn
from qa.types import Answer, Sentence, Turn
from qa.web.export import to_markdown
from tests.test_web_api import QUESTION, events, wait_until
from tests.web_fake import QUOTE, FakeAnswerer


@pytest.fixture
def path(client: httpx.Client) -> str:
    """Of a new conversation."""
    created = client.post("/api/conversations", json={})
    assert created.status_code == 201
    return f"/api/conversations/{created.json()['id']}"


def ask(client: httpx.Client, path: str, question: str, **rest: object) -> httpx.Response:
    return client.post("/api/ask", json={"question": question, "conversation": path.rpartition("/")[2], **rest})


def test_what_is_asked_within_a_conversation_is_kept_there_and_remembered(
    client: httpx.Client, answerer: FakeAnswerer, path: str
) -> None:
    first = ask(client, path, QUESTION).json()
    assert (first["conversation"], first["turn"]) == (path.rpartition("/")[2], 1)
    *_, second = events(ask(client, path, "And how long is it?", stream=True).text)
    assert second["turn"] == 2
    assert answerer.asked[-1][1] == (Turn(QUESTION, "The bridge opened in 1931. [1]"),)
    kept = client.get(path).json()
    assert kept["title"] == QUESTION
    assert [turn["question"] for turn in kept["turns"]] == [QUESTION, "And how long is it?"]
    assert kept["turns"][0]["answer"]["citations"][0]["quote"] == QUOTE


def test_only_final_answers_are_kept(client: httpx.Client, answerer: FakeAnswerer, path: str) -> None:
    before = answerer.closed
    body = {"question": "endless", "conversation": path.rpartition("/")[2], "stream": True}
    with client.stream("POST", "/api/ask", json=body) as response:
        next(response.iter_lines())
    wait_until(lambda: answerer.closed == before + 1)
    assert ask(client, path, "crash").status_code == 503
    assert client.get(path).json()["turns"] == []


def test_an_answer_comes_even_where_its_conversation_was_deleted_meanwhile(
    client: httpx.Client, answerer: FakeAnswerer, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answerer, "delay", 0.2)
    body = {"question": QUESTION, "conversation": path.rpartition("/")[2], "stream": True}
    with client.stream("POST", "/api/ask", json=body) as response:
        lines = response.iter_lines()
        next(lines)
        assert client.delete(path).status_code == 200
        *_, last = events("\n\n".join(line for line in lines if line))
    assert last["status"] == "answered"
    assert "turn" not in last


def test_it_is_listed_searched_renamed_and_deleted(client: httpx.Client, path: str) -> None:
    assert client.patch(path, json={"title": "A zebra crossing"}).json()["title"] == "A zebra crossing"
    (found,) = client.get("/api/conversations", params={"q": "zebra"}).json()
    assert (found["title"], found["turns"]) == ("A zebra crossing", 0)
    assert client.delete(path).json() == {"deleted": path.rpartition("/")[2]}
    assert client.get("/api/conversations", params={"q": "zebra"}).json() == []
    assert [client.get(path).status_code, client.delete(path).status_code] == [404, 404]


def test_it_is_pinned_and_keeps_what_is_not_named(client: httpx.Client, path: str) -> None:
    ask(client, path, QUESTION)
    client.post("/api/conversations", json={"title": "a later one"})
    changed = client.patch(path, json={"pinned": True}).json()
    assert (changed["title"], changed["pinned"]) == (QUESTION, True)
    first, *others = client.get("/api/conversations").json()
    assert (first["id"], first["pinned"], first["beginning"]) == (changed["id"], True, "The bridge opened in 1931.")
    assert not any(info["pinned"] for info in others)
    assert client.patch(path, json={"title": "Another"}).json()["pinned"] is True
    assert client.patch(path, json={"title": "", "pinned": False}).json()["title"] == ""
    assert client.patch(path, json={}).json()["pinned"] is False


def test_it_is_exported(client: httpx.Client, path: str) -> None:
    for question in (QUESTION, "Who likes cheese?"):
        ask(client, path, question)
    export = client.get(f"{path}/export")
    assert export.headers["content-type"] == "text/markdown; charset=utf-8"
    assert export.headers["content-disposition"] == 'attachment; filename="conversation.md"'
    assert export.text == (
        f"# {QUESTION}\n\n## {QUESTION}\n\nThe bridge opened in 1931. [1]\n\n"
        f"- [1] The Varga bridge (Test Gazette, 1 March 2025) <https://example.org/bridge>\n  > {QUOTE}\n\n"
        "## Who likes cheese?\n\nThe articles do not answer this question.\n"
    )
    assert client.get(f"{path}/export", params={"format": "json"}).json() == client.get(path).json()


def test_a_vote_is_kept_with_the_answer(client: httpx.Client, path: str) -> None:
    ask(client, path, QUESTION)
    vote = {"vote": "down", "reason": "It asked for the day."}
    assert client.post(f"{path}/turns/1/feedback", json=vote).json() == vote
    (turn,) = client.get(path).json()["turns"]
    assert (turn["vote"], turn["reason"]) == ("down", "It asked for the day.")


@pytest.mark.parametrize(
    ("method", "below", "body", "status"),
    [
        ("POST", "/turns/1/feedback", {"vote": "up"}, 404),
        ("POST", "/turns/0/feedback", {"vote": "up"}, 422),
        ("POST", f"/turns/{10**30}/feedback", {"vote": "up"}, 422),
        ("POST", "/turns/1/feedback", {"vote": "perhaps"}, 422),
        ("POST", "/turns/1/feedback", {"vote": "up", "reason": "x" * 2001}, 422),
        ("PATCH", "", {"title": "x" * 121}, 422),
        ("PATCH", "", {"user": "eve"}, 422),
        ("PATCH", "", {"pinned": "perhaps"}, 422),
        ("PUT", "", {"title": "x"}, 404),
        ("GET", "/export?format=html", None, 422),
        ("GET", "/turns", None, 404),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    client: httpx.Client, path: str, method: str, below: str, body: object, status: int
) -> None:
    response = client.request(method, path + below, json=body)
    assert response.status_code == status
    assert list(response.json()) == ["error"]


def test_a_conversation_that_is_not_there_cannot_be_asked_in(client: httpx.Client) -> None:
    for body in ({"stream": True}, {}):
        assert ask(client, "/nowhere", QUESTION, **body).status_code == 404
    both = ask(client, "/nowhere", QUESTION, history=[{"question": "a", "answer": "b"}])
    assert both.status_code == 422
    assert "not both" in both.json()["error"]


def test_points_are_exported_as_lines() -> None:
    said = (Sentence("Two points:", (), "known"), Sentence("- One", (), "known"), Sentence("Two", (), "known"))
    answer = Answer("q", "q", "answered", "…", said, listed_from=1)
    turn = StoredTurn(1, "q", answer.to_json(), "2026-01-01T00:00:00Z")
    assert to_markdown(Conversation("c", "t", "", "", (turn,))) == "# t\n\n## q\n\nTwo points:\n- \\- One\n- Two\n"
    alone = StoredTurn(1, "q", replace(answer, sentences=said[1:], listed_from=0).to_json(), "2026-01-01T00:00:00Z")
    assert to_markdown(Conversation("c", "t", "", "", (alone,))) == "# t\n\n## q\n\n- \\- One\n- Two\n"
