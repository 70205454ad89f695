"""Pages, documents and feeds by address: what is as it was the last time is neither fetched nor stored again."""

import html
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from typing import Protocol

import httpx

from ingest.addresses import parse
from ingest.feeds import Feed, parse_feed
from ingest.fetch import Fetcher
from ingest.load import Reading, load_bytes
from ingest.load.found import Address, Facts, Failure, FeedFile, FeedMet, Found, Unchanged
from ingest.load.lists.entries import Entry, limited
from ingest.load.mend import NO_FEED
from ingest.load.refusals import failed_visit, held_mark, is_failed, is_held, mark_of, put_off
from ingest.response import Refused, Response
from qa.errors import LoadError
from qa.types import Visit

LeftOut = Callable[[str], bool]
Result = Found | Failure | Unchanged | Address | FeedMet

_FEED = "feed:"  # before the number of entries in the mark of a feed,
_PART = "part:"  # and of one of which entries were left out


class Visits(Protocol):
    """The library, as far as it remembers what addresses answered.

    A visit's digest is a mark and, after a space, the origin of what was found: the number of articles for an
    address, after "feed:" or "part:" for a feed; for an entry of one `Entry.digest`, or "held" where its page is still
    to come.
    """

    def visit(self, url: str) -> Visit | None: ...


def load_address(
    address: Address, fetcher: Fetcher, visits: Visits, limit: int | None, left_out: LeftOut | None = None
) -> Iterator[Result]:
    """The articles at an address: one of a page or a document, `limit` of a feed, the newest first, or of an export.

    Of a list of feeds their addresses. With `left_out` all but a feed is a failure, and the entries are left out of
    whose keys it says so.
    """
    try:
        yield from _load(address.url, fetcher, visits, limit, left_out)
    except LoadError as error:
        yield Failure.of(address.url, error)


def load_feed(
    feed: Feed, fetcher: Fetcher, visits: Visits, limit: int | None, item: str, origin: str | None = None
) -> Iterator[Found | Failure | Unchanged]:
    """The articles of a feed, each entry's page fetched where the feed does not hold the text.

    `origin` is where a feed in a file lies. An entry that was read before and has not changed is not fetched.
    """
    for entry in feed.entries[:limit]:
        yield from load_entry(entry, fetcher, visits, item, origin or feed.url or item, feed.title)


def load_entry(
    entry: Entry,
    fetcher: Fetcher,
    visits: Visits,
    item: str,
    origin: str,
    source: str | None = None,
    holder: str = "feed",
) -> Iterator[Found | Failure | Unchanged]:
    """The article of one entry of a feed or an export, the `holder`, which lies at `origin`.

    Where its page cannot be had, it is what the holder says of it, until the page comes back.
    """
    name, key = entry.url or f"{item}#{entry.id}", f"{origin}#{entry.id}"
    said = Facts(
        title=entry.title,
        source=source,
        author=entry.author,
        published_at=entry.published_at,
        updated_at=entry.updated_at,
        url=entry.url,
        language=entry.language,
    )
    try:
        yield from _load_entry(entry, said, fetcher, visits, name, key, holder)
    except LoadError as error:
        visit = failed_visit(key, error) if is_failed(visits.visit(key)) else None
        yield replace(Failure.of(name, error), visit=visit)


def _load(item: str, fetcher: Fetcher, visits: Visits, limit: int | None, left_out: LeftOut | None) -> Iterator[Result]:
    url = str(parse(item))
    visit = visits.visit(url)
    mark, origin = mark_of(visit)
    if visit and (left_out or not mark.startswith(_PART)):
        response = fetcher.get(url, visit.etag, visit.last_modified)
        if response.status == 304 and response.url == origin:
            if mark.startswith((_FEED, _PART)):
                yield FeedMet(item, None)
            yield Unchanged(item, origin, int(mark.rpartition(":")[2]))
            return
        if response.status == 304:  # of another page, to which the address leads by now
            response = fetcher.get(url)
    else:
        response = fetcher.get(url)
    try:
        results = list(_read(response, item, response.url))
    except FeedFile as found:
        feed = parse_feed(found.data, response.url)
        yield FeedMet(item, feed.title)
        entries, later = _chosen(feed, visits, item, left_out) if left_out else (feed.entries, ())
        yield from later
        kind = _FEED if len(entries) == len(feed.entries) else _PART
        visit = None if later else _visit(url, f"{kind}{len(entries)}", response)
        feed = replace(feed, entries=entries)
        yield from _load_whole_feed(feed, fetcher, visits, limit, item, visit)
        return
    if left_out:
        raise LoadError(f"{NO_FEED}; what it holds can be added, not followed")
    if len(results) == 1 and isinstance(article := results[0], Found):
        yield replace(article, visit=_visit(url, "1", response))
        return
    for result in limited(results, limit):
        if isinstance(result, Entry):
            yield from load_entry(result, fetcher, visits, item, response.url, holder="export")
        else:
            yield result


def _chosen(
    feed: Feed, visits: Visits, item: str, left_out: LeftOut
) -> tuple[tuple[Entry, ...], tuple[Failure | Unchanged, ...]]:
    """The entries of a feed that is followed, without those that are left out; and what the others are until later."""
    chosen, later = list[Entry](), list[Failure | Unchanged]()
    for entry in feed.entries:
        key = f"{feed.url}#{entry.id}"
        if left_out(key):
            continue
        if waits := put_off(visits.visit(key), entry.url or f"{item}#{entry.id}"):
            later.append(waits)
        else:
            chosen.append(entry)
    return tuple(chosen), tuple(later)


