"""Evaluations over real HTTP, beside readers, with an Answerer whose words are known by hand."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer
from tests.test_web_api import QUESTION, events, ready, served, wait_until
from tests.web_fake import FakeAnswerer

EVIDENCE = [{"article_id": "bridge", "text": "The Varga bridge opened in 1931."}]
GOLD = [
    {"id": "when", "question": QUESTION, "answers": ["1931"], "answerable": True, "evidence": EVIDENCE},
    {"id": "long", "question": "How long is the Varga bridge?", "answers": ["500 metres"], "answerable": True,
     "evidence": EVIDENCE},
    {"id": "cheese", "question": "Is cheese sold on the bridge?", "answers": ["yes"], "answerable": True,
     "evidence": EVIDENCE},
    {"id": "none", "question": "Which cheese do quarks eat?", "answers": [], "answerable": False},
]  # fmt: skip


def lines(gold: list[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(line)}\n" for line in gold).encode()


def numbered(count: int) -> list[dict[str, Any]]:
    return [GOLD[0] | {"id": f"q{n}"} for n in range(count)]


@pytest.fixture
def answerer(retriever: HybridRetriever) -> FakeAnswerer:
    return FakeAnswerer().over(retriever)


@pytest.fixture
def client(answerer: FakeAnswerer, tmp_path: Path) -> Iterator[httpx.Client]:
    with served(lambda _settings: answerer, tmp_path / "data") as client:
        wait_until(lambda: ready(client))
        yield client


def keep(client: httpx.Client, gold: list[dict[str, Any]], name: str = "four.jsonl") -> dict[str, Any]:
    response = client.post("/api/gold", files={"file": (name, lines(gold))})
    assert response.status_code == 201, response.text
    kept: dict[str, Any] = response.json()
    return kept


def begin(client: httpx.Client, gold: str = "four", **body: Any) -> str:
    response = client.post("/api/evaluations", json={"gold": gold, **body})
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


def run_of(client: httpx.Client, run: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/evaluations/{run}").json()
    return found


def ended(client: httpx.Client, run: str) -> dict[str, Any]:
    wait_until(lambda: run_of(client, run)["state"] != "running")
    return run_of(client, run)


def progress(client: httpx.Client) -> dict[str, Any] | None:
    found: dict[str, Any] | None = client.get("/api/evaluations").json()["job"]
    return found


def test_a_run_is_measured_and_kept_with_its_report(client: httpx.Client, tmp_path: Path) -> None:
    kept = keep(client, GOLD)
    assert (kept["gold"]["id"], kept["gold"]["questions"], kept["problems"]) == ("four", 4, [])
    run = ended(client, begin(client))
    assert (run["state"], run["gold"], run["model"], run["asked"]) == ("done", "four.jsonl", "fake", 4)
    assert run["outcomes"] == {"right": 1, "wrong": 1, "refused": 1, "rejected": 1}
    values = {measure["name"]: measure["value"] for measure in run["measures"]}
    assert values["answers.accuracy"] == pytest.approx(1 / 3)
    assert values["refusal.false_refusal"] == pytest.approx(1 / 3)
    folder = tmp_path / "data/evaluations/all/runs" / run["id"]
    assert sorted(path.name for path in folder.iterdir()) == [
        "about.json", "gold.jsonl", "report.html", "report.md", "run.json",
    ]  # fmt: skip
    whole = client.get(f"/api/evaluations/{run['id']}/files/run.json").json()
    assert [row["id"] for row in whole["questions"]] == ["when", "long", "cheese", "none"]
    assert client.get("/api/evaluations").json()["runs"] == [run]


def test_the_report_speaks_the_readers_language_in_a_sandbox(client: httpx.Client) -> None:
    keep(client, GOLD)
    run = ended(client, begin(client))["id"]
    page = client.get(f"/api/evaluations/{run}/report", headers={"Accept-Language": "de-AT"})
    assert '<html lang="de">' in page.text
    assert "zu Recht abgewiesen" in page.text
    assert "sandbox allow-scripts" in page.headers["content-security-policy"]
    assert '<html lang="en">' in client.get(f"/api/evaluations/{run}/report?lang=en").text


def test_progress_is_told_as_it_comes(client: httpx.Client, answerer: FakeAnswerer) -> None:
    keep(client, numbered(6))
    answerer.delay = 0.1
    run = begin(client)
    told = events(client.get(f"/api/evaluations/{run}/events").text)
    assert told[-1] == {"ended": run}
    steps: list[dict[str, Any]] = [step["progress"] for step in told[:-1]]  # type: ignore[misc]
    assert len(steps) >= 2
    assert [step["done"] for step in steps] == sorted(step["done"] for step in steps)
    assert all(step["total"] == 6 and step["id"] == run for step in steps)
    last = steps[-1]
    assert last["running"] == ["answers.accuracy", 1.0]
    assert last["outcomes"] == {"right": last["done"]}
    assert 0 <= last["seconds_left"] <= 5


def test_a_cancelled_run_is_kept_and_goes_on(client: httpx.Client, answerer: FakeAnswerer) -> None:
    keep(client, numbered(30))
    answerer.delay = 0.05
    run = begin(client)
    wait_until(lambda: (progress(client) or {"done": 0})["done"] >= 2)
    assert client.post(f"/api/evaluations/{run}/cancel", json={}).status_code == 200
    cut = run_of(client, run)
    assert (cut["state"], progress(client)) == ("stopped", None)
    assert 2 <= cut["asked"] < 30
    assert len(answerer.asked) <= cut["asked"] + 1, "it ends amid the question that it was at"
    assert cut["outcomes"] == {"right": cut["asked"]}
    assert "cut short" in client.get(f"/api/evaluations/{run}/report?lang=en").text
    time.sleep(0.5)
    assert run_of(client, run) == cut, "nothing goes on behind"
    asked = len(answerer.asked)
    answerer.delay = 0
    assert client.post(f"/api/evaluations/{run}/resume", json={}).json()["state"] == "running"
    whole = ended(client, run)
    assert (whole["state"], whole["asked"]) == ("done", 30)
    assert len(answerer.asked) - asked == 30 - cut["asked"], "what was measured is not asked again"
    assert client.post(f"/api/evaluations/{run}/resume", json={}).status_code == 409


class Noting(FakeAnswerer):
    """Notes when it begins and ends to answer each question."""

    def __init__(self) -> None:
        super().__init__(delay=0.3)
        self.noted: list[tuple[str, str]] = []

    def stream(self, question: str, *rest: Any, **more: Any) -> Iterator[Answer]:
        self.noted.append(("begin", question))
        try:
            yield from super().stream(question, *rest, **more)
        finally:
            self.noted.append(("end", question))


def test_a_readers_question_is_answered_first(retriever: HybridRetriever, tmp_path: Path) -> None:
    answerer, asked = Noting().over(retriever), "How long is the Varga bridge?"
    assert isinstance(answerer, Noting)
    with served(lambda _settings: answerer, tmp_path / "data") as client:
        wait_until(lambda: ready(client))
        keep(client, numbered(10))
        run = begin(client)
        wait_until(lambda: bool(answerer.noted))
        reader = threading.Thread(target=lambda: client.post("/api/ask", json={"question": asked}))
        reader.start()
        wait_until(lambda: (progress(client) or {}).get("waits", False))
        reader.join()
        answerer.delay = 0
        assert ended(client, run)["asked"] == 10
    first, last = answerer.noted.index(("begin", asked)), answerer.noted.index(("end", asked))
    assert {("begin", QUESTION)} & set(answerer.noted[first:last]) == set(), "nothing was begun before the reader's end"
    assert answerer.closed >= 1, "the question of the run was broken off"


def test_one_runs_at_a_time(client: httpx.Client, answerer: FakeAnswerer) -> None:
    keep(client, numbered(30))
    answerer.delay = 0.05
    run = begin(client)
    second = client.post("/api/evaluations", json={"gold": "four"})
    assert (second.status_code, second.json()["error"]) == (
        409,
        "another evaluation is running; wait until it has ended, or cancel it",
    )
    client.post(f"/api/evaluations/{run}/cancel", json={})
    answerer.delay = 0
    assert ended(client, begin(client, limit=1))["asked"] == 1


def test_what_an_earlier_server_left_running_is_cut_short_and_goes_on(answerer: FakeAnswerer, tmp_path: Path) -> None:
    answerer.delay = 0.05
    with served(lambda _settings: answerer, tmp_path / "data") as client:
        wait_until(lambda: ready(client))
        keep(client, numbered(20))
        run = begin(client)
        wait_until(lambda: (progress(client) or {"done": 0})["done"] >= 3)
    answerer.delay = 0
    about = json.loads((tmp_path / "data/evaluations/all/runs" / run / "about.json").read_text())
    assert about["state"] == "running", "the server was stopped amid it"
    with served(lambda _settings: answerer, tmp_path / "data") as client:
        wait_until(lambda: ready(client))
        cut = run_of(client, run)
        assert cut["state"] == "stopped"
        assert 3 <= cut["asked"] < 20
        client.post(f"/api/evaluations/{run}/resume", json={})
        assert (ended(client, run)["state"], run_of(client, run)["asked"]) == ("done", 20)


def test_a_run_that_fails_says_why_in_one_line_and_goes_on(client: httpx.Client, answerer: FakeAnswerer) -> None:
    keep(client, [GOLD[0], GOLD[0] | {"id": "bad", "question": "Will it crash?"}])
    run = begin(client)
    told = events(client.get(f"/api/evaluations/{run}/events").text) if progress(client) else []
    failed = ended(client, run)
    assert (failed["state"], failed["asked"]) == ("failed", 1)
    assert failed["problem"].startswith("something went wrong (ZeroDivisionError)")
    assert all("secret" not in json.dumps(step) for step in (failed, *told))
    assert client.post(f"/api/evaluations/{run}/resume", json={}).status_code == 200


def test_retrieval_alone_asks_no_model(client: httpx.Client, answerer: FakeAnswerer) -> None:
    keep(client, GOLD)
    run = ended(client, begin(client, retrieval_only=True, limit=2))
    assert (run["model"], run["questions"], answerer.asked) == (None, 2, [])
    assert {measure["name"] for measure in run["measures"]} == {
        "retrieval.hits@1",
        "retrieval.hits@4",
        "retrieval.mrr@10",
    }
    assert run["outcomes"] == {"found": 2}


def test_two_runs_are_compared(client: httpx.Client, answerer: FakeAnswerer) -> None:
    keep(client, GOLD)
    before, now = ended(client, begin(client))["id"], ended(client, begin(client, limit=2))["id"]
    found = client.get("/api/evaluations/compare", params={"now": now, "before": before}).json()
    assert (found["questions"], found["changes"]) == (2, [])
    keep(client, [GOLD[0] | {"id": "other"}], "other.jsonl")
    other = ended(client, begin(client, "other"))["id"]
    refused = client.get("/api/evaluations/compare", params={"now": now, "before": other})
    assert refused.status_code == 422
    assert "none of these questions" in refused.json()["error"]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (b'{"id": 1}\nno JSON\n', {1: "id: Input should be a valid string", 2: "not JSON: Expecting value"}),
        (lines([GOLD[0], GOLD[0]]), {2: "the id 'when' was used in line 1"}),
        (lines([GOLD[0] | {"question": " "}]), {1: "the question is empty"}),
        (lines([GOLD[0] | {"question": "x" * 3000}]), {1: "the question has 3,000 characters"}),
    ],
)
def test_each_wrong_line_of_a_file_is_named_and_nothing_kept(
    client: httpx.Client, content: bytes, problems: dict[int, str]
) -> None:
    response = client.post("/api/gold", files={"file": ("mine.jsonl", content)})
    assert (response.status_code, response.json()["gold"]) == (200, None)
    told = {problem["line"]: problem["message"] for problem in response.json()["problems"]}
    assert told.keys() == problems.keys()
    assert all(told[line].startswith(message) for line, message in problems.items())
    assert client.get("/api/evaluations").json()["gold"] == []


def test_doubts_about_evidence_are_told_and_the_file_kept(client: httpx.Client) -> None:
    kept = keep(client, [GOLD[0] | {"evidence": [{"article_id": "nowhere", "text": "x"}]}])
    assert kept["problems"] == [{"line": 1, "message": "no article has the id 'nowhere'", "is_serious": False}]


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"", 422, "holds no questions"),
        (b'{"id": "\xe9"}', 422, "is not UTF-8 text"),
        (b" " * 5_000_001, 413, "the file is larger than 5 MB"),
    ],
)
def test_a_file_that_is_no_gold_set_is_refused_in_one_line(
    client: httpx.Client, content: bytes, status: int, message: str
) -> None:
    response = client.post("/api/gold", files={"file": ("mine.jsonl", content)})
    assert response.status_code == status
    assert message in response.json()["error"]


def test_a_gold_set_is_named_safely_kept_privately_and_removed(client: httpx.Client, tmp_path: Path) -> None:
    keep(client, GOLD, "../../ä b.jsonl")
    keep(client, GOLD, "../../ä b.jsonl")
    names = sorted(gold["id"] for gold in client.get("/api/evaluations").json()["gold"])
    assert names == ["b", "b-2"]
    folder = tmp_path / "data/evaluations/all/gold"
    assert sorted(path.name for path in folder.iterdir()) == ["b-2.jsonl", "b.jsonl"]
    assert [json.loads(line)["id"] for line in client.get("/api/gold/b").text.splitlines()] == [g["id"] for g in GOLD]
    assert client.delete("/api/gold/b").status_code == 200
    for odd in ("b", "..%2Fb-2", "%2e%2e", "x" * 500):
        assert client.get(f"/api/gold/{odd}").status_code == 404
    assert client.post("/api/evaluations", json={"gold": "b"}).status_code == 404


def test_questions_are_drafted_from_the_articles(
    client: httpx.Client, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.evaluation.draft.MIN_CHARACTERS", 10)
    replies = [
        "Question: When did the Varga bridge open?\nAnswer: 1931",
        "nonsense",
        "Question: When was Kestrel Mill built?\nAnswer: 1874",
    ]
    answerer.model = FakeListChatModel(responses=replies)  # type: ignore[attr-defined]
    begun = client.post("/api/gold/drafts", json={"count": 5})
    assert begun.status_code == 202
    wait_until(lambda: progress(client) is None)
    (gold,) = client.get("/api/evaluations").json()["gold"]
    assert (gold["id"], gold["questions"]) == (begun.json()["id"], 2)
    assert [json.loads(line)["question"] for line in client.get(f"/api/gold/{gold['id']}").text.splitlines()] == [
        "When did the Varga bridge open?",
        "When was Kestrel Mill built?",
    ]


def test_answers_that_were_liked_become_questions(client: httpx.Client) -> None:
    assert client.post("/api/gold/votes", json={}).status_code == 409
    conversation = client.post("/api/conversations", json={}).json()["id"]
    for question, vote in ((QUESTION, "up"), ("How long is it?", "down")):
        turn = client.post("/api/ask", json={"question": question, "conversation": conversation}).json()["turn"]
        client.post(f"/api/conversations/{conversation}/turns/{turn}/feedback", json={"vote": vote})
    gold = client.post("/api/gold/votes", json={}).json()
    assert gold["questions"] == 1
    assert ended(client, begin(client, gold["id"]))["outcomes"] == {"right": 1}


def test_other_sites_and_odd_bodies_are_turned_away(client: httpx.Client) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post("/api/gold", files={"file": ("x.jsonl", b"{}")}, headers=elsewhere).status_code == 403
    assert client.post("/api/evaluations", json={"gold": "four", "more": 1}).status_code == 422
    assert client.post("/api/evaluations", json={"gold": "four", "limit": 0}).status_code == 422
    for path in ("nothing", "20260101-000000-abcdef", "..%2F..", "report"):
        assert client.get(f"/api/evaluations/{path}").status_code == 404
        assert client.get(f"/api/evaluations/{path}/report").status_code == 404
        assert client.get(f"/api/evaluations/{path}/events").status_code == 404


def test_the_report_of_the_command_stands_among_the_runs(client: httpx.Client, tmp_path: Path) -> None:
    keep(client, GOLD)
    run = ended(client, begin(client))["id"]
    folder = tmp_path / "data/evaluations/all/runs" / run
    (tmp_path / "data/report").mkdir()
    for name in ("run.json", "report.html"):
        (tmp_path / "data/report" / name).write_bytes((folder / name).read_bytes())
    listed = [run["id"] for run in client.get("/api/evaluations").json()["runs"]]
    assert sorted(listed) == sorted([run, "report"])
    found = client.get("/api/evaluations/compare", params={"now": run, "before": "report"}).json()
    assert (found["questions"], found["changes"]) == (4, [])
    assert client.delete("/api/evaluations/report").status_code == 409
    assert client.delete(f"/api/evaluations/{run}").status_code == 200
    assert not folder.exists()


def test_each_user_has_gold_sets_and_runs_of_their_own(retriever: HybridRetriever, tmp_path: Path) -> None:
    keys = ["key-of-the-first-reader", "key-of-the-second-reader"]
    answerer = FakeAnswerer().over(retriever)
    with served(lambda _settings: answerer, tmp_path / "data", api_keys=",".join(keys)) as client:
        assert client.get("/api/evaluations").status_code == 401
        client.headers["Authorization"] = f"Bearer {keys[0]}"
        wait_until(lambda: ready(client))
        keep(client, numbered(20))
        answerer.delay = 0.05
        run = begin(client)
        wait_until(lambda: (progress(client) or {"done": 0})["done"] >= 1)
        client.headers["Authorization"] = f"Bearer {keys[1]}"
        other = client.get("/api/evaluations").json()
        assert other == {"runs": [], "gold": [], "job": None, "is_taken": True}
        for path in (f"evaluations/{run}", f"evaluations/{run}/events", f"evaluations/{run}/report", "gold/four"):
            assert client.get(f"/api/{path}").status_code == 404
        client.post(f"/api/evaluations/{run}/cancel", json={})
        assert client.delete(f"/api/evaluations/{run}").status_code == 404
        client.headers["Authorization"] = f"Bearer {keys[0]}"
        assert progress(client) is not None, "nobody else has cancelled it"
        client.post(f"/api/evaluations/{run}/cancel", json={})
