"""Small PDF files, byte by byte: text at places, lines in columns, fields, scans, a lock."""

import hashlib
import math
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence

import pypdfium2 as pdfium

Placed = tuple[float, float, float, str]  # left, baseline, size in points; text
WIDTH, HEIGHT = 595, 842
HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
_ID = bytes(range(16))


def pdf(
    pages: Sequence[Iterable[Placed]],
    info: Mapping[str, str] | None = None,
    password: str | None = None,
    drawing: str = "",
    rotate: int = 0,
    font: str = HELVETICA,
    annotations: Sequence[str] = (),
    more: Sequence[str] = (),
) -> bytes:
    """A file of these pages, set in `font`; `drawing` is put on each, `annotations` are on the first.

    These and then `more` are the objects from 4 + twice the number of pages on.
    """
    contents = [" ".join(f"BT /F {s} Tf {x} {y} Td {_literal(t)} Tj ET" for x, y, s, t in page) for page in pages]
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    fields = " ".join(f"{4 + 2 * len(pages) + number} 0 R" for number in range(len(annotations)))
    form = f" /AcroForm << /Fields [{fields}] >>" if annotations else ""
    objects: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R{form} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.encode(),
    ]
    lock = _Lock(password) if password else None
    for content in contents:
        stream = f"{drawing} {content}".encode("cp1252")
        if lock:
            stream = lock.encrypted(stream, len(objects) + 2)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {len(objects) + 2} 0 R"
            f" /Rotate {rotate} /Resources << /Font << /F 3 0 R >> >>"
            f" /Annots [{fields if len(objects) == 3 else ''}] >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    objects += [each.encode() for each in (*annotations, *more)]
    entries = " ".join(f"/{name} {_literal(value)}" for name, value in (info or {}).items())
    objects.append(f"<< {entries} >>".encode("cp1252"))
    trailer = f"/Root 1 0 R /Info {len(objects)} 0 R"
    if lock:
        objects.append(lock.dictionary())
        trailer += f" /Encrypt {len(objects)} 0 R /ID [<{_ID.hex()}> <{_ID.hex()}>]"
    return _file(objects, trailer)


def set_text(placed: Placed, turn: int = 0) -> str:
    """The drawing of a text that is turned counterclockwise by so many degrees."""
    x, y, size, text = placed
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return f"BT /F {size} Tf {cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x} {y} Tm {_literal(text)} Tj ET"


def scan(data: bytes, turn: int = 0, dots: int = 150) -> bytes:
    """The pages of a file as pictures, turned clockwise by so many degrees."""
    with pdfium.PdfDocument(data) as document:
        bitmaps = [page.render(scale=dots / 72, grayscale=True, rotation=turn) for page in document]
        pictures = [(each.width, each.height, each.to_numpy().tobytes()) for each in bitmaps]
    return pictured(pictures, dots)


def pictured(pictures: Sequence[tuple[int, int, bytes]], dots: int = 150) -> bytes:
    """A page for each picture: its width and height in dots, and its shades of grey, one byte a dot."""
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pictures)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pictures)} >>".encode(),
    ]
    for width, height, shades in pictures:
        size = f"{72 * width / dots:.2f} 0 0 {72 * height / dots:.2f} 0 0"
        content, packed = f"q {size} cm /I Do Q".encode(), zlib.compress(shades)
        number = len(objects) + 1
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {72 * width / dots:.2f} {72 * height / dots:.2f}]"
            f" /Contents {number + 1} 0 R /Resources << /XObject << /I {number + 2} 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode"
            b" /Width %d /Height %d /Length %d >>\nstream\n%s\nendstream" % (width, height, len(packed), packed),
        ]
    return _file(objects, "/Root 1 0 R")


def columns(text: str, lefts: Sequence[float], top: float, bottom: float, characters: int, size: float) -> list[Placed]:
    """Text set in columns, words divided at line ends; written line by line across them, as some programs do."""
    lines = divided(text, characters)
    each = int((top - bottom) / (1.3 * size))
    placed = [
        (lefts[number // each], top - 1.3 * size * (number % each), size, line) for number, line in enumerate(lines)
    ]
    return sorted(placed, key=lambda line: (-line[1], line[0]))


def divided(text: str, characters: int) -> list[str]:
    """Lines of at most so many characters; a long word is divided where the line ends."""
    lines, line = [], ""
    for word in text.split():
        room = characters - len(line) - 2
        if len(line) + 1 + len(word) <= characters:
            line = f"{line} {word}".strip()
        elif len(word) >= 8 and word.isalpha() and room >= 3 and len(word) - room >= 3:
            lines.append(f"{line} {word[:room]}-")
            line = word[room:]
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def _literal(text: str) -> str:
    return "(" + text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ")"


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    data = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} {trailer} >>\nstartxref\n{len(data)}\n%%EOF\n"
    return data + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()


class _Lock:
    """The standard security handler with a 40-bit key: PDF Reference 1.7, algorithms 3.1 to 3.4."""

    def __init__(self, password: str) -> None:
        padded = (password.encode() + _PAD)[:32]
        self._rights = struct.pack("<i", -4)
        self._owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
        self._key = hashlib.md5(padded + self._owner + self._rights + _ID).digest()[:5]

    def encrypted(self, data: bytes, number: int) -> bytes:
        salt = struct.pack("<I", number)[:3] + b"\0\0"
        return _rc4(hashlib.md5(self._key + salt).digest()[:10], data)

    def dictionary(self) -> bytes:
        user = _rc4(self._key, _PAD)
        return f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{self._owner.hex()}> /U <{user.hex()}> >>".encode()


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
