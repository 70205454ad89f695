"""Who wrote the article of a page: people that it names for this, not a form, a button, a reader or the site."""

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from ingest.load.days import days_in, is_weekday
from ingest.load.metadata import is_author
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
_SEPARATOR = re.compile(r"[;|,&/]|\s(?:and|und|et)\s", re.IGNORECASE)
_BY = frozenset("by par por door av od przez".split())
_BY_AND_OF = frozenset("von di af from".split())  # which stand within names, too
_FEWEST_AFTER_BY = 2  # words, since "Di Caprio" is a name
_AFTER = frozenset("in at for on via from of with to".split())
_ELSEWHERE = frozenset("aside button footer form label nav".split())
_LONGEST = 120  # characters of an element that names authors
_MOST_WORDS = 6  # of a name
_MOST_LABELS = 4  # words before a name: "Author:", "View all posts by"
_SHORTEST = 3  # letters of a name that is one word


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
                    yield from _names(page, name, sites)


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
        names = list(_names(page, _own_words(element), sites))
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
        names = [one for content in said.get(name, ()) for one in _names(page, content, sites)]
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
                yield from _names(page, block.text[at:] if days_in(block.text, page.reading) else name, sites)
                break


def _names(page: Page, text: str, sites: set[str]) -> Iterator[str]:
    """The names in a text, without what is said before and after them; none where it is the site or an address."""
    text = html.unescape(one_line(text))
    found = days_in(text, page.reading)
    if found:
        text = text[: found[0].start]
    text, words = text.partition("<")[0], text.partition("<")[0].split()
    while words and is_weekday(words[-1], page.reading) and found:
        words.pop()
    names = [word for word in words if "@" not in word]
    is_cut = len(names) < len(text.split())  # of one word that is left, nobody knows whether it is a name
    if "://" in text or text.startswith("www.") or letters(text) in sites:
        return
    text = " ".join(names)
    label, _, rest = text.partition(":")
    text = rest if rest.strip() and len(label.split()) <= _MOST_LABELS else text
    several = False
    for part in _SEPARATOR.split(text.partition("(")[0]):
        name = _bare(part)
        if several and " " not in name and name.isascii():  # a place, or whom they write for
            continue
        if _can_be(name, sites) and not (is_cut and " " not in name):
            several = several or " " in name
            yield name


def _bare(part: str) -> str:
    """A name without "by" before it and without "in Tunis" after it."""
    words = part.strip(' -–—|·,."“”').split()
    for i, word in enumerate(words[:_MOST_LABELS]):
        is_by = word.lower() in (_BY if i else _BY | _BY_AND_OF)
        if is_by and (word.islower() or len(words) > i + _FEWEST_AFTER_BY):
            words = words[i + 1 :]
            break
    while len(words) > 1 and words[0].islower():
        words = words[1:]
    end = next((i for i, word in enumerate(words) if i and (word in _AFTER or word in "-–—")), len(words))
    return " ".join(words[:end]).strip(",")


def _can_be(name: str, sites: set[str]) -> bool:
    written = letters(name)
    is_short = name.isascii() and " " not in name and len(written) < _SHORTEST
    is_text = not is_short and not any(char.isdigit() for char in name) and len(name.split()) <= _MOST_WORDS
    return bool(written) and is_text and is_author(name) and written not in sites
