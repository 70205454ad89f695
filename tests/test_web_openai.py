"""/v1 as OpenAI's own client sees it, over real HTTP, with an Answerer whose words are known by hand."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import httpx
import openai
import pytest

from qa.types import Answer, Sentence, Turn
from qa.web import api, engine, openai_api
from qa.web.openai_text import Telling
from tests.test_web_api import QUESTION, ready, served, wait_until
from tests.web_fake import CITATION, COMPARED, NOTE, QUOTE, FakeAnswerer

CONTENT = (
    "The bridge opened in 1931. [1]\n\nSources:\n"
    f"- [1] The Varga bridge (Test Gazette, 2025-03-01) “{QUOTE}” <https://example.org/bridge>"
)


@pytest.fixture(scope="module")
def answerer() -> FakeAnswerer:
    return FakeAnswerer(delay=0.02)


@pytest.fixture(scope="module")
def ai(client: httpx.Client) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{client.base_url}/v1", api_key="none", max_retries=0, timeout=30) as ai:
        yield ai


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def test_an_answer_has_its_marks_its_sources_and_its_citations(ai: openai.OpenAI) -> None:
    reply = ai.chat.completions.create(model="article-qa", messages=[user(QUESTION)], temperature=0.2)
    (choice,) = reply.choices
    assert (choice.message.role, choice.finish_reason, reply.model) == ("assistant", "stop", "article-qa")
    assert choice.message.content == CONTENT
    assert choice.message.citations == [asdict(CITATION) | {"notes": []}]
    assert choice.message.refusal is None


def test_notes_stand_behind_the_sources_and_beside_the_message(ai: openai.OpenAI) -> None:
    message = ai.chat.completions.create(model="article-qa", messages=[user("Do they disagree?")]).choices[0].message
    assert message.notes == [NOTE]
    assert message.content == f"{CONTENT}\n\n{NOTE}"
    assert openai_api.Message(role="assistant", content=message.content).text() == "The bridge opened in 1931. [1]"


def test_a_stream_holds_the_checked_text_only(ai: openai.OpenAI) -> None:
    chunks = list(ai.chat.completions.create(model="any-name", messages=[user(QUESTION)], stream=True))
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert [delta.content for delta in deltas] == ["", CONTENT, None]
    assert deltas[0].role == "assistant"
    assert deltas[1].citations == [asdict(CITATION) | {"notes": []}]
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None, None, "stop"]
    assert len({chunk.id for chunk in chunks}) == 1


def test_what_is_unchecked_never_leaves_while_it_streams(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_api, "QUIET_SECONDS", 0.0)
    lines = client.post("/v1/chat/completions", json={"messages": [user(QUESTION)], "stream": True}).text.split("\n\n")
    assert lines.count(": still at work") >= 3
    assert lines[-2:] == ["data: [DONE]", ""]
    sent = [json.loads(line.removeprefix("data: ")) for line in lines[:-2] if line.startswith("data: ")]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in sent) == CONTENT


def test_a_silent_model_keeps_the_stream_open(
    client: httpx.Client, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (api, openai_api):
        monkeypatch.setattr(module, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(answerer, "delay", 0.3)
    for path, body in (
        ("/v1/chat/completions", {"messages": [user(QUESTION)], "stream": True}),
        ("/api/ask", {"question": QUESTION, "stream": True}),
    ):
        assert client.post(path, json=body).text.count(": still at work\n\n") >= 6


def test_a_refusal_is_a_normal_message(ai: openai.OpenAI) -> None:
    message = ai.chat.completions.create(model="article-qa", messages=[user("Who likes cheese?")]).choices[0].message
    assert message.content == "The articles do not answer this question."
    assert message.citations == []


def test_earlier_messages_become_the_history(ai: openai.OpenAI, answerer: FakeAnswerer) -> None:
    messages = [
        {"role": "system", "content": "You are a pirate."},
        user("Never answered?"),
        user("Hello?"),
        {"role": "assistant", "content": f"Yes. [1]{openai_api.SOURCES}- [1] The ferry “Yes.”"},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ]
    ai.chat.completions.create(model="article-qa", messages=messages)
    assert answerer.asked[-1] == (QUESTION, (Turn("Hello?", "Yes. [1]"),), None)


def test_a_long_conversation_is_taken_whole(ai: openai.OpenAI, answerer: FakeAnswerer) -> None:
    turn = [user("Who opened the bridge?"), {"role": "assistant", "content": "The mayor opened it. [1]" + "x" * 1_000}]
    ai.chat.completions.create(model="article-qa", messages=[*turn * 200, user(QUESTION)])
    assert answerer.asked[-1][0] == QUESTION
    assert len(answerer.asked[-1][1]) == 200


def test_the_models_are_the_one_there_is(ai: openai.OpenAI) -> None:
    assert [model.id for model in ai.models.list()] == ["article-qa"]
    assert ai.models.retrieve("article-qa").object == "model"
    with pytest.raises(openai.NotFoundError, match="there is no model 'gpt'"):
        ai.models.retrieve("gpt")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "body.messages: Field required"),
        ({"messages": []}, "at least 1"),
        ({"messages": [{"role": "assistant", "content": "Hi."}]}, "the last message must be a user's question"),
        ({"messages": [{"role": "user", "content": "Who?"}], "n": 2}, "body.n"),
        ({"messages": [{"role": "user", "content": "Who?"}], "response_format": {"type": "json_object"}}, "text"),
    ],
)
def test_a_wrong_request_gets_an_error_of_openais_form(client: httpx.Client, body: object, says: str) -> None:
    response = client.post("/v1/chat/completions", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"
    assert says in response.json()["error"]["message"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("question", "kind", "says"),
    [
        (" ", openai.UnprocessableEntityError, "the question is empty"),
        ("x" * 2001, openai.UnprocessableEntityError, "2,001 characters"),
        ("x" * 1_000_000, openai.APIStatusError, "larger than 1 MB"),
        ("crash", openai.InternalServerError, "something went wrong"),
    ],
)
def test_the_client_raises_its_own_errors(
    ai: openai.OpenAI, question: str, kind: type[openai.APIStatusError], says: str, stream: bool
) -> None:
    with pytest.raises(kind, match=says) as raised:
        ai.chat.completions.create(model="article-qa", messages=[user(question)], stream=stream)
    assert says in raised.value.body["message"]


def test_an_error_within_a_stream_is_raised_there(ai: openai.OpenAI) -> None:
    stream = ai.chat.completions.create(model="article-qa", messages=[user("break off")], stream=True)
    assert next(stream).choices[0].delta.content == ""
    with pytest.raises(openai.APIError, match="something went wrong"):
        list(stream)


def test_verbosity_is_the_length(ai: openai.OpenAI, answerer: FakeAnswerer) -> None:
    lengths = {"low": "short", "medium": "normal", "high": "detailed"}
    for verbosity, length in lengths.items():
        ai.chat.completions.create(model="article-qa", messages=[user(QUESTION)], extra_body={"verbosity": verbosity})
        assert answerer.wanted[0] == length
    with pytest.raises(openai.BadRequestError, match="verbosity"):
        ai.chat.completions.create(model="article-qa", messages=[user(QUESTION)], extra_body={"verbosity": "chatty"})


def test_leaving_a_stream_stops_the_model(ai: openai.OpenAI, answerer: FakeAnswerer) -> None:
    before = answerer.closed
    with ai.chat.completions.create(model="article-qa", messages=[user("endless")], stream=True) as stream:
        next(stream)
    wait_until(lambda: answerer.closed == before + 1)


def test_points_are_lines_of_markdown_in_which_nothing_acts() -> None:
    said = (Sentence("Two points:", (), "known"), Sentence("- [x](y)", (1,), "known"), Sentence("Two", (), "known"))
    answer = Answer("q", "q", "answered", "…", said, listed_from=1)
    assert openai_api.content(answer) == "Two points:\n- \\- \\[x\\](y) [1]\n- Two"
    assert openai_api.content(replace(answer, sentences=said[1:], listed_from=0)) == "- \\- \\[x\\](y) [1]\n- Two"


def streamed(ai: openai.OpenAI, question: str, **more: object) -> list[openai.types.chat.ChatCompletionChunk]:
    return list(ai.chat.completions.create(model="article-qa", messages=[user(question)], stream=True, **more))


def test_each_checked_sentence_is_sent_when_it_may_be_shown(ai: openai.OpenAI) -> None:
    chunks = streamed(ai, "Compare the two.")
    pieces = [chunk.choices[0].delta.content for chunk in chunks]
    first, second = (f"- {s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in COMPARED)
    assert pieces[:3] == ["", first, f"\n{second}"]
    assert pieces[3].startswith("\n\nSources:\n- [1] The Varga bridge")
    assert pieces[4:] == [None]
    whole = ai.chat.completions.create(model="article-qa", messages=[user("Compare the two.")])
    assert "".join(filter(None, pieces)) == whole.choices[0].message.content
    assert [c["number"] for c in chunks[3].choices[0].delta.citations] == [1, 2]


def test_what_is_told_stays_where_the_final_answer_is_in_another_order() -> None:
    second = replace(CITATION, number=2, quote="It is long.", start=5, end=16)
    lead, points = (
        Sentence("The articles say:", (), "known"),
        (Sentence(QUOTE, (1,), "quoted"), Sentence("Long.", (2,), "quoted")),
    )
    early = Answer("q", "q", sentences=(lead, *points), citations=(CITATION, second), listed_from=1)
    telling = Telling()
    assert telling.more(replace(early, sentences=(lead,))) == "", "it introduces nothing yet"
    assert telling.more(early) == f"The articles say:\n- {QUOTE} [1]\n- Long. [2]"
    other = replace(CITATION, number=1, quote="In 1931.", start=30, end=38)
    said = Sentence("It was opened in 1931.", (1,), "supported")
    cut = Sentence("after a long dispute over its cost.", (2,), "quoted")
    final = replace(
        early, status="answered", sentences=(said, cut), citations=(other, replace(CITATION, number=2)), listed_from=1
    )
    text = telling.last(final)
    assert text.startswith("\n\nIt was opened in 1931. [3]\n\nSources:\n- [1]"), "the rest of a quote was told"
    assert [c["number"] for c in telling.facts(final)["citations"]] == [1, 2, 3]
    assert text.count("\n- [") == 3


def test_what_will_be_said_in_another_language_is_not_sent_in_english() -> None:
    growing = Answer("q", "q", sentences=COMPARED[:1], citations=(CITATION,), listed_from=0, language="de")
    assert Telling().more(growing) == ""


def test_usage_is_counted(ai: openai.OpenAI) -> None:
    messages = [user("Hello there?"), {"role": "assistant", "content": "Yes."}, user(QUESTION)]
    usage = ai.chat.completions.create(model="article-qa", messages=messages).usage
    read, written = len(f"Hello there? Yes. {QUESTION}".split()), len(CONTENT.split())
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (read, written, read + written)


def test_the_models_own_count_goes_before_that_of_the_text(ai: openai.OpenAI) -> None:
    usage = ai.chat.completions.create(model="article-qa", messages=[user("Who counted the tokens?")]).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (700, 12, 712)


def test_a_stream_tells_usage_where_it_is_asked_for(ai: openai.OpenAI) -> None:
    *others, last = streamed(ai, QUESTION, stream_options={"include_usage": True})
    assert (last.choices, last.usage.completion_tokens) == ([], len(CONTENT.split()))
    assert last.usage.total_tokens == last.usage.prompt_tokens + last.usage.completion_tokens
    assert all(chunk.usage is None and chunk.choices for chunk in others)
    assert all(chunk.choices for chunk in streamed(ai, QUESTION)), "no usage unasked"


def ended_by_the_server(path: str, body: dict[str, object], data_dir: Path) -> list[dict[str, object]]:
    """The events of a stream that the server's end breaks off."""
    text, begun = "", threading.Event()

    def read(url: httpx.URL) -> None:
        nonlocal text
        with httpx.stream("POST", url.join(path), json=body, timeout=30) as response:
            for piece in response.iter_text():
                text += piece
                begun.set()

    with served(lambda _settings: FakeAnswerer(), data_dir) as client:
        wait_until(lambda: ready(client))
        reading = threading.Thread(target=read, args=(client.base_url,))
        reading.start()
        assert begun.wait(10)
    reading.join(20)
    events = [line.removeprefix("data: ") for line in text.split("\n") if line.startswith("data: ")]
    return [json.loads(event) for event in events if event != "[DONE]"]


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_a_stream_that_the_server_ends_says_so(path: str, tmp_path: Path) -> None:
    body = {"question": "endless"} if path == "/api/ask" else {"messages": [user("endless")]}
    last = ended_by_the_server(path, body | {"stream": True}, tmp_path)[-1]
    error = last["error"]
    assert "the server is being stopped" in (error if isinstance(error, str) else error["message"])  # type: ignore[index]


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions"])
def test_what_takes_too_long_is_told_in_the_stream(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "ASKS", replace(engine.ASKS, longest=0.3))
    body = {"question": "endless"} if path == "/api/ask" else {"messages": [user("endless")]}
    with served(lambda _settings: FakeAnswerer(), tmp_path) as client:
        wait_until(lambda: ready(client))
        text = client.post(path, json=body | {"stream": True}).text
    assert "took longer than" in text.rsplit('"error"', 1)[1]
