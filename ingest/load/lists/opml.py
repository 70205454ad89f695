"""OPML, a list of feeds: each is added as if its address had been named."""

import json
from collections.abc import Iterator

from ingest.load.found import Address, Failure, is_web_address
from ingest.load.mend import mended
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from ingest.load.sandbox import read_apart
from qa.errors import LoadError


def read_opml(raw: Raw) -> Iterator[Address | Failure]:
    """The feeds of all outlines, each once."""
    [told] = read_apart("opml", raw)
    for feed in json.loads(told.text):
        if is_web_address(feed):
            yield Address(feed)
        else:
            yield Failure(f"{raw.item}#{feed}", "is not a web address of a feed")


def count_feeds(raw: Raw) -> int:
    return sum(1 for _ in read_opml(raw))


def parse(raw: Raw) -> Parsed:
    """What the worker does: the addresses as JSON in place of a text."""
    from lxml import etree

    root = etree.fromstring(mended(raw.data()), etree.XMLParser(resolve_entities=False, no_network=True))
    outlines = [{name.lower(): value for name, value in element.items()} for element in root.iter("{*}outline")]
    named = (outline.get("xmlurl", "").strip() for outline in outlines)
    feeds = list(dict.fromkeys(_as_web_address(feed) for feed in named if feed))
    if not feeds:
        raise LoadError("names no feed; an outline of a feed has its address as xmlUrl")
    return Parsed(json.dumps(feeds), {})


def _as_web_address(feed: str) -> str:
    """Without the `feed:` that some readers put before it."""
    kind, _, rest = feed.partition(":")
    if kind.lower() != "feed":
        return feed
    return f"http:{rest}" if rest.startswith("//") else rest
