"""Paragraphs and tables of RTF as they come in: a table is a row of paragraphs whose places only its cells tell."""

from bisect import bisect_right
from dataclasses import dataclass, field

from ingest.load.office.blocks import Block, Piece, note, one_line, table, written

_NESTED = " | "
_TWIPS_APART = 60  # edges of cells that are closer are one: a millimetre


@dataclass
class Place:
    """The definition of a cell: where it ends, in twips, and whether it goes on from the left or from above."""

    right: int = 0
    merged: str = ""
    across: bool = False


@dataclass
class Row:
    left: int = 0
    is_header: bool = False
    places: list[Place] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


class Stream:
    """The text of the document, of a note, a header or a text box."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.blocks: list[Block] = []
        self.notes: list[str] = []
        self.boxes: list[Block] = []
        self._row, self._place = Row(), Place()
        self._pieces: list[Piece] = []
        self._label = ""
        self._cell: list[Block] = []
        self._cells: list[str] = []
        self._rows: list[Row] = []
        self._notes_of_table: list[str] = []

    def write(self, text: str, raised: str) -> None:
        self._pieces.append((text, raised))

    def label(self, text: str) -> None:
        """The number or the bullet of the paragraph to come."""
        text = text.strip()
        self._label = f"{text if any(map(str.isalnum, text)) else '•'} " if text else ""

    def end_paragraph(self, in_table: bool) -> str:
        """Close it, in its cell or outside of tables; its text."""
        text = _whole_characters(written(self._pieces)).strip()
        blocks = [Block(self._label + text, bool(self._label))] if text else []
        self._pieces, self._label = [], ""
        blocks += self.boxes
        self.boxes = []
        if in_table or self._cells:
            self._cell += blocks
            self._notes_of_table += self.notes
        else:
            self._end_table()
            self.blocks += blocks + _notes(self.notes)
        self.notes = []
        return text

    def end_cell(self) -> None:
        self.end_paragraph(True)
        self._cells.append(one_line(self._cell))
        self._cell = []

    def take(self, word: str, number: int | None) -> None:
        """A word that tells of cells and rows; all others say nothing here."""
        if word == "cell":
            self.end_cell()
        elif word == "row":
            self.end_row()
        elif word == "nestcell":
            self.write(_NESTED, "")
        elif word == "trowd":
            self._row, self._place = Row(), Place()
        elif word == "trleft":
            self._row.left = number or 0
        elif word == "trhdr":
            self._row.is_header = True
        elif word in ("clvmgf", "clvmrg"):
            self._place.merged = "first" if word == "clvmgf" else "on"
        elif word == "clmrg":
            self._place.across = True
        elif word == "cellx":
            self._place.right = number or 0
            self._row.places.append(self._place)
            self._place = Place()

    def end_nested_row(self) -> None:
        """A row of a table within a cell, where it is part of the cell's text."""
        if self._pieces and self._pieces[-1] == (_NESTED, ""):
            self._pieces[-1] = ("; ", "")

    def end_row(self) -> None:
        if self._cells:
            row = self._row
            self._rows.append(Row(row.left, row.is_header, list(row.places), self._cells))
        self._cells = []

    def end(self) -> list[Block]:
        self.end_row()
        self.end_paragraph(False)
        return self.blocks

    def _end_table(self) -> None:
        self.blocks += self._cell
        self._cell = []
        if not self._rows:
            return
        edges = _edges(self._rows)
        merged: dict[int, list[int]] = {}
        rows = [_laid_out(row, edges, merged) for row in self._rows]
        headers = next((number for number, row in enumerate(self._rows) if not row.is_header), len(rows))
        self._rows = []
        self.blocks += table([[(text, size[0], size[1]) for text, size in row] for row in rows], headers)
        self.blocks += _notes(self._notes_of_table)
        self._notes_of_table = []


def _notes(texts: list[str]) -> list[Block]:
    return [note(text) for text in texts if text]


def _edges(rows: list[Row]) -> list[int]:
    """The borders of columns of a table, from the left."""
    edges: list[int] = []
    for edge in sorted({edge for row in rows for edge in (row.left, *(place.right for place in row.places))}):
        if not edges or edge - edges[-1] > _TWIPS_APART:
            edges.append(edge)
    return edges


def _laid_out(row: Row, edges: list[int], merged: dict[int, list[int]]) -> list[tuple[str, list[int]]]:
    """Its cells with their columns and rows; `merged` are the sizes of those that cells below may go on."""

    def column(edge: int) -> int:
        return max(bisect_right(edges, edge) - 1, 0)  # each edge stands at or just before those that it is one with

    at = column(row.left) if row.places else 0
    cells: list[tuple[str, list[int]]] = [("", [at, 1])] if at else []
    goes_on = dict[int, list[int]]()
    for number, text in enumerate(row.cells):
        place = row.places[number] if number < len(row.places) else Place()
        width = max(column(place.right) - at, 1) if place.right else 1
        if place.merged == "on" and at in merged:
            merged[at][1] += 1
            goes_on[at] = merged[at]
        elif place.across and cells:
            cells[-1][1][0] += width
        else:
            cells.append((text, size := [width, 1]))
            if place.merged:
                goes_on[at] = size
        at += width
    merged.clear()
    merged.update(goes_on)
    return cells


def _whole_characters(text: str) -> str:
    """Pairs of surrogates, by which RTF writes what lies beyond the first 65,536 characters, as the one they are."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
