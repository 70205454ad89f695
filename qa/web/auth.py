"""Who asks: a session of somebody who signed in, or a program with a key; all others are turned away."""

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

from itsdangerous import BadData, Signer, URLSafeTimedSerializer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.accounts.passwords import is_outdated, matches
from qa.accounts.sessions import KEY_BYTES, Sessions, alone_if_need_be
from qa.accounts.users import UserFile
from qa.errors import SettingsError, UserError, UserFileError
from qa.settings import Settings
from qa.web.attempts import Attempts
from qa.web.problems import problem

COOKIE = "article_qa_session"
SESSION_SECONDS = 7 * 24 * 3600
BROWSER_COOKIE = "article_qa_browser"
BROWSER_SECONDS = 365 * 24 * 3600
SHORTEST_KEY = 16
LEARN_SECONDS = 1.0  # between two looks at which sessions have ended
WRONG_SECONDS = 0.5  # that whoever was wrong waits
SIGNING: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
log = logging.getLogger(__name__)
SHOWN = ("colours.css", "theme.css", "signin.css", "theme.js")  # what the sign-in page is shown with
OPEN = frozenset({"/healthz", "/signin", "/favicon.ico", *(f"/page/{name}" for name in SHOWN)})


def user_of(request: HTTPConnection) -> str:
    """The name of the user who sent a request; empty where there is no sign-in, and for whoever runs the server."""
    return str(getattr(request.state, "user", ""))


def asker_of(request: HTTPConnection) -> str:
    """Whose share of the server a request uses up: that of the user who signed in, else that of the address."""
    user = user_of(request)
    return f"user {user}" if user else f"address {address_of(request)}"


