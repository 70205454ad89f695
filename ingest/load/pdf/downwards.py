"""Writing that runs downwards, as in Japanese columns."""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from ingest.load.pdf.boxes import Character, follows, upright

DOWNWARDS = 90  # degrees by which the lines are turned
_COLUMN = 3  # characters that stand below each other are a column


def downwards(characters: Sequence[Character]) -> list[Character]:
    """Upright characters that stand below each other, as in Japanese columns, turned to run with their line."""
    cells = _cells(characters)
    columns: list[list[int]] = [[0]]
    for number, (before, cell) in enumerate(pairwise(cells), 1):
        if _below(before, cell):
            columns[-1].append(number)
        else:
            columns.append([number])
    beside = [False, *(follows(before[1], cell[1]) for before, cell in pairwise(cells)), False]
    tall = sum(len(column) for column in columns if len(column) >= _COLUMN)
    mostly = 2 * tall > sum(_is_wide(cell) and not cell[2] for cell in cells)
    for column in columns:
        alone = not beside[column[0]] and not beside[column[-1] + 1] and any(_is_wide(cells[n]) for n in column)
        if len(column) >= _COLUMN or (mostly and alone and not cells[column[0]][2]):
            for number in column:
                text, box, _ = cells[number]
                cells[number] = text, upright(box, DOWNWARDS), DOWNWARDS
    return cells


def _cells(characters: Sequence[Character]) -> list[Character]:
    """Digits that stand beside each other in a column of characters are one cell of it."""
    cells: list[Character] = []
    for character in characters:
        if cells and cells[-1][0].isdigit() and character[0].isdigit() and not character[2]:
            both = _around(cells[-1], character)
            above = next((cell for cell in cells[-2:-5:-1] if cell[0] != " "), both)
            if follows(cells[-1][1], character[1]) and _below(above, both):
                cells[-1] = both
                continue
        cells.append(character)
    return cells


def _around(before: Character, after: Character) -> Character:
    lefts, bottoms, rights, tops = zip(before[1], after[1], strict=True)
    return before[0] + after[0], (min(lefts), min(bottoms), max(rights), max(tops)), before[2]


def _is_wide(character: Character) -> bool:
    return unicodedata.east_asian_width(character[0][0]) in "WF"


def _below(before: Character, cell: Character) -> bool:
    """Whether a character stands right below an upright East Asian one, or such a one right below it."""
    if before[2] or cell[2] or not (_is_wide(before) or _is_wide(cell)):
        return False
    (left, bottom, right, top), (cell_left, cell_bottom, cell_right, cell_top) = before[1], cell[1]
    size = max(right - left, cell_right - cell_left, top - bottom)
    aside = (left + right - cell_left - cell_right) / 2
    down = (bottom + top - cell_bottom - cell_top) / 2
    return abs(aside) < 0.3 * size and 0.3 * size < down < 1.6 * size
