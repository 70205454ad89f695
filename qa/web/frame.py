"""Holds the Gradio page's place at `/` while it is being built, and serves no more of Gradio than the page needs."""

import asyncio
import json
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.auth import user_of
from qa.web.guard import content_security_policy, replay, script_sources

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

# Gradio also serves uploads, files, a proxy, saved states and more; what the page does not use is not there.
NEEDED = re.compile(
    r"/(|config|theme\.css|manifest\.json|(assets|static)/.+"
    r"|gradio_api/(app_id|cancel|heartbeat/\w+|queue/(join|data)|run/predict))"
)
MOST_PAGES = 10_000  # open pages whose users are known


class PageFrame:
    """An ASGI application: waits for the page, then passes requests on to it."""

    def __init__(self, build: Callable[[], "FastAPI"]) -> None:
        self._build = build
        self._page: ASGIApp = JSONResponse({"error": "the page could not be built"}, HTTPStatus.INTERNAL_SERVER_ERROR)
        self._opened = asyncio.Event()
        self._closing = asyncio.Event()
        self._owners = _Owners()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Build the page in a thread, for importing Gradio takes seconds, and keep it running meanwhile."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._closing.set()
            await task

    async def _run(self) -> None:
        try:
            page = await asyncio.to_thread(self._build)
        except Exception:
            log.exception("the page could not be built")
            self._opened.set()
            return
        async with page.router.lifespan_context(page):
            self._page = page
            self._opened.set()
            await self._closing.wait()

    def stop(self) -> None:
        """End the connections that open pages hold: the server stops."""
        if stop := getattr(getattr(self._page, "state", None), "stop", None):
            stop()

    async def opened(self) -> None:
        """Wait until the page can be served."""
        await self._opened.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not NEEDED.fullmatch(scope["path"]):
            await JSONResponse({"error": "not found"}, HTTPStatus.NOT_FOUND)(scope, receive, send)
            return
        body = b""
        if scope["method"] == "POST":
            body = (await receive()).get("body", b"")  # whole: the guard has read it
            receive = replay(body, receive)
        if not self._owners.lets_in(Request(scope), body):
            await JSONResponse({"error": "not found"}, HTTPStatus.NOT_FOUND)(scope, receive, send)
            return
        await self.opened()
        page = _ScriptsNamed(self._page) if scope["path"] == "/" else self._page
        await page(scope, receive, send)


class _Owners:
    """Which user each open page belongs to, by Gradio's name for it: nobody else reads what it shows."""

    def __init__(self) -> None:
        self._users: OrderedDict[str, str] = OrderedDict()

    def lets_in(self, request: Request, body: bytes) -> bool:
        """Whether the page that is asked for is new or this user's."""
        user, beat = user_of(request), request.url.path.partition("/heartbeat/")[2]
        for page in filter(None, (beat, request.query_params.get("session_hash"), _page_of(body))):
            if self._users.setdefault(page, user) != user:
                return False
            self._users.move_to_end(page)
        if len(self._users) > MOST_PAGES:
            self._users.popitem(last=False)
        return True


def _page_of(body: bytes) -> str | None:
    """The page that a body is about."""
    try:
        page = json.loads(body)["session_hash"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return None
    return page if isinstance(page, str) else None


class _ScriptsNamed:
    """Lets exactly the inline scripts of Gradio's own HTML run, by their hashes.

    Injected markup can therefore run nothing. 'unsafe-eval' is for Gradio's HTML component, which compiles
    its template that way; it gives nothing to markup.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                sources = " ".join(["'self'", "'unsafe-eval'", *script_sources(body)])
                MutableHeaders(scope=start)["Content-Security-Policy"] = content_security_policy(sources)
                await send(start)
                await send({"type": "http.response.body", "body": body})

        uncompressed = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": uncompressed}, receive, collect)
