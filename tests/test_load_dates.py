"""Which days a page says of its article."""

import json

import pytest
from lxml import html

from ingest.load.pages.dates import FROM_ADDRESS, Dates, page_dates
from ingest.load.pages.page import Page


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


def dates(body: str, lang: str = "en", head: str = "", url: str | None = None) -> Dates:
    page = f"<html lang='{lang}'><head><title>Quay repairs begin</title>{head}</head><body>{body}</body></html>"
    return page_dates(Page(html.document_fromstring(page), url))


STORY = "<p>The harbour office said that repairs of the northern quay would begin in spring and take two years.</p>" * 3
H1 = "<h1>Quay repairs begin</h1>"


@pytest.mark.parametrize(
    "script",
    [
        "//<![CDATA[\n{}\n//]]>",
        "<!--{}-->",
        "/*<![CDATA[*/ {} /*]]>*/",
        '{{"@type": "WebSite", "name": "Harbour News",}}\n{}',
        '[{{"@type": "ItemList", "itemListElement": [{{"@type": "Article", "datePublished": "2018-02-12"}}]}}, {}]',
        '[{{"@type": "Article", "headline": "Older story on ferries", "datePublished": "2018-02-12"}}, {}]',
        '[{{"@type": "Article", "url": "https://a.example/old", "datePublished": "2018-02-12"}}, {}]',
    ],
)
def test_linked_data_is_read_leniently_and_only_of_the_article(script: str) -> None:
    own = '{"@type": "NewsArticle", "headline": "Quay repairs begin", "datePublished": "2024-03-05T10:00:00Z",}'
    head = f"<script type='application/ld+json'>{script.format(own)}</script>"
    assert dates(H1 + STORY, head=head, url="https://a.example/quay").published == "2024-03-05"


def test_linked_data_of_a_teaser_alone_is_not_taken() -> None:
    teaser = linked({"@type": "NewsArticle", "headline": "Older story on ferries", "datePublished": "2018-02-12"})
    assert dates(H1 + STORY, head=teaser).published is None


@pytest.mark.parametrize(
    ("lang", "body", "published", "updated"),
    [
        ("de", f"{H1}<p class='date'>05.03.2024</p>{STORY}", "2024-03-05", None),
        ("de", f"{H1}<p>Von Ada Thorne, 5. März 2024</p>{STORY}", "2024-03-05", None),
        (
            "fr",
            f"{H1}<div>Publié le <b>5 mars 2024</b> - Mis à jour le 6 mars 2024</div>{STORY}",
            "2024-03-05",
            "2024-03-06",
        ),
        ("es", f"<div><div>5 de marzo de 2024</div>{H1}</div>{STORY}", "2024-03-05", None),
        ("pl", f"{H1}<span data-published='2024-03-05T10:00'>wczoraj</span>{STORY}", "2024-03-05", None),
        ("en-US", f"{H1}<p>03/05/2024</p>{STORY}", "2024-03-05", None),
        ("en-GB", f"{H1}<p>03/05/2024</p>{STORY}", "2024-05-03", None),
        ("en", f"{H1}<time datetime='2024-03-05'>today</time>{STORY}", "2024-03-05", None),
        ("en", f"{H1}<p>March 5, 2024 -- {'The quay was closed. ' * 12}</p>", "2024-03-05", None),
        ("en", f"{H1}{STORY}<div class='posted'>Posted on 5 March 2024</div>", "2024-03-05", None),
        ("en", f"{H1}{STORY}<footer>© 5 March 2024</footer>", None, None),
        ("en", f"{H1}{STORY}<div class='post-comments'><span class='date'>5 March 2024</span></div>", None, None),
        ("en", f"{H1}{STORY}<ul><li><a href='/o'>Older story <span class='date'>1 May 2018</span></a></li>"
            "<li><a href='/p'>Oldest story <span class='date'>1 May 2017</span></a></li></ul>", None, None),
        ("en", f"<div class='top'>Saturday, 28 November 2026</div><div>{H1}{STORY}</div>", None, None),
        ("en", f"{H1}<figure><figcaption>The quay on 5 March 2024</figcaption></figure>{STORY}", None, None),
        ("en", f"{H1}<p>The quay was closed on 5 March 2024.</p>{STORY}", None, None),
    ],
)  # fmt: skip
def test_the_line_at_the_heading(lang: str, body: str, published: str | None, updated: str | None) -> None:
    found = dates(body, lang)
    assert (found.published, found.updated) == (published, updated)


def test_what_is_guessed_or_left_out_is_noted() -> None:
    assert dates(H1 + STORY, url="https://a.example/2024/03/05/quay") == Dates("2024-03-05", None, (FROM_ADDRESS,))
    assert dates(f"{H1}<p>5 March 2024</p>{STORY}", url="https://a.example/2024/03/05/quay").notes == ()
    assert dates(f"{H1}<p>03/05/2024</p>{STORY}").notes == ("the date '03/05/2024' could mean two days; left out",)
