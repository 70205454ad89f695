"""Bytes of a text file in any encoding -> text."""

from qa.errors import LoadError

_WESTERN = "cp1252"
_CONTROL_SHARE = 0.02


def decode(data: bytes, declared: str | None = None) -> str:
    """UTF-8, else the encoding the file declares, else the likeliest; raises LoadError for what is no text."""
    if not data.strip():
        raise LoadError("is empty")
    text = _decode_as("utf-8-sig", data)
    if text is None and declared:
        text = _decode_as(declared, data)
    if text is None:
        text = _detect(data)
    if text is None or _is_noise(text):
        raise LoadError("looks like a binary file, not like text")
    return text


def _decode_as(encoding: str, data: bytes) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _detect(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    matches = from_bytes(data)
    best = matches.best()
    if best is None:
        return None
    if not best.coherence:  # too short to tell the language: of encodings that fit alike take the commonest
        best = next((match for match in matches if match.encoding == _WESTERN), best)
    return str(best)


def _is_noise(text: str) -> bool:
    control = sum(character < " " and character not in "\t\n\r\f\x1b" for character in text)
    return "\0" in text or control > _CONTROL_SHARE * len(text)
