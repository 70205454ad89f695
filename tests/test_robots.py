"""robots.txt: asked for once, respected, and no danger itself."""

import time
from collections.abc import Iterator

import httpx
import pytest

from ingest.addresses import parse
from ingest.response import Response
from ingest.robots import Robots
from qa.errors import LoadError
from tests.webserver import Page, WebServer, quick, serving

ASKS_NOT_TO = (
    "127.0.0.1 asks programs not to read it (robots.txt); open it in a browser, save the page and add the file"
)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as web:
        web.pages |= {path: Page("<p>text</p>") for path in ("/a", "/b", "/private/a")}
        yield web


def rules(text: str | bytes) -> Robots:
    data = text.encode() if isinstance(text, str) else text
    return Robots(lambda url: Response(url, 200, data))


def test_it_is_asked_for_once_a_run_and_respected(web: WebServer) -> None:
    web.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /private/\n", "text/plain")
    fetcher = quick(web)
    fetcher.get(web.url("/a"))
    fetcher.get(web.url("/b"))
    with pytest.raises(LoadError) as error:
        fetcher.get(web.url("/private/a"))
    assert str(error.value) == ASKS_NOT_TO
    assert web.hits == ["/robots.txt", "/a", "/b"]


def test_a_redirect_to_what_is_not_to_be_read_is_not_followed(web: WebServer) -> None:
    web.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /private/\n", "text/plain")
    web.pages["/moved"] = Page(status=302, headers={"Location": "/private/a"})
    with pytest.raises(LoadError) as error:
        quick(web).get(web.url("/moved"))
    assert str(error.value) == f"leads elsewhere: {ASKS_NOT_TO}"
    assert web.asked == ["/moved"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_site_without_it_allows_everything(web: WebServer, status: int) -> None:
    web.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /\n", status=status)
    assert quick(web).get(web.url("/a")).status == 200


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (500, "the server failed to say in robots.txt what may be read (500); try later"),
        (503, "the server failed (503); try again later"),
        (429, "the server is asked too often (429); try again later"),
    ],
)
def test_a_site_that_fails_to_say_is_left_alone(web: WebServer, status: int, reason: str) -> None:
    web.pages["/robots.txt"] = Page(status=status)
    fetcher = quick(web)
    for path in ("/a", "/b"):
        with pytest.raises(LoadError) as error:
            fetcher.get(web.url(path))
        assert str(error.value) == reason
    assert web.asked == []
    assert len(web.hits) == (1 if status == 500 else 3)


def test_it_may_lie_elsewhere(web: WebServer) -> None:
    web.pages["/robots.txt"] = Page(status=301, headers={"Location": "/rules.txt"})
    web.pages["/rules.txt"] = Page("User-agent: *\nDisallow: /a\n", "application/x-unusual")
    with pytest.raises(LoadError, match="asks programs not to read it"):
        quick(web).get(web.url("/a"))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("User-agent: *\nDisallow:\n", True),
        ("User-agent: *\nDisallow: /\n", False),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("User-agent: other\nDisallow: /\n", True),
        ("User-agent: Article-QA\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: article-qa\nAllow: /\n\nUser-agent: *\nDisallow: /\n", True),
        ("User-agent: other\nUser-agent: article-qa # us\nDisallow: /page\n", False),
        ("User-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /*.pdf$\n", True),
        ("User-agent: *\nDisallow: /\nAllow: /page\n", True),
        (b"\xff\xfe\0broken", True),
    ],
)
def test_the_rules_for_us_are_found(text: str | bytes, allowed: bool) -> None:
    try:
        rules(text).check(parse("https://good.example/page"))
    except LoadError:
        assert not allowed
    else:
        assert allowed


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"User-agent: a{n}\n" for n in range(14_000)) + "".join(f"Disallow: /{n}\n" for n in range(14_000)),
        "User-agent: *\nDisallow: /" + "*a" * 1000 + "*b$\n",
        "User-agent: *\n" + "Disallow: /*a*a*a*a*b$\n" * 10_000,
    ],
)
def test_a_hostile_file_takes_no_time(text: str) -> None:
    start = time.process_time()
    rules(text).check(httpx.URL("http://good.example/" + "a" * 2000))
    assert time.process_time() - start < 2


def test_each_site_has_its_own() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Response:
        asked.append(url)
        return Response(url, 200, b"User-agent: *\nCrawl-delay: 5\n" if url.startswith("https:") else b"")

    robots = Robots(fetch)
    for url in ("http://good.example/a", "https://good.example/a", "https://good.example/b", "http://[2606::1]:8080/"):
        robots.check(parse(url))
    assert asked == [
        "http://good.example/robots.txt",
        "https://good.example/robots.txt",
        "http://[2606::1]:8080/robots.txt",
    ]
    assert robots.delay(parse("https://good.example/c")) == 5.0
    assert robots.delay(parse("http://good.example/c")) == 0.0
    assert robots.delay(parse("http://unknown.example/c")) == 0.0