def address_of(request: HTTPConnection) -> str:
    """Where a request comes from: the peer, or whom a trusted proxy names; of IPv6 the network that a household has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))


@dataclass(frozen=True)
class SignIn:
    """What a browser gets that has signed in: a session, and the mark by which it is known the next time."""

    session: str
    browser: str


class Access:
    """Sessions and keys; a session counts in every process, and ends when its user goes or gets a new password."""

    def __init__(self, settings: Settings, kept: Sessions) -> None:
        """Raises SettingsError where a key is too short to be one, and UserFileError."""
        keys = [key.strip() for key in (settings.api_keys or "").split(",") if key.strip()]
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise SettingsError(
                f"a key in ARTICLE_QA_API_KEYS is shorter than {SHORTEST_KEY} characters; make it longer"
            )
        self.is_needed = bool(settings.auth_file or keys)
        self.token = secrets.token_urlsafe(32)  # for the commands of whoever runs the server
        self._keys = {_digest(key): f"key-{_digest(key).hex()[:8]}" for key in keys} | {_digest(self.token): ""}
        self._file = UserFile(settings.auth_file) if settings.auth_file else None
        self._kept = kept
        self._sessions = URLSafeTimedSerializer(self._secret(), signer_kwargs=SIGNING)
        self._ended: dict[str, float] = {}
        self._learnt_at = 0.0
        self._attempts = Attempts(kept)
        self._problem = ""
        if self._file:
            self._file.users()

    def _secret(self) -> bytes:
        if self._file:
            with alone_if_need_be():
                return self._kept.key()
        return secrets.token_bytes(KEY_BYTES)

    async def learn(self) -> None:
        """Which sessions other processes have ended; asked for once in a second at most."""
        now = time.monotonic()
        if self._file and now - self._learnt_at >= LEARN_SECONDS:
            self._learnt_at = now
            await asyncio.to_thread(self._learn)

    def _learn(self) -> None:
        with alone_if_need_be():
            self._ended = {**self._ended, **self._kept.ended(time.time())}

    def users(self) -> Mapping[str, str]:
        """Name -> hash; raises UserFileError, which tells outsiders nothing of the file."""
        try:
            users = self._file.users() if self._file else {}
        except UserFileError as error:
            if str(error) != self._problem:
                log.error("nobody can sign in: %s", error)
            self._problem = str(error)
            raise UserFileError("the file of users cannot be read; the server's log says why") from error
        self._problem = ""
        return users

    def user(self, headers: Headers) -> str | None:
        """The name of whoever sent these headers, None where that is nobody; raises UserFileError."""
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._of_key(key.strip())
        session = self._session(headers)
        return session[0] if session else None

    async def sign_in(self, name: str, password: str, address: str, browser: str = "") -> SignIn:
        """Let a user in; raises UserError where name or password is wrong, TooManyError after too many of those.

        `browser` is the mark of an earlier time, if there is one.
        """
        users = self.users()
        known = users.get(name)
        nonce = _nonce_of(browser, name, known)
        is_right = partial(matches, password, known, users.values())
        if not await self._attempts.try_password(is_right, name[:64], address, nonce) or known is None:
            await asyncio.sleep(WRONG_SECONDS)
            raise UserError("the name or the password is wrong")
        known = await asyncio.to_thread(self._renewed, name, password, known) if is_outdated(known) else known
        session = self._sessions.dumps([name, self._stamp(known), secrets.token_urlsafe(16)])
        return SignIn(session, _marks(name, known).sign(nonce or secrets.token_urlsafe(16)).decode())

    def _renewed(self, name: str, password: str, known: str) -> str:
        """A hash of today's kind in place of `known`, which goes on to count where the file cannot be written."""
        try:
            if self._file:
                return self._file.renew(name, password, known)
        except UserError as error:
            log.warning("a password keeps its outdated hash: %s", error)
        return known

    def sign_out(self, headers: Headers) -> None:
        """End the session of these headers."""
        if session := self._session(headers):
            now = time.time()
            self._ended = {other: over for other, over in self._ended.items() if over > now}
            self._ended[session[1]] = now + SESSION_SECONDS
            with alone_if_need_be():
                self._kept.end(session[1], now + SESSION_SECONDS, now)

    def _of_key(self, key: str) -> str | None:
        """Compares with every key, in constant time."""
        given, user = _digest(key), None
        for digest, name in self._keys.items():
            if hmac.compare_digest(digest, given):
                user = name
        return user

    def _session(self, headers: Headers) -> tuple[str, str] | None:
        """The name of its user and what tells a session from others; None where there is none that counts."""
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        try:
            name, stamp, nonce = self._sessions.loads(cookie, SESSION_SECONDS)
        except BadData:
            return None
        known = self.users().get(name)
        is_open = known is not None and stamp == self._stamp(known) and nonce not in self._ended
        return (name, nonce) if is_open else None

    def _stamp(self, known: str) -> str:
        """Changes with the password; the user may see it, the hash stays here."""
        return self._sessions.make_signer("stamp").get_signature(known).decode()


class SignedIn:
    """Lets nobody in who has neither a session nor a key, and notes who it is."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        await self._access.learn()
        try:
            user = None if scope["path"] in OPEN else self._access.user(headers)
        except UserFileError as error:
            refusal = problem(scope["path"], HTTPStatus.SERVICE_UNAVAILABLE, str(error))
            await refusal(scope, receive, send)
            return
        if user is not None:
            scope.setdefault("state", {})["user"] = user
        if user is not None or scope["path"] in OPEN:
            await self._app(scope, receive, send)
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


def _nonce_of(browser: str, name: str, known: str | None) -> str:
    """What tells a browser with a valid mark for that name from others; empty where the mark is not valid."""
    try:
        return _marks(name, known).unsign(browser).decode() if known else ""
    except BadData:
        return ""


def _marks(name: str, known: str) -> Signer:
    """A mark outlives the process, unlike a session, and ends with the password: the stored hash is its secret."""
    return Signer(known, f"browser\n{name}", **SIGNING)


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "replace")).digest()
