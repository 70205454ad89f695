"""All the text of an XHTML or HTML document, as of a book: nothing of it is furniture, unlike on a web page."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from lxml import etree
from lxml import html as lxml_html
from lxml.etree import _Element

from ingest.load.decode import decode
from ingest.load.grid import Cell
from ingest.load.office.archive import parse_xml
from ingest.load.office.blocks import Block, Piece, note, one_line, table, written
from ingest.load.office.equations import equation
from ingest.load.office.ordinals import ordinal
from qa.errors import LoadError

_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary table ul".split()
)
_OWN_LABELS = frozenset("menu ol table ul".split())
_LEFT_OUT = frozenset("head noscript rp script style svg template title".split())
_PICTURES = {"img": "picture", "image": "picture", "audio": "sound", "video": "film", "object": "embedded object"}
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_NOTES = frozenset("footnote endnote rearnote doc-footnote doc-endnote".split())
_REFERENCES = frozenset("noteref doc-noteref".split())
_NOT_READ = frozenset("toc page-list landmarks doc-toc pagebreak doc-pagebreak backlink doc-backlink".split())
_NAMED = re.compile(r"&(?!(?:amp|apos|gt|lt|quot);)[A-Za-z]\w{0,30};")  # names that HTML knows and XML does not
_MARK = re.compile(r"[\d*†‡§]{1,4}")
_MOST_ROWS = 65_534  # as browsers have it


def name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def types(element: _Element) -> set[str]:
    """What an element of a book is, by its epub:type and its role."""
    return {*element.get(_EPUB_TYPE, "").split(), *element.get("role", "").split()}


def is_note(element: _Element) -> bool:
    return not _NOTES.isdisjoint(types(element))


def markup(data: bytes) -> _Element:
    """The root of a document, which may be XML or not quite; raises LoadError where it is nested too deeply."""
    text = decode(data)
    named = _NAMED.sub(lambda found: html.escape(html.unescape(found[0]), quote=False), text)
    try:
        return parse_xml(_without_declaration(named).encode(errors="replace"))
    except (etree.XMLSyntaxError, LoadError):
        parser = lxml_html.HTMLParser(encoding="utf-8")
    try:
        root = lxml_html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except etree.ParserError as error:
        raise LoadError("holds no text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise LoadError("is nested too deeply to be read; save its text as .txt and add that")
    return root


def read_markup(data: bytes, left_out: Counter[str]) -> Iterator[Block]:
    """The blocks of a document that stands by itself."""
    yield from Markup(left_out, {}).blocks(markup(data))


class Markup:
    """Reads documents that belong together; `notes` are their footnotes by address, read below what refers to them."""

    def __init__(self, left_out: Counter[str], notes: Mapping[str, _Element]) -> None:
        self.left_out, self.page = left_out, ""
        self._notes, self._read = notes, set[_Element]()
        self._referred: list[_Element] = []
        self._within = 0

    def blocks(self, element: _Element) -> Iterator[Block]:
        """What lies in an element; text between its blocks is a paragraph, too."""
        yield from self._flow(element, "")
        if not self._within:
            yield from self._notes_below()

    def _flow(self, element: _Element, label: str) -> Iterator[Block]:
        """The blocks in order; `label` is that of a list item, whose first text bears it."""
        line: list[Piece] = []
        is_item, keeps = bool(label), name(element) == "pre"

        def paragraph() -> Iterator[Block]:
            nonlocal label
            text = written(line).strip("\n") if keeps else _folded(written(line))
            line.clear()
            if text.strip():
                yield Block(label + text, is_item)
                label = ""
            if not self._within:
                yield from self._notes_below()

        line += self._text(element.text, "", keeps)
        for child in element:
            if self._is_block(child):
                yield from paragraph()
                passed_on, label = (label, "") if name(child) not in _OWN_LABELS else ("", label)
                yield from self._block(child, passed_on)
            else:
                line += self._pieces(child, "", keeps)
            line += self._text(child.tail, "", keeps)
        yield from paragraph()

    def _is_block(self, element: _Element) -> bool:
        """Also where it only holds blocks, as a link around a paragraph does."""
        return name(element) in _BLOCKS or (
            isinstance(element.tag, str)
            and name(element) not in _LEFT_OUT
            and name(element) != "math"
            and any(name(below) in _BLOCKS for below in element.iter(etree.Element))
        )

    def _block(self, element: _Element, label: str) -> Iterator[Block]:
        kind = name(element)
        if element in self._read or element.get("hidden") is not None or not _NOT_READ.isdisjoint(types(element)):
            return
        if is_note(element):
            self._read.add(element)
        if kind == "table":
            yield from self._table(element)
        elif kind in ("ol", "ul", "menu"):
            yield from self._list(element)
        elif kind == "dd":
            yield from (Block(block.text, True) for block in self._flow(element, label))
        else:
            yield from self._flow(element, label)

    def _list(self, element: _Element) -> Iterator[Block]:
        items = [child for child in element if name(child) == "li"]
        step = -1 if element.get("reversed") is not None else 1
        number = _whole(element.get("start"), len(items) if step < 0 else 1)
        kind = element.get("type", "1")
        for child in element:
            if name(child) != "li":
                yield from self._block(child, "") if self._is_block(child) else ()
                continue
            number = _whole(child.get("value"), number)
            label = f"{ordinal(number, kind if kind in 'aAiI' else '1')}. " if name(element) == "ol" else "• "
            number += step
            if child not in self._read:
                yield from self._flow(child, "" if is_note(child) else label)

    def _table(self, element: _Element) -> Iterator[Block]:
        self._within += 1
        rows: list[list[Cell]] = []
        headers, captions = 0, []
        for child in element.iter("{*}caption", "{*}tr"):
            if next((above for above in child.iterancestors() if name(above) == "table"), None) is not element:
                continue
            if name(child) == "caption":
                captions += list(self.blocks(child))
                continue
            cells = [cell for cell in child if name(cell) in ("td", "th")]
            in_head = name(child.getparent()) == "thead" or (cells and all(name(cell) == "th" for cell in cells))
            headers += bool(in_head) and headers == len(rows)
            rows.append([self._cell(cell) for cell in cells])
        blocks = table(rows, headers)
        self._within -= 1
        yield from captions
        yield from blocks

    def _cell(self, cell: _Element) -> Cell:
        width, height = _whole(cell.get("colspan"), 1), _whole(cell.get("rowspan"), 1)
        return one_line(self.blocks(cell)), width if width > 0 else 1, min(height, _MOST_ROWS)

    def _pieces(self, element: _Element, raised: str, keeps: bool) -> Iterator[Piece]:
        kind = name(element)
        if not kind or kind in _LEFT_OUT or element.get("hidden") is not None or element in self._read:
            self.left_out["picture"] += kind == "svg"
            return
        if kind == "br":
            yield "\n", ""
        elif kind == "math":
            yield equation(element), ""
        elif kind in _PICTURES:
            self.left_out[_PICTURES[kind]] += 1
        elif not _NOT_READ.isdisjoint(types(element)) or (kind == "a" and self._refers(element, raised)):
            return
        else:
            raised = {"sup": "super", "sub": "sub"}.get(kind, raised)
            around = ("(", ")") if kind == "rt" else ("", "")
            yield around[0], ""
            yield from self._text(element.text, raised, keeps)
            for child in element:
                yield from self._pieces(child, raised, keeps)
                yield from self._text(child.tail, raised, keeps)
            yield around[1], ""

    def _refers(self, link: _Element, raised: str) -> bool:
        """Whether a link is only the mark of a note, which is then read below the paragraph."""
        address = link.get("href", "")
        target = self._notes.get(address if not address.startswith("#") else self.page + address)
        if target is None:
            target = self._notes.get(f"{self.page.rpartition('/')[0]}/{address}".lstrip("/"))
        if target is not None and is_note(target) and target not in self._read:
            self._read.add(target)
            self._referred.append(target)
        if not _REFERENCES.isdisjoint(types(link)):
            return target is not None
        text = "".join(link.itertext()).strip("[]() \n\t")
        is_raised = raised == "super" or any(name(below) == "sup" for below in link)
        return is_raised and "#" in address and _MARK.fullmatch(text) is not None

    def _notes_below(self) -> Iterator[Block]:
        while self._referred:
            element = self._referred.pop(0)
            self._within += 1
            text = one_line(self._flow(element, ""))
            self._within -= 1
            if text:
                yield note(text)

    @staticmethod
    def _text(text: str | None, raised: str, keeps: bool) -> Iterator[Piece]:
        if text:
            yield text if keeps else re.sub(r"[ \t\r\n\f]+", " ", text), raised


def _folded(text: str) -> str:
    return "\n".join(" ".join(line.split(" ")).strip() for line in re.sub(" {2,}", " ", text).split("\n")).strip()


def _whole(text: str | None, otherwise: int) -> int:
    try:
        return int(text) if text else otherwise
    except ValueError:
        return otherwise


def _without_declaration(text: str) -> str:
    """Without the encoding that XML declares: the text has been decoded by it."""
    text = text.lstrip("\ufeff \t\r\n")
    return text.partition("?>")[2] if text.startswith("<?xml") else text
