"""Feeds: what they say of each entry, and whether they hold its text."""

import contextlib
import json
import time
from dataclasses import replace

import pytest

from ingest.feeds import Entry, Feed, parse_feed
from qa.errors import LoadError

URL = "https://gazette.example/news/feed.xml"
LONG = "The Orla tunnel is seven kilometres long and took nine years to dig. " * 10
WHOLE = f"<p>{LONG}</p>"

RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>The Gazette &amp; Sons</title><link>https://gazette.example/</link><description>News</description>
<item><title>The ferry</title><link>/ferry</link><guid isPermaLink="false">f1</guid>
  <pubDate>Sat, 01 Mar 2025 09:00:00 +0100</pubDate><description>The ferry carries people. [...]</description></item>
<item><title>The &lt;i&gt;tunnel&lt;/i&gt;</title><link>https://gazette.example/tunnel</link>
  <guid isPermaLink="false">t1</guid>
<dc:creator>Ada Thorne</dc:creator><pubDate>Sun, 02 Mar 2025 23:30:00 -0500</pubDate>
  <description>The tunnel is long.</description><content:encoded><![CDATA[{WHOLE}]]></content:encoded></item>
<item><title>Undated</title><link>http://gazette.example/undated</link></item>
</channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://atom.example/blog/"><title>Atom blog</title>
<id>tag:atom.example</id><updated>2025-03-05T00:00:00Z</updated>
<entry><title type="html">A &amp;amp; B</title><id>tag:1</id><link rel="self" href="https://atom.example/self"/>
  <link rel="alternate" href="one.html"/><author><name>Bo Lind</name><email>bo@atom.example</email></author>
  <published>2025-03-01T12:00:00Z</published><updated>2025-03-04T12:00:00Z</updated>
  <content type="html">{WHOLE.replace("<", "&lt;")}</content></entry>
