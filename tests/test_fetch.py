"""Fetching from a real server: what comes, what is refused, and what never reaches the server at all."""

import gzip
import socket
import ssl
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import httpcore
import pytest

from ingest.fetch import Fetcher
from ingest.response import Limits
from qa.errors import LoadError
from tests.webserver import CERTIFICATE, PUBLIC, QUICK, Internet, Names, Page, WebServer, quick, serving

PRIVATE = "is an address on this machine or a private network"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as web:
        web.pages["/"] = Page("<p>secret</p>")
        web.pages["/a"] = Page("<p>An article.</p>")
        yield web


def refused(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(LoadError) as error:
        fetcher.get(url)
    message = str(error.value)
    assert "\n" not in message
    assert len(message) < 250
    return message


# What leads to this machine or a private network, however it is written. None of it may reach the server.

NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "private.example": ["10.0.0.1"],
    "mixed.example": [PUBLIC, "192.168.0.1"],
    "mixed6.example": [PUBLIC, "fd00::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "linklocal.example": ["fe80::1%eth0"],
    "unspecified.example": ["0.0.0.0"],
    "metadata.google.internal": ["169.254.169.254"],
    "metadata6.example": ["fd00:ec2::254"],
    "nat64.example": ["64:ff9b::7f00:1"],
}
LEADS_INSIDE = [
    "http://127.0.0.1/",
    "https://127.0.0.1/",
    "http://127.0.0.1:PORT/",
    "http://127.1.2.3/",
    "http://127.1/",
    "http://127.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://0177.0.0.1/",
    "http://0177.1/",
    "http://017700000001/",
    "http://00000000000000000177.0.0.1/",
    "http://127.0.0.1./",
    "http://2852039166/",
    "http://0/",
    "http://0.0.0.0:PORT/",
    "http://10.1.2.3/",
    "http://100.64.0.1/",
    "http://172.16.0.1/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.100.100.200/latest/meta-data/",
    "http://168.63.129.16/",
    "http://255.255.255.255/",
    "http://224.0.0.1/",
    "http://[::1]:PORT/",
    "http://[::]:PORT/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::127.0.0.1]/",
    "http://[::ffff:127.0.0.1]:PORT/",
    "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "http://[fd00:ec2::254]/latest/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[::1%25lo]/",
    "http://[ff02::1]/",
    "http://localhost:PORT/",
    "http://LOCALHOST/",
    "http://localhost./",
    "http://private.example/",
    "http://mixed.example/",
    "http://mixed6.example/",
    "http://mapped.example/",
    "http://linklocal.example/",
    "http://unspecified.example/",
    "http://metadata.google.internal/computeMetadata/v1/",
    "http://metadata6.example/",
    "http://nat64.example/",
    "http://good.example@127.0.0.1/",
    "http://good.example:80@127.0.0.1/",
    "http://127.0.0.1@good.example/",
    "http://127.0.0.1%2f@good.example/",
    "http://127.0.0.1:80\\@good.example/",
    "http://good.example\\@127.0.0.1/",
    "http://good.example%40127.0.0.1/",
    "http://good.example%00.127.0.0.1/",
    "http://127.0.0.1%00.good.example/",
    "http://127%2e0%2e0%2e1/",
    "http://%31%32%37.0.0.1/",
    "http://127。0。0。1/",
    "http://１２７.0.0.1/",
    "http://①②⑦.⓪.⓪.①/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "http://local\u00adhost/",
    "http://local\u200bhost/",
    "http://good.example\r\nHost: 127.0.0.1/",
    "http://good.example/\r\nX-Injected: yes",
    "http://good.example\t@127.0.0.1/",
    "http://good.example /",
    "http://xn--a/",
    "http:127.0.0.1/",
    "http:/127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1/",
    "http://good.example:22/",
    "http://good.example:6379@127.0.0.1:PORT/",
    "file:///etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "gopher://127.0.0.1:PORT/_GET%20/",
    "ftp://127.0.0.1/",
    "dict://127.0.0.1:PORT/",
    "ldap://127.0.0.1:PORT/",
    "data:text/html,<p>text</p>",
    "javascript:alert(1)",
    "jar:http://127.0.0.1/!/",
    "view-source:http://127.0.0.1/",
    "",
]


@pytest.fixture
def outside(web: WebServer) -> tuple[Fetcher, Internet]:
    """A fetcher that may not go inside, on a network where every IP, private ones too, leads to the server."""
    internet = Internet(web.port)
    names = Names(**{name: [ips] for name, ips in NAMES.items()}, good_example=[[PUBLIC]])
    return Fetcher(limits=QUICK, resolve=names, network=internet, sleep=lambda _: None), internet


@pytest.mark.parametrize("url", LEADS_INSIDE)
def test_no_address_leads_inside(web: WebServer, outside: tuple[Fetcher, Internet], url: str) -> None:
    fetcher, internet = outside
    refused(fetcher, url.replace("PORT", str(web.port)))
    assert (internet.connected, web.hits) == ([], [])


@pytest.mark.parametrize("url", [url for url in LEADS_INSIDE if url])
def test_no_redirect_leads_inside(web: WebServer, outside: tuple[Fetcher, Internet], url: str) -> None:
    fetcher, internet = outside
    location = url.replace("PORT", str(web.port)).replace("\r\n", "%0d%0a").encode().decode("latin-1")

    def redirect(connection: socket.socket) -> None:
        connection.sendall(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode("latin-1"))

    web.pages["/moved"] = redirect
    refused(fetcher, "http://good.example/moved")
    assert {ip for ip, _ in internet.connected} == {PUBLIC}
    assert "/" not in web.hits
    assert not any("etc" in path or "meta" in path for path in web.hits)


def test_the_server_is_reached_when_it_may_be(web: WebServer, outside: tuple[Fetcher, Internet]) -> None:
    """Else the tests above would show nothing."""
    fetcher, internet = outside
    assert fetcher.get("http://good.example/").data == b"<p>secret</p>"
    assert fetcher.get("http://good.example:8080/a").data == b"<p>An article.</p>"
    assert set(internet.connected) == {(PUBLIC, 80), (PUBLIC, 8080)}
    assert quick(web).get(web.url("/")).data == b"<p>secret</p>"
    assert quick(web).get(f"http://localhost:{web.port}/").data == b"<p>secret</p>"


def test_private_addresses_are_refused_unless_allowed(web: WebServer) -> None:
    assert refused(Fetcher(), web.url("/")).startswith(f"127.0.0.1 {PRIVATE}; set ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES")
    assert web.hits == []


def test_a_name_that_changes_between_check_and_connection_is_not_asked_again(web: WebServer) -> None:
    names, internet = Names(good_example=[[PUBLIC], ["127.0.0.1"]]), Internet(web.port)
    fetcher = Fetcher(limits=QUICK, resolve=names, network=internet, sleep=lambda _: None)
    fetcher.get("http://good.example/a")
    fetcher.get("http://good.example/")
    assert names.asked == ["good.example"]
    assert {ip for ip, _ in internet.connected} == {PUBLIC}


def test_a_name_is_asked_for_as_it_is_and_each_ip_tried(web: WebServer) -> None:
    internet = Internet(web.port, down=[PUBLIC])
    names = Names(good_example=[[PUBLIC, "93.184.216.35"]])
    Fetcher(limits=QUICK, resolve=names, network=internet).get("http://good.example:8080/a")
    assert internet.connected[-2:] == [(PUBLIC, 8080), ("93.184.216.35", 8080)]
    assert web.requests[-1]["host"] == "good.example:8080"


# Redirects


def test_redirects_are_followed_to_the_end(web: WebServer) -> None:
    web.pages["/1"] = Page(status=301, headers={"Location": "/2"})
    web.pages["/2"] = Page(status=307, headers={"Location": web.url("/a#part")})
    assert quick(web).get(web.url("/1")).url == web.url("/a")


def test_a_redirect_from_outside_to_this_machine_is_refused(web: WebServer) -> None:
    web.pages["/moved"] = Page(status=302, headers={"Location": web.url("/")})
    assert refused(quick(web, private=False), "http://good.example/moved").startswith(
        f"leads elsewhere: 127.0.0.1 {PRIVATE}"
    )
    assert web.asked == ["/moved"]


def test_a_circle_of_redirects_ends(web: WebServer) -> None:
    web.pages["/1"] = Page(status=302, headers={"Location": "/2"})
    web.pages["/2"] = Page(status=302, headers={"Location": "/1"})
    assert refused(quick(web), web.url("/1")).startswith("leads on and on, more than 5 times")
    assert len(web.asked) == 6


# Limits


def endless(piece: bytes, pause: float = 0.0, start: bytes = HEAD + b"\r\n") -> object:
    def script(connection: socket.socket) -> None:
        try:
            connection.sendall(start)
            while True:
                connection.sendall(piece)
                time.sleep(pause)
        except OSError:
            return

    return script


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (endless(b"x" * 1000), "is larger than 0.1 MB"),
        (
            endless(b"3e8\r\n" + b"x" * 1000 + b"\r\n", start=HEAD + b"Transfer-Encoding: chunked\r\n\r\n"),
            "is larger than",
        ),
        (endless(b"x", 0.02), "takes longer than 0.5 seconds"),
        (endless(b"X", 0.02, HEAD + b"X-Slow: "), "takes longer than 0.5 seconds"),
        (endless(b"H", 0.02, b""), "takes longer than 0.5 seconds"),
        (endless(b"", 0.02, b""), "takes longer than 0.5 seconds"),
        (endless(b"HTTP/1.1 100 Continue\r\n\r\n", 0.001, b""), "takes longer than 0.5 seconds"),
        (endless(b"X-Large: " + b"x" * 1000 + b"\r\n", 0.0, HEAD), "broke off or sent no proper HTTP"),
        (endless(b"\0\1\2", 0.0, b""), "broke off or sent no proper HTTP"),
    ],
)
def test_a_server_that_never_ends_is_left(web: WebServer, script: object, reason: str) -> None:
    web.pages["/a"] = script  # type: ignore[assignment]
    start = time.monotonic()
    assert reason in refused(quick(web, limits=replace(QUICK, seconds=0.5)), web.url("/a"))
    assert time.monotonic() - start < 20


