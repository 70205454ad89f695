"""Saved web pages: the article and its facts, nothing else."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Failure, Found

PAGE = """<!doctype html>
<html lang="en-GB"><head>
<title>Ferries run on wind | The Gazette</title>
<meta property="og:title" content="Ferries run on wind">
<meta property="og:site_name" content="The Gazette">
<meta name="author" content="Ada Thorne">
<meta property="article:published_time" content="2025-03-01T08:00:00Z">
<link rel="canonical" href="https://gazette.example/ferries">
<script>var tracker = "noise";</script><style>p { color: red }</style>
</head><body>
<header><a href="/">The Gazette</a></header>
<nav><ul><li>Home</li><li>Sport</li></ul></nav>
<article>
  <header><h1>Ferries run on wind</h1></header>
  <p>The council of <b>Varga</b>
     ordered four ferries.</p><!-- a comment -->
  <p>The first sails<br>in&nbsp;May.</p>
  <aside>Teaser of another story</aside>
  <ul><li>412 metres</li><li>9,400 people</li></ul>
  <table><tr><th>Year</th><th>Boats</th></tr><tr><td>2025</td><td>4</td></tr></table>
  <form><p>Your email, please</p></form>
</article>
<article><p>A short teaser.</p></article>
<footer>All rights reserved</footer>
</body></html>"""
NO_TEXT = "holds no text; if the page shows some, save it from the browser and add that file"
BINARY = "looks like a binary file, not like text; add articles as text, HTML, PDF or .docx"


def read(path: Path, content: str | bytes) -> Found | Failure:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    [found] = load(path)
    return found


def page(path: Path, content: str | bytes) -> Found:
    found = read(path, content)
    assert isinstance(found, Found), found
    return found


def test_the_facts_of_the_head(tmp_path: Path) -> None:
    facts = page(tmp_path / "ferries.html", PAGE).facts
    assert (facts.title, facts.source, facts.author) == ("Ferries run on wind", "The Gazette", "Ada Thorne")
    assert (facts.published_at, facts.url, facts.language) == ("2025-03-01", "https://gazette.example/ferries", "en-GB")


def test_the_text_is_the_article_in_blocks(tmp_path: Path) -> None:
    assert page(tmp_path / "ferries.htm", PAGE).text == (
        "Ferries run on wind\n\n"
        "The council of Varga ordered four ferries.\n\n"
        "The first sails\nin May.\n\n"
        "412 metres\n9,400 people\n\n"
        "Year: 2025; Boats: 4"
    )


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<main><p>{'In main. ' * 9}</p></main><p>Out</p>", ("In main. " * 9).strip()),
        ("<div>Plain <i>words</i></div><div>in boxes.</div>", "Plain words\n\nin boxes."),
        ("<article><p>Teaser.</p></article><div><p>The long story of the bridge at Varga.</p></div>", None),
        ("<form><main><p>The page is one form.</p></main></form>", "The page is one form."),
        ("<p>Shown.</p><p hidden>Hidden.</p><div aria-hidden='true'>Icon</div>", "Shown."),
        ("<p>Unclosed <b>tags<p>and &lt;entities&gt;", "Unclosed tags\n\nand <entities>"),
    ],
)
def test_where_the_text_is_found(tmp_path: Path, body: str, text: str | None) -> None:
    found = page(tmp_path / "a.html", f"<html><body>{body}</body></html>")
    assert found.text == (text or "Teaser.\n\nThe long story of the bridge at Varga.")


def test_code_within_a_sentence_stays_there(tmp_path: Path) -> None:
    body = "<p>It is called <code>main</code>, as ever.</p><pre><code>one\n  two</code></pre>"
    assert page(tmp_path / "a.html", f"<html><body>{body}</body></html>").text == (
        "It is called main, as ever.\n\none\ntwo"
    )


def test_a_fragment_is_read_as_a_page(tmp_path: Path) -> None:
    assert page(tmp_path / "a.html", "<p>One.</p><p>Two.</p>").text == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Only title</title>", "<p>x</p>", "Only title"),
        ("<title>T | Site</title>", "<h1>Heading</h1><p>x</p>", "Heading"),
        ("<title>T</title>", "<h1>The Gazette</h1><main><h1>Story</h1><p>x</p></main>", "Story"),
        ("", "<p>x</p>", None),
    ],
)
def test_titles(tmp_path: Path, head: str, body: str, title: str | None) -> None:
    assert page(tmp_path / "a.html", f"<html><head>{head}</head><body>{body}</body></html>").facts.title == title


def test_the_address_of_an_author_is_no_name(tmp_path: Path) -> None:
    head = "<meta property='article:author' content='https://gazette.example/ada'>"
    assert page(tmp_path / "a.html", f"{head}<p>x</p>").facts.author is None


def test_the_declared_encoding_is_used(tmp_path: Path) -> None:
    text = "<meta charset='koi8-r'><p>Паром</p>"
    assert page(tmp_path / "a.html", text.encode("koi8-r")).text == "Паром"


def test_a_declared_encoding_that_is_none_does_no_harm(tmp_path: Path) -> None:
    text = "<meta charset='zlib'><p>Café Riga ouvre à midi.</p>"
    assert page(tmp_path / "a.html", text.encode("latin-1")).text == "Café Riga ouvre à midi."


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "is empty"),
        (b"<html><body><script>x()</script></body></html>", NO_TEXT),
        (b"\0\1\2\3" * 99, BINARY),
    ],
)
def test_pages_that_are_none(tmp_path: Path, content: bytes, error: str) -> None:
    found = read(tmp_path / "a.html", content)
    assert found == Failure(str(tmp_path / "a.html"), error)


def test_deep_nesting_breaks_nothing(tmp_path: Path) -> None:
    assert page(tmp_path / "a.html", "<div>" * 600 + "deep" + "</div>" * 600).text == "deep"
    assert read(tmp_path / "b.html", "<div>" * 5000 + "deep" + "</div>" * 5000) == Failure(
        str(tmp_path / "b.html"),
        "is nested too deeply to be read as a web page; save its text as .txt and add that",
    )
