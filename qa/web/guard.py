"""What every request and every response goes through: who may ask, how much may be sent, what a page may load."""

import ipaddress
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024
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


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound to that host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _TooLargeError(Exception):
    pass


class Guard:
    """Turns away other sites and oversized bodies, and puts the security headers on every response.

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
        started = False
        size = 0

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", content_security_policy())
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        async def counted_receive() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAX_BODY:
                raise _TooLargeError
            return message

        refusal = self._refusal(scope)
        if refusal is None:
            try:
                await self._app(scope, counted_receive, guarded_send)
            except _TooLargeError:
                if not started:
                    await _too_large()(scope, receive, guarded_send)
        else:
            await refusal(scope, receive, guarded_send)

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._hosts is not None and urlsplit(f"//{host}").hostname not in self._hosts:
            return JSONResponse({"error": "this server only answers to this machine's own name"}, HTTPStatus.FORBIDDEN)
        if scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return None
        if (origin := headers.get("origin")) and urlsplit(origin).netloc != host:
            return JSONResponse({"error": "requests from other sites are not answered"}, HTTPStatus.FORBIDDEN)
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return JSONResponse({"error": "send application/json"}, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if headers.get("content-length", "0").isdigit() and int(headers.get("content-length", "0")) > MAX_BODY:
            return _too_large()
        return None


def _too_large() -> JSONResponse:
    return JSONResponse(
        {"error": f"the body is larger than {MAX_BODY // 1024} KB"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    )