def test_a_large_page_is_refused_before_it_is_read(web: WebServer) -> None:
    web.pages["/a"] = Page("x" * 100_001)
    assert refused(quick(web), web.url("/a")) == "is larger than 0.1 MB; save the part you need and add the file"
    web.pages["/a"] = Page("x" * 100_000)
    assert len(quick(web).get(web.url("/a")).data) == 100_000


def test_a_gzip_bomb_is_not_unpacked(web: WebServer) -> None:
    bomb = gzip.compress(bytes(50_000_000), compresslevel=1)
    assert len(bomb) < 1_000_000  # as sent it is no larger than allowed
    web.pages["/a"] = Page(bomb, headers={"Content-Encoding": "gzip"})
    assert refused(quick(web, limits=Limits(20.0, 1_000_000)), web.url("/a")).startswith("is larger than 1 MB")


def test_gzip_is_unpacked(web: WebServer) -> None:
    web.pages["/a"] = Page(gzip.compress(b"<p>packed</p>"), headers={"Content-Encoding": "gzip"})
    assert quick(web).get(web.url("/a")).data == b"<p>packed</p>"
    assert web.requests[-1]["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (gzip.compress(b"<p>packed</p>")[:-9], "gzip", "broke off before its end; try again later"),
        (b"not packed", "gzip", "came damaged; try again later"),
        (b"\x1b\x00\x00", "br", "is packed as br, which was not asked for"),
        (gzip.compress(gzip.compress(b"<p>")), "gzip, gzip", "is packed as gzip, gzip, which was not asked for"),
    ],
)
def test_what_is_badly_packed_is_refused(web: WebServer, body: bytes, encoding: str, reason: str) -> None:
    web.pages["/a"] = Page(body, headers={"Content-Encoding": encoding})
    assert refused(quick(web), web.url("/a")).startswith(reason)


