"""WARC, what crawlers and archives keep of the web: each page, document or text of status 200 is an article.

The day on which it was archived is not that of the article.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from functools import cache
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from ingest.load.archives.members import Blocks, Lines, begins
from ingest.load.found import Failure, is_web_address
from ingest.load.raw import LARGEST, Raw, too_large
from qa.errors import LoadError

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

BEGIN = b"WARC/"
_TYPES = frozenset(
    "text/html application/xhtml+xml application/pdf text/plain text/markdown text/x-markdown"
    " application/vnd.openxmlformats-officedocument.wordprocessingml.document".split()
)
_UNTYPED = (None, "application/octet-stream", "binary/octet-stream")
_REDIRECTS = ("301", "302", "303", "307", "308")
_HEADER = 1_000_000  # bytes


@dataclass(frozen=True)
class Archived:
    """What a server gave for an address and when, or why that cannot be read."""

    url: str
    date: str
    content: bytes | LoadError
    media_type: str | None = None
    charset: str | None = None
    is_whole: bool = True


class Pages:
    """Which addresses are pages: those that are listed and what they redirect to; all where none is listed."""

    def __init__(self, listed: Iterator[str] | None = None) -> None:
        self._missing = dict.fromkeys(map(bare, listed or ()))
        self._known = set(self._missing)

    def has(self, url: str) -> bool:
        self._missing.pop(url, None)
        return not self._known or url in self._known

    def redirect(self, url: str, location: str) -> None:
        if url in self._known:
            self._missing.pop(url, None)
            self._known.add(bare(location, url))

    def missing(self) -> list[str]:
        return list(self._missing)


def is_warc(head: bytes) -> bool:
    """Whether a file that begins so is a WARC file, be it packed by gzip."""
    return head.startswith(BEGIN) or begins(head, BEGIN)


def read_warc(raw: Raw) -> Iterator[Raw | Failure]:
    """Each article as it was archived, for the reader of its format; a broken record costs only itself."""
    with raw.open() as file:
        yield from parts(raw, archived(file, Pages()))


def count_warc(raw: Raw) -> int:
    return sum(1 for _ in read_warc(raw))


def parts(raw: Raw, found: Iterator[Archived | LoadError]) -> Iterator[Raw | Failure]:
    """Each under its address; what was archived several times is several articles, the later ones under the time, too.

    Raises LoadError where there is nothing.
    """
    from ingest.response import Response

    seen: set[str] = set()
    number = 0
    for number, each in enumerate(found, 1):
        if isinstance(each, LoadError):
            yield Failure.of(f"{raw.item}:{number}", each)
            continue
        item, origin = raw.part(number, f"{each.url} {each.date}" if each.url in seen else each.url)
        seen.add(each.url)
        if isinstance(each.content, LoadError):
            yield Failure(item, f"{each.url}: {each.content}")
        else:
            name = Response(each.url, 200, media_type=each.media_type).name
            notes = () if each.is_whole else ("it was cut off when it was archived; its end is missing",)
            yield Raw(item, origin, name, each.content, each.url, each.charset, notes)
    if not number:
        raise LoadError("holds no page, document or text of status 200")


def archived(file: IO[bytes], pages: Pages) -> Iterator[Archived | LoadError]:
    """The articles of a file in its order; an error in place of each record that is broken."""
    from ingest.load.archives.payload import payload

    for found in _records(file):
        if isinstance(found, LoadError):
            yield found
            continue
        record, body = found
        url, headers = bare(record.rec_headers.get_header("WARC-Target-URI") or ""), record.http_headers
        if record.rec_type not in ("response", "resource") or not is_web_address(url):
            continue
        status = headers.get_statuscode() if headers else "200"
        if status in _REDIRECTS:
            pages.redirect(url, headers.get_header("Location") or "")
        if status != "200" or urlsplit(url).path == "/robots.txt":
            continue
        told = Message()
        if content_type := headers.get_header("Content-Type") if headers else record.content_type:
            told["content-type"] = content_type
        media_type = told.get_content_type() if content_type else None
        if media_type not in _TYPES and media_type not in _UNTYPED:
            continue
        content: bytes | LoadError
        is_whole = True
        try:
            content, is_whole = payload(body, headers) if len(body) <= LARGEST else (too_large(), True)
        except LoadError as error:
            content = error
        is_article = media_type in _TYPES or (isinstance(content, bytes) and _shows_itself(content))
        if is_article and pages.has(url):
            date = record.rec_headers.get_header("WARC-Date") or ""
            is_whole = is_whole and not record.rec_headers.get_header("WARC-Truncated")
            yield Archived(url, date, content, media_type, told.get_content_charset(), is_whole)


def bare(url: str, base: str = "") -> str:
    """An address as it is asked for: without fragment, the root of a site with its slash; nothing where it is none."""
    import httpx

    try:
        address = httpx.URL(base).join(url) if base else httpx.URL(url)
        return str(address.copy_with(raw_path=address.raw_path, fragment=None)) if address.host else ""
    except (httpx.InvalidURL, ValueError):
        return ""


def _shows_itself(content: bytes) -> bool:
    """Whether what the server did not call a page or PDF is one."""
    begin = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"%pdf-" in begin or begin.startswith((b"<!doctype html", b"<html"))


def _records(file: IO[bytes]) -> Iterator["tuple[ArcWarcRecord, bytes] | LoadError"]:
    """Each record with its body, once the next one is seen to begin where it ends."""
    lines = Lines(Blocks(file, BEGIN))
    held: tuple[ArcWarcRecord, bytes] | None = None
    is_lost = False
    while True:
        try:
            line = _next_line(lines)
        except LoadError as error:
            if held:
                yield held
            held, is_lost = None, True
            yield error
            continue
        if line and not line.startswith(BEGIN):
            if held:
                url = held[0].rec_headers.get_header("WARC-Target-URI")
                yield LoadError(f"{url}: the record does not end where it says; save or fetch the archive again")
                _give_back(lines, held[1], line)
            elif not is_lost:
                yield LoadError("there is something between the records that is none; save or fetch the archive again")
            held, is_lost = None, True
            continue
        if held:
            yield held
        if not line:
            return
        held, is_lost = None, False
        try:
            held = _record(lines, line)
        except LoadError as error:
            is_lost = True
            yield error


def _next_line(lines: Lines) -> bytes:
    """The next line with something in it, with which a record should begin; nothing at the end."""
    while True:
        lines.room = _HEADER
        line = lines.readline()
        if not line or line.strip():
            return line


def _record(lines: Lines, line: bytes) -> "tuple[ArcWarcRecord, bytes]":
    """The record that begins here, its body cut beyond what an article may be; raises LoadError where it is broken."""
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.statusandheaders import StatusAndHeadersParserException

    try:
        record = _loader().parse_record_stream(lines, line, "warc")
    except (ArchiveLoadFailed, StatusAndHeadersParserException, AttributeError, EOFError, ValueError) as error:
        raise LoadError("a record has a damaged header; save or fetch the archive again") from error
    if record.length is None:
        raise LoadError("a record does not say how long it is; save or fetch the archive again")
    left = record.raw_stream
    body = left.read(LARGEST + 1)
    while left.limit > 0 and left.read(LARGEST):
        pass
    if left.limit > 0:
        _give_back(lines, body)
        url = record.rec_headers.get_header("WARC-Target-URI")
        raise LoadError(f"{url}: the record breaks off before its end; save or fetch the archive again")
    return record, body


def _give_back(lines: Lines, body: bytes, line: bytes = b"") -> None:
    """Let the records be read that a broken one has swallowed."""
    _, mark, after = body.partition(b"\r\n\r\n" + BEGIN)
    lines.back((BEGIN + after if mark else b"") + line)


@cache
def _loader() -> "ArcWarcRecordLoader":
    from warcio.recordloader import ArcWarcRecordLoader

    logging.getLogger("warcio").setLevel(logging.ERROR)
    return ArcWarcRecordLoader(verify_http=False, arc2warc=False)
