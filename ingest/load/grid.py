"""A table as lines of text, each of which says by itself what its values are, so that any passage can be quoted."""

from collections.abc import Sequence

Cell = tuple[str, int, int]
"""Text on one line, and how many columns and rows it spans; 0 is all that are left."""

_MOST_COLUMNS = 1000  # as browsers have it
_EMPTY = "–"


def table_lines(rows: Sequence[Sequence[Cell]], headers: int) -> list[str]:
    """A line for each row below the first `headers` rows, which name the columns.

    A spanned cell is repeated, an empty one keeps its place. What spans the whole table is a line of its own. Without
    rows that name the columns, or with nothing below them, cells stand side by side.

    >>> table_lines([[("Ship", 1, 1), ("Built", 1, 1)], [("Alma", 1, 1), ("", 1, 1)]], headers=1)
    ['Ship: Alma; Built: –']
    >>> table_lines([[("Alma", 1, 2), ("", 1, 1), ("1951", 1, 1)], [("1920", 1, 1), ("", 1, 1)]], headers=0)
    ['Alma | | 1951', 'Alma | 1920 |']
    """
    grid = _grid(rows)
    spans = [_spans_all(texts, row) for texts, row in zip(grid, rows, strict=True)]
    named = [texts for texts, whole in zip(grid[:headers], spans, strict=False) if any(texts) and not whole]
    if not named or not any(any(texts) for texts in grid[headers:]):
        return [text for texts, whole in zip(grid, spans, strict=True) if (text := texts[0] if whole else _bare(texts))]
    names = [" ".join(dict.fromkeys(filter(None, column))).removesuffix(":") for column in zip(*named, strict=True)]
    lines = []
    for number, (texts, whole) in enumerate(zip(grid, spans, strict=True)):
        if whole:
            lines.append(texts[0])
        elif number >= headers and any(texts) and texts not in named:  # long tables name their columns again
            lines.append("; ".join(map(_named, names, texts)))
    return lines


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """The text in each place of the table; columns in which no cell begins, or none says anything, are left out."""
    places: list[dict[int, str]] = [{} for _ in rows]
    begun = set()
    for number, row in enumerate(rows):
        column = 0
        for text, width, height in row:
            while column in places[number]:
                column += 1
            begun.add(column)
            for below in places[number : number + height if height > 0 else None]:
                for beside in range(column, min(column + max(width, 1), _MOST_COLUMNS)):
                    below.setdefault(beside, text)
    columns = [c for c in sorted(begun) if any(row.get(c) for row in places)]
    return [[row.get(column, "") for column in columns] for row in places]


def _spans_all(texts: list[str], row: Sequence[Cell]) -> bool:
    return len(row) == 1 and len(texts) > 1 and bool(texts[0]) and len(set(texts)) == 1


def _bare(texts: list[str]) -> str:
    return " ".join(" | ".join(texts).split()) if any(texts) else ""


def _named(name: str, text: str) -> str:
    return f"{name}: {text or _EMPTY}" if name else text or _EMPTY
