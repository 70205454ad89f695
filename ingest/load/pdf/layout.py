"""The reading order of a printed page, from where its characters stand: columns, lines, paragraphs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_COLUMN_ROWS = 3  # fewer beside each other are no columns
_COLUMN_CHARACTERS = 15  # a median line of prose; the cells of tables are shorter
_COLUMN_FILL = 0.3
_STEP = 2.0  # points
_STRIPS = 3  # the widest are tried
_BULLET = re.compile(r"[•▪◦‣●■–—*-] |\(?\d{1,2}[.)] ")
_END = re.compile(r"[.!?:;…。！？：；][”\"’')\]」』）]*$")


@dataclass(frozen=True)
class Line:
    """Words that stand on one line, in points from the lower left; `wide` where gaps between them are, as in tables."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    wide: bool = False

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2

    @property
    def size(self) -> float:
        return self.top - self.bottom


def rows(pieces: Iterable[Line]) -> list[Line]:
    """Pieces that stand beside each other joined, from top to bottom."""
    return [joined(row) for row in beside(pieces)]


def beside(pieces: Iterable[Line]) -> list[list[Line]]:
    """Pieces that stand beside each other, from left to right; these from top to bottom."""
    found: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.middle):
        if found and abs(found[-1][0].middle - piece.middle) < 0.4 * min(found[-1][0].size, piece.size):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in found]


def columns(pieces: Sequence[Line]) -> list[list[Line]]:
    """The lines of each column in reading order; what spans several columns divides them into bands."""
    gutter = _gutter(pieces)
    if gutter is None:
        return [rows(pieces)] if pieces else []
    ordered: list[list[Line]] = []
    band: list[Line] = []
    spanning: list[Line] = []
    for piece in [*sorted(pieces, key=lambda piece: -piece.middle), None]:
        spans = piece is not None and piece.left < gutter < piece.right
        if spanning and not spans:
            ordered.append(rows(spanning))
            spanning = []
        if band and (spans or piece is None):
            for side in ([p for p in band if p.right <= gutter], [p for p in band if p.left >= gutter]):
                ordered += columns(side)
            band = []
        if piece is not None:
            (spanning if spans else band).append(piece)
    return ordered


def paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """The lines of a column, those of one paragraph together."""
    if not lines:
        return []
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    pitch = median([above.middle - below.middle for above, below in pairwise(lines)] or [0])
    found = [[lines[0]]]
    for above, line in pairwise(lines):
        size = min(above.size, line.size)
        apart = above.middle - line.middle > max(1.35 * pitch, 1.2 * size)
        other_size = max(above.size, line.size) > 1.15 * size
        indented = line.left > max(above.left, left) + 0.8 * size
        ended = bool(_END.search(above.text)) and above.right < right - 0.15 * (right - left)
        if apart or other_size or indented or ended or above.wide or line.wide or _BULLET.match(line.text):
            found.append([line])
        else:
            found[-1].append(line)
    return found


def joined(row: Sequence[Line]) -> Line:
    """What stands beside each other as one line."""
    gaps = [after.left - before.right for before, after in pairwise(row)]
    size = max(piece.size for piece in row)
    return Line(
        " ".join(piece.text for piece in row),
        row[0].left,
        max(piece.right for piece in row),
        min(piece.bottom for piece in row),
        max(piece.top for piece in row),
        any(gap > 2 * size for gap in gaps) or any(piece.wide for piece in row),
    )


def _gutter(pieces: Sequence[Line]) -> float | None:
    """The middle of the empty strip between two columns, if there are columns."""
    if len(pieces) < 2 * _COLUMN_ROWS:
        return None
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    steps = int((right - left) / _STEP)
    crossed = [0] * (steps + 1)
    for piece in pieces:
        for step in range(int((piece.left - left) / _STEP), min(int((piece.right - left) / _STEP), steps) + 1):
            crossed[step] += 1
    inner = range(int(0.15 * steps), int(0.85 * steps) + 1)
    if not inner:
        return None
    fewest = min(crossed[step] for step in inner)
    strips: list[list[int]] = []
    for step in inner:
        if crossed[step] == fewest:
            if strips and strips[-1][-1] == step - 1:
                strips[-1].append(step)
            else:
                strips.append([step])
    for strip in sorted(strips, key=len, reverse=True)[:_STRIPS]:
        middle = left + (strip[0] + strip[-1] + 1) / 2 * _STEP
        if _divides(middle, pieces, left, right):
            return middle
    return None


def _divides(gutter: float, pieces: Sequence[Line], left: float, right: float) -> bool:
    """Whether prose stands on both sides, beside each other."""
    before = [piece for piece in pieces if piece.right <= gutter]
    after = [piece for piece in pieces if piece.left >= gutter]
    for side, width in ((before, gutter - left), (after, right - gutter)):
        lines = rows(side)
        if len(lines) < _COLUMN_ROWS or median(len(line.text) for line in lines) < _COLUMN_CHARACTERS:
            return False
        if median(line.right - line.left for line in lines) < _COLUMN_FILL * width:
            return False
    top = min(max(piece.top for piece in side) for side in (before, after))
    bottom = max(min(piece.bottom for piece in side) for side in (before, after))
    return top > bottom
