"""What a page calls its article: the titles that it names, and the heading that stands above the text."""

import unicodedata
from collections.abc import Iterable

from lxml.html import HtmlElement

_NAMED = "//meta[@property='og:title' or @name='og:title' or @name='twitter:title']/@content"
_SITES = "//meta[@property='og:site_name' or @name='application-name']/@content"
_HEADINGS = (
    ".//*[self::h1 or self::h2 or self::h3 or self::h4 or @itemprop='headline']"
    "[not(ancestor::nav or ancestor::aside or ancestor::footer)][self::h1 or not(ancestor::a)]"
)
_FEWEST = 2  # words of a title that may be recognised by most of its words
_MOST_OF = 0.6  # of the words of the shorter


def named_titles(page: HtmlElement) -> list[str]:
    """The titles that the head names for others to show, the most trustworthy first."""
    return [title for title in map(one_line, [*page.xpath(_NAMED), page.findtext(".//title")]) if title]


def heading(page: HtmlElement, hosts: Iterable[str] = ()) -> HtmlElement | None:
    """The heading whose words are the page's title; where none is, the first of the first level in the article.

    One that is only the name of the site, as its head or its host says it, is none.
    """
    titles, sites = named_titles(page), {letters(name) for name in (*page.xpath(_SITES), *hosts)}
    named = [letters(title) for title in titles]
    best, most = None, 0
    for element in page.xpath(_HEADINGS):
        words = letters(element.text_content())
        if len(words) > most and words not in sites and any(words in title for title in named):
            best, most = element, len(words)
    if best is not None and (best.tag == "h1" or most > len(min(named, key=len)) / 2):
        return best
    firsts = page.xpath("//h1")
    for first in firsts:
        if letters(first.text_content()) not in sites and is_alike(first.text_content(), titles):
            return first
    inner = page.xpath("//article//h1 | //main//h1")
    return inner[0] if inner else firsts[0] if len(firsts) == 1 and best is None else best


def is_alike(title: str, others: Iterable[str]) -> bool:
    """Whether one of the others holds the same words, or most of them."""
    words, own = set(_split(title)), letters(title)
    for other in others:
        theirs, whole = set(_split(other)), letters(other)
        if own and whole and (own in whole or (whole in own and 2 * len(whole) > len(own))):
            return True
        fewest = min(len(words), len(theirs))
        if fewest >= _FEWEST and len(words & theirs) >= _MOST_OF * fewest:
            return True
    return False


def letters(text: str) -> str:
    """Letters and digits alone, in small letters, by which titles are compared."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _split(text: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in text.casefold()).split()
