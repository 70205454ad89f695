"""JSON-LD: what a page tells programs of its article, and of nothing else that it only names."""

import html
import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from ingest.load.pages.headline import is_alike

Node = dict[str, Any]

_ARTICLE_TYPE = re.compile(r"(?:Article|Posting|Report|Review)$")
_DEEPEST = 8
_WRAPPING = re.compile(r"(?://|/\*)?\s*(?:<!\[CDATA\[|<!--|\]\]>|-->)\s*(?:\*/)?")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


class LinkedData:
    """The objects of a page that describe its own article, those of an article's type first.

    An object is another's where its address is none of `addresses`, those of the page, or its headline none of
    `titles`.
    """

    def __init__(self, scripts: Iterable[str], titles: list[str], addresses: Iterable[str]) -> None:
        every = [node for script in scripts for data in _read(script) for node in _nodes(data)]
        places = {_place(address) for address in addresses}
        own = (node for node in every if _is_own(node, titles, places))
        self.articles = sorted(own, key=lambda node: not is_article(node))
        self._by_id = {node["@id"]: node for node in every if isinstance(node.get("@id"), str)}

    def resolved(self, value: Any) -> list[Any]:
        """A value as a list, with objects in the place of references to them."""
        values = value if isinstance(value, list) else [value]
        return [self._by_id.get(str(part.get("@id")), part) if isinstance(part, dict) else part for part in values]


def is_article(node: Node) -> bool:
    return any(_ARTICLE_TYPE.search(kind) for kind in types(node))


def types(node: Node) -> list[str]:
    kinds = node.get("@type")
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else [str(kinds)]


def _read(text: str) -> list[Any]:
    """The values of a script, up to where it is no JSON even without wrapping and trailing commas."""
    decoder, most = json.JSONDecoder(strict=False), list[Any]()
    bare = _WRAPPING.sub("", text)
    for written in (text, bare, _TRAILING_COMMA.sub("", bare)):
        values, rest = list[Any](), written.strip()
        try:
            while rest:
                value, end = decoder.raw_decode(rest)
                values.append(value)
                rest = rest[end:].lstrip(" \t\r\n;,")
            return values
        except (ValueError, RecursionError):
            most = max(most, values, key=len)
    return most


def _nodes(data: Any, depth: int = 0) -> list[Node]:
    """The objects that may stand for the page's article; those that it only mentions are left out."""
    if depth > _DEEPEST:
        return []
    if isinstance(data, list):
        return [node for part in data for node in _nodes(part, depth + 1)]
    if not isinstance(data, dict):
        return []
    return [data, *_nodes(data.get("@graph"), depth + 1), *_nodes(data.get("mainEntity"), depth + 1)]


def _is_own(node: Node, titles: list[str], places: set[str]) -> bool:
    main = node.get("mainEntityOfPage")
    said = [node.get("url"), main, main.get("@id") if isinstance(main, dict) else None]
    addresses = {_place(address) for address in said if isinstance(address, str) and "/" in address}
    if addresses & places:
        return True
    name = node.get("headline") or node.get("name")
    if isinstance(name, str) and titles:
        return is_alike(html.unescape(name), titles)
    return not (addresses and places)


def _place(address: str) -> str:
    """The path by which addresses of one page are compared, whatever the host and the scheme."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return f"{parts.path.rstrip('/')}?{parts.query}"
