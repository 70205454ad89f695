"""Pages, documents and feeds by address: what is as it was the last time is neither fetched nor stored again."""

import html
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import PurePosixPath
from typing import Protocol
from urllib.parse import unquote

import httpx

from ingest.addresses import parse
from ingest.feeds import Entry, Feed, parse_feed
from ingest.fetch import Fetcher
from ingest.load import load_bytes
from ingest.load.found import Address, Facts, Failure, FeedFile, Found, Unchanged
from ingest.response import Response
from qa.errors import LoadError
from qa.types import Visit

# What the server calls a document counts where its content alone does not tell, as for Markdown and CSV.
_SUFFIXES = {
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "application/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/x-jsonlines": ".jsonl",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
}


class Visits(Protocol):
    """The library, as far as it remembers what addresses answered.

    A visit's digest is a mark and, after a space, the origin of what was found: the number of articles for an
    address, `Entry.digest` for an entry of a feed.
    """

    def visit(self, url: str) -> Visit | None: ...


def load_address(
    address: Address, fetcher: Fetcher, visits: Visits, limit: int | None
) -> Iterator[Found | Failure | Unchanged]:
    """The articles at an address: one of a page or a document, `limit` of a feed, the newest first."""
    try:
        yield from _load(address.url, fetcher, visits, limit)
    except LoadError as error:
        yield Failure.of(address.url, error)


def load_feed(
    feed: Feed, fetcher: Fetcher, visits: Visits, limit: int | None, item: str, origin: str | None = None
) -> Iterator[Found | Failure | Unchanged]:
    """The articles of a feed, each entry's page fetched where the feed does not hold the text.

    `origin` is where a feed in a file lies. An entry that was read before and has not changed is not fetched.
    """
    for entry in feed.entries[:limit]:
        name = entry.url or f"{item}#{entry.id}"
        try:
            yield from _load_entry(entry, feed, fetcher, visits, name, f"{origin or feed.url or item}#{entry.id}")
        except LoadError as error:
            yield Failure.of(name, error)


def _load(item: str, fetcher: Fetcher, visits: Visits, limit: int | None) -> Iterator[Found | Failure | Unchanged]:
    url = str(parse(item))
    if visit := visits.visit(url):
        count, _, origin = (visit.digest or "").partition(" ")
        response = fetcher.get(url, visit.etag, visit.last_modified)
        if response.status == 304 and response.url == origin:
            yield Unchanged(item, origin, int(count))
            return
        if response.status == 304:  # of another page, to which the address leads by now
            response = fetcher.get(url)
    else:
        response = fetcher.get(url)
    try:
        results = list(_read(response, item))
    except FeedFile as found:
        feed = parse_feed(found.data, response.url)
        yield from _load_whole_feed(feed, fetcher, visits, limit, item, _visit(url, len(feed.entries), response))
    else:
        yield from _with_visit(results, _visit(url, 1, response))


def _load_whole_feed(
    feed: Feed, fetcher: Fetcher, visits: Visits, limit: int | None, item: str, visit: Visit | None
) -> Iterator[Found | Failure | Unchanged]:
    """The feed's own visit comes last, and only where nothing of it is left for the next run."""
    is_done = limit is None or limit >= len(feed.entries)
    for result in load_feed(feed, fetcher, visits, limit, item):
        is_done = is_done and not isinstance(result, Failure)
        yield result
    if is_done and visit:
        yield Unchanged(item, feed.url or item, 0, visit)


def _load_entry(
    entry: Entry, feed: Feed, fetcher: Fetcher, visits: Visits, item: str, key: str
) -> Iterator[Found | Failure | Unchanged]:
    """`key` names the entry within its feed: no feed can replace what was read at another's address."""
    visit = visits.visit(key)
    mark, _, origin = ((visit and visit.digest) or "").partition(" ")
    if mark == entry.digest:
        yield Unchanged(item, origin)
        return
    said = Facts(
        title=entry.title,
        source=feed.title,
        author=entry.author,
        published_at=entry.published_at,
        updated_at=entry.updated_at,
        url=entry.url,
    )
    if entry.is_full or not entry.url:
        results, origin = _read_entry(entry, said, item, key), key
    else:
        response = fetcher.get(entry.url)
        results, origin = [_filled(result, said, response.url) for result in _read(response, item)], response.url
    yield from _with_visit(results, Visit(key, digest=f"{entry.digest} {origin}"))


def _read(response: Response, item: str) -> Iterator[Found | Failure]:
    return load_bytes(response.data, _name(response), item, response.url, url=response.url, charset=response.charset)


def _read_entry(entry: Entry, said: Facts, item: str, origin: str) -> list[Found | Failure]:
    """The article that the feed holds itself; what the entry says goes before what its text does."""
    if not entry.html:
        raise LoadError("the entry has neither a text nor an address; nothing to add")
    title = html.escape(entry.title or "")
    page = (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><article>{entry.html}</article></body></html>"
    )
    data = page.encode(errors="replace")
    results = load_bytes(data, "entry.html", item, origin, url=entry.url, charset="utf-8")
    return [
        replace(result, facts=_first(said, result.facts), name=entry.title) if isinstance(result, Found) else result
        for result in results
    ]


def _filled(result: Found | Failure, said: Facts, url: str) -> Found | Failure:
    """The page's facts, with those of the entry where it is silent; the bare name of its host is no source."""
    if isinstance(result, Failure):
        return result
    facts, host = result.facts, httpx.URL(url).netloc.decode("ascii")
    if facts.source and facts.source.lower().removeprefix("www.") == host.removeprefix("www."):
        facts = replace(facts, source=None)
    return replace(result, facts=_first(facts, said))


def _first(facts: Facts, others: Facts) -> Facts:
    """The facts, and where they are silent the others."""
    return Facts(**{name: value or getattr(others, name) for name, value in asdict(facts).items()})


def _with_visit(results: list[Found | Failure], visit: Visit | None) -> Iterator[Found | Failure]:
    """A visit goes with the only article of an address; an address of several is read again each time."""
    match results:
        case [Found() as found]:
            yield replace(found, visit=visit)
        case _:
            yield from results


def _visit(url: str, count: int, response: Response) -> Visit | None:
    """What to remember of an answer that can be asked for conditionally."""
    if not (response.etag or response.last_modified):
        return None
    return Visit(url, response.etag, response.last_modified, f"{count} {response.url}")


def _name(response: Response) -> str:
    """The last part of the address, with the suffix of its type."""
    url = httpx.URL(response.url)
    path = PurePosixPath(unquote(url.path))
    suffix = _SUFFIXES.get(response.media_type or "")
    return f"{path.stem or url.host}{suffix}" if suffix else path.name or url.host
