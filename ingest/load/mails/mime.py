"""What mails and saved pages are made of: header lines and parts, by Python's own parser."""

from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from email.policy import Compat32
from email.utils import parseaddr

from ingest.clean import clean_line
from ingest.load.decode import decode
from qa.errors import LoadError

_LONGEST_HEADER = 2_000  # characters; none that says a fact is longer
_SENT = frozenset("message-id received return-path delivered-to mime-version".split())  # what programs write
_WEB_ARCHIVE = frozenset({"multipart/related", "text/html"})
_WESTERN = "cp1252"
_WIDER = {  # charsets that senders name for ones that hold more
    "ansi_x3.4-1968": _WESTERN,
    "big5": "big5hkscs",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": _WESTERN,
    "iso-8859-9": "cp1254",
    "ks_c_5601-1987": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
    "us-ascii": _WESTERN,
}
_IN_ASCII = ("hz", "iso-2022", "utf-7")  # charsets whose letters are written in ASCII bytes, which look like UTF-8


class _AsWritten(Compat32):
    """Headers as they stand: both of Python's own policies lose letters that were not encoded as they should be."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_POLICY = _AsWritten()


def message_of(data: bytes) -> Message:
    return message_from_bytes(data.lstrip(b"\xef\xbb\xbf \t\r\n"), policy=_POLICY)


def kind_of_message(beginning: str, suffix: str) -> str | None:
    """A "mail", an "mbox" of several or "mhtml", a web page with all that belongs to it; None for anything else."""
    message = HeaderParser(policy=_POLICY).parsestr(beginning, headersonly=True)
    names = {name.lower() for name in message.keys()}  # noqa: SIM118
    if not names or message.defects or not (names & _SENT or {"from", "date"} <= names or suffix == ".eml"):
        return None
    if message.get_unixfrom() and suffix != ".eml":
        return "mbox"
    is_page = suffix in (".mht", ".mhtml") or "saved by" in message.get("from", "saved by").lower()
    return "mhtml" if is_page and message.get_content_type() in _WEB_ARCHIVE else "mail"


def header(message: Message, name: str) -> str:
    """A header on one line, its letters decoded; "" where there is none."""
    return _line(message.get(name, ""), message)


def sender(message: Message) -> tuple[str, str]:
    """Name and address in `From`; either may be ""."""
    written = message.get("from", "")[:_LONGEST_HEADER]
    name, address = parseaddr(" ".join(written.split()))
    if "@" not in address:  # an archive that hides addresses: guido at python.org (Guido van Rossum)
        name, address = name or written.partition("(")[0], ""
    return _line(name, message), address


def filename(part: Message) -> str:
    try:
        return _line(part.get_filename() or "", part)
    except ValueError:  # in a charset that cannot be one
        return ""


def charset(part: Message) -> str | None:
    """The charset that a part names, if it may be one."""
    named = part.get_content_charset()
    return named if named and named.isascii() and named.isprintable() else None


def parts(container: Message) -> list[Message]:
    """What a container holds, which may be a mail; nothing of any other part."""
    held = container.get_payload()
    return [part for part in held if isinstance(part, Message)] if isinstance(held, list) else []


def content(part: Message) -> bytes:
    """The bytes of a part that is no container, as they were before they were encoded to be sent."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text_of(part: Message) -> str:
    """The text of a part; "" where it has none. Raises LoadError where it is no text."""
    return _decoded(content(part), charset(part))


def _line(written: str, message: Message) -> str:
    written = written[:_LONGEST_HEADER]
    if not written.isascii():  # letters as they are, most likely in the charset of the text
        likely = next(filter(None, map(charset, message.walk())), _WESTERN)
        written = _words(written.encode(errors="surrogateescape"), _WIDER.get(likely, likely))
    try:
        pieces = decode_header(written)
    except HeaderParseError:
        return clean_line(written)
    line = "".join(piece if isinstance(piece, str) else _words(piece, named) for piece, named in pieces)
    return clean_line(line)


def _words(data: bytes, named: str | None) -> str:
    """Encoded words; without a charset what stands between them, as `decode_header` gives it."""
    if named is None:
        return data.decode("raw-unicode-escape", "replace")
    try:
        return _decoded(data, named)
    except LoadError:
        return data.decode(errors="replace")


def _decoded(data: bytes, named: str | None) -> str:
    if not data.strip():
        return data.decode("ascii", "replace")
    named = (named or "").lower()
    if named.startswith(_IN_ASCII):
        try:
            return data.decode(named)
        except (UnicodeError, LookupError):
            pass
    return decode(data, _WIDER.get(named, named or None))
