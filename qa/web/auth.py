"""Who asks: a session of somebody who signed in, or a program with a key; all others are turned away."""

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.errors import SettingsError, UserError
from qa.settings import Settings
from qa.users import UserFile, matches
from qa.web.limits import Rate
from qa.web.problems import problem

COOKIE = "article_qa_session"
SESSION_SECONDS = 7 * 24 * 3600
SHORTEST_KEY = 16
WRONG = 10  # attempts on a name from one address in five minutes
WRONG_SECONDS = 0.5  # that whoever was wrong waits
OPEN = frozenset({"/healthz", "/signin", "/page/signin.css", "/favicon.ico"})


def user_of(request: HTTPConnection) -> str:
    """The name of the user who sent a request; empty where there is no sign-in, and for whoever runs the server."""
    return str(getattr(request.state, "user", ""))


def asker_of(request: HTTPConnection) -> str:
    """Whose share of the queues a request takes: the user's who signed in, else that of the address it came from."""
    return user_of(request) or (request.client.host if request.client else "")


class Access:
    """Sessions and keys; a session ends with the process, and when its user is removed or gets a new password."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError where a key is too short to be one."""
        keys = [key.strip() for key in (settings.api_keys or "").split(",") if key.strip()]
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise SettingsError(
                f"a key in ARTICLE_QA_API_KEYS is shorter than {SHORTEST_KEY} characters; make it longer"
            )
        self.is_needed = bool(settings.auth_file or keys)
        self.token = secrets.token_urlsafe(32)  # for the commands of whoever runs the server
        self._keys = {_digest(key): f"key-{_digest(key).hex()[:8]}" for key in keys} | {_digest(self.token): ""}
        self._file = UserFile(settings.auth_file) if settings.auth_file else None
        self._secret = secrets.token_bytes(32)
        self._ended: dict[str, int] = {}
        self._wrong = Rate(WRONG, 300, "too many wrong passwords")
        self._checking = asyncio.Lock()

    def users(self) -> dict[str, str]:
        return self._file.users() if self._file else {}

    def user(self, headers: Headers) -> str | None:
        """The name of whoever sent these headers; None where that is nobody."""
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._of_key(key.strip())
        return self._of_session(cookie_parser(headers.get("cookie", "")).get(COOKIE, ""))

    async def sign_in(self, name: str, password: str, address: str) -> str:
        """A session; raises UserError where name or password is wrong, TooManyError after too many of those.

        One password is checked at a time, which is slow on purpose.
        """
        tried = f"{name[:64]} {address}"
        self._wrong.check(tried)
        self._wrong.count(tried)
        known = self.users().get(name)
        async with self._checking:
            right = await asyncio.to_thread(matches, password, known)
        if not right or known is None:
            await asyncio.sleep(WRONG_SECONDS)
            raise UserError("the name or the password is wrong")
        self._wrong.forget(tried)
        expires = int(time.time()) + SESSION_SECONDS
        facts = f"{base64.urlsafe_b64encode(name.encode()).decode()}.{expires}.{secrets.token_urlsafe(16)}"
        return f"{facts}.{self._signature(facts, known)}"

    def sign_out(self, headers: Headers) -> None:
        """End the session of these headers."""
        session = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        if self._of_session(session) is not None:
            now = time.time()
            self._ended = {other: expires for other, expires in self._ended.items() if expires > now}
            self._ended[session] = int(session.split(".")[1])

    def _of_key(self, key: str) -> str | None:
        """Compares with every key, in constant time."""
        given, user = _digest(key), None
        for digest, name in self._keys.items():
            if hmac.compare_digest(digest, given):
                user = name
        return user

    def _of_session(self, session: str) -> str | None:
        facts, _, signature = session.rpartition(".")
        try:
            encoded, expires, _ = facts.split(".")
            name = base64.urlsafe_b64decode(encoded).decode()
            is_over = int(expires) < time.time()
        except ValueError:
            return None
        known = self.users().get(name)
        if known is None or is_over or session in self._ended:
            return None
        right = hmac.compare_digest(self._signature(facts, known).encode(), signature.encode("utf-8", "replace"))
        return name if right else None

    def _signature(self, facts: str, known: str) -> str:
        return hmac.new(self._secret, f"{known}\n{facts}".encode(), hashlib.sha256).hexdigest()


class SignedIn:
    """Lets nobody in who has neither a session nor a key, and notes who it is."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        user = self._access.user(headers)
        if user is not None:
            scope.setdefault("state", {})["user"] = user
        if user is not None or (scope["type"] == "http" and scope["path"] in OPEN):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
            await RedirectResponse("/signin", HTTPStatus.SEE_OTHER)(scope, receive, send)
        else:
            refusal = problem(
                scope["path"],
                HTTPStatus.UNAUTHORIZED,
                "sign in at /signin, or send a key as `Authorization: Bearer KEY`",
                {"WWW-Authenticate": "Bearer"},
            )
            await refusal(scope, receive, send)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
