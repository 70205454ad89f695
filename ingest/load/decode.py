"""Bytes of a text file in any encoding -> text."""

import codecs
import io
import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from qa.errors import LoadError

if TYPE_CHECKING:
    from chardet import DetectionDict

SAMPLE = 65_536  # bytes that tell the encoding
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SHIFTS = (b"\x1b$", b"\x1b(")  # of ISO-2022, which is ASCII by its bytes
_SURE = 0.2  # below this confidence one guess in six was wrong, above it one in forty
_ALIKE = 0.02  # of unsure ones whose confidence differs by no more, the commonest is taken
_WESTERN = ("cp1252", "iso8859-1")
# What people's programs write, or wrote. DOS and old Macs look much like the rest in a short text: they must be sure.
_LATIN = "cp1250 cp1252 cp1254 cp1257 cp1258 iso8859-1 iso8859-2 iso8859-3 iso8859-9 iso8859-13 iso8859-14".split()
_OTHER_SCRIPTS = (
    "ascii big5hkscs cp874 cp932 cp949 cp1251 cp1253 cp1255 cp1256 euc_jis_2004 euc_kr gb18030 iso2022_jp_2 iso2022_kr"
    " iso8859-5 iso8859-6 iso8859-7 iso8859-8 johab koi8-r koi8-u shift_jis_2004 tis-620 utf-16-be utf-16-le utf-8"
).split()
_RARE = "cp437 cp850 cp852 cp855 cp866 mac-cyrillic mac-latin2 mac-roman".split()
# The ones that programs mean and write in place of a standard.
_MEANT = {
    "euc_jis_2004": "euc_jp",
    "euc_kr": "cp949",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis_2004": "cp932",
    "tis-620": "cp874",
}
_ASCII = bytes(range(128))
_ASCII_LETTERS = tuple(string.ascii_letters.encode())
_CONTROL = re.compile("[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_UNDECODED = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII = re.compile("[^\0-\x7f]")
_CONTROL_SHARE = 0.02
_FEW_NULS = 3
_MOSTLY = 4  # characters of UTF-8 for each byte that is none, where a text is UTF-8 all the same
_BINARY = "looks like a binary file, not like text; add articles as text, HTML, PDF or .docx"


@dataclass(frozen=True)
class Encoding:
    """What a text is read as; `guess` where another could be meant as well."""

    name: str
    guess: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        name = self.name.replace("cp125", "windows-125")
        return (f"the encoding was guessed: {name}",) if self.guess else ()


def decode(data: bytes, declared: str | None = None) -> str:
    """UTF-8 or -16, else the encoding the file declares, else the likeliest; raises LoadError for what is no text."""
    return decode_noting(data, declared)[0]


def decode_noting(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The same, and notes of what was guessed or left out."""
    text, notes = _decoded(data, declared)
    whole = [part for part in text.split("\0") if part]
    if not any(map(str.strip, whole)):
        raise LoadError("is empty")
    if len(whole) - 1 > max(_FEW_NULS, _CONTROL_SHARE * len(text)) or not _is_text(text):
        raise LoadError(_BINARY)
    if nuls := text.count("\0"):
        notes += (f"{nuls} NUL character{'s' if nuls > 1 else ''} left out",)
    return "".join(whole), notes


def encoding_of(sample: bytes, declared: str | None = None) -> Encoding | None:
    """The encoding by the beginning of a text, which may end within a character; None where it is none."""
    if wide := wide_encoding_of(sample):
        return Encoding(wide)
    if not any(shift in sample for shift in _SHIFTS):
        for likely in ("utf-8", declared):
            if likely and _fits(likely, sample) and _is_text(sample.decode(likely, "ignore")):
                return Encoding(likely)
    return _likeliest(sample)


def wide_encoding_of(sample: bytes) -> str | None:
    """The encoding where a mark at the beginning names it, or where every other byte of mostly Latin text is zero."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.3 * len(sample) / 2 or min(even, odd) > 0.02 * len(sample):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def telling_sample(file: BinaryIO) -> bytes:
    """The part of a text that tells its encoding: the beginning, or where all is ASCII there, around what is not."""
    beginning = file.read(SAMPLE)
    before, part = b"", beginning
    while part and part.isascii():
        before, part = part, file.read(SAMPLE)
    if not part or part is beginning:
        return beginning
    return before[-SAMPLE // 4 :] + part


def _decoded(data: bytes, declared: str | None) -> tuple[str, tuple[str, ...]]:
    sample = telling_sample(io.BytesIO(data))
    encoding = encoding_of(sample, declared)
    if not wide_encoding_of(data[:SAMPLE]) and (repaired := _nearly_utf8(data)):
        return repaired
    text = _decode_as(encoding, data)
    if text is None:  # the sample did not tell: look where it went wrong
        encoding = encoding_of(_around_error(data), declared)
        text = _decode_as(encoding, data)
    if text is None or encoding is None:
        raise LoadError(_BINARY)
    return text, encoding.notes


def _nearly_utf8(data: bytes) -> tuple[str, tuple[str, ...]] | None:
    """What is UTF-8 but for a few bytes, such as a line pasted from elsewhere, with these as Windows means them."""
    try:
        data.decode()
    except UnicodeDecodeError:
        text = data.decode("utf-8", "surrogateescape")
        broken = len(_UNDECODED.findall(text))
        if len(_BEYOND_ASCII.findall(text)) - broken < _MOSTLY * broken:
            return None
        text = _UNDECODED.sub(lambda byte: byte[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text)
        return text, (f"not all is UTF-8: {broken} byte{'s' if broken > 1 else ''} read as windows-1252",)
    return None


def _is_text(text: str) -> bool:
    return len(_CONTROL.findall(text)) <= _CONTROL_SHARE * len(text)


def _fits(encoding: str, sample: bytes) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return len(sample) >= SAMPLE and error.start > len(sample) - 4
    except (UnicodeError, LookupError):
        return False
    return True


def _likeliest(sample: bytes) -> Encoding | None:
    from chardet import detect_all

    def among(encodings: Sequence[str]) -> "list[DetectionDict]":
        found = detect_all(
            sample, ignore_threshold=True, include_encodings=encodings, prefer_superset=False, compat_names=False
        )
        return [each for each in found if each["encoding"]]

    ranked = among(_LATIN + _OTHER_SCRIPTS + _RARE)
    sure = bool(ranked) and ranked[0]["confidence"] >= _SURE
    if not sure:
        ranked = among(_LATIN if _is_latin(sample) else _LATIN + _OTHER_SCRIPTS)
    if not ranked:
        return None
    best = ranked[0]
    if not sure:
        alike = [each for each in ranked if each["confidence"] >= best["confidence"] - _ALIKE]
        best = next((each for each in alike if each["encoding"] in _WESTERN), best)
    name = str(best["encoding"])
    meant = _MEANT.get(name)
    return Encoding(meant if meant and _fits(meant, sample) else name, guess=not sure)


def _is_latin(sample: bytes) -> bool:
    """Whether most of its letters are ASCII, as in languages of Latin script alone."""
    letters = sum(map(sample.count, _ASCII_LETTERS))
    return letters > 2 * len(sample.translate(None, _ASCII))


def _decode_as(encoding: Encoding | None, data: bytes) -> str | None:
    try:
        return data.decode(encoding.name) if encoding else None
    except (UnicodeError, LookupError):
        return None


def _around_error(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[max(0, error.start - SAMPLE // 2) : error.start + SAMPLE // 2]
    return data[:SAMPLE]
