"""A real web server on this machine, and a network on which every IP leads to it.

It counts what it is asked, to show what was not asked.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

import httpcore

from ingest.fetch import Fetcher
from ingest.response import Limits
from qa.errors import LoadError

PUBLIC = "93.184.216.34"
# A key and a certificate for good.example, signed by nobody else: of use in tests only.
CERTIFICATE = """\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIK3DgMUwkAKynPWM/fseWCIxMznByGOIo9dG4yzno2m2oAoGCCqGSM49
AwEHoUQDQgAE2Dgzsjm/Z7Tpo34Mzo/TZFpdi1em7f60Y8oRMIChQ1v/k9lWUPTJ
oeABnyeovi40u+uNn7wAigkGszQf4+D7Nw==
-----END EC PRIVATE KEY-----
-----BEGIN CERTIFICATE-----
MIIBajCCARCgAwIBAgIBATAKBggqhkjOPQQDAjAXMRUwEwYDVQQDDAxnb29kLmV4
YW1wbGUwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBcxFTATBgNV
BAMMDGdvb2QuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNg4M7I5
v2e06aN+DM6P02RaXYtXpu3+tGPKETCAoUNb/5PZVlD0yaHgAZ8nqL4uNLvrjZ+8
AIoJBrM0H+Pg+zejSzBJMBcGA1UdEQQQMA6CDGdvb2QuZXhhbXBsZTAPBgNVHRMB
Af8EBTADAQH/MB0GA1UdDgQWBBQ2F2XpuV9538QmFY9vE6oJux7sEjAKBggqhkjO
PQQDAgNIADBFAiBF1LarOaqTzv1dDUHkhx5UOqs/bDdhzc/J0geSyOGfSwIhAO00
jaWgbqRQdWPc0VKhaPymh1AvjimulL5O8ELEzTVQ
-----END CERTIFICATE-----
"""
QUICK = Limits(seconds=20.0, size=100_000, delay=0.0)  # patient enough for a machine that stands still for a while


@dataclass(frozen=True)
class Page:
    """What the server answers at a path."""

    body: bytes | str = b""
    media_type: str | None = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def free_port() -> int:
    """One of this machine on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


Script = Callable[[socket.socket], None]


@dataclass
class WebServer:
    """`pages` may change while it runs; a script in place of a page writes to the socket what it likes."""

    port: int
    pages: dict[str, Page | Script] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)
    requests: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def asked(self) -> list[str]:
        """The paths, without robots.txt."""
        return [path for path in self.hits if path != "/robots.txt"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Without looking up the name of this machine, which may take long."""
        TCPServer.server_bind(self)

    def handle_error(self, *_: object) -> None:
        """Clients that leave are what is tested."""


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.hits.append(self.path)
            web.requests.append({name.lower(): value for name, value in self.headers.items()})
            page = web.pages.get(self.path.partition("?")[0], Page("nothing here", status=404))
            if not isinstance(page, Page):
                page(self.connection)
                return
            body = page.body.encode() if isinstance(page.body, str) else page.body
            etag = page.headers.get("ETag")
            is_known = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if is_known else page.status)
            if page.media_type:
                self.send_header("Content-Type", page.media_type)
            for name, value in page.headers.items():
                self.send_header(name, value)
            if not is_known:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not is_known:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    web = WebServer(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Internet(httpcore.NetworkBackend):
    """Whatever IP is connected to, the local server answers; `connected` says which it was."""

    def __init__(self, port: int, down: Iterable[str] = ()) -> None:
        self._port = port
        self._down = set(down)
        self.connected: list[tuple[str, int]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.connected.append((host, port))
        if host in self._down:
            raise httpcore.ConnectError("Connection refused")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self._port, timeout)


class Names:
    """A resolver; a name with several lists of IPs answers with the next one each time."""

    def __init__(self, **ips: list[list[str]]) -> None:
        self._ips = {name.replace("_", "."): answers for name, answers in ips.items()}
        self.asked: list[str] = []

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        answers = self._ips.get(host)
        if answers is None:
            raise LoadError(f"there is no host {host}; check the address and the network")
        return answers[min(self.asked.count(host), len(answers)) - 1]


def quick(web: WebServer, *, private: bool = True, limits: Limits = QUICK) -> Fetcher:
    """A fetcher that waits for nothing; unless `private`, any public IP leads to the server."""
    if private:
        return Fetcher(allow_private=True, limits=limits, sleep=lambda _: None)
    names = Names(good_example=[[PUBLIC]], other_example=[["93.184.216.35"]])
    return Fetcher(limits=limits, resolve=names, network=Internet(web.port), sleep=lambda _: None)
