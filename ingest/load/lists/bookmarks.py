"""Bookmarks as browsers and read-later services export them, in HTML: each link is the address of an article."""

import json
from collections.abc import Iterator, Mapping

from ingest.clean import clean_line
from ingest.load.decode import decode
from ingest.load.found import Failure, is_web_address
from ingest.load.lists.entries import Entry
from ingest.load.lists.exports import entries, entry
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
    from lxml import etree

    parser = etree.HTMLParser(target=_Links(), encoding="utf-8", huge_tree=True)
    found = etree.fromstring(decode(raw.data(), raw.charset).encode(errors="replace"), parser)
    named = [[url, clean_line(title), clean_line(about)] for url, title, about in found if is_web_address(url)]
    if not named:
        raise LoadError("names no web address")
    return Parsed(json.dumps(named), {})


class _Links:
    """Links with their words, and what stands in the `<DD>` after each, whose end nobody writes."""

    def __init__(self) -> None:
        self._found: list[list[str]] = []
        self._link: list[str] = []  # to which a description may belong
        self._into = 0  # which part of it the words are; 0 for none

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "a":
            self._link = [attributes.get("href", "").strip(), "", ""]
            self._found.append(self._link)
        elif tag in ("dl", "h3"):  # a folder, which may be described, too
            self._link = []
        if tag in ("a", "dd", "dt", "dl", "h3", "li"):
            self._into = {"a": 1, "dd": 2}.get(tag, 0)

    def end(self, tag: str) -> None:
        if tag in ("a", "dl", "dd"):
            self._into = 0

    def data(self, data: str) -> None:
        if self._into and self._link:
            self._link[self._into] += data

    def close(self) -> list[list[str]]:
        return self._found
