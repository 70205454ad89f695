"""Headings, paragraphs, lists and tables of an OpenDocument text, its notes below what refers to them."""

from collections import Counter
from collections.abc import Iterator

from lxml.etree import _Element

from ingest.load.grid import Cell
from ingest.load.office.blocks import Block, Piece, note, one_line, table, written
from ingest.load.office.equations import equation
from ingest.load.office.odt_lists import Lists
from ingest.load.office.odt_styles import DRAW, OFFICE, STYLE, TABLE, TEXT, XLINK, Styles, whole
from ingest.load.office.page_numbers import PAGE, without_page_numbers

_PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
_LEFT_OUT = {
    *(f"{OFFICE}{name}" for name in ("annotation", "annotation-end", "forms", "event-listeners", "binary-data")),
    *(f"{TEXT}{name}" for name in ("tracked-changes", "note", "hidden-text", "number", "placeholder", "script")),
    *(f"{TEXT}{name}-decls" for name in ("variable", "sequence", "user-field", "dde-connection")),
    *(f"{{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}}{name}" for name in ("title", "desc")),
}
_PAGES = (f"{TEXT}page-number", f"{TEXT}page-count")
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}chart"
_SPACE = "\1"
_BREAKS = {f"{TEXT}tab": "\2", f"{TEXT}line-break": "\3"}
_MARKS = str.maketrans({_SPACE: " ", "\2": "\t", "\3": "\n"})
_MOST_REPEATED = 1000


