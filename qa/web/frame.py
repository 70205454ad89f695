"""Holds the Gradio page's place at `/` while it is being built, and serves no more of Gradio than the page needs."""

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from qa.web.auth import user_of
from qa.web.calls import JOIN, PAGE, PREDICT, Call, Function, check_call
from qa.web.fields import read_body
from qa.web.guard import content_security_policy, replay, script_sources
from qa.web.head import in_our_words
from qa.web.texts import LANGUAGE_COOKIE, LANGUAGES, chosen

if TYPE_CHECKING:
    from fastapi import FastAPI

log = logging.getLogger(__name__)

# Gradio also serves uploads, files, a proxy, saved states and more, and heeds more of a request than the page needs;
# what the page does not use is not there.
READ = re.compile(
    r"/(|config|theme\.css|(assets|static)(/[\w@+-][\w.@+-]*)+"
    rf"|gradio_api/(app_id|heartbeat/(?P<page>{PAGE})|queue/data))",
    re.ASCII,
)
CALLED = frozenset({JOIN, PREDICT})
QUERY = {"lang": re.compile(r"[\w-]{1,35}", re.ASCII), "session_hash": re.compile(PAGE)}
HEADERS = frozenset(
    b"accept accept-encoding accept-language content-type host if-modified-since if-none-match "
    b"x-forwarded-proto".split()
)
MOST_PAGES = 10_000  # open pages whose users are known


class PageFrame:
    """An ASGI application: waits for the page, then passes requests on to it."""

    def __init__(self, build: Callable[[], "FastAPI"]) -> None:
        self._build = build
        self._functions: Mapping[int, Function] = {}
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
            functions = page.state.functions
        except Exception:
            log.exception("the page could not be built")
            self._opened.set()
            return
        async with page.router.lifespan_context(page):
            self._page, self._functions = page, functions
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
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        path, known = scope["path"], READ.fullmatch(scope["path"])
        call: Call | None = None
        if scope["method"] == "POST" and path in CALLED:
            call = read_body(Call, (await receive()).get("body", b""))  # whole: the guard has read it
            receive = replay(call.model_dump_json(exclude_unset=True).encode(), receive)
        elif scope["method"] not in ("GET", "HEAD") or known is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "not found")
        query = _query(Request(scope))
        pages = (known and known["page"], query.get("session_hash"), call and call.session_hash)
        if not self._owners.lets_in(user_of(Request(scope)), *filter(None, pages)):
            raise HTTPException(HTTPStatus.NOT_FOUND, "not found")
        await self.opened()
        if call:
            check_call(self._functions, call, path)
        headers = [(name, value) for name, value in scope["headers"] if name in HEADERS]
        scope = {**scope, "headers": headers, "query_string": urlencode(query).encode()}
        try:
            await (_Dressed(self._page) if path == "/" else self._page)(scope, receive, send)
        except RuntimeError as error:
            if not isinstance(error.__cause__, HTTPException):
                raise
            await send({"type": "http.response.body"})  # refused in mid-stream, where Gradio has said why


class _Owners:
    """Which user each open page belongs to, by Gradio's name for it: nobody else reads what it shows."""

    def __init__(self) -> None:
        self._users: OrderedDict[str, str] = OrderedDict()

    def lets_in(self, user: str, *pages: str) -> bool:
        """Whether the pages that are asked for are new or this user's."""
        for page in pages:
            if self._users.setdefault(page, user) != user:
                return False
            self._users.move_to_end(page)
        while len(self._users) > MOST_PAGES:
            self._users.popitem(last=False)
        return True


def _query(request: Request) -> dict[str, str]:
    """What the page heeds of the address, and the language that was chosen where the address names none."""
    chosen_before = request.cookies.get(LANGUAGE_COOKIE, "")
    given = {"lang": chosen_before if chosen_before in LANGUAGES else "", **request.query_params}
    return {name: given[name] for name, form in QUERY.items() if name in given and form.fullmatch(given[name])}


class _Dressed:
    """Gives Gradio's HTML our head, and lets exactly its inline scripts run, by their hashes.

    Injected markup can therefore run nothing. 'unsafe-eval' is for Gradio's HTML component, which compiles
    its template that way; it gives nothing to markup.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {}
        body, asked = b"", Request(scope)

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                page = in_our_words(body, chosen(asked.query_params.get("lang"), asked.headers.get("accept-language")))
                sources = " ".join(["'self'", "'unsafe-eval'", *script_sources(page)])
                headers = MutableHeaders(scope=start)
                headers["Content-Security-Policy"] = content_security_policy(sources)
                headers["Content-Length"] = str(len(page))
                await send(start)
                await send({"type": "http.response.body", "body": page if scope["method"] == "GET" else b""})

        uncompressed = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": uncompressed}, receive, collect)
