"""POST /v1/chat/completions and GET /v1/models: the answers for every client that speaks OpenAI's protocol.

Only checked text is ever sent as content; while it is being written the stream is kept open by comments.
"""

import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import asdict, replace
from http import HTTPStatus
from itertools import pairwise
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from qa.errors import ArticleQAError
from qa.language.markdown import escaped, linked, listed
from qa.types import Answer, Citation, Length, Sentence, Turn
from qa.web.api import EXAMPLE, KEEP_ALIVE, QUIET_SECONDS, Item, event, final, growing, last_of
from qa.web.auth import asker_of
from qa.web.engine import Engine, one_line
from qa.web.fields import Bounded, Line, Text
from qa.web.problems import OPENAI_TOLD, openai_error
from qa.web.render import web_link
from qa.web.streaming import EventStream

NAME = "article-qa"
SOURCES = "\n\nSources:\n"
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
    n: Literal[1] | None = None
    response_format: TextFormat | None = None
    verbosity: Literal["low", "medium", "high"] | None = None

    def question(self) -> str:
        if self.messages[-1].role != "user":
            raise HTTPException(HTTPStatus.BAD_REQUEST, "messages: the last message must be a user's question")
        return self.messages[-1].text()

    def turns(self) -> list[Turn]:
        """Each earlier question that was followed by an answer."""
        said = [message for message in self.messages if message.role in ("user", "assistant")]
        return [Turn(a.text(), b.text()) for a, b in pairwise(said) if (a.role, b.role) == ("user", "assistant")]


def routes(engine: Engine) -> APIRouter:
    """The routes for clients made for OpenAI."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"], responses={"4XX": OPENAI_TOLD})
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
        if body.stream:
            first = await anext(answers)
            return EventStream(_chunks(reply, first, answers), answers)
        answer = await last_of(answers, request)
        message = {"role": "assistant", "content": content(answer), "refusal": None, **_facts(answer)}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return JSONResponse(reply | {"object": "chat.completion", "choices": [choice]})

    return router


async def _chunks(reply: dict[str, Any], last: Item, rest: AsyncIterator[Item]) -> AsyncGenerator[bytes]:
    """The checked answer as one piece, with comments before it as long as it is not there."""

    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return event(reply | {"object": "chat.completion.chunk", "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    told = time.monotonic()
    try:
        async for item in rest:
            last = item or last
            if time.monotonic() - told >= QUIET_SECONDS:
                yield KEEP_ALIVE
                told = time.monotonic()
        answer = final(last)
        yield chunk({"content": content(answer), **_facts(answer)})
        yield chunk({}, "stop")
    except ArticleQAError as error:
        yield event(openai_error(HTTPStatus.SERVICE_UNAVAILABLE, one_line(error)))
    yield format_sse_event(data_str="[DONE]")


def content(answer: Answer) -> str:
    """The text with its marks, then the sources and notes; nothing in it may act as Markdown.

    The notes come last: what stands behind the sources is left out where it is sent back as history.
    """
    prose = " ".join(map(_marked, answer.prose))
    said = listed(prose, map(_marked, answer.points)) or escaped(answer.text)
    shown = answer.citations or answer.closest
    sources = SOURCES + "\n".join(map(_source, shown)) if shown else ""
    return "\n\n".join((said + sources, *map(escaped, answer.notes)))


def _marked(sentence: Sentence) -> str:
    return replace(sentence, text=escaped(sentence.text), label=escaped(sentence.label)).marked


def _source(citation: Citation) -> str:
    known = ", ".join(escaped(fact) for fact in (citation.source, citation.published_at) if fact)
    link = web_link(citation.url)
    facts = (f"({known})" if known else "", f"“{escaped(citation.quote)}”", linked(link) if link else "")
    return " ".join(("-", f"[{citation.number}]", escaped(citation.title), *filter(None, facts)))


def _facts(answer: Answer) -> dict[str, Any]:
    quotes = {name: [asdict(quote) for quote in getattr(answer, name)] for name in ("citations", "closest")}
    return {**quotes, "notes": list(answer.notes)}
