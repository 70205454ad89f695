"""POST /api/ask and /api/search, and whether the server is alive and ready."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import asdict
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from qa.errors import ArticleQAError
from qa.types import Answer, Filters, Turn
from qa.web.engine import Engine, NotReadyError, one_line

MAX_PASSAGES = 100


class EarlierTurn(BaseModel):
    """A question and the answer it got, sent back so that a follow-up can be understood."""

    question: str
    answer: str


class Restriction(BaseModel):
    """The articles that a question is put to: those of a source, of some days, or one; unknown names are refused."""

    model_config = ConfigDict(extra="forbid")

    since: date | None = None
    until: date | None = None
    source: str | None = None
    article_id: str | None = None

    def filters(self) -> Filters | None:
        since, until = (day.isoformat() if day else None for day in (self.since, self.until))
        filters = Filters(since, until, self.source or None, self.article_id or None)
        return filters if filters != Filters() else None


class QuestionBody(Restriction):
    """A question, restricted to some articles where that is given.

    "Last week" and the like count from `as_of`, which is today where it is not given.
    """

    question: str
    as_of: date | None = None


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
        passages = await engine.search(body.question, body.k, body.filters(), body.as_of)
        return {"question": body.question, "passages": [asdict(passage) for passage in passages]}

    @router.post("/api/ask")
    async def ask(body: AskBody, request: Request) -> Response:
        answers = _answers(engine, body)
        answer = await anext(answers, None)
        if answer and body.stream:
            return StreamingResponse(_events(answer, answers), media_type="text/event-stream")
        async for growing in answers:
            answer = growing
            if await request.is_disconnected():
                await answers.aclose()
        if answer is None or answer.status == "answering":
            raise NotReadyError("the server is being stopped")
        return JSONResponse(answer.to_json())

    return router


async def _answers(engine: Engine, body: AskBody) -> AsyncGenerator[Answer]:
    async with engine.ask(body.question, body.turns(), body.filters(), body.as_of) as stream:
        async for answer in stream:
            yield answer


async def _events(first: Answer, rest: AsyncIterator[Answer]) -> AsyncIterator[str]:
    """Server-sent events; an error after the first one can only be told as an event."""
    yield event(first.to_json())
    try:
        async for answer in rest:
            yield event(answer.to_json())
    except ArticleQAError as error:
        yield event({"error": one_line(error)})


def event(value: dict[str, Any]) -> str:
    """A server-sent event."""
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
