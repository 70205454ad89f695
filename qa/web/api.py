"""POST /api/ask and /api/search, and whether the server is alive and ready."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from qa.accounts.conversations import Conversations
from qa.errors import ArticleQAError, ConversationError, ConversationNotFound
from qa.types import Answer, Evidence, Filters, Length, Span, Turn
from qa.web.auth import asker_of, user_of
from qa.web.engine import Engine, NotReadyError, Stream, Waiting, foreseen, one_line
from qa.web.fields import Bounded, Day, Line, Text
from qa.web.streaming import EventStream

MAX_PASSAGES = 100
QUIET_SECONDS = 2.0  # after which whoever waits is told that it goes on
KEEP_ALIVE = format_sse_event(comment="still at work")
EXAMPLE: dict[str, JsonValue] = {"question": "When did the bridge open?"}
T = TypeVar("T")
Item = Answer | Waiting | None  # what comes while a question is answered; None: nothing new
Told = Callable[[T], Awaitable[dict[str, Any]]]


class EarlierTurn(BaseModel):
    """A question and the answer it got, sent back so that a follow-up can be understood."""

    question: Text
    answer: Text


class Restriction(BaseModel):
    """The articles that a question is put to: of a source, a tag, some days, or one; unknown names are refused."""

    model_config = ConfigDict(extra="forbid")

    since: Day | None = None
    until: Day | None = None
    source: Line | None = None
    article_id: Line | None = None
    tag: Line | None = None

    def filters(self) -> Filters | None:
        since, until = (day.isoformat() if day else None for day in (self.since, self.until))
        filters = Filters(since, until, self.source or None, self.article_id or None, self.tag or None)
        return filters if filters != Filters() else None


class Words(BaseModel):
    """Words of an article, by their offsets in characters."""

    model_config = ConfigDict(extra="forbid")

    article_id: Line
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]


class Wanted(BaseModel):
    """How long an answer is wanted, and the quotes that were shown already, where more than these is asked for."""

    length: Length = "normal"
    without: Annotated[list[Words], Bounded] = []

    def shown(self) -> frozenset[Span]:
        return frozenset(Span(words.article_id, words.start, words.end) for words in self.without)


class QuestionBody(Restriction):
    """A question, restricted to some articles where that is given.

    "Last week" and the like count from `as_of`, which is today where it is not given.
    """

    question: Text
    as_of: Day | None = None


class SearchBody(QuestionBody):
    """A question and how many passages to find."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE | {"k": 3}]})

    k: Annotated[int, Field(ge=1, le=MAX_PASSAGES)] = 10


