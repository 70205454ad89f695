"""What a server answered, read within limits: so many bytes, as sent and as unpacked, of types that hold articles."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpcore
import httpx

from qa.errors import LoadError

SAVE_IT = "open it in a browser, save the page and add the file"

_BUSY = (429, 503)
_TYPES = frozenset(
    "text/html application/xhtml+xml text/xml application/xml application/rss+xml application/atom+xml"
    " application/rdf+xml text/x-opml application/json application/feed+json application/jsonl application/x-ndjson"
    " application/x-jsonlines application/pdf text/plain text/markdown text/x-markdown text/csv"
    " application/mbox message/rfc822 multipart/related text/org text/x-org text/x-rst"
    " application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    " application/epub+zip application/rtf text/rtf application/vnd.oasis.opendocument.text"
    " application/vnd.oasis.opendocument.text-flat-xml"
    " application/octet-stream binary/octet-stream".split()  # what some servers call PDF and Word files
)
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
    "text/org": ".org",
    "text/x-org": ".org",
    "text/x-rst": ".rst",
    "application/xhtml+xml": ".html",
}
_LONGEST_MARK = 1000


@dataclass(frozen=True)
class Limits:
    """Per request: seconds from connecting to the last byte, bytes as sent and as unpacked.

    `delay` is the least time between two requests to one host, in seconds; this machine itself needs none.
    """

    seconds: float = 60.0
    size: int = 25_000_000
    delay: float = 1.0


@dataclass(frozen=True)
class Response:
    """What an address gave: `url` is where it was found in the end; `data` is empty unless the status is 200."""

    url: str
    status: int
    data: bytes = b""
    media_type: str | None = None
    charset: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None

    @property
    def name(self) -> str:
        """The last part of the address, with the suffix of its type."""
        return name_of(self.url, self.media_type)


def name_of(address: str, media_type: str | None) -> str:
    """The last part of the address, with the suffix of its type."""
    url = httpx.URL(address)
    path = PurePosixPath(unquote(url.path))
    suffix = _SUFFIXES.get(media_type or "")
    return f"{path.stem or url.host}{suffix}" if suffix else path.name or url.host


class Refused(LoadError):
    """The server answered, but with a status other than that of a page."""

    def __init__(self, status: int) -> None:
        super().__init__(advice(status))
        self.status = status


class TryAgain(LoadError):
    """What may pass: the server asks to wait so many seconds, or the connection failed."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


def read(url: str, answer: httpcore.Response, size: int, is_page: bool) -> Response:
    """The answer, its body only where the status is 200; raises TryAgain for a busy server, LoadError else."""
    headers = httpx.Headers(answer.headers)
    if answer.status in _BUSY:
        raise TryAgain(advice(answer.status), _retry_after(headers.get("retry-after", "")))
    content_type = Message()
    content_type["content-type"] = headers.get("content-type", "")
    media_type = content_type.get_content_type() if "content-type" in headers else None
    data = b""
    if answer.status == 200:
        if is_page and media_type and media_type not in _TYPES:
            raise LoadError(f"holds {media_type[:100]}, not an article; give the address of a page or a document")
        data = _unpack(headers, answer.iter_stream(), size)
    return Response(
        url=url,
        status=answer.status,
        data=data,
        media_type=media_type,
        charset=content_type.get_content_charset(),
        etag=_mark(headers.get("etag")),
        last_modified=_mark(headers.get("last-modified")),
        location=headers.get("location"),
    )


def advice(status: int) -> str:
    """Why there is no article, and what to do about it."""
    if status in (401, 402, 403, 407, 451):
        return f"the server refuses to show it ({status}); {SAVE_IT}"
    if status in (404, 410):
        return f"there is no such page ({status}); check the address"
    if status == 429:
        return "the server is asked too often (429); try again later"
    if status >= 500:
        return f"the server failed ({status}); try again later"
    return f"the server answered with status {status}; {SAVE_IT}"


def _unpack(headers: httpx.Headers, chunks: Iterable[bytes], size: int) -> bytes:
    """The body, never more of it than the size, whether as sent or unpacked."""
    too_large = LoadError(f"is larger than {size / 1_000_000:g} MB; save the part you need and add the file")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > size:
        raise too_large
    packed = headers.get("content-encoding", "").lower()
    if packed not in ("", "identity", "gzip", "x-gzip"):
        raise LoadError(f"is packed as {packed[:20]}, which was not asked for; {SAVE_IT}")
    gzip = zlib.decompressobj(zlib.MAX_WBITS | 16) if "gzip" in packed else None
    data, sent = bytearray(), 0
    try:
        for chunk in chunks:
            sent += len(chunk)
            data += gzip.decompress(chunk, size + 1 - len(data)) if gzip else chunk
            if max(sent, len(data)) > size:
                raise too_large
    except zlib.error as error:
        raise LoadError("came damaged; try again later") from error
    if gzip and sent and not gzip.eof:
        raise LoadError("broke off before its end; try again later")
    return bytes(data)


def _mark(value: str | None) -> str | None:
    """A header that can be sent back."""
    return value if value and value.isascii() and len(value) <= _LONGEST_MARK else None


def _retry_after(text: str) -> float:
    """Seconds, from a number of them or a date; 0 where there is neither."""
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        return (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
