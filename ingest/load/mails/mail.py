"""Mails: the words of the sender, plain where there is a plain text as good as the HTML, and the facts of the head.

What is quoted of an earlier mail stays: a reply is not understood without it, and the earlier mail may be nowhere else.
`mbox` leaves it out where it has that mail. Signatures stay, too: they say who somebody is.
"""

from email.message import Message
from itertools import groupby

from ingest.load.mails.mime import charset, content, filename, header, message_of, parts, sender, text_of
from ingest.load.mails.page import page_text
from ingest.load.pages.html import page_of
from ingest.load.parsed import Parsed, likely_date
from ingest.load.plain.wrapped import unwrapped
from ingest.load.raw import Raw
from qa.errors import LoadError

_DEEPEST = 50  # parts within parts
_STUB = 0.5  # a plain text with fewer of the words of the HTML only says where that can be read
_SEALED = frozenset("application/pkcs7-mime application/x-pkcs7-mime multipart/encrypted".split())
_READ = ("text/html", "text/plain")
_SIGNATURES = frozenset(f"application/{kind}" for kind in ("pgp-signature", "pkcs7-signature", "x-pkcs7-signature"))
_PGP = "-----BEGIN PGP MESSAGE-----"
_ENCRYPTED = "is encrypted or sealed; open it in your mail program, save its text as .txt and add that"
_SIGNATURE_MARK = "-- "
_MOST_NAMED = 10


def parse(raw: Raw) -> Parsed:
    """The mail with its facts; besides, `message_id` and `in_reply_to`. Raises LoadError where it holds no text."""
    message = message_of(raw.data())
    left_out: list[str] = []
    text = _join(_texts(message, left_out))
    if not text:
        only = f", only {_listed(left_out)}; save what is attached and add that" if left_out else ""
        raise LoadError(f"holds no text{only}")
    name, address = sender(message)
    facts = {
        "title": header(message, "subject"),
        "source": _list_name(message) or address.rpartition("@")[2].lower(),
        "author": name or address,
        "published_at": likely_date(header(message, "date")),
        "url": header(message, "archived-at").strip("<>"),
        "message_id": header(message, "message-id"),
        "in_reply_to": header(message, "in-reply-to"),
    }
    notes = (_note(left_out),) if left_out else ()
    return Parsed(text, {fact: value or None for fact, value in facts.items()}, notes)


def _texts(part: Message, left_out: list[str], depth: int = 0) -> list[str]:
    """The texts of a part and of those within; what cannot be read is named in `left_out`."""
    kind = part.get_content_type()
    if depth > _DEEPEST:
        raise LoadError("is nested too deeply to be read as a mail; save its text as .txt and add that")
    if kind in _SEALED:
        raise LoadError(_ENCRYPTED)
    if kind == "message/rfc822" and parts(part):
        return _forwarded(parts(part)[0], left_out, depth + 1)
    if part.get_content_maintype() == "multipart":
        if not part.is_multipart():
            raise LoadError("is damaged: its parts cannot be told apart; save it again from your mail program")
        if kind == "multipart/alternative":
            return [_best(part, left_out, depth + 1)]
        return [text for each in parts(part) for text in _texts(each, left_out, depth + 1)]
    is_attached = part.get_content_disposition() == "attachment"
    if kind in _READ and not is_attached:
        return [_html(part) if kind == "text/html" else _plain(part)]
    if kind not in _SIGNATURES and (is_attached or part.get_content_maintype() != "image"):
        left_out.append(filename(part) or kind)
    return []


def _best(part: Message, left_out: list[str], depth: int) -> str:
    """Of several forms of the same text the plain one, unless another says far more."""
    plain = rich = ""
    for each in parts(part):
        kind = each.get_content_type()
        if kind == "text/plain":
            plain = plain or _join(_texts(each, left_out, depth))
        elif kind == "text/html" or each.is_multipart():
            rich = _join(_texts(each, left_out, depth)) or rich
    return plain if len(plain.split()) >= _STUB * len(rich.split()) else rich


def _forwarded(message: Message, left_out: list[str], depth: int) -> list[str]:
    """A mail within the mail, after the lines that say whose it is."""
    said = ((name, header(message, name)) for name in ("Subject", "From", "Date"))
    head = "\n".join(f"{name}: {value}" for name, value in said if value)
    return [head, *_texts(message, left_out, depth)]


def _html(part: Message) -> str:
    data, named = content(part), charset(part)
    if not data.strip():
        return ""
    if named:
        data, named = text_of(part).encode(errors="replace"), "utf-8"
    return page_text(page_of(Raw("", "", "", data, None, named)))


def _plain(part: Message) -> str:
    """The text, its paragraphs whole; format=flowed (RFC 3676) tells where lines go on, else their width does."""
    text = text_of(part)
    if _PGP in text:
        raise LoadError(_ENCRYPTED)
    lines = [_unquoted(line) for line in text.splitlines()]
    if str(part.get_param("format")).lower() == "flowed":
        lines = _flowed(lines, glue="" if str(part.get_param("delsp")).lower() == "yes" else " ")
    else:
        groups = [(depth, [line for _, line in group]) for depth, group in groupby(lines, key=lambda line: line[0])]
        lines = [(depth, line) for depth, group in groups for line in unwrapped(group)]
    return "\n".join(f"{'>' * depth} {line}" if depth else line for depth, line in lines)


def _unquoted(line: str) -> tuple[int, str]:
    """How many times a line was quoted, and what it says."""
    depth = start = 0
    while line.startswith(">", start):
        depth, start = depth + 1, start + 2 if line.startswith(" ", start + 1) else start + 1
    return depth, line[start:]


def _flowed(lines: list[tuple[int, str]], glue: str) -> list[tuple[int, str]]:
    joined: list[tuple[int, list[str]]] = []
    goes_on = False
    for depth, line in lines:
        line = line if depth else line.removeprefix(" ")
        if not goes_on or joined[-1][0] != depth or line == _SIGNATURE_MARK:
            joined.append((depth, []))
        goes_on = line.endswith(" ") and line != _SIGNATURE_MARK
        joined[-1][1].append(line.removesuffix(" ") + glue if goes_on else line)
    return [(depth, "".join(pieces)) for depth, pieces in joined]


def _list_name(message: Message) -> str:
    """What the mailing list calls itself; mass mailers put numbers of their own there."""
    words, _, name = header(message, "list-id").partition("<")
    said = words.strip('" ') or name.strip(">")
    return "" if any(map(str.isdigit, said)) else said


def _join(texts: list[str]) -> str:
    return "\n\n".join(text for each in texts if (text := each.strip()))


def _note(left_out: list[str]) -> str:
    number = "1 attachment was" if len(left_out) == 1 else f"{len(left_out)} attachments were"
    return f"{number} left out: {_listed(left_out)}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMED]) + (" and others" if len(names) > _MOST_NAMED else "")
