"""What every request and every response goes through: who may ask, how much may be sent, what a page may load."""

import base64
import hashlib
import ipaddress
import re
from contextlib import suppress
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.body import in_time
from qa.web.problems import problem

MAX_BODY = 1_000_000  # a chat client sends its whole conversation with every question
MAX_UPLOAD = 200_000_000  # all files of one request
HOST = re.compile(r"(?P<name>[\w.-]+|\[[\da-fA-F:.]+\])(?::\d{1,5})?", re.ASCII)
UPLOADS = ("/api/articles", "/api/gold")  # the only places that take files
INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
FORMS = ("/signin", "/signout")  # what plain HTML sends
PUBLIC = ("/page/", "/assets/", "/static/", "/theme.css", "/favicon.ico")  # the same for everybody
CONTENT = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED)
POLICY = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # Gradio styles its components inline
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-src": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "base-uri": "'self'",
}


def content_security_policy(script_src: str = "'self'") -> str:
    """The policy of a response: nothing from another host, no script but those named."""
    return "; ".join(f"{name} {value}" for name, value in {**POLICY, "script-src": script_src}.items())


def script_sources(page: bytes) -> list[str]:
    """The inline scripts of a page as a policy names them, by their digests."""
    digests = (base64.b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE_SCRIPT.findall(page))
    return [f"'sha256-{digest}'" for digest in digests]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to that host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """Turns away other sites and bodies that are too large or too slow, and puts its headers on every response.

    Bound to loopback, only the names of this machine are served, so that a foreign name that was made to
    point here (DNS rebinding) reads nothing.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._hosts = {"localhost", "127.0.0.1", "::1", host} if is_loopback(host) else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", content_security_policy())
                headers["X-Content-Type-Options"] = "nosniff"
                headers.setdefault("Referrer-Policy", "no-referrer")
                if message["status"] not in CONTENT or not path.startswith(PUBLIC):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        path, receive = scope["path"], in_time(receive)
        if refusal := self._refusal(scope):
            await problem(path, *refusal)(scope, receive, guarded_send)
        elif _is_upload(scope):
            with suppress(ClientDisconnect):  # amid the files: nobody is there to be told
                await self._app(scope, _limited(receive), guarded_send)
        else:
            try:
                body = await _read(receive)
            except HTTPException as error:
                await problem(path, error.status_code, error.detail, error.headers)(scope, receive, guarded_send)
            else:
                await self._app(scope, replay(body, receive), guarded_send)

    def _refusal(self, scope: Scope) -> tuple[HTTPStatus, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        named = HOST.fullmatch(host)
        if host and not named:
            return HTTPStatus.BAD_REQUEST, "the Host header names no host"
        if self._hosts is not None and (not named or named["name"].strip("[]").lower() not in self._hosts):
            return HTTPStatus.FORBIDDEN, "this server only answers to this machine's own name"
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return None
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "none")
        if (origin and origin.partition("://")[2] != host) or site not in ("same-origin", "none"):
            return HTTPStatus.FORBIDDEN, "requests from other sites are not answered"
        if scope["method"] == "DELETE" or _is_upload(scope):
            return None
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        is_form = scope["path"] in FORMS and media_type == "application/x-www-form-urlencoded"
        if not is_form and media_type != "application/json":
            return HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send application/json"
        return None


def _is_upload(scope: Scope) -> bool:
    """Whether files are sent to where they may be; browsers send `Origin` with every form of another site."""
    media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    return scope["method"] == "POST" and scope["path"] in UPLOADS and media_type == "multipart/form-data"


def _limited(receive: Receive) -> Receive:
    """Hands the body on as it comes, up to the limit."""
    size = 0

    async def limited() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MAX_UPLOAD:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the files are larger than {MAX_UPLOAD // 1_000_000} MB together"
            )
        return message

    return limited


async def _read(receive: Receive) -> bytes:
    """The whole body; raises HTTPException where it is too large or too slow."""
    body, more = b"", True
    while more and len(body) <= MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > MAX_BODY:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {MAX_BODY // 1_000_000} MB")
    return body


def replay(body: bytes, receive: Receive) -> Receive:
    """Hands out the body that was read, then what comes after it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return messages.pop() if messages else await receive()

    return replayed