def _load_whole_feed(
    feed: Feed, fetcher: Fetcher, visits: Visits, limit: int | None, item: str, visit: Visit | None
) -> Iterator[Found | Failure | Unchanged]:
    """The feed's own visit comes last, and only where nothing of it is left for the next run."""
    is_done = limit is None or limit >= len(feed.entries)
    for result in load_feed(feed, fetcher, visits, limit, item):
        is_done = is_done and not isinstance(result, Failure) and not is_held(result.visit)
        yield result
    if is_done and visit:
        yield Unchanged(item, feed.url or item, 0, visit)


def _load_entry(
    entry: Entry, said: Facts, fetcher: Fetcher, visits: Visits, item: str, key: str, holder: str
) -> Iterator[Found | Failure | Unchanged]:
    """`key` names the entry within its feed: no feed can replace what was read at another's address.

    So what was the feed's own text stays under the key when its page takes its place.
    """
    visit = visits.visit(key)
    mark, origin = mark_of(visit)
    if mark == entry.digest:
        yield Unchanged(item, origin)
        return
    mark = entry.digest
    if entry.is_full or not entry.url:
        results, origin = _read_entry(entry, said, item, key), key
    else:
        try:
            results, origin = _read_page(entry.url, said, fetcher, item, key if origin == key else None)
        except LoadError as error:
            held = _read_entry(entry, said, item, key) if entry.holds_text else []
            if not any(isinstance(result, Found) for result in held):
                raise
            note = f"the page could not be fetched ({_reason(error)}); this is the text that the {holder} holds"
            results, origin, mark = [_noted(result, note) for result in held], key, held_mark(error)
    yield from _with_visit(results, Visit(key, digest=f"{mark} {origin}"))


def _read_page(
    url: str, said: Facts, fetcher: Fetcher, item: str, origin: str | None
) -> tuple[list[Found | Failure], str]:
    """The page of an entry, and its origin; raises LoadError where there is none or nothing in it can be read."""
    response = fetcher.get(url)
    origin = origin or response.url
    results = [_filled(result, said, response.url) for result in _articles(_read(response, item, origin))]
    match results:
        case [Failure() as failure]:
            raise LoadError(failure.error)
    return results, origin


def _reason(error: LoadError) -> str:
    return str(error.status) if isinstance(error, Refused) else str(error).partition(";")[0]


def _noted(result: Found | Failure, note: str) -> Found | Failure:
    return replace(result, notes=(note, *result.notes)) if isinstance(result, Found) else result


def _read(response: Response, item: str, origin: str) -> Iterator[Reading]:
    return load_bytes(response.data, response.name, item, origin, url=response.url, charset=response.charset)


def _articles(results: Iterable[Reading]) -> Iterator[Found | Failure]:
    """Those of one page; raises LoadError where it is none but names others, which nobody asked for."""
    for result in results:
        if not isinstance(result, Found | Failure):
            raise LoadError("is a list of addresses, not an article")
        yield result


def _read_entry(entry: Entry, said: Facts, item: str, origin: str) -> list[Found | Failure]:
    """The article that the feed holds itself; what the entry says goes before what its text does."""
    if not entry.html:
        raise LoadError("the entry has neither a text nor an address; nothing to add")
    # Named as pages are for others to show: a heading "Gone page" would be taken for that of an error.
    named = f'<meta property="og:title" content="{html.escape(entry.title)}">' if entry.title else ""
    page = f"<!DOCTYPE html><html><head>{named}</head><body><article>{entry.html}</article></body></html>"
    data = page.encode(errors="replace")
    results = _articles(load_bytes(data, "entry.html", item, origin, url=entry.url, charset="utf-8"))
    return [
        replace(result, facts=_first(said, result.facts), name=entry.title) if isinstance(result, Found) else result
        for result in results
    ]


def _filled(result: Found | Failure, said: Facts, url: str) -> Found | Failure:
    """The page's facts, with those of the entry where it is silent; a feed is a better source than its bare host."""
    if isinstance(result, Failure):
        return result
    facts, host = result.facts, httpx.URL(url).netloc.decode("ascii")
    if said.source and facts.source and facts.source.lower().removeprefix("www.") == host.removeprefix("www."):
        facts = replace(facts, source=None)
    return replace(result, facts=_first(facts, said))


def _first(facts: Facts, others: Facts) -> Facts:
    """The facts, and where they are silent the others."""
    return Facts(**{name: value or getattr(others, name) for name, value in asdict(facts).items()})


def _with_visit(results: Sequence[Found | Failure], visit: Visit) -> Iterator[Found | Failure]:
    """A visit goes with the only article of an address; an address of several is read again each time."""
    match results:
        case [Found() as found]:
            yield replace(found, visit=visit)
        case _:
            yield from results


def _visit(url: str, mark: str, response: Response) -> Visit | None:
    """What to remember of an answer that can be asked for conditionally."""
    if not (response.etag or response.last_modified):
        return None
    return Visit(url, response.etag, response.last_modified, f"{mark} {response.url}")
