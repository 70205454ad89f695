"""POST /v1/chat/completions and GET /v1/models: the answers for every client that speaks OpenAI's protocol.

Only checked text is ever sent as content, each sentence as soon as it may be shown; until then the stream is kept open
by comments.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from functools import partial
from http import HTTPStatus
from itertools import pairwise
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from qa.errors import ArticleQAError
from qa.types import Answer, Length, Turn
from qa.web.api import EXAMPLE, KEEP_ALIVE, QUIET_SECONDS, Item, event, final, growing, last_of
from qa.web.auth import asker_of
from qa.web.engine import Engine, foreseen, one_line
from qa.web.fields import Bounded, Line, Text
from qa.web.openai_text import SOURCES, Telling, content
from qa.web.problems import OPENAI_TOLD, openai_error, status_of
from qa.web.streaming import EventStream

NAME = "article-qa"
Counted = Callable[[Answer], Awaitable[dict[str, int]]]
LENGTHS: dict[str | None, Length] = {"low": "short", "high": "detailed"}


class Part(BaseModel):
    """A piece of a message; only its text is read."""

    type: Line
    text: Text = ""


class Message(BaseModel):
    """A message of the conversation; those of users and assistants count."""

    role: Line
    content: Text | Annotated[list[Part], Bounded] | None = None

    def text(self) -> str:
        """What it says, without the sources that an earlier answer listed."""
        said = self.content or ""
        return (said if isinstance(said, str) else "\n".join(part.text for part in said)).partition(SOURCES)[0]


class TextFormat(BaseModel):
    """Answers are text."""

    type: Literal["text"]


class StreamOptions(BaseModel):
    """What a stream holds beside the answer."""

    include_usage: bool = False


class ChatBody(BaseModel):
    """A conversation that ends with a question; `verbosity` says how long an answer is wanted.

    What else would tune a model has no effect, nor has its name.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"messages": [{"role": "user", "content": EXAMPLE["question"]}]}]}
    )

    messages: Annotated[list[Message], Field(min_length=1), Bounded]
    model: Line = NAME
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    response_format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None

    def question(self) -> str:
        if self.messages[-1].role != "user":
            raise HTTPException(HTTPStatus.BAD_REQUEST, "messages: the last message must be a user's question")
        return self.messages[-1].text()

    def includes_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)

    def turns(self) -> list[Turn]:
        """Each earlier question that was followed by an answer."""
        said = [message for message in self.messages if message.role in ("user", "assistant")]
        return [Turn(a.text(), b.text()) for a, b in pairwise(said) if (a.role, b.role) == ("user", "assistant")]


def routes(engine: Engine) -> APIRouter:
    """The routes for clients made for OpenAI."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"], responses=OPENAI_TOLD)
    model = {"id": NAME, "object": "model", "created": int(time.time()), "owned_by": NAME}

    @router.get("/models")
    async def models() -> dict[str, Any]:
        """The one model there is: the answers from the articles."""
        return {"object": "list", "data": [model]}

    @router.get("/models/{name}")
    async def one_model(name: Line) -> dict[str, Any]:
        """What is known of a model."""
        if name != NAME:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"there is no model {name!r}; the one there is is {NAME!r}")
        return model

    @router.post("/chat/completions")
    async def complete(body: ChatBody, request: Request) -> Response:
        """Answer the last message; the messages before it are the history."""
        length = LENGTHS.get(body.verbosity, "normal")
        answers = growing(engine.ask(body.question(), body.turns(), length=length, asker=asker_of(request)))
        reply = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": NAME}
        counted = partial(usage_of, read="\n".join(message.text() for message in body.messages), engine=engine)
        if body.stream:
            first = await anext(answers)
            return EventStream(_chunks(reply, first, answers, counted if body.includes_usage() else None), answers)
        answer, telling = await last_of(answers, request), Telling()
        message = {"role": "assistant", "content": telling.last(answer), "refusal": None, **telling.facts(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        told = {"object": "chat.completion", "choices": [choice], "usage": await counted(answer)}
        return JSONResponse(reply | told)

    return router


async def _chunks(
    reply: dict[str, Any], last: Item, rest: AsyncIterator[Item], counted: Counted | None
) -> AsyncGenerator[bytes]:
    """Each checked sentence as soon as it may be shown, with comments as long as there is none; `counted` gives the
    usage for a last piece, where that is wanted. Where the server must end it, an error is the last one.
    """
    usage = {"usage": None} if counted else {}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event(reply | {"object": "chat.completion.chunk", "choices": [choice]} | usage)

    yield chunk({"role": "assistant", "content": ""})
    telling, told = Telling(), time.monotonic()
    try:
        with foreseen():
            async for item in _all(last, rest):
                last = item or last
                said = telling.more(item) if isinstance(item, Answer) and item.status == "answering" else ""
                if said:
                    yield chunk({"content": said})
                elif time.monotonic() - told >= QUIET_SECONDS:
                    yield KEEP_ALIVE
                else:
                    continue
                told = time.monotonic()
            answer = final(last)
            yield chunk({"content": telling.last(answer), **telling.facts(answer)})
            yield chunk({}, "stop")
            if counted:
                end = {"object": "chat.completion.chunk", "choices": [], "usage": await counted(answer)}
                yield event(reply | end)
    except ArticleQAError as error:
        yield event(openai_error(status_of(error), one_line(error)))
    yield format_sse_event(data_str="[DONE]")


async def _all(first: Item, rest: AsyncIterator[Item]) -> AsyncIterator[Item]:
    yield first
    async for item in rest:
        yield item


async def usage_of(answer: Answer, read: str, engine: Engine) -> dict[str, int]:
    """The tokens that the language model read and wrote, as it counts them; where it was not asked or does not say,
    those of the conversation and of the answer's text.
    """
    if answer.usage:
        prompt, completion = answer.usage["prompt_tokens"], answer.usage["completion_tokens"]
    else:
        count = engine.answerer().count_tokens
        prompt, completion = await asyncio.to_thread(lambda: (count(read), count(content(answer))))
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
