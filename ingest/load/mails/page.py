"""The HTML of a mail as text. All of it is the article: only what its reader cannot see is left out."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from ingest.load.grid import table_lines
from ingest.load.scripts import subscript, superscript

_UNSEEN = frozenset("base head link meta noscript object script style template title".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6"
    " header hr html main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_SCRIPTS = {"sub": subscript, "sup": superscript}
_HIDDEN = ("display:none", "visibility:hidden", "mso-hide:all")


def page_text(page: HtmlElement) -> str:
    """Blocks apart by a blank line. A table that only places things is no table; one of data is told row by row.

    >>> from lxml.html import fromstring
    >>> page_text(fromstring("<div>Hi,<br>all<table><tr><td><p>One</p><p>Two</p></td></tr></table></div>"))
    'Hi,\\nall\\n\\nOne\\n\\nTwo'
    """
    blocks = (_lines("".join(pieces)) for pieces in _blocks(page))
    return "\n\n".join(filter(None, blocks))


def _blocks(element: HtmlElement) -> Iterator[list[str]]:
    """The blocks below an element in order, each as the pieces of its text; a newline piece is a line break."""
    pieces: list[str] = []
    rest: list[HtmlElement | str | None] = [element]  # None begins a block
    while rest:
        node = rest.pop()
        if node is None:
            yield pieces
            pieces = []
        elif isinstance(node, str):
            pieces.append(node)
        elif node.tag == "br":
            pieces.append("\n")
        elif node.tag in _SCRIPTS:
            pieces.append(_SCRIPTS[node.tag](" ".join(node.text_content().split())))
        elif node.tag == "table" and (rows := _data(node)):
            yield pieces
            yield ["\n".join(rows)]
            pieces = []
        elif isinstance(node.tag, str) and node.tag not in _UNSEEN and not _is_hidden(node):
            around = [None] if node.tag in _BLOCKS else []
            before = ["\n"] if node.tag == "li" else around
            inner: list[HtmlElement | str | None] = [_words(node.text, node.tag == "pre")]
            for child in node:
                inner += [child, _words(child.tail, node.tag == "pre")]
            rest += [*around, *reversed(inner), *before]
    yield pieces


def _data(table: HtmlElement) -> list[str]:
    """The lines of a table of data, whose cells hold a line each; none of one that places things."""
    if table.get("role") == "presentation" or table.xpath(".//table"):
        return []
    rows = [row.xpath("./td | ./th") for row in table.xpath("./tr | ./*/tr")]
    if max(map(len, rows), default=0) < 2:
        return []
    cells = [[_cell(cell) for cell in row] for row in rows]
    if any(text is None for row in cells for text, _, _ in row):
        return []
    headers = next((n for n, row in enumerate(rows) if any(cell.tag != "th" for cell in row)), 0)
    return table_lines([[(text or "", wide, high) for text, wide, high in row] for row in cells], headers)


def _cell(cell: HtmlElement) -> tuple[str | None, int, int]:
    """Its text, None where that has several lines, and how many columns and rows it spans."""
    text = page_text(cell)
    return None if "\n" in text else text, _span(cell, "colspan"), _span(cell, "rowspan")


def _span(cell: HtmlElement, name: str) -> int:
    written = cell.get(name, "1").strip()
    return int(written[:4]) if written.isascii() and written.isdecimal() else 1


def _is_hidden(element: HtmlElement) -> bool:
    style = "".join(element.get("style", "").lower().split())
    return element.get("hidden") is not None or any(hidden in style for hidden in _HIDDEN)


def _words(text: str | None, verbatim: bool) -> str:
    return text or "" if verbatim else re.sub(r"\s+", " ", text or "")


def _lines(text: str) -> str:
    lines = "\n".join(line.strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()
