"""What the readers of documents share: paragraphs, list items and tables in order, and what was left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from ingest.load.grid import Cell, table_lines
from ingest.load.scripts import subscript, superscript
from qa.errors import LoadError

MOST_CELLS = 500_000

Piece = tuple[str, str]
"""Text within a line, and whether it is raised ("super"), lowered ("sub") or neither ("")."""


class Block(NamedTuple):
    """A paragraph or a table; an item of a list stands close to the one before it."""

    text: str
    is_item: bool = False
    is_table: bool = False


def joined(blocks: Iterable[Block]) -> str:
    """All of them: items of a list a line apart, everything else a blank line."""
    parts: list[str] = []
    after_item = False
    for block in blocks:
        if parts:
            parts.append("\n" if block.is_item and after_item else "\n\n")
        parts.append(block.text)
        after_item = block.is_item
    return "".join(parts)


def one_line(blocks: Iterable[Block]) -> str:
    """All of them within a cell or a note, where the rows of a table are apart by semicolons."""
    texts = (block.text.replace("\n", "; ") if block.is_table else block.text for block in blocks)
    return " ".join(" ".join(texts).split())


def note(text: str) -> Block:
    """A footnote or an endnote, as it stands below the paragraph that refers to it."""
    return Block(f"[note: {text}]")


def written(pieces: Iterable[Piece]) -> str:
    """The pieces as one text in which raised and lowered characters keep their value."""
    write: dict[str, Callable[[str], str]] = {"super": superscript, "sub": subscript, "": str}
    filled = (piece for piece in pieces if piece[0])
    return "".join(
        write[script]("".join(text for text, _ in group))
        for script, group in groupby(filled, key=lambda piece: piece[1])
    )


def table(rows: Sequence[Sequence[Cell]], headers: int) -> list[Block]:
    """A table as a block, or none where it is empty; raises LoadError where it has more cells than can be read."""
    if sum(min(width, 1000) * min(height, len(rows)) for row in rows for _, width, height in row) > MOST_CELLS:
        raise LoadError(f"holds a table of more than {MOST_CELLS:,} cells; save it as .csv and add that")
    lines = table_lines(rows, headers)
    return [Block("\n".join(lines), is_table=True)] if lines else []


def left_out(counts: Counter[str]) -> tuple[str, ...]:
    """One note that says how many of each thing are not in the text."""
    parts = [f"{count} {thing}{'s' if count != 1 else ''}" for thing, count in counts.items() if count]
    return (f"left out: {', '.join(parts)}",) if parts else ()
