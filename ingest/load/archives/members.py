"""The bytes of a file that may be packed by gzip in many members, so that damage costs no more than its member."""

import zlib
from collections.abc import Iterator
from typing import IO

from ingest.load.archives.zipped import BOMB, most
from qa.errors import LoadError

BLOCK = 65_536
LONGEST_LINE = 65_536
MAGIC = b"\x1f\x8b\x08"


class Blocks(Iterator[bytes]):
    """Unpacked bytes, a block at a time.

    Raises LoadError once where a member is damaged, breaks off or is a bomb; the next block is then of the next member.
    A block is given once the one after it is sound, so that a small member comes whole or not at all.
    """

    def __init__(self, file: IO[bytes], begin: bytes) -> None:
        """`begin` is how the content of a member begins, by which one is told from noise after damage."""
        self._file = file
        self._begin = begin
        self._is_lost = False
        self._rest = file.read(BLOCK)
        self._is_packed = self._rest.startswith(MAGIC)
        self._member: Iterator[bytes] = iter(())

    def __next__(self) -> bytes:
        if not self._is_packed:
            block, self._rest = self._rest, self._file.read(BLOCK)
            if block:
                return block
            raise StopIteration
        while True:
            if block := next(self._member, b""):
                return block
            if not self._find():
                raise StopIteration
            self._member = self._unpack()

    def _find(self) -> bool:
        """On to where a member begins; zeros or damage may stand before it."""
        while True:
            start = self._rest.find(MAGIC)
            if start >= 0:
                self._rest = self._rest[start:]
                if len(self._rest) < BLOCK:
                    self._rest += self._file.read(BLOCK)
                if not self._is_lost or begins(self._rest, self._begin):
                    return True
                self._rest = self._rest[1:]
            elif more := self._file.read(BLOCK):
                self._rest = self._rest[1 - len(MAGIC) :] + more
            else:
                return False

    def _unpack(self) -> Iterator[bytes]:
        gzip, packed, size, held = zlib.decompressobj(zlib.MAX_WBITS | 16), 0, 0, b""
        fed, self._is_lost = self._rest, True  # until its end is found
        while not gzip.eof:
            self._rest = fed if packed else fed[1:]
            if not fed:
                raise LoadError("the archive breaks off here; save or fetch it again")
            try:
                block = gzip.decompress(fed, BLOCK)
            except zlib.error as error:
                raise LoadError("a record is damaged; save or fetch the archive again") from error
            packed, size = packed + len(fed) - len(gzip.unconsumed_tail), size + len(block)
            if size > most(packed):
                self._rest = gzip.unconsumed_tail
                raise LoadError(BOMB)
            fed = gzip.unconsumed_tail or (b"" if gzip.eof else self._file.read(BLOCK))
            if block:
                if held:
                    yield held
                held = block
        self._rest, self._is_lost = gzip.unused_data or self._file.read(BLOCK), False
        yield held


def begins(packed: bytes, begin: bytes) -> bool:
    """Whether a member of gzip begins here, and its content so."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, len(begin)) == begin
    except zlib.error:
        return False


class Lines:
    """Lines and stretches of blocks, of which what was read last can be given back."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._buffer, self._at = b"", 0
        self.room = 0  # bytes that lines may yet have, lest a header fill the memory

    def read(self, size: int) -> bytes:
        """So many bytes; fewer at the end."""
        parts = []
        while size > 0 and self._fill():
            part = self._buffer[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def readline(self, size: int = LONGEST_LINE) -> bytes:
        """A line with its end, or so many bytes of a longer one; raises LoadError where there is no more room."""
        line, size = b"", min(size, LONGEST_LINE)
        while len(line) < size and not line.endswith(b"\n") and self._fill():
            most = self._at + size - len(line)
            end = self._buffer.find(b"\n", self._at, most) + 1 or min(most, len(self._buffer))
            line += self._buffer[self._at : end]
            self._at = end
        self.room -= len(line)
        if self.room < 0:
            raise LoadError("a record has a header that never ends; it is not read")
        return line

    def back(self, data: bytes) -> None:
        self._buffer, self._at = data + self._buffer[self._at :], 0

    def _fill(self) -> bool:
        if self._at == len(self._buffer):
            self._buffer, self._at = next(self._blocks, b""), 0
        return bool(self._buffer)
