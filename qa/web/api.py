"""POST /api/ask and /api/search, and whether the server is alive and ready."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from qa.errors import ArticleQAError
from qa.types import Answer, Filters, Turn
from qa.web.engine import Engine, NotReadyError, Waiting, one_line

MAX_PASSAGES = 100
QUIET_SECONDS = 2.0  # after which whoever waits is told that it goes on
KEEP_ALIVE = ": still being answered\n\n"  # a comment, in server-sent events
Item = Answer | Waiting | None  # what comes while a question is answered; None: nothing new


class EarlierTurn(BaseModel):
    """A question and the answer it got, sent back so that a follow-up can be understood."""

    question: str
    answer: str


class QuestionBody(BaseModel):
    """A question, restricted to articles by date and source where given; unknown names are refused."""

    model_config = ConfigDict(extra="forbid")

    question: str
    since: date | None = None
    until: date | None = None
    source: str | None = None

    def filters(self) -> Filters | None:
        since, until = (day.isoformat() if day else None for day in (self.since, self.until))
        return Filters(since, until, self.source) if since or until or self.source else None


class SearchBody(QuestionBody):
    """A question and how many passages to find."""

    k: Annotated[int, Field(ge=1, le=MAX_PASSAGES)] = 10


class AskBody(QuestionBody):
    """A question with the turns before it; `stream` asks for server-sent events."""

    history: list[EarlierTurn] = []
    stream: bool = False

    def turns(self) -> list[Turn]:
        return [Turn(turn.question, turn.answer) for turn in self.history]


def routes(engine: Engine) -> APIRouter:
    """The routes that programs use."""
    router = APIRouter()

    @router.get("/healthz")
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def ready() -> JSONResponse:
        if engine.ready:
            return JSONResponse({"status": "ready"})
        state = {"status": "failed", "error": engine.problem} if engine.problem else {"status": "loading"}
        return JSONResponse(state | {"step": engine.step}, HTTPStatus.SERVICE_UNAVAILABLE)

    @router.post("/api/search")
    async def search(body: SearchBody) -> dict[str, Any]:
        passages = await engine.search(body.question, body.k, body.filters())
        return {"question": body.question, "passages": [asdict(passage) for passage in passages]}

    @router.post("/api/ask")
    async def ask(body: AskBody, request: Request) -> Response:
        answers = growing(engine, body.question, body.turns(), body.filters())
        if body.stream:
            return StreamingResponse(_events(await anext(answers), answers), media_type="text/event-stream")
        return JSONResponse((await last_of(answers, request)).to_json())

    return router


async def growing(
    engine: Engine, question: str, history: Sequence[Turn], filters: Filters | None = None
) -> AsyncGenerator[Item]:
    """The growing answers, how many are before it until then, and None where nothing was heard for a while."""
    async with engine.ask(question, history, filters) as stream:
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
    async for item in answers:
        answer = item or answer
        if await request.is_disconnected():
            await answers.aclose()
    return final(answer)


def final(answer: Item) -> Answer:
    """The answer where it is one; raises NotReadyError where it was broken off."""
    if not isinstance(answer, Answer) or answer.status == "answering":
        raise NotReadyError("the server is being stopped")
    return answer


async def _events(item: Item, rest: AsyncIterator[Item]) -> AsyncIterator[str]:
    """Server-sent events; an error after the first one can only be told as an event."""
    yield _told(item)
    try:
        async for item in rest:
            yield _told(item)
    except ArticleQAError as error:
        yield event({"error": one_line(error)})


def _told(item: Item) -> str:
    match item:
        case Answer():
            return event(item.to_json())
        case Waiting():
            return event({"status": "waiting", "before_you": item.before})
        case _:
            return KEEP_ALIVE


def event(value: dict[str, Any]) -> str:
    """A server-sent event."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
