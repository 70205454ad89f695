"""Bytes of a text file in any encoding -> text."""

import codecs
import re

from qa.errors import LoadError

SAMPLE = 65_536  # bytes that tell the encoding
_WESTERN = "cp1252"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_CONTROL_SHARE = 0.02


def decode(data: bytes, declared: str | None = None) -> str:
    """UTF-8 or -16, else the encoding the file declares, else the likeliest; raises LoadError for what is no text."""
    text = _decode_as(encoding_of(data[:SAMPLE], declared), data)
    if text is None:  # the beginning did not tell: look where it went wrong
        text = _decode_as(encoding_of(_around_error(data), declared), data)
    if text is not None and not text.strip():
        raise LoadError("is empty")
    if text is None or "\0" in text or len(_CONTROL.findall(text)) > _CONTROL_SHARE * len(text):
        raise LoadError("looks like a binary file, not like text; add articles as text, HTML, PDF or .docx")
    return text


def encoding_of(sample: bytes, declared: str | None = None) -> str | None:
    """The encoding by the beginning of a text, which may end within a character; None where it is none."""
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding
    if wide := _without_mark(sample):
        return wide
    for likely in ("utf-8", declared):
        if likely and _fits(likely, sample):
            return likely
    return _likeliest(sample)


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 of mostly Latin text: every other byte is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < 0.3 * len(sample) / 2 or min(even, odd) > 0.02 * len(sample):
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _fits(encoding: str, sample: bytes) -> bool:
    try:
        sample.decode(encoding)
    except UnicodeDecodeError as error:
        return len(sample) >= SAMPLE and error.start > len(sample) - 4
    except (UnicodeError, LookupError):
        return False
    return True


def _likeliest(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = from_bytes(sample)
    best = matches.best()
    if best is None:
        return None
    if not best.coherence:  # too short to tell the language: of encodings that fit alike take the commonest
        best = next((match for match in matches if match.encoding == _WESTERN), best)
    return best.encoding


def _decode_as(encoding: str | None, data: bytes) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeError, LookupError):
        return None


def _around_error(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[max(0, error.start - SAMPLE // 2) : error.start + SAMPLE // 2]
    return data[:SAMPLE]
