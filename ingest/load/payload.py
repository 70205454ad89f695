"""The body of an archived answer as the page was: chunks joined and unpacked, never to more than an article may be."""

import io
import zlib
from typing import TYPE_CHECKING

import brotli
import zstandard
from warcio.bufferedreaders import ChunkedDataReader

from ingest.load.raw import LARGEST, too_large
from qa.errors import LoadError

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders


def payload(body: bytes, headers: "StatusAndHeaders | None") -> bytes:
    """Some archives keep the body as it was unpacked and the headers as they came: what is not packed stays so.

    Raises LoadError where it is packed otherwise than by gzip, deflate, brotli or zstd, or too large.
    """
    if not headers:
        return body
    if "chunked" in (headers.get_header("Transfer-Encoding") or "").lower():
        body = ChunkedDataReader(io.BytesIO(body)).read()
    packings = (headers.get_header("Content-Encoding") or "").lower().split(",")
    for packing in reversed([packing.strip() for packing in packings]):
        body = _unpacked(body, packing)
        if len(body) > LARGEST:
            raise too_large()
    return body


def _unpacked(body: bytes, packing: str) -> bytes:
    try:
        if packing in ("gzip", "x-gzip"):
            return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, LARGEST + 1)
        if packing == "deflate":
            return _inflated(body)
        if packing == "br":
            return bytes(brotli.Decompressor().process(body, output_buffer_limit=LARGEST + 1))
        if packing == "zstd":
            return zstandard.ZstdDecompressor().stream_reader(body).read(LARGEST + 1)
    except (zlib.error, brotli.error, zstandard.ZstdError):
        return body
    if packing in ("", "identity") or body.lstrip()[:1] == b"<":
        return body
    raise LoadError(f"is packed as {packing[:20]}, which cannot be unpacked")


def _inflated(body: bytes) -> bytes:
    """With the header that the standard asks for, or without, as some servers send it."""
    try:
        return zlib.decompressobj().decompress(body, LARGEST + 1)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(body, LARGEST + 1)
