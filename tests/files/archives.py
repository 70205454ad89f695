"""Web archives as crawlers leave them: WARC by warcio, packed in the ways in which servers answer, and WACZ."""

import gzip
import json
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import brotli
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.files import stories
from tests.files.pdfs import divided, pdf

SITE = "https://canals.example"
ENTRIES = "archive/data.warc.gz", "pages/pages.jsonl"


@dataclass(frozen=True)
class Record:
    """One of a crawl; `path` is the rest of its address."""

    path: str
    body: bytes = b""
    content_type: str | None = "text/html; charset=utf-8"
    status: str = "200 OK"
    headers: tuple[tuple[str, str], ...] = ()
    kind: str = "response"
    warc_headers: tuple[tuple[str, str], ...] = ()


def page(title: str, text: str = stories.SUEZ) -> bytes:
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>{title}</h1><p>{text}</p></article></body></html>"
    ).encode()


def chunked(body: bytes, size: int = 50) -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def warc(records: Iterable[Record], *, packed: bool = True) -> bytes:
    """Each record in a member of its own, or none packed at all."""
    file = BytesIO()
    writer = WARCWriter(file, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("crawl.warc.gz", {"software": "a crawler"}))
    for record in records:
        url, headers = f"{SITE}{record.path}", list(record.headers)
        told = dict(record.warc_headers)
        if record.kind == "request":
            asked = StatusAndHeaders(f"GET {record.path} HTTP/1.1", [("Host", "canals.example")], is_http_request=True)
            writer.write_record(writer.create_warc_record(url, "request", BytesIO(), http_headers=asked))
        elif record.kind == "revisit":
            writer.write_record(writer.create_revisit_record(url, "sha1:A", f"{SITE}/", "2024-03-01T00:00:00Z"))
        elif record.kind in ("resource", "metadata"):
            kept = writer.create_warc_record(
                url, record.kind, BytesIO(record.body), warc_content_type=record.content_type, warc_headers_dict=told
            )
            writer.write_record(kept)
        else:
            answer = [("Content-Type", record.content_type), *headers] if record.content_type else headers
            http = StatusAndHeaders(record.status, answer, protocol="HTTP/1.1")
            told.setdefault("WARC-Date", "2024-03-01T12:00:00Z")
            kept = writer.create_warc_record(
                url, "response", BytesIO(record.body), http_headers=http, warc_headers_dict=told
            )
            writer.write_record(kept)
    return file.getvalue()


def packed_as(name: str, body: bytes) -> Record:
    """A page of that name, its body packed so."""
    return Record(f"/{name}", body, headers=(("Content-Encoding", name),))


CRAWL = (
    Record("/", kind="request"),
    Record("/", page("Suez")),
    Record("/style.css", b"body { margin: 0 }", "text/css"),
    Record("/robots.txt", b"User-agent: *\nAllow: /\n", "text/plain"),
    Record("/old", status="301 Moved Permanently", headers=(("Location", "/dam"),)),
    Record("/dam", page("The dam", stories.HOOVER)),
    Record("/gone", page("Not found"), status="404 Not Found"),
    Record("/again", kind="revisit"),
    Record("/about", b"fetchTimeMs: 20", "application/warc-fields", kind="metadata"),
    Record("/lakes.txt", f"Deep lakes\n\n{stories.BAIKAL}".encode(), "text/plain"),
)
UGLY = (
    packed_as("gzip", gzip.compress(page("Packed by gzip"))),
    packed_as("br", brotli.compress(page("Packed by brotli"))),
    packed_as("zstd", zstandard.ZstdCompressor().compress(page("Packed by zstd"))),
    packed_as("deflate", zlib.compress(page("Packed by deflate"))),
    Record("/chunks", chunked(page("In chunks")), headers=(("Transfer-Encoding", "chunked"),)),
    Record(
        "/both",
        chunked(gzip.compress(page("In packed chunks"))),
        headers=(("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")),
    ),
    Record(
        "/unpacked",
        page("Said to be packed"),
        headers=(("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")),
    ),
    Record("/latin", page("Café").decode().encode("cp1252"), "text/html; charset=windows-1252"),
    Record("/untyped", page("Without a type"), None),
    Record("/kept", page("A resource"), "text/html", kind="resource"),
    Record("/cut", page("Cut off"), warc_headers=(("WARC-Truncated", "length"),)),
    Record("/empty", b""),
    Record("/list", b"<!DOCTYPE NETSCAPE-Bookmark-file-1><DT><A HREF='https://a.example/'>A</A>"),
)


def report() -> Record:
    lines = [(60, 780 - 15 * number, 11, line) for number, line in enumerate(divided(stories.EVEREST, 60))]
    return Record("/everest.pdf", pdf([lines], {"Title": "Everest"}), "application/pdf")


def wacz(archives: dict[str, bytes], pages: Iterable[str] | None) -> bytes:
    """As ArchiveWeb.page and Browsertrix write it."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in archives.items():
            archive.writestr(f"archive/{name}", content)
        if pages is not None:
            lines = [{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}]
            lines += [{"id": str(number), "url": url, "title": "x"} for number, url in enumerate(pages)]
            archive.writestr("pages/pages.jsonl", "\n".join(map(json.dumps, lines)))
        archive.writestr("datapackage.json", json.dumps({"profile": "data-package", "wacz_version": "1.1.1"}))
    return file.getvalue()


def damaged(data: bytes) -> bytes:
    """Some bytes in the middle are lost."""
    at = len(data) // 2
    return data[:at] + bytes(30) + data[at + 30 :]


def bomb() -> bytes:
    """A page that unpacks to two hundred times what it is."""
    plain = warc([Record("/bomb", b"<p>" + b" " * 60_000_000)], packed=False)
    return gzip.compress(plain)
