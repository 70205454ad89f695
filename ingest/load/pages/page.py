"""A web page as its facts are read from it: titles, heading, languages, JSON-LD, and its text in blocks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from babel.languages import get_official_languages
from lxml.etree import iterwalk
from lxml.html import HtmlElement

from ingest.load.pages.headline import heading, named_titles
from ingest.load.pages.linked_data import LinkedData

_SCRIPTS = "//script[contains(translate(@type, 'LDJSON', 'ldjson'), 'ld+json')]"
_LANGUAGES = (
    "/html/@lang | /html/@xml:lang | //meta[@property='og:locale']/@content"
    " | //meta[translate(@http-equiv, 'CL', 'cl')='content-language']/@content"
)
_ADDRESSES = "//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"
_NO_TEXT = frozenset("button figure head iframe noscript script select style svg template textarea".split())
_BESIDE = frozenset("aside footer form nav".split())  # unless the heading stands in it, as where a page is one form
_COMMENTS = ("comment", "comentari", "kommentar")
_INLINE = frozenset("a abbr b big cite code em font i ins label mark q s small span strong sub sup time tt u".split())
_APART = frozenset("a abbr font label span time".split())  # inline, but their words are not one with those around


@dataclass
class Block:
    """The words of one paragraph, line or cell; `places` are its inline elements, each with where its words begin."""

    element: HtmlElement
    text: str = ""
    linked: int = 0
    places: list[tuple[HtmlElement, int]] = field(default_factory=list)


class Page:
    """`url` is where the page was found, if it was not a file."""

    def __init__(self, root: HtmlElement, url: str | None = None) -> None:
        self.root = root
        self.addresses = [address for address in (url, *root.xpath(_ADDRESSES)) if address]
        self.titles = named_titles(root)
        self.hosts = [host for host in map(_host, self.addresses) if host]
        self.heading = heading(root, self.hosts)

    @cached_property
    def language(self) -> str | None:
        """As the page says itself."""
        return next(iter(self.languages), None)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The tags of the languages that the page says it is in."""
        said = (self.root.get("lang"), *self.root.xpath(_LANGUAGES))
        return tuple(dict.fromkeys(tag.strip().replace("_", "-") for tag in said if tag and tag.strip()))

    @cached_property
    def reading(self) -> tuple[str, ...]:
        """The languages in which a month may be named: the page's, those of its country, and English."""
        country = self.hosts[0].rpartition(".")[2].upper() if self.hosts else ""
        return tuple(dict.fromkeys((*self.languages, *get_official_languages(country), "en")))

    @cached_property
    def linked_data(self) -> LinkedData:
        titles = [*self.titles, *([self.heading.text_content()] if self.heading is not None else [])]
        return LinkedData((script.text_content() for script in self.root.xpath(_SCRIPTS)), titles, self.addresses)

    @cached_property
    def blocks(self) -> list[Block]:
        """In order, without what is no text of the article: menus, forms, pictures, what stands aside, comments."""
        return [block for block in self._blocks() if block.places or block.text.strip()]

    def _blocks(self) -> Iterator[Block]:
        above = set(self.heading.iterancestors()) if self.heading is not None else set()
        block, links = Block(self.root), 0
        walk = iterwalk(self.root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            begins, words = event == "start", element.tail
            if event in ("start", "end"):
                links += (element.tag == "a") * (1 if begins else -1)
                if element.tag not in _INLINE:
                    yield block
                    block = Block(element if begins else element.getparent())
            if begins:
                if _is_left_out(element, above):
                    walk.skip_subtree()
                    continue
                words = element.text
                if element.tag in _INLINE:
                    block.places.append((element, len(block.text)))
            words = " " * (element.tag in _APART) + (words or "")
            block.text += words
            block.linked += len(words.strip()) * (links > 0)
        yield block


def _is_left_out(element: HtmlElement, above: set[HtmlElement]) -> bool:
    if element.tag in _NO_TEXT:
        return True
    if element in above:
        return False
    return element.tag in _BESIDE or (element.tag != "body" and is_comment(element))


def is_comment(element: HtmlElement) -> bool:
    """Whether it is named as one of a reader, or as the place for these."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    parts = "".join(char if char.isalpha() else " " for char in named).split()
    return any(part.startswith(_COMMENTS) for part in parts)


def _host(address: str) -> str | None:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
