"""Titles without the name of the site, and authors that are people."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Facts, Found
from ingest.load.pages.facts import FROM_HEADING

STORY = "<p>The harbour office said that repairs of the northern quay would begin in spring and take two years.</p>" * 3


def found(path: Path, head: str, body: str) -> Found:
    path.write_text(f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>")
    [article] = load(path)
    assert isinstance(article, Found), article
    return article


def facts(path: Path, head: str = "", body: str = "<h1>Quay repairs begin</h1>") -> Facts:
    return found(path, head, f"<article>{body}{STORY}</article>").facts


OG = "<meta property='og:title' content='{}'>"
SITE = "<meta property='og:site_name' content='{}'>"


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        (OG.format("Quay repairs begin | Harbour News") + SITE.format("Harbour News"), "x", "Quay repairs begin"),
        (OG.format("Harbour News: Quay repairs begin") + SITE.format("Harbour News"), "x", "Quay repairs begin"),
        (OG.format("Quay repairs begin – Local – Harbour"), "Quay repairs begin", "Quay repairs begin"),
        (OG.format("Local » Quay repairs begin"), "Quay repairs begin", "Quay repairs begin"),
        (
            OG.format("Quay repairs begin - Harbour News")
            + "<link rel='canonical' href='https://www.harbour-news.example/quay'>",
            "x",
            "Quay repairs begin",
        ),
        (
            "<title>Quay repairs begin • Hafenblatt</title><script type='application/ld+json'>"
            '{"@type": "NewsArticle", "headline": "Quay repairs begin", "publisher": {"name": "Hafenblatt"}}</script>',
            "Quay repairs begin",
            "Quay repairs begin",
        ),
        (OG.format("Twenty-two quays"), "x", "Twenty-two quays"),
        (OG.format("Harbour News") + SITE.format("Harbour News"), "x", "Harbour News"),
        (OG.format("Quay-side talks - who pays?") + SITE.format("Quay"), "x", "Quay-side talks - who pays?"),
    ],
)
def test_a_title_loses_the_name_of_the_site(tmp_path: Path, head: str, heading: str, title: str) -> None:
    assert facts(tmp_path / "a.html", head, f"<h1>{heading}</h1>").title == title


def test_a_title_that_the_page_does_not_name_is_noted(tmp_path: Path) -> None:
    article = found(tmp_path / "a.html", "", f"<article><h1>Quay repairs begin</h1>{STORY}</article>")
    assert (article.facts.title, article.notes) == ("Quay repairs begin", (FROM_HEADING,))


LINKED = "<script type='application/ld+json'>{{\"@graph\": [{}]}}</script>"


@pytest.mark.parametrize(
    ("head", "byline", "author"),
    [
        ("", "<div class='byline'>By Ilse Brandvik May 20, 2019</div>", "Ilse Brandvik"),
        ("", "<span class='author'>Ilse Brandvik, Sunday 5 March 2023</span>", "Ilse Brandvik"),
        ("", "<span class='byline'>Par Jean-Luc Moreau et J. R. Petit</span>", "Jean-Luc Moreau, J. R. Petit"),
        ("", "<span class='byline'>Posted by Bo Lind in Tunis</span>", "Bo Lind"),
        ("", "<a rel='author' href='/bo'>Bo Lind</a> <a class='author' href='#'>Follow</a>", "Bo Lind"),
        ("", "<span class='author'>von Ada Thorne @ada</span>", "Ada Thorne"),
        ("", "<form><span class='author'>Username</span></form>", None),
        ("", "<a class='author' href='#'>Follow</a>", None),
        ("", "<form class='respond'><label class='author'>Name</label></form>", None),
        ("", "<a rel='author' href='/author/admin'>Admin</a>", None),
        ("", "<div class='comments'><b class='author'>Some Reader</b></div>", None),
        ("", "<span class='author'>desk@harbour.example</span>", None),
        ("<meta name='author' content='https://harbour.example/ada'>", "", None),
        ("<meta name='author' content='Harbour News'>" + SITE.format("Harbour News"), "", None),
        ("<meta name='author' content='Ada Thorne &lt;ada@harbour.example&gt;'>", "", "Ada Thorne"),
        (
            LINKED.format(
                '{"@type": "Article", "headline": "Quay repairs begin", "author": {"@id": "#p"}},'
                '{"@type": "Person", "@id": "#p", "name": "Ada Thorne"}'
            ),
            "<span class='author'>Somebody Else</span>",
            "Ada Thorne",
        ),
    ],
)
def test_authors_are_those_whom_the_page_names(tmp_path: Path, head: str, byline: str, author: str | None) -> None:
    assert facts(tmp_path / "a.html", head, f"<h1>Quay repairs begin</h1>{byline}").author == author
