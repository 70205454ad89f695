"""When a page says that its article was published and updated: its own word only, never a guess.

htmldate, which trafilatura brings, takes any date on a page that names no better one; that may be today's.
"""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

from lxml.html import HtmlElement

from ingest.load.parsed import likely_date

_PUBLISHED = frozenset(
    "article:published article:published_time bt:pubdate citation_publication_date date date_published datepublished"
    " dc.date dc.date.created dc.date.issued dcterms.created dcterms.date dcterms.issued og:article:published_time"
    " og:published_time parsely-pub-date pubdate publication_date publish-date publish_date published_date publishdate"
    " publisheddate sailthru.date".split()
)
_UPDATED = frozenset(
    "article:modified article:modified_time date_modified datemodified dc.date.modified dcterms.modified lastmod"
    " og:article:modified_time og:modified_time og:updated_time".split()
)
_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review)$")
_DEEPEST = 8
_OF_ANOTHER = "not(ancestor::aside or ancestor::nav or ancestor::footer or ancestor::*[contains(@class, 'comment')])"
_IN_ARTICLE = " or ".join(
    ["ancestor-or-self::article", "ancestor::main"]
    + [f"ancestor::*[not(self::body)][contains(@class, '{name}')]" for name in ("article", "entry", "post", "story")]
)
_TIMES = f".//time[{_IN_ARTICLE} or @pubdate or @itemprop][{_OF_ANOTHER}]"
_BYLINES = f".//*[contains(@class, 'date') or contains(@class, 'publish') or contains(@class, 'byline')][{_IN_ARTICLE}]"
_LONGEST_BYLINE = 160
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DAY = re.compile(rf"\d{{4}}-\d\d-\d\d|\b\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}},? \d{{4}}")
_CHANGED = re.compile(r"updated|modified|edited|changed|revised", re.IGNORECASE)

Said = tuple[str, str | None]  # whether "published" or "updated", and when


def page_dates(page: HtmlElement) -> tuple[str | None, str | None]:
    """The days of publication and of the last change; None where the page does not say."""
    days: dict[str, str] = {}
    for kind, text in chain(_linked_data(page), _meta(page), _times(page), _bylines(page)):
        if kind not in days and (day := likely_date(text)):
            days[kind] = day
    return days.get("published"), days.get("updated")


def _linked_data(page: HtmlElement) -> Iterator[Said]:
    """JSON-LD: what it says of an article goes before what it says of the page around it."""
    nodes: list[dict[str, Any]] = []
    for script in page.xpath(".//script[@type='application/ld+json']"):
        try:
            nodes += _nodes(json.loads(script.text or "", strict=False))
        except (ValueError, RecursionError):
            continue
    for node in sorted(nodes, key=lambda node: not any(_ARTICLE_TYPE.search(kind) for kind in _types(node))):
        for kind, name in (("published", "datePublished"), ("updated", "dateModified")):
            if isinstance(text := node.get(name), str):
                yield kind, text


def _nodes(data: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The objects that may stand for the page's article; those that it only mentions are left out."""
    if depth > _DEEPEST:
        return []
    if isinstance(data, list):
        return [node for part in data for node in _nodes(part, depth + 1)]
    if not isinstance(data, dict):
        return []
    return [data, *_nodes(data.get("@graph"), depth + 1), *_nodes(data.get("mainEntity"), depth + 1)]


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds)]


def _meta(page: HtmlElement) -> Iterator[Said]:
    for element in page.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        if name in _PUBLISHED:
            yield "published", element.get("content")
        elif name in _UPDATED:
            yield "updated", element.get("content")


def _times(page: HtmlElement) -> Iterator[Said]:
    for element in _scope(page).xpath(_TIMES):
        before = element.getprevious()
        label = (element.getparent().text if before is None else before.tail) or ""
        told = f"{element.get('itemprop')} {element.get('class')} {label}"
        yield "updated" if _CHANGED.search(told) else "published", element.get("datetime") or element.text_content()


def _bylines(page: HtmlElement) -> Iterator[Said]:
    """Dates written out in short elements of the article that are named for them."""
    for element in _scope(page).xpath(f"{_BYLINES}[{_OF_ANOTHER}]"):
        text = " ".join(element.text_content().split())
        if len(text) > _LONGEST_BYLINE:
            continue
        end = 0
        for match in _DAY.finditer(text):
            label = text[end : match.start()]
            yield "updated" if _CHANGED.search(label) else "published", match[0]
            end = match.end()


def _scope(page: HtmlElement) -> HtmlElement:
    """The article that holds the page's heading, so that no teaser beside it is asked; else the page."""
    around = page.xpath("(.//h1/ancestor::*[self::article or self::main][1])[1]")
    return around[0] if around else page
