"""Which days a page says of its article."""

import json

import pytest
from lxml import html

from ingest.load.dates import page_dates
from ingest.load.page import Page


def linked(data: object) -> str:
    return f"<script type='application/ld+json'>{json.dumps(data)}</script>"


POST = "<div class='post'><h1>T</h1>{}<p>Text.</p></div>"
ARTICLE = "<article><h1>T</h1>{}<p>Text.</p></article>"


@pytest.mark.parametrize(
    ("page", "published", "updated"),
    [
        (
            linked({"@type": "NewsArticle", "datePublished": "2020-01-02", "dateModified": "2020-01-03"}),
            "2020-01-02",
            "2020-01-03",
        ),
        (
            linked([{"@type": "WebSite"}, {"@type": "BlogPosting", "datePublished": "2020-01-02T10:00Z"}]),
            "2020-01-02",
            None,
        ),
        (
            linked({"@type": "WebPage", "mainEntity": {"@type": "Article", "datePublished": "2020-01-02"}}),
            "2020-01-02",
            None,
        ),
        (linked({"@type": "Article", "hasPart": {"@type": "Article", "datePublished": "2020-01-02"}}), None, None),
        (linked({"@type": "Article", "datePublished": ["2020-01-02"]}), None, None),
        (linked({"@type": "Article", "datePublished": "2999-01-02"}), None, None),
        (
            "<script type='application/ld+json'>{broken</script><meta name='date' content='2020-01-02'>",
            "2020-01-02",
            None,
        ),
        (f"<script type='application/ld+json'>{'[' * 99_999}</script>", None, None),
        ("<meta property='article:modified_time' content='2020-01-03'>", None, "2020-01-03"),
        ("<meta itemprop='datePublished' content='2 January 2020'>", "2020-01-02", None),
        ("<meta name='date' content='soon'><meta name='dc.date' content='2020-01-02'>", "2020-01-02", None),
        (ARTICLE.format("<time datetime='2020-01-02'>2 Jan</time>"), "2020-01-02", None),
        (
            ARTICLE.format(
                "<p>Published <time datetime='2020-01-02'></time> Updated <time datetime='2020-01-03'></time></p>"
            ),
            "2020-01-02",
            "2020-01-03",
        ),
        (ARTICLE.format("") + "<article><time datetime='2020-01-02'></time> A teaser</article>", None, None),
        ("<header><time datetime='2020-01-02'>Today</time></header>" + ARTICLE.format(""), None, None),
        (ARTICLE.format("<ol class='comments'><li><time datetime='2020-01-02'></time></li></ol>"), None, None),
        (POST.format("<span class='date'>January 2, 2020</span>"), "2020-01-02", None),
        (
            POST.format("<p class='byline'>By the Desk, 2 January 2020 (updated 3 January 2020)</p>"),
            "2020-01-02",
            "2020-01-03",
        ),
        (POST.format("<p>It opened on 2 January 2020.</p>"), None, None),
        ("<div class='date'>2 January 2020</div>" + POST.format(""), None, None),
        ("<footer>Copyright 2020. Generated on 2020-01-02.</footer>" + POST.format(""), None, None),
    ],
)
def test_only_the_articles_own_days(page: str, published: str | None, updated: str | None) -> None:
    found = page_dates(Page(html.document_fromstring(f"<html><body>{page}</body></html>")))
    assert (found.published, found.updated) == (published, updated)
