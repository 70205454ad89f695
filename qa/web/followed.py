"""GET, POST, PATCH and DELETE /api/followed: the feeds and folders that are looked at again and again."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException

from ingest.load.found import is_web_address
from qa.errors import LoadError
from qa.library.following import LONGEST, SHORTEST, Followable, Followed, Outcome
from qa.web.fields import Line
from qa.web.lookout import Lookout, State
from qa.web.owner import Owner

MOST = 1_000  # that are followed at once
STRANGER = (
    "folders are followed only for who runs the server, on its own machine and without sign-in;"
    " use `python -m ingest follow DIR`"
)

Number = Annotated[int, Path(ge=1, le=2**53)]
Minutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class FollowBody(BaseModel):
    """The address of a feed, or a folder of the server's machine; `minutes` lie between two looks at a feed."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"address": "https://example.org/feed"}]})

    address: Line | None = None
    folder: Line | None = None
    minutes: Minutes | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "FollowBody":
        if bool(self.address) == bool(self.folder):
            raise ValueError("give the address of a feed, or a folder")
        return self


class ChangeBody(BaseModel):
    """Whether it is paused, and how many minutes lie between two looks; what is not given stays."""

    model_config = ConfigDict(extra="forbid")

    paused: bool | None = None
    minutes: Minutes | None = None


class Shown(BaseModel):
    """What is followed, and what is being done about it: `done` of `total` articles while it is looked at."""

    id: int
    address: str
    kind: Followable
    title: str | None
    minutes: int | None
    followed_at: str
    looked_at: str | None
    next_at: str | None
    outcome: Outcome | None
    error: str | None
    failures: int
    paused: bool
    state: State
    done: int
    total: int


class ShownAll(BaseModel):
    """All that is followed, and whether you may have `folders` followed, too."""

    followed: list[Shown]
    folders: bool


def routes(lookout: Lookout, owner: Owner) -> APIRouter:
    """The routes for what is followed; the page uses them too."""
    router, following = APIRouter(prefix="/api/followed", tags=["Followed"]), lookout.following

    def shown(followed: Followed) -> Shown:
        state, done, total = lookout.state(followed.id)
        return Shown(**followed.to_json(), state=state, done=done, total=total)

    @router.get("")
    async def listed(request: Request) -> ShownAll:
        """What is followed, when each was looked at, what came of it, and when it is next."""
        followed = await asyncio.to_thread(following.list)
        folders = await asyncio.to_thread(owner.sent, request)
        return ShownAll(followed=[shown(each) for each in followed], folders=folders)

    @router.post("", status_code=HTTPStatus.CREATED)
    async def added(body: FollowBody, request: Request) -> Shown:
        """Follow a feed, or for who runs the server a folder of its machine: it is looked at as soon as possible."""
        if body.folder and not await asyncio.to_thread(owner.sent, request):
            raise HTTPException(HTTPStatus.FORBIDDEN, STRANGER)
        address, kind = await asyncio.to_thread(_place, body)
        known = await asyncio.to_thread(following.list)
        if len(known) >= MOST and all(each.address != address for each in known):
            message = f"{MOST} feeds and folders are followed already; remove one first"
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, message)
        followed = await asyncio.to_thread(following.follow, address, kind, body.minutes)
        lookout.ask(followed.id)
        return shown(followed)

    @router.patch("/{number}")
    async def changed(number: Number, body: ChangeBody) -> Shown:
        """Pause it, resume it, or have it looked at more or less often."""
        change = partial(following.change, number, paused=body.paused, minutes=body.minutes)
        followed = await asyncio.to_thread(change)
        lookout.wake()
        return shown(followed)

    @router.delete("/{number}")
    async def removed(number: Number) -> dict[str, int]:
        """Follow it no more; its articles stay."""
        await asyncio.to_thread(following.unfollow, number)
        lookout.wake()
        return {"removed": number}

    @router.post("/{number}/refresh", status_code=HTTPStatus.ACCEPTED)
    async def refreshed(number: Number) -> Shown:
        """Look at it as soon as possible, also where it is paused."""
        followed = await asyncio.to_thread(following.get, number)
        lookout.ask(number)
        return shown(followed)

    return router


def _place(body: FollowBody) -> tuple[str, Followable]:
    """What is to be followed; an address is one of the web, for anything else would be a file of this machine."""
    from ingest.looks import place_of

    field, what = ("folder", body.folder) if body.folder else ("address", body.address or "")
    if is_web_address(what) != (field == "address"):
        proper = "a web address; it begins with https://" if field == "address" else "a folder of this machine"
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"{field}: give {proper}")
    try:
        return place_of(what)
    except (LoadError, ValueError) as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"{field}: {error}") from error
