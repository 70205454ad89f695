"""Entries of feeds and exports: what they say of one article, and the text where they hold it."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from ingest.clean import clean_line

_TAG = re.compile(r"<[^<>]*>")

Result = TypeVar("Result")


@dataclass(frozen=True)
class Entry:
    """What a feed or export says of one article; dates are ISO 8601 days, `stamp` is the change as the feed wrote it.

    `html` is all of the text where it `is_full`, else some words of it, which stand in where the page is gone.
    """

    id: str
    url: str | None = None
    title: str | None = None
    author: str | None = None
    published_at: str | None = None
    updated_at: str | None = None
    html: str = ""
    is_full: bool = False
    stamp: str = ""
    language: str | None = None

    @property
    def digest(self) -> str:
        """Differs where the entry has changed in any way."""
        told = [self.url, self.title, self.author, self.stamp, self.html]
        return sha256(json.dumps(told).encode()).hexdigest()

    @property
    def holds_text(self) -> bool:
        """Whether it says more than its title."""
        return (in_one_line(self.html) or "") not in ("", self.title or "")


def limited(results: Iterable[Result], limit: int | None) -> Iterator[Result]:
    """What a file gives, of its entries only the first so many."""
    entries = 0
    for result in results:
        entries += isinstance(result, Entry)
        if limit is None or not isinstance(result, Entry) or entries <= limit:
            yield result


def in_one_line(markup: object) -> str | None:
    """Without tags and entities."""
    return clean_line(html.unescape(_TAG.sub(" ", markup))) or None if isinstance(markup, str) else None


def paragraphs(text: str) -> str:
    """Plain text as HTML."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "\n".join(f"<p>{html.escape(block)}</p>" for block in blocks if block)
