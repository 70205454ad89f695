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

_LAST_CHUNK = b"\r\n0\r\n"
_TRAILER = 1000  # bytes that may follow it


def payload(body: bytes, headers: "StatusAndHeaders | None") -> tuple[bytes, bool]:
    """The page, and whether it came whole.

    Some archives keep the body as it was unpacked and the headers as they came: what is not packed stays so. Raises
    LoadError where it is packed otherwise than by gzip, deflate, brotli or zstd, or too large.
    """
    if not headers:
        return body, True
    is_whole = True
    if "chunked" in (headers.get_header("Transfer-Encoding") or "").lower():
        joined = ChunkedDataReader(io.BytesIO(body)).read()
        is_whole = joined == body or _LAST_CHUNK in body[-_TRAILER:]
        body = joined
    packings = (headers.get_header("Content-Encoding") or "").lower().split(",")
    for packing in reversed([packing.strip() for packing in packings]):
        body, is_end = _unpacked(body, packing)
        is_whole = is_whole and is_end
        if len(body) > LARGEST:
            raise too_large()
    return body, is_whole


def _unpacked(body: bytes, packing: str) -> tuple[bytes, bool]:
    try:
        if packing in ("gzip", "x-gzip"):
            return _inflated(body, zlib.MAX_WBITS | 16)
        if packing == "deflate":  # with the header that the standard asks for, or without, as some servers send it
            is_headed = body[:1] == b"\x78"
            return _inflated(body, zlib.MAX_WBITS if is_headed else -zlib.MAX_WBITS)
        if packing == "br":
            brotli_ = brotli.Decompressor()
            return bytes(brotli_.process(body, output_buffer_limit=LARGEST + 1)), brotli_.is_finished()
        if packing == "zstd":
            return zstandard.ZstdDecompressor().stream_reader(body).read(LARGEST + 1), True
    except (zlib.error, brotli.error, zstandard.ZstdError):
        return body, True
    if packing in ("", "identity") or body.lstrip()[:1] == b"<":
        return body, True
    raise LoadError(f"is packed as {packing[:20]}, which cannot be unpacked")


def _inflated(body: bytes, bits: int) -> tuple[bytes, bool]:
    unpacker = zlib.decompressobj(bits)
    return unpacker.decompress(body, LARGEST + 1), unpacker.eof
