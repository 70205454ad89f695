"""Mailboxes in one file: one article a mail, read one at a time; a broken mail costs only itself."""

import re
from collections.abc import Iterator
from hashlib import sha256

from ingest.load.found import Failure, Found
from ingest.load.raw import LARGEST, Raw, too_large
from ingest.load.sandbox import parse_apart
from qa.errors import LoadError

_LONGEST_LINE = 1_000_000  # bytes; a longer one comes in pieces
_TIME = re.compile(rb"\d:\d\d")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)
_RULES = ("--", "____")  # before a signature, or what a mailing list puts below


def read_mbox(raw: Raw) -> Iterator[Found | Failure]:
    """Each mail under its number, known again by its Message-ID: mails before it may go."""
    seen: set[str] = set()
    for number, data in enumerate(_mails(raw), 1):
        try:
            yield _mail(raw, number, data, seen)
        except LoadError as error:
            yield Failure.of(f"{raw.item}:{number}", error)


def count_mails(raw: Raw) -> int:
    return sum(1 for _, begins in _lines(raw) if begins)


def _mail(raw: Raw, number: int, data: bytes | None, seen: set[str]) -> Found:
    if data is None:
        raise too_large()
    parsed = parse_apart("mail", Raw("", "", "mail.eml", data))
    text = parsed.text
    if not seen.isdisjoint((parsed.given["in_reply_to"] or "").split()):
        text = without_history(text)
    name = parsed.given["message_id"]
    key = sha256(name.encode(errors="replace")).hexdigest()[:12] if name and name not in seen else None
    found = raw.row(number, {**parsed.given, "text": text}, parsed.notes, key)
    if name:
        seen.add(name)
    return found


def without_history(text: str) -> str:
    """The text without what it quotes below all that its sender wrote; answers between quotes need theirs."""
    lines = text.split("\n")
    last = max((number for number, line in enumerate(lines) if line.startswith(">")), default=None)
    if last is None:
        return text
    below = next((line for line in lines[last + 1 :] if line.strip()), "")
    if below and not below.startswith(_RULES):
        return text
    first = last
    while first > 0 and (lines[first - 1].startswith(">") or not lines[first - 1].strip()):
        first -= 1
    own = lines[:first]
    if own and own[-1].rstrip().endswith(":"):  # who wrote that, and when
        own.pop()
    return "\n".join([*own, *lines[last + 1 :]]) if any(map(str.strip, own)) else text


def _mails(raw: Raw) -> Iterator[bytes | None]:
    """The bytes of each mail without its envelope; None for one that is too large."""
    pieces: list[bytes] | None = None
    size = 0
    for line, begins in _lines(raw):
        if begins:
            if pieces is not None:
                yield _whole(pieces, size)
            pieces, size = [], 0
        elif pieces is not None:
            size += len(line)
            if size <= LARGEST:
                pieces.append(line)
    if pieces is not None:
        yield _whole(pieces, size)


def _whole(pieces: list[bytes], size: int) -> bytes | None:
    return _ESCAPED.sub(rb"\1", b"".join(pieces)) if size <= LARGEST else None


def _lines(raw: Raw) -> Iterator[tuple[bytes, bool]]:
    """The lines, and whether one is the envelope with which a mail begins: header lines follow it."""
    with raw.open() as file:
        line, after_blank = file.readline(_LONGEST_LINE), True
        while line:
            following = file.readline(_LONGEST_LINE)
            is_from = line.startswith(b"From ") and _HEADER.match(following)
            yield line, bool(is_from and (after_blank or _TIME.search(line)))
            line, after_blank = following, not line.strip()
