"""The XML of a feed made fit for feedparser, whose own way with what is broken or hostile can take minutes."""

import html
import re
from xml.parsers import expat

from ingest.load.decode import decode
from qa.errors import LoadError

MOST_ELEMENTS = 200_000  # some seconds of work
MOST_OF_ONE = 200  # elements around an element, its attributes, and namespaces of the feed
NO_FEED = "is not a feed in RSS, Atom or JSON Feed"
BROKEN = "is a feed with broken XML; add its pages one by one"

_ENCODING = re.compile(rb"[^<]{0,100}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")
_TOO_MUCH = "holds more than a feed does; add its pages one by one"
_NAMED = re.compile(r"&(?!(?:amp|apos|gt|lt|quot);)[A-Za-z]\w{0,30};")  # names that HTML knows and XML does not
_BARE = re.compile(r"&(?!#?\w{1,31};)")
_LONG_WORD = re.compile(r"(?<![\w.+-])[\w.+-]{1000}", re.ASCII)  # feedparser's search for e-mail addresses is quadratic


def mended(data: bytes) -> bytes:
    """The XML of a file in UTF-8, without declaration; raises LoadError as `well_formed` does."""
    declared = _ENCODING.match(data)
    text = decode(data, declared[1].decode("ascii") if declared else None)
    return well_formed(_DECLARATION.sub("", text))


def well_formed(text: str) -> bytes:
    """The XML, mended where it is broken; raises LoadError where it cannot be, or holds more than a feed does."""
    if _LONG_WORD.search(text):
        raise LoadError(_TOO_MUCH)
    text = _NAMED.sub(lambda name: html.escape(html.unescape(name[0]), quote=False), text)
    if _is_well_formed(data := text.encode(errors="replace")):
        return data
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, encoding="utf-8")
    root = etree.fromstring(_BARE.sub("&amp;", text).encode(errors="replace"), parser)
    if root is None:
        raise LoadError(NO_FEED)
    if not _is_well_formed(data := bytes(etree.tostring(root, encoding="utf-8"))):
        raise LoadError(BROKEN)
    return data


def _is_well_formed(data: bytes) -> bool:
    """Raises LoadError for more, deeper or wider elements than a feed has, and for entities."""
    elements, depth = 0, 0
    prefixes: set[str | None] = set()

    def start(_: str, attributes: dict[str, str]) -> None:
        nonlocal elements, depth
        elements, depth = elements + 1, depth + 1
        if elements > MOST_ELEMENTS or max(depth, len(attributes), len(prefixes)) > MOST_OF_ONE:
            raise LoadError(_TOO_MUCH)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_: object) -> None:
        raise LoadError("declares XML entities, which no feed needs and some do harm with; it is not read")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.EntityDeclHandler = declare
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartNamespaceDeclHandler = lambda prefix, _: prefixes.add(prefix)
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        return False
    return True
