"""Which format an item has, by its content; its name decides only between kinds of plain text."""

import json
import re

from ingest.load.archives.wacz import is_wacz
from ingest.load.archives.warc import is_warc
from ingest.load.archives.zipped import names_in
from ingest.load.decode import wide_encoding_of
from ingest.load.lists.bookmarks import is_bookmarks
from ingest.load.lists.links import kind_of_header
from ingest.load.lists.read_later import is_omnivore, kind_of_json
from ingest.load.mails.mime import kind_of_message
from ingest.load.raw import HEAD, Raw
from ingest.load.records.csv_file import delimiter_of
from ingest.load.records.names import Asked
from qa.errors import LoadError

_SAVE_AGAIN = "save it as .docx or PDF and add that"
# What is not read, by its first bytes, and what to do about it.
_REFUSED = (
    (
        rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp(?:avif|heic|mif1)",
        "is a picture; run it through text recognition (OCR) and add the text",
    ),
    (
        rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh[1-9]|\xfd7zXZ|\x28\xb5\x2f\xfd|.{257}ustar",
        "is an archive; unpack it and add the folder",
    ),
    (rb"\x7fELF|MZ.{0,200}\0\0|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe|\0asm", "is a program, not an article"),
    (rb"ID3|OggS|fLaC|RIFF|.{4}ftyp|\x1aE\xdf\xa3", "is sound or film; add a transcript of it"),
    (rb"SQLite format 3\0", "is a database, not an article"),
    (rb"\xd0\xcf\x11\xe0", "is an old Office file (.doc) or one locked by a password; save it as .docx without one"),
)
_REFUSALS = [(re.compile(pattern, re.DOTALL), reason) for pattern, reason in _REFUSED]
# ZIP files by the names in them: what is read, and what is not.
_READ_ZIPPED = (
    (b"word/document", "docx"),
    (b"application/epub+zip", "epub"),
    (b"application/vnd.oasis.opendocument.text", "odt"),
)
_ZIPPED = (
    (b"xl/workbook", "is an Excel workbook; save the sheet as .csv and add that"),
    (b"ppt/presentation", "is a PowerPoint presentation; save it as PDF and add that"),
    (b"application/vnd.oasis.opendocument", f"is an OpenDocument file; {_SAVE_AGAIN}"),
)

_PROLOG = re.compile(r"(?:\s|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_FEED = re.compile(r"(?:<!doctype rss[^>]*>\s*)?<(?:rss\s|(?:atom:)?feed\s|rdf:RDF\s[^>]*purl\.org/rss)", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype html|html|head|body|title|meta|base)\b", re.IGNORECASE)
_FRAGMENT = re.compile(r"<(article|div|h\d|main|p|section|table)\b.*</\1>", re.IGNORECASE | re.DOTALL)
_JSON_FEED = re.compile(r'\{.*?"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org', re.DOTALL)
_SIGN = 20  # characters
_JSON = re.compile(r'\[?\s*\{\s*"[^"\n]*"\s*:')
_UNREAD_XML = "is XML, but neither a web page nor a feed; save its text as .txt and add that"
_HINTS = {
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".xml": "xml",
    ".csv": "csv",
    ".tsv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".org": "org",
    ".rst": "rst",
    ".rest": "rst",
}


def sniff(raw: Raw) -> str:
    """The name of its format in `READERS`; raises LoadError where nothing reads it, with what to do instead."""
    head = raw.head()
    if not head.strip() and len(head) < HEAD:
        raise LoadError("is empty")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if is_warc(head):
        return "warc"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(raw, head)
    if head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    for pattern, reason in _REFUSALS:
        if pattern.match(head):
            raise LoadError(reason)
    text, hint = _beginning(head), _HINTS.get(raw.suffix(), "text")
    message_or_export = kind_of_message(text, raw.suffix()) or _kind_of_export(raw, text, hint)
    return message_or_export or _kind_of_text(text, hint, raw.columns)


def _zipped(raw: Raw, head: bytes) -> str:
    names = head + raw.tail()
    for name, kind in _READ_ZIPPED:
        if name in names:
            return kind
    for name, reason in _ZIPPED:
        if name in names:
            raise LoadError(reason)
    if raw.suffix() in (".docx", ".epub", ".odt"):
        return raw.suffix().removeprefix(".")
    if archive := _kind_of_archive(names_in(raw)):
        return archive
    raise LoadError("is an archive; unpack it and add the folder")


def _kind_of_archive(names: list[str]) -> str | None:
    if is_wacz(names):
        return "wacz"
    return "omnivore-zip" if is_omnivore(names) else None


def _kind_of_export(raw: Raw, text: str, hint: str) -> str | None:
    """The kind of what names articles elsewhere, or stores them for a service; None for all else."""
    if text.startswith("<"):
        begin = _PROLOG.sub("", text, count=1)[:_SIGN].lower()
        is_opml = begin.startswith(("<opml", "<!doctype opml"))
        return "opml" if is_opml else "bookmarks" if is_bookmarks(text) else None
    if text.startswith(("{", "[")) and hint in ("text", "json"):
        return kind_of_json(raw)
    return kind_of_header(text.partition("\n")[0], raw.columns) if hint in ("text", "csv") else None


def _beginning(head: bytes) -> str:
    """Enough of the text to tell its kind, whose signs are ASCII in every encoding but the wide ones."""
    return head.decode(wide_encoding_of(head) or "utf-8", "replace").lstrip("\ufeff \t\r\n")


def _kind_of_text(text: str, hint: str, asked: Asked) -> str:
    if text.startswith("{") and hint != "jsonl" and _JSON_FEED.match(text):
        return "feed"
    kind = _kind_of_markup(text, hint) if text.startswith("<") else _kind_of_lines(text, hint, asked)
    if kind == "xml":
        raise LoadError(_UNREAD_XML)
    return kind


def _kind_of_lines(text: str, hint: str, asked: Asked) -> str:
    first, _, rest = text.partition("\n")
    if hint == "json" or (hint in ("text", "jsonl") and _JSON.match(text)):
        several = rest.lstrip().startswith("{") and text.startswith("{") and _is_object(first)
        return "jsonl" if several or (hint == "jsonl" and _is_object(first)) else "json"
    return "csv" if hint == "text" and delimiter_of(first, known=2, asked=asked) else hint


def _kind_of_markup(text: str, hint: str) -> str:
    xml = text.startswith("<?xml") or hint == "xml"
    text = _PROLOG.sub("", text, count=1)
    if _FEED.match(text):
        return "feed"
    if text.startswith("<office:document"):
        return "odt"
    if _HTML.match(text) or hint == "html" or (hint == "text" and _FRAGMENT.match(text)):
        return "html"
    if re.match(r"<svg\b", text, re.IGNORECASE):
        raise LoadError("is a picture; run it through text recognition (OCR) and add the text")
    return "xml" if xml else hint


def _is_object(line: str) -> bool:
    """Whether the first line holds an object; one that goes on beyond what was looked at may do."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return len(line) > HEAD // 4
