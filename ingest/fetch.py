"""An address -> what lies there, without harm to this machine or to the server that is asked.

Only checked IPs are connected to, each redirect is checked again, and size, time and type are limited.
Robots are respected, and a host is asked at most once a second.
"""

import ssl
import time
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import version
from types import TracebackType

import httpcore
import httpx

from ingest.addresses import Resolver, host_of, is_loopback, look_up, parse, reach
from ingest.connect import CheckedNetwork
from ingest.response import SAVE_IT, Limits, Refused, Response, TryAgain, read
from ingest.robots import Robots
from qa.errors import LoadError
from qa.telemetry.stages import stage

USER_AGENT = f"article-qa/{version('article-qa')} (reads articles for its user; respects robots.txt)"
LIMITS = Limits()
MAX_REDIRECTS = 5
WAITS = (1.0, 2.0)  # seconds before the second and the third try
LONGEST_WAIT = 10.0  # what a server may ask for, in seconds

_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
    "Accept-Encoding": "gzip",
    "Connection": "close",
}


class Fetcher:
    """Fetches for one run: looks up a host once, and remembers its robots.txt and when it was asked last."""

    def __init__(
        self,
        allow_private: bool = False,
        *,
        limits: Limits = LIMITS,
        resolve: Resolver = look_up,
        network: httpcore.NetworkBackend | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allow_private = allow_private
        self._limits = limits
        self._resolve = resolve
        self._network = network or httpcore.SyncBackend()
        self._sleep = sleep
        self._robots = Robots(lambda url: self._follow(httpx.URL(url), {}, is_page=False))
        self._ips: dict[str, list[str]] = {}
        self._ready: dict[str, float] = {}  # host -> when it may be asked again, on the monotonic clock

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing stays open: each request closes its connection."""

    @stage("fetch")
    def get(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Response:
        """What lies at the address; status 304 and no data where it is as the two marks say.

        Raises LoadError.
        """
        marks = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        given = {name: value for name, value in marks.items() if value}
        response = self._follow(parse(url), given, is_page=True)
        if response.status == 200 or (response.status == 304 and given):
            return response
        raise Refused(response.status)

    def _follow(self, address: httpx.URL, marks: dict[str, str], is_page: bool) -> Response:
        """Through redirects to the answer; robots.txt itself is asked for without asking it."""
        for redirects in range(MAX_REDIRECTS + 1):
            try:
                ips = self._reach(address)
                if is_page:
                    self._robots.check(address)
            except LoadError as error:
                raise LoadError(f"leads elsewhere: {error}" if redirects else str(error)) from error
            response = self._ask_patiently(address, ips, marks, is_page)
            if response.status not in _REDIRECTS or response.location is None:
                return response
            address = _redirected(address, response.location)
        raise LoadError(f"leads on and on, more than {MAX_REDIRECTS} times; {SAVE_IT}")

    def _reach(self, address: httpx.URL) -> list[str]:
        host = host_of(address)
        if host not in self._ips:
            self._ips[host] = reach(address, self._resolve, self._allow_private)
        return self._ips[host]

    def _ask_patiently(self, address: httpx.URL, ips: list[str], marks: dict[str, str], is_page: bool) -> Response:
        """With a few more tries where the server is busy or the connection fails."""
        for wait in WAITS:
            try:
                return self._ask(address, ips, marks, is_page)
            except TryAgain as error:
                if error.wait > LONGEST_WAIT:
                    raise
                self._sleep(max(wait, error.wait))
        return self._ask(address, ips, marks, is_page)

    def _pause(self, address: httpx.URL, ips: list[str]) -> None:
        """Until the host may be asked again."""
        if all(is_loopback(ip) for ip in ips):
            return
        host = host_of(address)
        wait = self._ready.get(host, 0.0) - time.monotonic()
        if wait > 0:
            self._sleep(wait)
        delay = max(self._limits.delay, self._robots.delay(address))
        self._ready[host] = time.monotonic() + delay

    def _ask(self, address: httpx.URL, ips: list[str], marks: dict[str, str], is_page: bool) -> Response:
        """One request to the checked IPs."""
        self._pause(address, ips)
        host, tls = host_of(address), self._tls if address.scheme == "https" else None
        network = CheckedNetwork(self._network, ips, self._limits.seconds)
        url = httpcore.URL(scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path)
        headers = {"Host": address.netloc.decode("ascii"), **_HEADERS, **marks}
        try:
            with (
                httpcore.HTTPConnection(url.origin, tls, network_backend=network) as connection,
                connection.stream("GET", url, headers=list(headers.items())) as answer,
            ):
                return read(str(address), answer, self._limits.size, is_page)
        except httpcore.TimeoutException as error:
            raise LoadError(f"{host} takes longer than {self._limits.seconds:g} seconds; try later") from error
        except httpcore.NetworkError as error:
            if isinstance(error.__cause__, ssl.SSLError):
                raise LoadError(f"{host} cannot prove who it is ({_reason(error)}); {SAVE_IT}") from error
            raise TryAgain(f"{host} cannot be reached ({_reason(error)}); try again later") from error
        except httpcore.ProtocolError as error:
            raise LoadError(f"{host} broke off or sent no proper HTTP; try again later") from error

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context(trust_env=False)


def _redirected(address: httpx.URL, location: str) -> httpx.URL:
    try:
        return parse(str(address.join(location)))
    except (LoadError, httpx.InvalidURL, ValueError) as error:
        raise LoadError(f"leads elsewhere: {error}") from error


def _reason(error: Exception) -> str:
    cause = error.__cause__
    return " ".join(str(getattr(cause, "verify_message", "") or getattr(cause, "strerror", "") or error).split())
