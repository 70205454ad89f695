"""Saved web pages: facts from the head, text from the main part of the body."""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, ParserRejectedMarkup, Tag
from bs4.dammit import EncodingDetector
from bs4.element import NavigableString, PageElement

from ingest.load.decode import decode
from ingest.load.found import Found, is_web_address
from ingest.load.raw import Raw
from qa.errors import LoadError

# Where pages say a fact: an element and the attribute that holds it, in order of trust.
_FACTS = {
    "title": (("meta[property='og:title']", "content"), ("meta[name='twitter:title']", "content")),
    "source": (("meta[property='og:site_name']", "content"),),
    "author": (("meta[name='author']", "content"), ("meta[property='article:author']", "content")),
    "published_at": (
        ("meta[property='article:published_time']", "content"),
        ("meta[itemprop='datePublished'], meta[name='date'], meta[name='pubdate'], meta[name='DC.date']", "content"),
        ("time[itemprop='datePublished'], article time, main time, time[pubdate]", "datetime"),
    ),
    "url": (("link[rel='canonical']", "href"), ("meta[property='og:url']", "content")),
    "language": (("html", "lang"), ("meta[property='og:locale']", "content")),
}
_NOT_TEXT = (
    "script, style, template, noscript, nav, aside, footer, svg, iframe, button, select, textarea, dialog, [hidden],"
    " [aria-hidden='true'], [role='navigation'], [role='banner'], [role='complementary'], [role='contentinfo']"
)
_UNLESS_AROUND_THE_TEXT = "form, header"  # some sites wrap the whole page in a form
_MAIN = ("article", "main, [role='main']")
_MAIN_SHARE = 0.4
_BLOCKS = (
    "address article blockquote body details div dl figcaption figure form h1 h2 h3 h4 h5 h6 header hr main ol p pre"
    " section summary table ul"
)
_BREAKS = (
    dict.fromkeys(_BLOCKS.split(), "\n\n")
    | dict.fromkeys("br caption dd dt li tr".split(), "\n")
    | dict.fromkeys("td th".split(), " ")
)


def read_html(raw: Raw) -> Iterator[Found]:
    """The article of a page; raises LoadError where the page holds no text."""
    data = raw.data()
    try:
        page = BeautifulSoup(
            decode(data, raw.charset or EncodingDetector.find_declared_encoding(data, is_html=True)), "html.parser"
        )
    except ParserRejectedMarkup as error:
        raise LoadError("is not HTML that can be read") from error
    given: dict[str, object] = {name: _first(page, places) for name, places in _FACTS.items()}
    if is_web_address(str(given["author"])):  # some pages give the address of the author's page
        given["author"] = None
    heading = page.select_one("article h1, main h1") or page.find("h1") or page.find("title")
    given["title"] = given["title"] or (heading and heading.get_text(" "))
    text = main_text(page)
    if not text:
        raise LoadError("holds no text")
    yield raw.found(text, given)


def _first(page: BeautifulSoup, places: tuple[tuple[str, str], ...]) -> str | None:
    for selector, attribute in places:
        for element in page.select(selector):
            if value := str(element.get(attribute) or "").strip():
                return value
    return None


def main_text(page: BeautifulSoup) -> str:
    """The text of the page's main part, blocks separated by blank lines.

    That is the largest article or main element, unless most of the page's text lies outside it.
    """
    skipped = {id(element) for element in page.select(_NOT_TEXT)}
    for element in page.select(_UNLESS_AROUND_THE_TEXT):
        if not element.select_one("h1, article, main"):
            skipped.add(id(element))
    whole = _text(page.body or page, skipped)
    for selector in _MAIN:
        largest = max((_text(element, skipped) for element in page.select(selector)), key=len, default="")
        if len(largest) > _MAIN_SHARE * len(whole):
            return largest
    return whole


def _text(part: Tag, skipped: set[int]) -> str:
    """The text below an element in one walk: pages may be large and nested deeply."""
    pieces: list[str] = []
    rest: list[PageElement | str] = [part]
    while rest:
        node = rest.pop()
        if isinstance(node, Tag):
            if id(node) not in skipped:
                around = _BREAKS.get(node.name, "")
                rest.append(around if around == "\n\n" else "")
                rest += [node.get_text()] if node.name == "pre" else reversed(node.contents)
                rest.append(around)
        elif type(node) is NavigableString:  # comments and the like have types of their own
            pieces.append(re.sub(r"\s+", " ", node))
        elif type(node) is str:
            pieces.append(node)
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
