"""GET, POST, PATCH and DELETE /api/conversations: what was asked, kept for the user who asked it."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from qa.accounts.conversations import LONGEST_TITLE, Conversation, ConversationInfo, Conversations, Vote
from qa.web.auth import user_of
from qa.web.export import to_json, to_markdown
from qa.web.fields import Line

LONGEST_REASON = 2_000
Number = Annotated[int, Path(ge=1, le=1_000_000)]


class ChangeBody(BaseModel):
    """What a conversation is called from now on, and whether it is pinned; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=LONGEST_TITLE)] | None = None
    pinned: bool | None = None


class TitleBody(BaseModel):
    """What a conversation is called; without a title its first question gives it one."""

    model_config = ConfigDict(extra="forbid")

    title: Annotated[str, Field(max_length=LONGEST_TITLE)] = ""


class VoteBody(BaseModel):
    """What you think of an answer, and why."""

    model_config = ConfigDict(extra="forbid")

    vote: Vote
    reason: Annotated[str, Field(max_length=LONGEST_REASON)] = ""


def routes(conversations: Conversations) -> APIRouter:
    """The routes for conversations; every one sees those of its user only."""
    router = APIRouter(prefix="/api/conversations", tags=["Conversations"])

    @router.get("")
    async def listed(request: Request, q: Line = "") -> list[ConversationInfo]:
        """Yours, pinned ones and then the latest first; with `q` those that hold all its words (fifty count)."""
        return list(await asyncio.to_thread(conversations.list, user_of(request), q))

    @router.post("", status_code=HTTPStatus.CREATED)
    async def created(body: TitleBody, request: Request) -> ConversationInfo:
        """Begin a conversation; give its `id` as `conversation` to /api/ask."""
        return await asyncio.to_thread(conversations.create, user_of(request), body.title)

    @router.get("/{conversation_id}")
    async def shown(conversation_id: Line, request: Request) -> Conversation:
        """A conversation with all its answers."""
        return await asyncio.to_thread(conversations.get, user_of(request), conversation_id)

    @router.patch("/{conversation_id}")
    async def changed(conversation_id: Line, body: ChangeBody, request: Request) -> Conversation:
        """Give it another title, pin it before the others, or unpin it."""
        user = user_of(request)
        if body.title is not None:
            await asyncio.to_thread(conversations.rename, user, conversation_id, body.title)
        if body.pinned is not None:
            await asyncio.to_thread(conversations.pin, user, conversation_id, body.pinned)
        return await asyncio.to_thread(conversations.get, user, conversation_id)

    @router.delete("/{conversation_id}")
    async def deleted(conversation_id: Line, request: Request) -> dict[str, str]:
        """Delete it for good."""
        await asyncio.to_thread(conversations.delete, user_of(request), conversation_id)
        return {"deleted": conversation_id}

    @router.get("/{conversation_id}/export")
    async def exported(conversation_id: Line, request: Request, format: Literal["md", "json"] = "md") -> Response:
        """A file to keep: Markdown, or JSON with everything."""
        conversation = await asyncio.to_thread(conversations.get, user_of(request), conversation_id)
        headers = {"Content-Disposition": f'attachment; filename="conversation.{format}"'}
        if format == "json":
            return JSONResponse(to_json(conversation), headers=headers)
        return PlainTextResponse(to_markdown(conversation), headers=headers, media_type="text/markdown")

    @router.post("/{conversation_id}/turns/{number}/feedback")
    async def voted(conversation_id: Line, number: Number, body: VoteBody, request: Request) -> VoteBody:
        """Say what you think of an answer; the last word counts."""
        user = user_of(request)
        await asyncio.to_thread(conversations.vote, user, conversation_id, number, body.vote, body.reason)
        return body

    return router
