"""RSS, Atom and JSON Feed -> entries, newest first, with what the feed itself says of each."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from time import strftime
from typing import Any
from urllib.parse import urljoin, urlsplit

from ingest.load.found import is_web_address, iso_date
from ingest.load.lists.entries import Entry, in_one_line, paragraphs
from ingest.load.mend import BROKEN, NO_FEED, mended
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from ingest.load.sandbox import read_apart
from qa.errors import LoadError

FULL_CONTENT = 500  # characters from which what a feed calls content is taken for the whole text
FULL_SUMMARY = 1500  # and from which a summary is: some feeds have no other place for the text
_JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_EMAIL = re.compile(r"[^\s@]{1,100}@\S*")
_CUT_SHORT = re.compile(
    r"\[?(?:…|\.\.\.)\]?\s*$|\[(?:…|\.\.\.)\]|\b(?:read more|continue reading|read the (?:full|whole|rest))\b",
    re.IGNORECASE,
)
_END = 300  # characters in which a text says that it goes on elsewhere


@dataclass(frozen=True)
class Feed:
    """`url` is where the feed was fetched from, None for a file."""

    title: str | None
    url: str | None
    entries: tuple[Entry, ...]


def parse_feed(data: bytes, url: str | None) -> Feed:
    """The feed, its addresses resolved against `url`, parsed apart; raises LoadError where it is none."""
    [told] = read_apart("feed", Raw("", "", "feed", data, url))
    feed = json.loads(told.text)
    return Feed(feed["title"], feed["url"], tuple(Entry(**entry) for entry in feed["entries"]))


def parse(raw: Raw) -> Parsed:
    """What the worker does: the feed as JSON in place of a text."""
    data = raw.data()
    parse_as = _parse_json if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else _parse_xml
    return Parsed(json.dumps(asdict(parse_as(data, raw.url))), {})


def _parse_xml(data: bytes, url: str | None) -> Feed:
    import feedparser

    markup = io.BytesIO(mended(data))
    headers = {"content-location": url} if url else {}
    try:
        parsed = feedparser.parse(markup, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)
    except (ValueError, LookupError) as error:
        raise LoadError(BROKEN) from error
    if not parsed.get("version"):
        raise LoadError(NO_FEED)
    entries = sorted(map(dict, parsed.entries), key=_time_of, reverse=True)
    site = _text(parsed.feed, "link")  # against which the links of a feed in a file are resolved
    return Feed(in_one_line(parsed.feed.get("title")), url, tuple(_xml_entry(entry, site) for entry in entries))


def _time_of(entry: Mapping[str, Any]) -> tuple[int, ...]:
    """In UTC; entries without a date go last, in the order of the feed."""
    return tuple(entry.get("published_parsed") or entry.get("updated_parsed") or ())


def _xml_entry(entry: Mapping[str, Any], site: str) -> Entry:
    return _entry(
        key=_text(entry, "id"),
        url=_link(site, _text(entry, "link")),
        title=in_one_line(entry.get("title")),
        author=_author(entry),
        published=_moment(entry, "published"),
        updated=_moment(entry, "updated"),
        content="\n".join(_text(part, "value") for part in entry.get("content", ())),
        summary=_text(entry, "summary"),
    )


def _author(entry: Mapping[str, Any]) -> str | None:
    """The names; feedparser cuts those beside an e-mail address where its domain is one of the newer ones."""
    people, author = entry.get("authors") or (), in_one_line(entry.get("author")) or ""
    if len(people) > 1:
        return in_one_line(", ".join(person["name"] for person in people if person.get("name")))
    return (_EMAIL.sub("", author).strip(" ()<>,") if "@" in author else author) or None


def _moment(entry: Mapping[str, Any], name: str) -> str:
    """As the feed wrote it, for its day is the author's; in UTC where only feedparser understands it."""
    written, parsed = _text(entry, name), entry.get(f"{name}_parsed")
    return strftime("%Y-%m-%dT%H:%M:%SZ", parsed) if parsed and not iso_date(written) else written


def _parse_json(data: bytes, url: str | None) -> Feed:
    try:
        feed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise LoadError("is not valid JSON") from error
    version, items = feed.get("version"), feed.get("items")
    if not isinstance(version, str) or not _JSON_FEED.match(version) or not isinstance(items, list):
        raise LoadError(NO_FEED)
    items = sorted((item for item in items if isinstance(item, dict)), key=_moment_of, reverse=True)
    return Feed(in_one_line(feed.get("title")), url, tuple(_json_entry(item, url) for item in items))


def _moment_of(item: Mapping[str, Any]) -> str:
    """In UTC, so that moments can be compared as text."""
    for name in ("date_published", "date_modified"):
        try:
            return datetime.fromisoformat(str(item.get(name))).astimezone(UTC).isoformat()
        except (ValueError, OverflowError):
            continue
    return ""


def _json_entry(item: Mapping[str, Any], base: str | None) -> Entry:
    link = _text(item, "url") or _text(item, "external_url")
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    names = [str(person["name"]) for person in people if isinstance(person, dict) and person.get("name")]
    content = _text(item, "content_html") or paragraphs(_text(item, "content_text"))
    return _entry(
        key=str(item.get("id") or ""),
        url=_link(base, link),
        title=in_one_line(item.get("title")),
        author=in_one_line(", ".join(names)),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        content=content,
        summary=paragraphs(_text(item, "summary")),
    )


def _link(base: str | None, link: str) -> str | None:
    try:
        url = urljoin(base or "", link) if link else ""
        return url if is_web_address(url) and urlsplit(url).hostname else None
    except ValueError:  # a host in broken brackets
        return None


def _entry(
    key: str,
    url: str | None,
    title: str | None,
    author: str | None,
    published: str,
    updated: str,
    content: str,
    summary: str,
) -> Entry:
    """An entry without an address of its own has all its text here, however short."""
    is_full = not url or _is_whole(content, FULL_CONTENT) or _is_whole(summary, FULL_SUMMARY)
    return Entry(
        id=key or url or sha256(f"{title}\n{content}\n{summary}".encode(errors="replace")).hexdigest()[:12],
        url=url,
        title=title,
        author=author,
        published_at=iso_date(published),
        updated_at=iso_date(updated),
        html=content if _is_whole(content, FULL_CONTENT) else max(content, summary, key=len),
        is_full=is_full,
        stamp=updated or published,
    )


def _is_whole(markup: str, least: int) -> bool:
    """Whether this is a whole text and not its beginning with a way to the rest."""
    text = in_one_line(markup) or ""
    return len(text) >= least and not _CUT_SHORT.search(text[-_END:])


def _text(item: Mapping[str, Any], name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) else ""