class AskBody(QuestionBody, Wanted):
    """A question with the turns before it; `stream` asks for server-sent events.

    With the id of a `conversation` the turns are taken from it, and the final answer is kept there. With the quotes
    `without` that an earlier answer showed it asks what more the articles say.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    history: Annotated[list[EarlierTurn], Bounded] = []
    conversation: Line | None = None
    stream: bool = False

    @model_validator(mode="after")
    def _one_history(self) -> "AskBody":
        if self.history and self.conversation:
            raise ValueError("give the history or the conversation that holds it, not both")
        return self

    def turns(self) -> list[Turn]:
        return [Turn(turn.question, turn.answer) for turn in self.history]


@dataclass(frozen=True)
class Found:
    """A question with the passages that bear on it, the best first."""

    question: str
    passages: Sequence[Evidence]


def routes(engine: Engine, conversations: Conversations) -> APIRouter:
    """The routes that programs use."""
    router = APIRouter()

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        """Whether the server is alive."""
        return {"status": "alive"}

    @router.head("/readyz", include_in_schema=False)
    @router.get("/readyz")
    async def ready() -> JSONResponse:
        """Whether it can answer: 503 while the models are being loaded, at first or again, with how far they are."""
        if engine.ready:
            return JSONResponse({"status": "ready"})
        state = {"status": "failed", "error": engine.problem} if engine.problem else {"status": "loading"}
        return JSONResponse(state | {"step": engine.step}, HTTPStatus.SERVICE_UNAVAILABLE)

    @router.post("/api/search")
    async def search(body: SearchBody, request: Request) -> Found:
        """Find the passages that bear on a question, without a language model."""
        asked = body.question, body.k, body.filters(), body.as_of
        return Found(body.question, await engine.search(*asked, asker=asker_of(request)))

    @router.post("/api/ask", responses={200: {"model": Answer}})
    async def ask(body: AskBody, request: Request) -> Response:
        """Answer a question from the articles, or say that they do not.

        With `stream`, server-sent events: `{"status": "waiting", "before_you": 3}` while others are served, then
        growing answers, `{"error": …}` where that failed.
        """
        user, turns = user_of(request), body.turns()
        if body.conversation:
            turns = list(await asyncio.to_thread(conversations.history, user, body.conversation))

        async def told(answer: Answer) -> dict[str, Any]:
            """The public form; what is final is kept in the conversation, unless that was deleted meanwhile.

            What cannot be kept is told all the same, and says so in its notes.
            """
            out = answer.to_json()
            if body.conversation and answer.status != "answering":
                try:
                    number = await asyncio.to_thread(conversations.append, user, body.conversation, answer)
                except ConversationNotFound:
                    return out
                except ConversationError as error:
                    return out | {"notes": [*answer.notes, f"this answer could not be kept: {one_line(error)}"]}
                out |= {"conversation": body.conversation, "turn": number}
            return out

        asked = body.question, turns, body.filters(), body.as_of, body.length, body.shown()
        answers = growing(engine.ask(*asked, asker=asker_of(request)))
        if body.stream:
            return EventStream(events(await anext(answers), answers, told, over=final), answers)
        return JSONResponse(await told(await last_of(answers, request)))

    return router


async def growing(asked: AbstractAsyncContextManager[Stream[T]]) -> AsyncGenerator[T | Waiting | None]:
    """What comes of a question, how many are before it until then, and None where nothing was heard for a while."""
    async with asked as stream:
        items = aiter(stream)
        coming = asyncio.ensure_future(anext(items))
        try:
            while True:
                if not (await asyncio.wait([coming], timeout=QUIET_SECONDS))[0]:
                    yield None
                    continue
                try:
                    item = coming.result()
                except StopAsyncIteration:
                    return
                yield item
                coming = asyncio.ensure_future(anext(items))
        finally:
            coming.cancel()


async def last_of(answers: AsyncGenerator[Item], request: Request) -> Answer:
    """The final answer; the model is stopped where nobody waits for it any more."""
    answer: Item = None
    async with aclosing(answers):
        async for item in answers:
            answer = item or answer
            if await request.is_disconnected():
                break
    return final(answer)


def final(answer: Item) -> Answer:
    """The answer where it is one; raises NotReadyError where it was broken off."""
    if not isinstance(answer, Answer) or answer.status == "answering":
        raise NotReadyError("the server is being stopped")
    return answer


async def events(
    first: T | Waiting | None,
    rest: AsyncIterator[T | Waiting | None],
    told: Told[T],
    over: Callable[[T | Waiting | None], object] | None = None,
) -> AsyncGenerator[bytes]:
    """Server-sent events; an error after the first one can only be told as an event.

    `over` raises NotReadyError where what came last is not the end: the server ended the stream.
    """
    last = first
    try:
        with foreseen():
            yield await _event(first, told)
            async for item in rest:
                last = item or last
                yield await _event(item, told)
            if over:
                over(last)
    except ArticleQAError as error:
        yield event({"error": one_line(error)})


async def _event(item: T | Waiting | None, told: Told[T]) -> bytes:
    if item is None:
        return KEEP_ALIVE
    if isinstance(item, Waiting):
        return event({"status": "waiting", "before_you": item.before})
    return event(await told(item))


def event(value: dict[str, Any]) -> bytes:
    """A server-sent event."""
    return format_sse_event(data_str=json.dumps(value, ensure_ascii=False))
