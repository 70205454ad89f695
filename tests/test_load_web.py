"""Pages, documents and feeds from a real server into articles, and what a second run asks for."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ingest.feeds import parse_feed
from ingest.load.found import Address, Failure, FeedMet, Found, Unchanged
from ingest.load.web import load_address, load_feed
from qa.types import Visit
from tests.webserver import Page, WebServer, quick, serving

TEXT = " ".join(f"Sentence {n} tells that the Orla tunnel took nine years to dig." for n in range(20))
Result = Found | Failure | Unchanged | Address | FeedMet


class Memory:
    """What the library would remember."""

    def __init__(self) -> None:
        self.kept: dict[str, Visit] = {}

    def visit(self, url: str) -> Visit | None:
        return self.kept.get(url)

    def remember(self, results: list[Result]) -> None:
        for result in results:
            if isinstance(result, Found | Unchanged) and result.visit:
                self.kept[result.visit.url] = result.visit


def page(title: str, text: str = TEXT, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><nav>Menu</nav>"
        f"<article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )


FULL = f"<![CDATA[<p>{TEXT}</p><p>The end.</p>]]>"


def rss(*items: str, title: str = "The Gazette") -> Page:
    content = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    body = f'<rss version="2.0" {content}><channel><title>{title}</title>{"".join(items)}</channel></rss>'
    return Page(body, "application/rss+xml", headers={"ETag": f'"{hash(body)}"'})


def item(name: str, day: int, inside: str = "", link: str = "") -> str:
    return (
        f'<item><guid isPermaLink="false">{name}</guid><title>Title {name}</title><link>{link or f"/{name}"}</link>'
        f"<author>ed@gazette.example (Bo Lind)</author><pubDate>{day:02} Mar 2025 10:00:00 GMT</pubDate>{inside}</item>"
    )


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as web:
        yield web


def run(web: WebServer, path: str, visits: Memory | None = None, limit: int | None = None) -> list[Result]:
    """One run; what it brings is stored, and its visits remembered."""
    visits = visits or Memory()
    del web.hits[:]
    read = load_address(Address(web.url(path)), quick(web), visits, limit)
    results = [result for result in read if not isinstance(result, FeedMet)]
    visits.remember(results)
    return results


def found(results: list[Result]) -> list[Found]:
    assert all(isinstance(result, Found | Unchanged) for result in results), results
    return [result for result in results if isinstance(result, Found)]


# A page


def test_a_page_is_an_article(web: WebServer) -> None:
    head = '<meta property="article:published_time" content="2025-03-01"><meta name="author" content="Ada Thorne">'
    web.pages["/news/tunnel.html"] = Page(page("The tunnel", head=head))
    [article] = found(run(web, "/news/tunnel.html#part"))
    assert (article.item, article.origin) == (web.url("/news/tunnel.html#part"), web.url("/news/tunnel.html"))
    assert (article.facts.title, article.facts.author) == ("The tunnel", "Ada Thorne")
    assert (article.facts.published_at, article.facts.url) == ("2025-03-01", web.url("/news/tunnel.html"))
    assert "Sentence 7 tells" in article.text
    assert "Menu" not in article.text
    assert article.visit is None  # it can only be asked for whole


def test_the_origin_is_where_the_page_was_found_in_the_end(web: WebServer) -> None:
    web.pages["/old"] = Page(status=301, headers={"Location": "/new?id=1#top"})
    web.pages["/new"] = Page(page("New"))
    [article] = found(run(web, "/old"))
    assert article.origin == web.url("/new?id=1")


def test_an_unchanged_page_is_not_read_again(web: WebServer) -> None:
    visits = Memory()
    web.pages["/a"] = Page(page("One"), headers={"ETag": '"1"'})
    [first] = found(run(web, "/a", visits))
    assert first.visit == Visit(web.url("/a"), '"1"', None, f"1 {web.url('/a')}")
    assert run(web, "/a", visits) == [Unchanged(web.url("/a"), web.url("/a"))]
    web.pages["/a"] = Page(page("Two"), headers={"ETag": '"2"'})
    [second] = found(run(web, "/a", visits))
    assert (second.facts.title, second.origin) == ("Two", first.origin)
    assert run(web, "/a", visits) == [Unchanged(web.url("/a"), web.url("/a"))]


def test_an_address_that_leads_to_another_page_by_now_is_read_anew(web: WebServer) -> None:
    visits = Memory()
    for name in ("monday", "tuesday"):  # with the same mark, as pages of one date have
        web.pages[f"/{name}"] = Page(page(name), headers={"ETag": '"same"'})
    web.pages["/latest"] = Page(status=302, headers={"Location": "/monday"})
    run(web, "/latest", visits)
    assert run(web, "/latest", visits) == [Unchanged(web.url("/latest"), web.url("/monday"))]
    web.pages["/latest"] = Page(status=302, headers={"Location": "/tuesday"})
    [article] = found(run(web, "/latest", visits))
    assert (article.facts.title, article.origin) == ("tuesday", web.url("/tuesday"))


def test_a_page_that_names_a_feed_is_just_a_page(web: WebServer) -> None:
    head = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    web.pages["/a"] = Page(page("One", head=head))
    assert len(found(run(web, "/a"))) == 1
    assert web.asked == ["/a"]


@pytest.mark.parametrize(
    ("path", "media_type", "body", "titles"),
    [
        ("/notes?id=3", "text/markdown", f"# The tunnel\n\n{TEXT}\n", ["The tunnel"]),
        (
            "/get",
            "application/x-ndjson",
            '{"title": "A", "text": "One."}\n{"title": "B", "text": "Two."}\n',
            ["A", "B"],
        ),
        ("/get", "text/csv; charset=windows-1252", "title,text\nCafé,One.\nB,Two.\n".encode("cp1252"), ["Café", "B"]),
        ("/a.txt", "text/plain", f"The tunnel\n\n{TEXT}", ["The tunnel"]),
    ],
)
def test_documents_of_other_formats(
    web: WebServer, path: str, media_type: str, body: str | bytes, titles: list[str]
) -> None:
    web.pages[path.partition("?")[0]] = Page(body, media_type, headers={"ETag": '"1"'})
    articles = found(run(web, path))
    assert [article.facts.title for article in articles] == titles
    assert len({article.origin for article in articles}) == len(titles)
    assert [article.visit is not None for article in articles] == [len(titles) == 1] * len(titles)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Page(status=404), "there is no such page (404); check the address"),
        (Page(b"\x89PNG", "image/png"), "holds image/png, not an article; give the address of a page or a document"),
        (Page(""), "is empty"),
        (Page(b"PK\x03\x04" + bytes(100), "application/octet-stream"), "is an archive; unpack it and add the folder"),
        (Page("<rss version='2.0'><a:b/></rss>", "text/xml"), "is a feed with broken XML; add its pages one by one"),
    ],
)
def test_what_fails_is_one_line(web: WebServer, answer: Page, error: str) -> None:
    web.pages["/a"] = answer
    [failure] = run(web, "/a")
    assert isinstance(failure, Failure)
    assert failure.item == web.url("/a")
    assert failure.error == error


def test_an_address_that_may_not_be_fetched_is_a_failure(web: WebServer) -> None:
    [failure] = load_address(Address("http://127.0.0.1/"), quick(web, private=False), Memory(), None)
    assert isinstance(failure, Failure)
    assert failure.error.startswith("127.0.0.1 is an address on this machine or a private network; set ")


# A feed


def test_a_summary_leads_to_its_page_and_fills_what_that_does_not_say(web: WebServer) -> None:
    head = '<meta name="author" content="Ada Thorne">'
    web.pages["/feed"] = rss(item("a", 1, "<description>Short.</description>"), item("b", 2))
    web.pages["/a"] = Page(page("The page's own title", head=head))
    web.pages["/b"] = Page(page("B"))
    b, a = found(run(web, "/feed"))
    assert web.asked == ["/feed", "/b", "/a"]
    assert (a.item, a.origin) == (web.url("/a"), web.url("/a"))
    assert (a.facts.title, a.facts.author, a.facts.published_at) == ("The page's own title", "Ada Thorne", "2025-03-01")
    assert (b.facts.author, b.facts.published_at) == ("Bo Lind", "2025-03-02")
    assert a.facts.source == "The Gazette"
    assert "Sentence 7 tells" in a.text


def test_an_entry_that_holds_its_text_is_not_fetched(web: WebServer) -> None:
    link = "https://elsewhere.example/a"
    web.pages["/feed"] = rss(item("a", 1, f"<content:encoded>{FULL}</content:encoded>", link))
    [article] = found(run(web, "/feed"))
    assert web.asked == ["/feed"]
    assert (article.facts.title, article.facts.url, article.facts.source) == ("Title a", link, "The Gazette")
    assert article.text.endswith("The end.")
    assert article.name == "Title a"
    assert article.origin == f"{web.url('/feed')}#a"  # so that no feed can replace an article of another site


def test_the_second_run_asks_for_the_feed_only(web: WebServer) -> None:
    visits = Memory()
    web.pages["/feed"] = rss(item("a", 1), item("b", 2))
    web.pages |= {"/a": Page(page("A")), "/b": Page(page("B"))}
    assert len(found(run(web, "/feed", visits))) == 2
    assert run(web, "/feed", visits) == [Unchanged(web.url("/feed"), web.url("/feed"), 2)]
    assert web.asked == ["/feed"]


def test_only_what_is_new_or_changed_is_brought(web: WebServer) -> None:
    visits = Memory()
    web.pages["/feed"] = rss(item("a", 1), item("b", 2))
    web.pages |= {f"/{name}": Page(page(name)) for name in "abc"}
    run(web, "/feed", visits)
    web.pages["/feed"] = rss(item("a", 1, "<description>Corrected.</description>"), item("b", 2), item("c", 3))
    results = run(web, "/feed", visits)
    assert [article.facts.title for article in found(results)] == ["c", "a"]
    assert Unchanged(web.url("/b"), web.url("/b")) in results
    assert web.asked == ["/feed", "/c", "/a"]


def test_an_unchanged_entry_names_the_origin_its_page_was_found_at(web: WebServer) -> None:
    visits = Memory()
    web.pages["/feed"] = rss(item("a", 1), item("b", 2, f"<content:encoded>{FULL}</content:encoded>"))
    web.pages["/a"] = Page(status=301, headers={"Location": "/final"})
    web.pages["/final"] = Page(page("A"))
    run(web, "/feed", visits)
    web.pages["/feed"] = rss(item("a", 1), item("b", 2, f"<content:encoded>{FULL}</content:encoded>"), title="Renamed")
    origins = [result.origin for result in run(web, "/feed", visits) if isinstance(result, Unchanged)]
    assert origins == [f"{web.url('/feed')}#b", web.url("/final"), web.url("/feed")]


def test_a_page_that_fails_costs_only_itself_and_is_tried_again(web: WebServer) -> None:
    visits = Memory()
    web.pages["/feed"] = rss(item("a", 1), item("b", 2), item("c", 3))
    web.pages |= {"/a": Page(page("A")), "/c": Page(page("C"))}
    c, failure, a = run(web, "/feed", visits)
    assert isinstance(a, Found)
    assert isinstance(c, Found)
    assert failure == Failure(web.url("/b"), "there is no such page (404); check the address")
    web.pages["/b"] = Page(page("B"))
    assert [article.facts.title for article in found(run(web, "/feed", visits))] == ["B"]
    assert web.asked == ["/feed", "/b"]


def test_a_limit_takes_the_newest_and_leaves_the_rest_for_later(web: WebServer) -> None:
    visits = Memory()
    web.pages["/feed"] = rss(*(item(name, day) for day, name in enumerate("abcd", 1)))
    web.pages |= {f"/{name}": Page(page(name)) for name in "abcd"}
    assert [article.facts.title for article in found(run(web, "/feed", visits, limit=2))] == ["d", "c"]
    assert [article.facts.title for article in found(run(web, "/feed", visits))] == ["b", "a"]
    assert web.asked == ["/feed", "/b", "/a"]


NOTE = "the page could not be fetched (404); this is the text that the feed holds"
SAID = "<description>&lt;p>The slipway was &lt;b>widened&lt;/b> in 1934.&lt;/p></description>"


def test_where_the_page_is_gone_the_text_of_the_feed_stands_in_until_it_is_back(web: WebServer) -> None:
    visits = Memory()
    web.pages["/feed"] = rss(item("a", 1, SAID))
    [held] = found(run(web, "/feed", visits))
    assert (held.text, held.notes, held.name) == ("The slipway was widened in 1934.", (NOTE,), "Title a")
    assert (held.facts.url, held.facts.source, held.facts.published_at) == (web.url("/a"), "The Gazette", "2025-03-01")
    [again] = found(run(web, "/feed", visits))
    assert (again.text, again.origin) == (held.text, held.origin)
    assert web.asked == ["/feed", "/a"], "asked for again, although the feed has not changed"
    web.pages["/a"] = Page(page("A"))
    [back] = found(run(web, "/feed", visits))
    assert "Sentence 7 tells" in back.text
    assert (back.origin, back.notes) == (held.origin, ()), "so that it takes the place of what stood in"
    assert run(web, "/feed", visits) == [Unchanged(web.url("/feed"), web.url("/feed"))]


@pytest.mark.parametrize("title", ["Gone page", "404 Page not found", "Access denied"])
def test_an_entry_may_be_called_as_pages_of_errors_are(web: WebServer, title: str) -> None:
    web.pages["/feed"] = rss(item("a", 1, SAID).replace("Title a", title))
    [held] = found(run(web, "/feed"))
    assert (held.text, held.notes, held.name) == ("The slipway was widened in 1934.", (NOTE,), title)


def test_what_stands_in_replaces_nothing_that_was_read_at_its_address(web: WebServer) -> None:
    web.pages["/feed"] = rss(item("a", 1, SAID))
    [held] = found(run(web, "/feed"))
    assert held.origin == f"{web.url('/feed')}#a"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Page(status=410), "410"),
        (Page(status=503), "the server failed (503)"),
        (Page(b"\x89PNG", "image/png"), "holds image/png, not an article"),
        (Page("<html><body><script>render()</script></body></html>"), "holds no text"),
        (Page("<opml version='2.0'><body><outline xmlUrl='http://a.example/f'/></body></opml>", "text/xml"), None),
    ],
)
def test_why_the_page_could_not_be_had(web: WebServer, answer: Page, reason: str | None) -> None:
    web.pages["/feed"] = rss(item("a", 1, SAID))
    web.pages["/a"] = answer
    [held] = found(run(web, "/feed"))
    assert held.notes == (NOTE.replace("404", reason or "is a list of addresses, not an article"),)


def test_robots_and_closed_doors_leave_the_text_of_the_feed(web: WebServer) -> None:
    web.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /a\n", "text/plain")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    web.pages["/feed"] = rss(item("a", 1, SAID), item("b", 2, SAID, f"http://127.0.0.1:{port}/b"))
    refused, asked = found(run(web, "/feed"))
    assert "cannot be reached" in refused.notes[0]
    assert "asks programs not to read it (robots.txt)" in asked.notes[0]
    assert "/a" not in web.asked


@pytest.mark.parametrize("inside", ["", "<description> </description>", "<description>Title a</description>"])
def test_a_title_is_no_text(web: WebServer, inside: str) -> None:
    web.pages["/feed"] = rss(item("a", 1, inside))
    [failure] = run(web, "/feed")
    assert failure == Failure(web.url("/a"), "there is no such page (404); check the address")


def test_relative_links_of_a_feed_in_a_file_lead_to_its_site(web: WebServer) -> None:
    body = str(rss(item("a", 1, SAID)).body).replace("<channel>", f"<channel><link>{web.url('/news/')}</link>")
    web.pages["/a"] = Page(page("A"))
    feed = parse_feed(body.encode(), None)
    [article] = found(list(load_feed(feed, quick(web), Memory(), None, "feed.xml", "/home/feed.xml")))
    assert article.origin == web.url("/a")


def test_robots_are_respected_for_each_entry(web: WebServer) -> None:
    web.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /b\n", "text/plain")
    web.pages["/feed"] = rss(item("a", 1), item("b", 2))
    web.pages |= {"/a": Page(page("A")), "/b": Page(page("B"))}
    failure, a = run(web, "/feed")[:2]
    assert isinstance(failure, Failure)
    assert "asks programs not to read it (robots.txt)" in failure.error
    assert isinstance(a, Found)
    assert web.hits == ["/robots.txt", "/feed", "/a"]


def test_an_entry_cannot_lead_inside(web: WebServer) -> None:
    web.pages["/feed"] = rss(item("a", 1, link=web.url("/secret")), item("b", 2, link="http://169.254.169.254/"))
    fetcher = quick(web, private=False)
    results = list(load_address(Address("http://good.example/feed"), fetcher, Memory(), None))
    assert [type(result) for result in results] == [FeedMet, Failure, Failure]
    for result in results[1:]:
        assert isinstance(result, Failure)
        assert "is an address on this machine or a private network" in result.error
    assert web.asked == ["/feed"]


def test_an_entry_that_leads_to_a_feed_or_to_nothing_is_a_failure(web: WebServer) -> None:
    web.pages["/feed"] = rss(
        item("a", 1, link="/feed"), "<item><guid isPermaLink='false'>n</guid><title>Nothing</title></item>"
    )
    a, nothing = run(web, "/feed")
    assert a == Failure(web.url("/feed"), "is a feed, not an article")
    assert isinstance(nothing, Failure)
    assert nothing.error == "the entry has neither a text nor an address; nothing to add"


def test_atom_and_json_feeds(web: WebServer) -> None:
    notes = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "items": [{"id": "1", "content_text": TEXT, "date_modified": "2025-03-03T10:00:00Z"}],
    }
    web.pages["/feed.json"] = Page(json.dumps(notes), "application/feed+json")
    [note] = found(run(web, "/feed.json"))
    assert (note.facts.source, note.facts.url, note.name) == ("Notes", None, None)
    assert (note.facts.published_at, note.facts.updated_at) == (None, "2025-03-03")
    web.pages["/atom"] = Page(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title><entry><id>tag:1</id><title>A &amp;lt; B</title>'
        '<link href="a"/><updated>2025-03-03T10:00:00Z</updated>'
        f'<content type="html">&lt;p>{TEXT}</content></entry></feed>',
        "application/atom+xml",
    )
    [entry] = found(run(web, "/atom"))
    assert (entry.facts.title, entry.facts.url, entry.origin) == ("A < B", web.url("/a"), f"{web.url('/atom')}#tag:1")


def test_a_feed_in_a_file(web: WebServer) -> None:
    visits = Memory()
    web.pages["/a"] = Page(page("A"))
    data = str(rss(item("a", 1, link=web.url("/a")), item("b", 2, f"<content:encoded>{FULL}</content:encoded>")).body)
    feed = parse_feed(data.encode(), None)
    results: list[Result] = list(load_feed(feed, quick(web), visits, None, "feed.xml", "/home/feed.xml"))
    assert [(article.item, article.origin) for article in found(results)] == [
        ("feed.xml#b", "/home/feed.xml#b"),
        (web.url("/a"), web.url("/a")),
    ]
    visits.remember(results)
    again = list(load_feed(feed, quick(web), visits, None, "feed.xml", "/home/feed.xml"))
    assert again == [Unchanged("feed.xml#b", "/home/feed.xml#b"), Unchanged(web.url("/a"), web.url("/a"))]
    changed = replace(feed, entries=tuple(replace(entry, stamp="later") for entry in feed.entries))
    assert len(found(list(load_feed(changed, quick(web), visits, None, "feed.xml", "/home/feed.xml")))) == 2
