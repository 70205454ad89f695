"""Who wrote the article of a page: people that it names for this, not a form, a button, a reader or the site."""

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from ingest.load.bylines import names_in
from ingest.load.days import days_in
from ingest.load.pages.headline import letters, one_line
from ingest.load.pages.linked_data import is_article, types
from ingest.load.pages.page import Page, is_comment

_META = (
    "author article:author og:author og:article:author parsely-author sailthru.author citation_author dc.creator"
    " dcterms.creator dc:creator byl article_author cse_author"
).split()
_CLASSES = " or ".join(f"contains(@class, '{name}')" for name in ("author", "autor", "byline"))
_NAMED = f"*[@rel='author' or contains(@itemprop, 'author') or {_CLASSES}]"
_NEAR = f"following::{_NAMED} | ancestor::*[position() <= 3 and not(self::body)]//{_NAMED}"
_ELSEWHERE = frozenset("aside button footer form label nav".split())
_LONGEST = 120  # characters of an element that names authors


def page_author(page: Page, sites: set[str], guess: str | None) -> str | None:
    """The names, with commas between them; `sites` are those of the site, in letters, `guess` is trafilatura's."""
    for found in (_linked(page, sites), _marked(page, sites), _meta(page, sites), _guessed(page, sites, guess)):
        if names := list(dict.fromkeys(found)):
            return ", ".join(names)
    return None


def _linked(page: Page, sites: set[str]) -> Iterator[str]:
    for node in page.linked_data.articles:
        if is_article(node):
            for author in page.linked_data.resolved(node.get("author")):
                if isinstance(author, dict) and any("Organization" in kind for kind in types(author)):
                    continue
                for name in _texts(author.get("name") if isinstance(author, dict) else author):
                    yield from names_in(name, page.reading, sites)


def _texts(value: Any) -> list[str]:
    return [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]


def _marked(page: Page, sites: set[str]) -> Iterator[str]:
    """Those of the first element near the text that is marked as naming its authors, and of its siblings alike."""
    first = None
    elements = page.root.xpath(f"//{_NAMED}") if page.heading is None else page.heading.xpath(_NEAR)
    for element in elements:
        if len(one_line(element.text_content())) > _LONGEST or _is_elsewhere(element, page):
            continue
        container = element.getparent()
        if first is not None and container is not first:
            return
        names = list(names_in(_own_words(element), page.reading, sites))
        if names:
            first = container
            yield from names


def _own_words(element: HtmlElement) -> str:
    """What stands in its links, where it has some that lead to people; else all of it."""
    inner = element.xpath(".//*[@itemprop='name' or @rel='author']") or element.xpath(".//a[@href]")
    return ", ".join(one_line(part.text_content()) for part in inner) or one_line(element.text_content())


def _is_elsewhere(element: HtmlElement, page: Page) -> bool:
    """Whether it belongs to a form, a button, a comment, or to what stands beside the article."""
    if (element.get("href") or "").startswith(("#", "javascript:")):
        return True
    above = set(page.heading.iterancestors()) if page.heading is not None else set()
    return any(
        one.tag in _ELSEWHERE or one.get("role") == "button" or (one.tag != "body" and is_comment(one))
        for one in (element, *element.iterancestors())
        if one not in above
    )


def _meta(page: Page, sites: set[str]) -> Iterator[str]:
    said: dict[str, list[str]] = {}
    for element in page.root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        said.setdefault(name, []).append(element.get("content") or "")
    for name in _META:
        names = [one for content in said.get(name, ()) for one in names_in(content, page.reading, sites)]
        if names:
            yield from names
            return


def _guessed(page: Page, sites: set[str], guess: str | None) -> Iterator[str]:
    """Names that the page shows in a line of its own text, where trafilatura found none that are better said."""
    if letters(guess or "") in sites:
        return
    for name in (guess or "").split("; "):
        for block in page.blocks:
            at = block.text.find(name)
            around = (block.element, *(element for element, start in block.places if start <= at + 1))
            if name and at >= 0 and len(block.text) <= _LONGEST and not any(_is_elsewhere(one, page) for one in around):
                words = block.text[at:] if days_in(block.text, page.reading) else name
                yield from names_in(words, page.reading, sites)
                break