def test_half_a_page_is_not_taken_for_a_page(web: WebServer) -> None:
    web.pages["/a"] = lambda connection: connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n<p>half")
    assert refused(quick(web), web.url("/a")) == "127.0.0.1 broke off or sent no proper HTTP; try again later"


@pytest.mark.parametrize("media_type", ["image/png", "video/mp4", "application/zip", "text/css", "image/svg+xml"])
def test_what_is_no_article_is_refused_by_its_type(web: WebServer, media_type: str) -> None:
    web.pages["/a"] = Page(b"x", media_type)
    assert refused(quick(web), web.url("/a")).startswith(f"holds {media_type}, not an article")


@pytest.mark.parametrize(
    ("header", "media_type", "charset"),
    [
        ("text/html; charset=ISO-8859-1", "text/html", "iso-8859-1"),
        ("Application/PDF", "application/pdf", None),
        ('application/feed+json;charset="utf-8"', "application/feed+json", "utf-8"),
        (None, None, None),
    ],
)
def test_the_type_is_told(web: WebServer, header: str | None, media_type: str | None, charset: str | None) -> None:
    web.pages["/a"] = Page(b"x", header)
    response = quick(web).get(web.url("/a"))
    assert (response.media_type, response.charset) == (media_type, charset)


# Manners