<entry><title>Two</title><id>tag:2</id><link href="two.html"/><updated>2025-03-05T00:00:00Z</updated>
  <summary>A short one.</summary></entry></feed>"""

JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "JSON blog",
    "items": [
        {"id": 1, "url": "one", "title": "One", "date_published": "2025-03-01T23:00:00-05:00", "summary": "Short."},
        {
            "id": "2",
            "url": "https://json.example/two",
            "content_text": f"Fish & <chips>.\n\n{LONG}",
            "authors": [{"name": "Ada Thorne"}, {"name": "Bo Lind"}, {}],
            "date_published": "2025-03-02T03:00:00Z",
            "date_modified": "2025-03-03",
        },
        {"id": "3", "content_html": "<p>A note without an address.</p>", "author": {"name": "Old Style"}},
        "not an item",
    ],
}


def parse(text: str | bytes, url: str | None = URL) -> Feed:
    return parse_feed(text.encode() if isinstance(text, str) else text, url)


def item(inside: str) -> Entry:
    [entry] = parse(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<item><link>http://a.example/1</link>{inside}</item></channel></rss>"
    ).entries
    return entry


def test_rss_newest_first_with_what_it_says() -> None:
    feed = parse(RSS)
    assert (feed.title, feed.url) == ("The Gazette & Sons", URL)
    tunnel, ferry, undated = feed.entries
    assert tunnel == Entry(
        id="t1",
        url="https://gazette.example/tunnel",
        title="The tunnel",
        author="Ada Thorne",
        published_at="2025-03-02",
        html=WHOLE,
        is_full=True,
        stamp="Sun, 02 Mar 2025 23:30:00 -0500",
    )
    assert (ferry.id, ferry.url, ferry.published_at) == ("f1", "https://gazette.example/ferry", "2025-03-01")
    assert not ferry.is_full
    assert (undated.url, undated.published_at, undated.is_full) == ("http://gazette.example/undated", None, False)


def test_atom_keeps_the_two_dates_apart() -> None:
    feed = parse(ATOM)
    two, one = feed.entries
    assert (one.title, one.author, one.url) == ("A & B", "Bo Lind", "https://atom.example/blog/one.html")
    assert (one.published_at, one.updated_at, one.is_full) == ("2025-03-01", "2025-03-04", True)
    assert (two.published_at, two.updated_at, two.is_full) == (None, "2025-03-05", False)


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", "http://www.jsonfeed.org/version/1.1"])
def test_json_feed(version: str) -> None:
    feed = parse("\ufeff" + json.dumps(JSON | {"version": version}), "https://json.example/feed.json")
    one, two, note = feed.entries  # 23:00 at -05:00 is later than 03:00 in UTC on the day after
    assert (feed.title, one.id, one.url, one.published_at) == (
        "JSON blog",
        "1",
        "https://json.example/one",
        "2025-03-01",
    )
    assert (two.author, two.published_at, two.updated_at) == ("Ada Thorne, Bo Lind", "2025-03-02", "2025-03-03")
    assert two.is_full
    assert two.html.startswith("<p>Fish &amp; &lt;chips&gt;.</p>\n<p>The Orla")
    assert (note.url, note.is_full, note.author) == (None, True, "Old Style")


@pytest.mark.parametrize(
    ("inside", "author"),
    [
        ("<author>ed@gazette.example (Bo Lind)</author>", "Bo Lind"),
        ("<author>Bo Lind &amp;lt;ed@gazette.online></author>", "Bo Lind"),
        ("<author>ed@gazette.com</author>", None),
        ("<author>Bo Lind (Paris)</author>", "Bo Lind (Paris)"),
        ("", None),
    ],
)
def test_an_author_is_a_name(inside: str, author: str | None) -> None:
    assert item(inside).author == author


@pytest.mark.parametrize(
    ("inside", "is_full"),
    [
        (f"<content:encoded><![CDATA[{WHOLE}]]></content:encoded>", True),
        ("<content:encoded><![CDATA[<p>Short.</p>]]></content:encoded>", False),
        (f"<content:encoded><![CDATA[{WHOLE} [&#8230;]]]></content:encoded>", False),
        (f"<content:encoded><![CDATA[{WHOLE}<a href='/'>Continue reading</a>]]></content:encoded>", False),
        (f"<content:encoded><![CDATA[{WHOLE} [...] <p>The post appeared first on A.]]></content:encoded>", False),
        (f"<description>{LONG}</description>", False),
        (f"<description>{LONG * 3}</description>", True),
        (f"<description>{LONG * 3}...</description>", False),
        (f"<description>A summary.</description><content:encoded>{LONG}</content:encoded>", True),
    ],
)
def test_whether_the_feed_holds_the_text(inside: str, is_full: bool) -> None:
    assert item(inside).is_full == is_full


def test_the_digest_tells_a_change() -> None:
    entry = parse(ATOM).entries[1]
    assert entry.digest == parse(ATOM).entries[1].digest
    for change in (
        {"stamp": "2025-03-04T12:00:01Z"},
        {"html": "<p>x</p>"},
        {"title": "C"},
        {"url": "http://a.example"},
    ):
        assert replace(entry, **change).digest != entry.digest  # type: ignore[arg-type]


def test_only_web_addresses_are_kept() -> None:
    feed = '<rss version="2.0"><channel><item><title>A</title><link>{}</link></item></channel></rss>'
    for link in ("file:///etc/passwd", "javascript:alert(1)", "/relative", "http://[::1"):
        [entry] = parse(feed.format(link), None).entries
        assert entry.url is None
        [entry] = parse(json.dumps(JSON | {"items": [{"url": link}]}), None).entries
        assert entry.url is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    text = RSS.replace("UTF-8", encoding).replace("The ferry<", "Die Fähre<")
    assert parse(text.encode(encoding)).entries[1].title == "Die Fähre"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("&amp; Sons", "& Sons"),
        ("<channel>", "<channel>\n\n& <br> &nbsp; &c;"),
        ("</channel></rss>", ""),
        ("</channel></rss>", "</channel></rss> <script>"),
        ("News<", "News\x01<"),
    ],
)
def test_a_feed_with_small_faults_is_read(old: str, new: str) -> None:
    feed = parse(RSS.replace(old, new))
    assert feed.title == "The Gazette & Sons"
    assert [entry.id for entry in feed.entries] == ["t1", "f1", "http://gazette.example/undated"]


@pytest.mark.parametrize("inside", ["<undeclared:a/>", "<a xmlns='of two words'/>"])
def test_a_feed_in_pieces_is_refused(inside: str) -> None:
    with pytest.raises(LoadError) as error:
        parse(RSS.replace("<channel>", f"<channel>{inside}"))
    assert str(error.value) == "is a feed with broken XML; add its pages one by one"


def test_names_of_html_for_letters_are_understood() -> None:
    assert parse(RSS.replace("The ferry<", "Caf&eacute;&nbsp;&hellip;<")).entries[1].title == "Café …"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "plain text",
        "<html><body><p>A page.</p></body></html>",
        "{}",
        "{broken",
        '{"version": 1, "items": []}',
        '{"version": "https://jsonfeed.org/version/1", "items": {}}',
        '{"a":' * 100_000,
        b"\xff\xfe\xfd",
        b"<rs\0s",
    ],
)
def test_what_is_no_feed_is_said_to_be_none(data: str | bytes) -> None:
    with pytest.raises(LoadError) as error:
        parse(data)
    assert str(error.value) in (
        "is not a feed in RSS, Atom or JSON Feed",
        "is not valid JSON",
        "is empty",
        "looks like a binary file, not like text; add articles as text, HTML, PDF or .docx",
    )


LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
    + ']>\n<rss version="2.0"><channel><title>&j;</title></channel></rss>'
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE rss [ <!ENTITY x SYSTEM "file:///etc/passwd"> ]>'
    '<rss version="2.0"><channel><title>&x;</title></channel></rss>'
)


@pytest.mark.parametrize("text", [LAUGHS, OUTSIDE, LAUGHS.replace("><!", ">\n<!"), f"<!-- <rss -->{LAUGHS}"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_entities_are_refused(text: str, encoding: str) -> None:
    with pytest.raises(LoadError, match=r"^declares XML entities"):
        parse(text.encode(encoding))


def test_an_article_about_entities_is_none() -> None:
    assert item("<description><![CDATA[<p>Write &lt;!ENTITY a 'b'> or <!ENTITY x 'y'></p>]]></description>").html


@pytest.mark.parametrize(
    "inside",
    [
        "<item>" * 50_000,
        "<a>" * 50_000 + "</a>" * 50_000,
        "<a " + " ".join(f"b{n}='1'" for n in range(40_000)) + ">",
        "<a " + " ".join(f"b{n}='1'" for n in range(40_000)) + "/>",
        f"<item><description>&lt;a {' '.join(f'b{n}=1' for n in range(40_000))}></description></item>",
        f"<item><description>{'&lt;div' * 50_000}</description></item>",
        f"<item><description><![CDATA[{'<' * 100_000}]]></description></item>",
        "<" * 100_000,
        "<!--" * 50_000,
        "<!DOCTYPE [" * 50_000,
        "&" * 100_000,
        "&#" * 100_000,
        f"<item><title>{'&amp;' * 100_000}</title></item>",
        f"<item><author>{('a' * 999 + ' ') * 50}</author></item>",
        f"<item><author>{'a.' * 400}@{'b.' * 400}</author></item>",
        f"<item><pubDate>{'1 ' * 50_000}</pubDate></item>",
        f"<item><pubDate>{'Mon, ' * 20_000}</pubDate></item>",
        f"<item><pubDate>2025-{'1' * 900}</pubDate></item>",
        f"<item><link>http://{'[' * 50_000}</link></item>",
        f"<item><link>{'../' * 50_000}</link></item>",
        f"<item><title>{'&lt;' * 50_000}</title></item>",
        f"<item><category>{'a,' * 50_000}</category></item>",
    ],
    ids=range(22),
)
def test_a_hostile_feed_takes_no_time(inside: str) -> None:
    start = time.process_time()
    with contextlib.suppress(LoadError):
        parse(RSS.replace("<channel>", f"<channel>{inside}"))
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "inside",
    [
        "<a/>" * 200_000,
        f"<author>é{'a' * 100_000}@</author>",
        "<a>" * 200 + "</a>" * 200,
        "<a " + " ".join(f"b{n}='1'" for n in range(201)) + "/>",
        "<a " + " ".join(f"xmlns:b{n}='1'" for n in range(201)) + "/>",
    ],
    ids=["elements", "words", "depth", "attributes", "namespaces"],
)
def test_more_than_a_feed_holds_is_refused(inside: str) -> None:
    with pytest.raises(LoadError) as error:
        parse(RSS.replace("<channel>", f"<channel>{inside}"))
    assert str(error.value) == "holds more than a feed does; add its pages one by one"
