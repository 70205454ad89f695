"""Web pages that a browser saved in one file: where they were saved from, and the pictures in them put aside."""

import re

from ingest.load.found import is_web_address

# SingleFile, Chrome and Internet Explorer, Monolith, HTTrack; the last names no scheme.
_SAVED = re.compile(
    rb"<!--\s*(?:Page saved with SingleFile\s+url:|saved from url=\(\d+\)|Saved from|Mirrored from)\s*([^\s>]+)"
)
_DATA = re.compile(rb"(data:[\w.+-]+/[\w.+-]+(?:;[\w.=+-]+)*;base64,)[A-Za-z0-9+/=]{64,}")


def saved_from(head: bytes) -> str | None:
    """The address that the comment of the program that saved the page names, by the beginning of the page."""
    found = _SAVED.search(head)
    if not found:
        return None
    address = found[1].decode("ascii", "replace")
    if ":" not in address:
        address = f"https://{address}"
    return address if is_web_address(address) else None  # as about:internet is not


def without_pictures(data: bytes) -> bytes:
    """The page with nothing in its data: addresses, which may be nearly all of it."""
    return _DATA.sub(rb"\1", data)
