"""Running heads and feet: each is kept once, beside the text that flows from page to page; page numbers go."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.load.pdf.layout import Line, beside, joined

_OUTER_ROWS = 3  # where running heads and page numbers stand
_APART = 1.6  # times the height of a line, from one middle to the next
_REPEATED = 0.4  # share of the pages
_PAGE_NUMBER = re.compile(r"(?:page |p\. ?)?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?|[-–—] ?\d{1,4} ?[-–—]", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")


@dataclass
class Sheet:
    """The lines of a page that belong to its text, those above and below it that come again on other pages, and texts
    that stand apart, as at its margin."""

    body: list[Line]
    head: list[str] = field(default_factory=list)
    foot: list[str] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    page: int
    pieces: list[Line]
    is_head: bool
    is_outermost: bool
    is_apart: bool  # from what stands further in

    @property
    def text(self) -> str:
        return joined(self.pieces).text

    @property
    def key(self) -> str:
        """Its words; numbers may differ."""
        return _NUMBER.sub("#", self.text).casefold()


def set_apart(pages: Sequence[Sequence[Line]]) -> list[Sheet]:
    """Each page with its running heads and feet beside its text, where they say what no page before it said."""
    outer = [_outer(number, page) for number, page in enumerate(pages)]
    seen = Counter(key for rows in outer for key in {row.key for row in rows})
    running = {key for key, pages_with in seen.items() if pages_with >= max(2, _REPEATED * len(pages))}
    numbers = _page_numbers([row for rows in outer for row in rows], len(pages))
    sheets, said = [], dict[str, list[_Row]]()
    for page, rows in zip(pages, outer, strict=True):
        sheet = Sheet(list(page))
        for row in _at_the_edges(rows, running, numbers):
            sheet.body = [piece for piece in sheet.body if not any(piece is other for other in row.pieces)]
            if id(row) in numbers or any(_says_the_same(row, other, len(pages)) for other in said.get(row.key, [])):
                continue
            (sheet.head if row.is_head else sheet.foot).append(row.text)
            said.setdefault(row.key, []).append(row)
        sheets.append(sheet)
    return sheets


def _outer(number: int, page: Sequence[Line]) -> list[_Row]:
    rows = beside(page)
    lines = [joined(row) for row in rows]
    gaps = [above.middle - line.middle > _APART * min(above.size, line.size) for above, line in pairwise(lines)]
    last = len(rows) - 1
    heads = range(min(_OUTER_ROWS, (last + 2) // 2))
    feet = range(max(len(heads), len(rows) - _OUTER_ROWS), len(rows))
    return [
        *(_Row(number, rows[n], True, n in (0, last), n == last or gaps[n]) for n in heads),
        *(_Row(number, rows[n], False, n == last, n == 0 or gaps[n - 1]) for n in feet),
    ]


def _at_the_edges(rows: Sequence[_Row], running: set[str], numbers: set[int]) -> list[_Row]:
    """Running heads and feet as far as nothing else stands further out, and a gap divides them from the text."""
    found: list[_Row] = []
    for is_head in (True, False):
        side = [row for row in rows if row.is_head is is_head]
        block: list[_Row] = []
        for row in side if is_head else reversed(side):
            is_number = row.is_outermost and id(row) in numbers
            if not is_number and not (row.key in running and any(map(str.isalpha, row.key))):
                break
            block.append(row)
        while block and not (block[-1].is_apart or id(block[-1]) in numbers):
            block.pop()
        found += block if is_head else reversed(block)
    return found


def _page_numbers(rows: Sequence[_Row], pages: int) -> set[int]:
    """The rows, by identity, of a number alone that grows with the pages around it, or is that of its own page."""
    steps = {(row.page, _ahead(row, piece.text)) for row in rows for piece in row.pieces}
    alone = [(row, step) for row in rows if (step := _ahead(row, row.text)) is not None]
    return {
        id(row)
        for row, step in alone
        if (pages > 1 and step == 1) or any((row.page + away, step) in steps for away in (-2, -1, 1, 2))
    }


def _ahead(row: _Row, text: str) -> int | None:
    """By how much the number of a page, where a piece is one, is ahead of its place in the file."""
    return int(_NUMBER.findall(text)[0]) - row.page if _PAGE_NUMBER.fullmatch(text) else None


def _says_the_same(row: _Row, other: _Row, pages: int) -> bool:
    """Whether two rows differ in their page numbers at most."""
    if len(row.pieces) != len(other.pieces):
        return row.text == other.text
    pairs = [(piece.text, before.text) for piece, before in zip(row.pieces, other.pieces, strict=True)]
    return all(text == before or _counts(text, before, row.page - other.page, pages) for text, before in pairs)


def _counts(text: str, before: str, distance: int, pages: int) -> bool:
    """Whether a piece is a page number, alone or before the number of all pages, and the other the one before it."""
    numbers, others = _NUMBER.findall(text), _NUMBER.findall(before)
    if _NUMBER.sub("#", text) != _NUMBER.sub("#", before) or int(numbers[0]) - int(others[0]) != distance:
        return False
    of_all = len(numbers) == 2 and numbers[1] == others[1] and int(numbers[1]) == pages
    return of_all or (len(numbers) == 1 and bool(_PAGE_NUMBER.fullmatch(text)) and int(numbers[0]) <= pages)
