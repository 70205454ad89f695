"""The paragraphs, lists and tables of a part of a Word file in reading order, its notes below what refers to them."""

from collections import Counter
from collections.abc import Callable, Iterator

from lxml.etree import _Element

from ingest.load.office.blocks import Block, Piece, note, one_line, table, written
from ingest.load.office.docx_fields import Fields
from ingest.load.office.docx_lists import Lists
from ingest.load.office.docx_styles import RELATION, Styles, is_on, script, value, w, whole
from ingest.load.office.equations import equation
from ingest.load.office.page_numbers import PAGE, is_page_number
from ingest.load.office.symbols import symbol

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MATH = (f"{_M}oMath", f"{_M}oMathPara")
_GRAPHIC = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # of what stands beside it
_SPACES = {w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-", w("pgNum"): PAGE}
_DELETED = (w("del"), w("moveFrom"))
_LEFT_OUT = {*_DELETED, w("pPr"), w("rPr"), w("sdtPr"), w("tblPr"), w("trPr"), w("tcPr"), w("txbxContent"), _FALLBACK}
_PICTURES = {"picture": "picture", "chart": "chart", "chartex": "chart", "diagram": "diagram"}
_NOTES = {w("footnoteReference"): "footnote", w("endnoteReference"): "endnote"}
_SYMBOL_FONT = "symbol"

Embedded = Callable[[str], Iterator[Block]]


class Body:
    """Reads one part after another: the numbers of lists go on, and each note is read once.

    `notes` are the elements of footnotes and endnotes by kind and identity, `embedded` reads the document that a
    w:altChunk names; `left_out` counts what is not in the text.
    """

    def __init__(
        self, styles: Styles, lists: Lists, notes: dict[tuple[str, str], _Element], embedded: Embedded
    ) -> None:
        self.left_out: Counter[str] = Counter()
        self._styles, self._lists, self._notes, self._embedded = styles, lists, notes, embedded
        self._fields = Fields()
        self._referred: list[_Element] = []
        self._carried: list[Piece] = []
        self._tables = 0

    def blocks(self, parent: _Element) -> Iterator[Block]:
        for element in parent:
            if element.tag == w("p"):
                yield from self._paragraph(element)
            elif element.tag == w("tbl"):
                yield from self._table(element)
            elif element.tag == w("altChunk"):
                yield from self._embedded(element.get(RELATION, ""))
            elif element.tag in _MATH:
                yield Block(equation(element))
            elif element.tag == w("subDoc"):
                self.left_out["document linked to"] += 1
            elif self._is_read(element):
                yield from self.blocks(element)

    def _is_read(self, element: _Element) -> bool:
        """Whether what lies within is part of the text: no deletions, no properties, no empty forms."""
        if element.tag == w("del"):
            self.left_out["tracked deletion"] += 1
        return element.tag not in _LEFT_OUT and not is_on(element, "sdtPr/showingPlcHdr")

    def _paragraph(self, paragraph: _Element) -> Iterator[Block]:
        pieces = [*self._carried, *self._pieces(paragraph, "")]
        self._fields.end_paragraph()
        mark = paragraph.find(w("pPr/rPr"))
        if mark is not None and any(mark.find(tag) is not None for tag in _DELETED):
            self._carried = pieces  # its end was deleted: it goes on in the next one
            return
        self._carried = []
        if text := written(pieces).strip():
            label = self._lists.label(paragraph)
            yield Block(label + text, bool(label) and not self._is_heading(paragraph))
        for box in paragraph.iter(w("txbxContent")):
            around = box.iterancestors(_FALLBACK, w("p"))
            if next(around) is paragraph:
                yield from self.blocks(box)
        if not self._tables:
            yield from self._notes_below()

    def _is_heading(self, paragraph: _Element) -> bool:
        return self._styles.name(value(paragraph, "pPr/pStyle")).startswith(("heading", "title"))

    def _notes_below(self) -> Iterator[Block]:
        while self._referred:
            referred, self._referred = self._referred, []
            for element in referred:
                self._tables += 1  # notes of notes come after them, too
                text = one_line(self.blocks(element))
                self._tables -= 1
                if text:
                    yield note(text)

    def _table(self, element: _Element) -> Iterator[Block]:
        self._tables += 1
        rows: list[list[tuple[str, list[int]]]] = []
        headers = 0
        merged: dict[int, list[int]] = {}
        for row in _own(element, w("tr"), w("tbl")):
            properties = row.find(w("trPr"))
            if properties is not None and properties.find(w("del")) is not None:
                self.left_out["tracked deletion"] += 1
                continue
            headers += headers == len(rows) and is_on(properties, "tblHeader")
            rows.append(self._row(row, merged))
        blocks = table([[(text, size[0], size[1]) for text, size in row] for row in rows], headers)
        self._tables -= 1
        yield from blocks
        if not self._tables:
            yield from self._notes_below()

    def _row(self, row: _Element, merged: dict[int, list[int]]) -> list[tuple[str, list[int]]]:
        """Its cells with their columns and rows; `merged` are the sizes of those that cells below may go on."""
        before = whole(row, "trPr/gridBefore") or 0
        cells: list[tuple[str, list[int]]] = [("", [before, 1])] if before else []
        column, goes_on = before, dict[int, list[int]]()
        for cell in _own(row, w("tc"), w("tr")):
            properties = cell.find(w("tcPr"))
            width, down, across = (
                whole(properties, "gridSpan") or 1,
                *(value(properties, name) for name in ("vMerge", "hMerge")),
            )
            text = one_line(self.blocks(cell))
            if down in ("", "continue") and column in merged:
                merged[column][1] += 1
                goes_on[column] = merged[column]
            elif across in ("", "continue") and cells:
                cells[-1][1][0] += width
            else:
                cells.append((text, size := [width, 1]))
                if down is not None:
                    goes_on[column] = size
            column += width
        merged.clear()
        merged.update(goes_on)
        return cells

    def _pieces(self, parent: _Element, raised: str) -> Iterator[Piece]:
        for element in parent:
            tag = element.tag
            if tag == w("t"):
                yield element.text or "" if self._fields.shown() else "", raised
            elif tag in _SPACES:
                yield _SPACES[tag] if self._fields.shown() else "", ""
            elif tag == w("r"):
                yield from self._run(element)
            elif tag == w("fldChar"):
                yield self._fields.mark(element), ""
            elif tag == w("instrText"):
                self._fields.instruct(element.text or "")
            elif tag == w("fldSimple") and is_page_number(element.get(w("instr"))):
                yield PAGE, ""
            elif tag in _MATH:
                yield equation(element), ""
            elif tag == w("sym"):
                yield self._symbol(element), raised
            elif tag == w("ruby"):
                yield from self._ruby(element, raised)
            elif tag in _NOTES:
                self._refer(_NOTES[tag], element.get(w("id"), ""))
            elif self._is_read(element):
                self._count(element)
                yield from self._pieces(element, raised)

    def _run(self, run: _Element) -> Iterator[Piece]:
        properties = run.find(w("rPr"))
        if properties is None:
            yield from self._pieces(run, "")
            return
        if is_on(properties, "vanish"):
            self.left_out["hidden passage"] += any(True for _ in run.iter(w("t")))
            return
        own = script(properties)
        yield from self._pieces(run, self._styles.script(value(properties, "rStyle")) if own is None else own)

    def _symbol(self, element: _Element) -> str:
        code, font = element.get(w("char"), ""), element.get(w("font"), "").lower()
        try:
            found = symbol(int(code, 16)) if font == _SYMBOL_FONT else None
        except ValueError:
            found = None
        self.left_out["symbol"] += found is None
        return found or ""

    def _ruby(self, element: _Element, raised: str) -> Iterator[Piece]:
        for base in element.iterfind(w("rubyBase")):
            yield from self._pieces(base, raised)
        reading = "".join(text for above in element.iterfind(w("rt")) for text, _ in self._pieces(above, ""))
        yield f"({reading})" if reading else "", ""

    def _refer(self, kind: str, identity: str) -> None:
        if (element := self._notes.pop((kind, identity), None)) is not None:
            self._referred.append(element)

    def _count(self, element: _Element) -> None:
        if element.tag == w("commentReference"):
            self.left_out["comment"] += 1
        elif element.tag == w("object"):
            self.left_out["embedded object"] += 1
        elif element.tag == w("pict"):
            self.left_out["picture"] += any(True for _ in element.iter(_IMAGE))
        elif element.tag == w("drawing"):
            for data in element.iter(_GRAPHIC):
                if thing := _PICTURES.get(data.get("uri", "").rpartition("/")[2]):
                    self.left_out[thing] += 1


def _own(parent: _Element, tag: str, around: str) -> Iterator[_Element]:
    """The rows of a table or the cells of a row, without those of a table within."""
    return (element for element in parent.iter(tag) if next(element.iterancestors(around)) is parent)