def test_the_server_learns_who_asks_and_nothing_else(web: WebServer) -> None:
    quick(web).get(web.url("/a"))
    [robots, page] = web.requests
    assert robots["user-agent"] == page["user-agent"]
    assert page["user-agent"].startswith("article-qa/")
    assert set(page) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_an_unchanged_page_is_not_sent_again(web: WebServer) -> None:
    web.pages["/a"] = Page(
        "<p>An article.</p>", headers={"ETag": '"1"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    )
    first = quick(web).get(web.url("/a"))
    assert (first.status, first.etag, first.last_modified) == (200, '"1"', "Mon, 01 Jan 2024 00:00:00 GMT")
    again = quick(web).get(web.url("/a"), first.etag, first.last_modified)
    assert (again.status, again.data, again.url) == (304, b"", web.url("/a"))
    assert web.requests[-1]["if-modified-since"] == first.last_modified
    assert quick(web).get(web.url("/a"), '"2"').data == b"<p>An article.</p>"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (204, "the server answered with status 204"),
        (304, "the server answered with status 304"),
        (302, "the server answered with status 302"),
        (401, "the server refuses to show it (401); open it in a browser"),
        (403, "the server refuses to show it (403); open it in a browser"),
        (404, "there is no such page (404); check the address"),
        (410, "there is no such page (410); check the address"),
        (418, "the server answered with status 418"),
        (429, "the server is asked too often (429); try again later"),
        (500, "the server failed (500); try again later"),
        (503, "the server failed (503); try again later"),
    ],
)
def test_each_refusal_of_a_server_says_what_to_do(web: WebServer, status: int, reason: str) -> None:
    web.pages["/a"] = Page(status=status)
    assert refused(quick(web), web.url("/a")).startswith(reason)


def test_a_busy_server_is_asked_again_when_it_says(web: WebServer) -> None:
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            web.pages["/a"] = Page("<p>Now.</p>")

    web.pages["/a"] = Page(status=429, headers={"Retry-After": "3"})
    assert Fetcher(True, limits=QUICK, sleep=sleep).get(web.url("/a")).data == b"<p>Now.</p>"
    assert waits == [3.0, 3.0]


@pytest.mark.parametrize("asked", ["3600", format_datetime(datetime.now(UTC) + timedelta(hours=1))])
def test_a_long_wait_is_left_to_the_user(web: WebServer, asked: str) -> None:
    web.pages["/a"] = Page(status=503, headers={"Retry-After": asked})
    assert refused(quick(web), web.url("/a")) == "the server failed (503); try again later"
    assert web.asked == ["/a"]


@pytest.mark.parametrize(
    "asked", ["soon", "-1", "Thu, 01 Jan 1970 00:00:00 -0000", "Thu, 01 Jan 1970 00:00:00 GMT", "9" * 400]
)
def test_an_odd_wait_does_no_harm(web: WebServer, asked: str) -> None:
    web.pages["/a"] = Page(status=503, headers={"Retry-After": asked})
    assert refused(quick(web), web.url("/a")) == "the server failed (503); try again later"


