"""Bookmarks as browsers and read-later services export them, in HTML: each link is the address of an article."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser

from ingest.clean import clean_line
from ingest.load.decode import decode
from ingest.load.entries import Entry
from ingest.load.exports import entries, entry
from ingest.load.found import Failure, is_web_address
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from ingest.load.sandbox import read_apart
from qa.errors import LoadError

_HEAD = 2000  # characters
_SIGNS = ("netscape-bookmark-file", "<title>pocket export", "<title>instapaper: export")


def is_bookmarks(text: str) -> bool:
    head = text[:_HEAD].lower()
    return any(sign in head for sign in _SIGNS)


def read_bookmarks(raw: Raw) -> Iterator[Entry | Failure]:
    [told] = read_apart("bookmarks", raw)
    yield from entries(raw, enumerate(json.loads(told.text), 1), lambda link: entry(*link))


def count_links(raw: Raw) -> int:
    [told] = read_apart("bookmarks", raw)
    return len(json.loads(told.text))


def parse(raw: Raw) -> Parsed:
    """What the worker does: address, title and description of each link as JSON in place of a text."""
    links = _Links()
    links.feed(decode(raw.data(), raw.charset))
    links.close()
    named = [[url, clean_line(title), clean_line(about)] for url, title, about in links.found if is_web_address(url)]
    if not named:
        raise LoadError("names no web address")
    return Parsed(json.dumps(named), {})


class _Links(HTMLParser):
    """Links with their words, and what stands in the `<DD>` after each, whose end nobody writes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = []
        self._link: list[str] = []  # to which a description may belong
        self._into = 0  # which part of it the words are; 0 for none

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._link = [(dict(attributes).get("href") or "").strip(), "", ""]
            self.found.append(self._link)
        elif tag in ("dl", "h3"):  # a folder, which may be described, too
            self._link = []
        if tag in ("a", "dd", "dt", "dl", "h3", "li"):
            self._into = {"a": 1, "dd": 2}.get(tag, 0)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("a", "dl", "dd"):
            self._into = 0

    def handle_data(self, data: str) -> None:
        if self._into and self._link:
            self._link[self._into] += data