class Body:
    """`objects` are the formulas and charts by their names; `left_out` counts what is not in the text."""

    def __init__(self, styles: Styles, objects: dict[str, _Element]) -> None:
        self.left_out: Counter[str] = Counter()
        self.title: str | None = None
        self._styles, self._objects, self._lists = styles, objects, Lists(styles)
        self._referred: list[_Element] = []
        self._framed: list[_Element] = []
        self._within = 0

    def blocks(self, parent: _Element) -> Iterator[Block]:
        for element in parent:
            if element.tag in _PARAGRAPHS:
                yield from self._paragraph(element, "")
            elif element.tag == f"{TEXT}list":
                yield from self._list(element, 1)
            elif element.tag == f"{TABLE}table":
                yield from self._table(element)
            elif element.tag == f"{TEXT}tracked-changes":
                self.left_out["tracked deletion"] += sum(1 for _ in element.iter(f"{TEXT}deletion"))
            elif element.tag.startswith(DRAW):
                yield from self._outside(element)
            elif element.get(f"{TEXT}display") == "none":
                self.left_out["hidden passage"] += 1
            elif element.tag not in _LEFT_OUT:
                yield from self.blocks(element)

    def _paragraph(self, element: _Element, label: str) -> Iterator[Block]:
        style = element.get(f"{TEXT}style-name")
        if self._styles.is_hidden(style, "paragraph"):
            self.left_out["hidden passage"] += 1
            return
        text = written(_collapsed(self._pieces(element, ""))).strip()
        is_heading = element.tag == f"{TEXT}h"
        if text:
            if self.title is None and (
                style == "Title" or (is_heading and whole(element, f"{TEXT}outline-level", 1) == 1)
            ):
                self.title = " ".join(text.split())
            number = self._lists.heading(element) if is_heading and not label else ""
            yield Block(label + number + text, bool(label))
        framed, self._framed = self._framed, []
        for box in framed:
            yield from self.blocks(box)
        if not self._within:
            yield from self._notes_below()

    def _outside(self, element: _Element) -> Iterator[Block]:
        """What is drawn between paragraphs: a formula on a line of its own, the text of boxes."""
        text = written(self._pieces(element, "", drawn=True)).strip()
        if text:
            yield Block(text)
        framed, self._framed = self._framed, []
        for box in framed:
            yield from self.blocks(box)

    def _notes_below(self) -> Iterator[Block]:
        while self._referred:
            body = self._referred.pop(0)
            self._within += 1
            text = one_line(self.blocks(body))
            self._within -= 1
            if text:
                yield note(text)

    def _list(self, element: _Element, depth: int) -> Iterator[Block]:
        self._lists.begin(element, depth)
        for item in element:
            label = None if item.tag == f"{TEXT}list-item" else ""
            for child in item:
                if child.tag == f"{TEXT}list":
                    yield from self._list(child, depth + 1)
                elif child.tag in _PARAGRAPHS:
                    if label is None:
                        label = self._lists.label(item, depth, child.get(f"{TEXT}style-name"))
                    yield from self._paragraph(child, label)
                    label = ""
                elif child.tag != f"{TEXT}number":
                    yield from self.blocks([child])
        self._lists.end(element)

    def _table(self, element: _Element) -> Iterator[Block]:
        self._within += 1
        rows: list[list[Cell]] = []
        headers = 0
        for row in _rows(element):
            in_head = row.getparent().tag == f"{TABLE}table-header-rows"
            cells = self._row(row)
            for _ in range(_repeated(row, "rows", cells)):
                headers += in_head and headers == len(rows)
                rows.append(cells)
        blocks = table(rows, headers)
        self._within -= 1
        yield from blocks
        if not self._within:
            yield from self._notes_below()

    def _row(self, row: _Element) -> list[Cell]:
        cells: list[Cell] = []
        for cell in row.iter(f"{TABLE}table-cell"):
            if next(cell.iterancestors(f"{TABLE}table-row")) is row:
                text = one_line(self.blocks(cell))
                size = whole(cell, f"{TABLE}number-columns-spanned", 1), whole(cell, f"{TABLE}number-rows-spanned", 1)
                repeated = min(whole(cell, f"{TABLE}number-columns-repeated", 1), _MOST_REPEATED)
                cells += [(text, max(size[0], 1), max(size[1], 1))] * repeated
        return cells

    def _pieces(self, parent: _Element, raised: str, drawn: bool = False) -> Iterator[Piece]:
        """The text within; spaces and breaks that are elements are marked, so that others can be folded."""
        if not drawn:
            yield parent.text or "", raised
        for element in [parent] if drawn else parent:
            tag = element.tag
            if tag == f"{TEXT}s":
                yield _SPACE * min(whole(element, f"{TEXT}c", 1), _MOST_REPEATED), raised
            elif tag in _BREAKS:
                yield _BREAKS[tag], raised
            elif tag in _PAGES:
                yield PAGE, ""
            elif tag == f"{TEXT}note":
                self._referred += element.iterfind(f"{TEXT}note-body")
            elif tag == f"{OFFICE}annotation":
                self.left_out["comment"] += 1
            elif tag == f"{TEXT}span":
                yield from self._span(element, raised)
            elif tag == f"{TEXT}ruby-text":
                yield f"({''.join(element.itertext())})", ""
            elif tag.startswith(DRAW) and tag != f"{DRAW}a":
                yield from self._drawn(element)
            elif tag not in _LEFT_OUT:
                yield from self._pieces(element, raised)
            if not drawn:
                yield element.tail or "", raised

    def _span(self, element: _Element, raised: str) -> Iterator[Piece]:
        style = element.get(f"{TEXT}style-name")
        if self._styles.is_hidden(style, "text"):
            self.left_out["hidden passage"] += 1
            return
        own = self._styles.raised(style)
        yield from self._pieces(element, raised if own is None else own)

    def _drawn(self, element: _Element) -> Iterator[Piece]:
        """A formula as text; boxes and shapes with text come after the paragraph; pictures and charts are counted."""
        boxes = [] if element.tag != f"{DRAW}frame" else element.findall(f"{DRAW}text-box")
        formula = next(element.iter(f"{DRAW}object", f"{DRAW}object-ole"), None)
        if formula is not None:
            yield self._object(formula), ""
        elif boxes or any(True for _ in element.iter(*_PARAGRAPHS)):
            self._framed += boxes or [element]
        elif any(True for _ in element.iter(f"{DRAW}image", f"{DRAW}plugin")):
            self.left_out["picture"] += 1

    def _object(self, element: _Element) -> str:
        inner = self._objects.get(element.get(f"{XLINK}href", "").removeprefix("./").rstrip("/"), element)
        if (math := next(inner.iter(_MATH), None)) is not None:
            return equation(math)
        is_chart = any(True for _ in inner.iter(_CHART))
        self.left_out["chart" if is_chart else "embedded object"] += 1
        return ""


def edges(roots: list[_Element], body: Body, kind: str) -> Iterator[Block]:
    """What stands at the top ("header") or the bottom ("footer") of pages, each line once, without page numbers."""
    seen = set()
    for root in roots:
        for page in root.iter(f"{STYLE}master-page"):
            for part in page:
                if part.tag.startswith(f"{STYLE}{kind}") and part.get(f"{STYLE}display") != "false":
                    for block in body.blocks(part):
                        text = without_page_numbers(block.text)
                        if text and text not in seen:
                            seen.add(text)
                            yield Block(text)


def _collapsed(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """White space of the XML folded to single spaces, as OpenDocument has it; its own elements for spaces stay."""
    after_space = True
    for text, raised in pieces:
        kept = []
        for character in text:
            is_space = character in " \t\r\n"
            if not (is_space and after_space):
                kept.append(" " if is_space else character)
            after_space = is_space
        yield "".join(kept).translate(_MARKS), raised


def _rows(element: _Element) -> Iterator[_Element]:
    for row in element.iter(f"{TABLE}table-row"):
        if next(row.iterancestors(f"{TABLE}table")) is element:
            yield row


def _repeated(row: _Element, what: str, cells: list[Cell]) -> int:
    times = whole(row, f"{TABLE}number-{what}-repeated", 1)
    return min(times, _MOST_REPEATED) if any(text for text, _, _ in cells) else 1