def test_a_host_that_is_down_is_tried_three_times(web: WebServer) -> None:
    internet, waits = Internet(web.port, down=[PUBLIC]), []
    fetcher = Fetcher(limits=QUICK, resolve=Names(good_example=[[PUBLIC]]), network=internet, sleep=waits.append)
    message = refused(fetcher, "http://good.example/a")
    assert message == "good.example cannot be reached (Connection refused); try again later"
    assert (len(internet.connected), waits) == (3, [1.0, 2.0])
    refused(fetcher, "http://good.example/b")
    assert len(internet.connected) == 3  # its robots.txt could not be had, and that is remembered


def test_a_closed_port_is_told(web: WebServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        message = refused(quick(web), f"http://127.0.0.1:{free.getsockname()[1]}/")
    assert message == "127.0.0.1 cannot be reached (Connection refused); try again later"


class Clock:
    """Time passes only while one sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("ingest.fetch.time.monotonic", lambda: clock.now)
    return clock


@pytest.mark.parametrize(("robots", "delay"), [("", 1.0), ("Crawl-delay: 4", 4.0), ("Crawl-delay: 3600", 10.0)])
def test_a_host_is_not_hurried(web: WebServer, clock: Clock, robots: str, delay: float) -> None:
    web.pages["/robots.txt"] = Page(f"User-agent: *\n{robots}\n", "text/plain")
    asked: list[float] = []
    page = Page("<p>An article.</p>")

    class Noting(Internet):
        def connect_tcp(self, *args: object, **kwargs: object) -> httpcore.NetworkStream:
            asked.append(clock.now)
            return super().connect_tcp(*args, **kwargs)  # type: ignore[arg-type]

    web.pages |= {"/a": page, "/b": page}
    names = Names(good_example=[[PUBLIC]], other_example=[["93.184.216.35"]])
    fetcher = Fetcher(resolve=names, network=Noting(web.port), sleep=clock.sleep)
    for path in ("/a", "/b", "/a"):
        fetcher.get(f"http://good.example{path}")
    assert [later - earlier for earlier, later in pairwise(asked)] == [1.0, delay, delay]
    fetcher.get("http://other.example/a")
    assert asked[-2] == asked[-3]  # its robots.txt, at once


def test_this_machine_needs_no_delay(web: WebServer) -> None:
    waits: list[float] = []
    fetcher = Fetcher(True, sleep=waits.append)
    fetcher.get(web.url("/a"))
    fetcher.get(web.url("/a"))
    assert waits == []


# TLS


class Trusting(Internet):
    """Its certificates are trusted."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = super().connect_tcp(host, port, timeout)
        start_tls = stream.start_tls

        def trust(context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None):  # type: ignore[no-untyped-def]
            assert context.check_hostname
            assert context.verify_mode == ssl.CERT_REQUIRED
            return start_tls(ssl.create_default_context(cadata=CERTIFICATE), server_hostname, timeout)

        stream.start_tls = trust  # type: ignore[method-assign]
        return stream


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[WebServer]:
    (tmp_path / "pair.pem").write_text(CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "pair.pem")
    with serving(context) as web:
        web.pages["/a"] = Page("<p>Safe.</p>")
        yield web


def over_tls(web: WebServer, network: type[Internet]) -> Fetcher:
    names = Names(good_example=[[PUBLIC]], other_example=[[PUBLIC]])
    return Fetcher(limits=QUICK, resolve=names, network=network(web.port), sleep=lambda _: None)


def test_the_certificate_must_be_for_the_name_though_the_ip_is_connected_to(secure: WebServer) -> None:
    assert over_tls(secure, Trusting).get("https://good.example/a").data == b"<p>Safe.</p>"
    message = refused(over_tls(secure, Trusting), "https://other.example/a")
    assert message.startswith("other.example cannot prove who it is (Hostname mismatch")


def test_a_certificate_signed_by_nobody_is_refused(secure: WebServer) -> None:
    message = refused(over_tls(secure, Internet), "https://good.example/a")
    assert message.startswith("good.example cannot prove who it is (self-signed certificate); open it in a browser")
    assert secure.hits == []
