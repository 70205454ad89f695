"""Tables of values: trafilatura decides which belong to the article, the page's own cells say what stands in them."""

from collections.abc import Iterator, Sequence
from copy import deepcopy

from lxml.etree import SubElement, _Element
from lxml.html import HtmlElement

from ingest.load.grid import Cell, table_lines

MENU_CELL = "td[count(.//a) > 2][not(.//text()[normalize-space()][not(ancestor::a)])]"  # of pages laid out in tables
_LONGEST_CELL = 300  # characters, in a table that nothing else marks as one of values
_LAYOUT = f".//table | .//form | .//h1 | .//h2 | .//h3 | .//article | .//section | .//pre | .//{MENU_CELL}"
_NAMES_COLUMNS = ".//th[normalize-space()]"
_WITHIN = "(ancestor::article or ancestor::main) and not(ancestor::aside or ancestor::nav)"
_UNSEEN = (
    ".//script | .//style | .//noscript | .//template | .//*[@hidden] | .//*[@aria-hidden='true']"
    " | .//*[contains(translate(@style, ' ', ''), 'display:none')]"
)
_APART = ("br", "dd", "div", "dt", "hr", "li", "ol", "p", "ul")
_ROLES = {
    "cell": "td",
    "columnheader": "th",
    "grid": "table",
    "gridcell": "td",
    "row": "tr",
    "rowgroup": "tbody",
    "rowheader": "th",
    "table": "table",
}
_BREAK = "\u2028"
_MARK = "\u27e6{}\u27e7"


def mark_tables(page: HtmlElement) -> list[list[str]]:
    """The lines of each table of values, whose number is left in its first cell for `fill_tables`."""
    for element in page.xpath(".//*[@role='table' or @role='grid']/descendant-or-self::*[@role]"):
        element.tag = _ROLES.get(element.get("role"), element.tag)
    marked: list[list[str]] = []
    for table in page.iter("table"):
        first = table.xpath("(.//*[self::th or self::td][normalize-space()])[1]")
        if first and _holds_values(table):
            marked.append(_lines(deepcopy(table)))
            if table.xpath(f"boolean(self::*[{_NAMES_COLUMNS}][{_WITHIN}])"):
                for link in list(table.iter("a")):  # many would pass for a menu
                    link.drop_tag()
            first[0].text = _MARK.format(len(marked) - 1) + (first[0].text or "")
    return marked


def fill_tables(body: _Element, marked: Sequence[Sequence[str]]) -> None:
    """The lines in place of what was extracted from the cells of the tables: each a row of one cell."""
    marks = {_MARK.format(number): lines for number, lines in enumerate(marked)}
    for element in list(body.iter()):
        for mark, lines in marks.items():
            if mark in (element.text or "") or mark in (element.tail or ""):
                element.text, element.tail = ((text or "").replace(mark, "") for text in (element.text, element.tail))
                table = next(element.iterancestors("table"), None)
                if table is not None:
                    _fill(table, lines)


def _fill(table: _Element, lines: Sequence[str]) -> None:
    del table[:]
    for line in lines:
        SubElement(SubElement(table, "row"), "cell").text = line


def _holds_values(table: HtmlElement) -> bool:
    """Whether it has values in rows and columns; others only lay the page out."""
    if table.get("role") in ("presentation", "none") or table.xpath(_LAYOUT):
        return False
    if table.xpath(f"boolean({_NAMES_COLUMNS} or ./thead or ./caption[normalize-space()])"):
        return True
    linked = sum(len(_squeezed(link)) for link in table.iter("a"))
    return (
        table.xpath("count(.//tr[count(td) > 1]) > 1")
        and linked < len(_squeezed(table)) / 2
        and all(len(td.text_content()) <= _LONGEST_CELL and len(td.findall(".//p")) < 2 for td in table.iter("td"))
    )


def _squeezed(element: HtmlElement) -> str:
    return "".join(element.text_content().split())


def _lines(table: HtmlElement) -> list[str]:
    captions = [text for caption in table.findall("caption") if (text := _one_line(caption))]
    parts = [table.findall("thead"), [table, *table.findall("tbody")], table.findall("tfoot")]
    head, body, foot = ([row for part in group for row in _rows(part)] for group in parts)
    headers = len(head) or _header_rows(body)
    rows = [
        [_cell(cell, len(group) - number) for cell in row]
        for group in (head, body, foot)
        for number, row in enumerate(group)
    ]
    return captions + table_lines(rows, headers)


def _rows(part: HtmlElement) -> Iterator[list[HtmlElement]]:
    """The cells of each row; those that stand in none are a row together."""
    stray: list[HtmlElement] = []
    for child in part:
        if child.tag in ("td", "th"):
            stray.append(child)
            continue
        if stray:
            yield stray
            stray = []
        if child.tag == "tr":
            yield list(child.iterchildren("td", "th"))
    if stray:
        yield stray


def _header_rows(rows: list[list[HtmlElement]]) -> int:
    """How many of the first rows name the columns: those of header cells, else one that alone is in bold."""
    count = next((number for number, row in enumerate(rows) if not _is_all(row, "self::th")), 1)
    if count or len(rows) < 2 or len(rows[0]) < 2:
        return count
    in_bold = "self::th or not(.//text()[normalize-space()][not(ancestor::b or ancestor::strong)])"
    return int(_is_all(rows[0], in_bold) and not _is_all(rows[1], in_bold))


def _is_all(row: list[HtmlElement], condition: str) -> bool:
    """Whether it has cells with text, and all of these are so."""
    told = [cell.xpath(f"boolean({condition})") for cell in row if cell.text_content().strip()]
    return bool(told) and all(told)


def _cell(cell: HtmlElement, rows_left: int) -> Cell:
    height = _span(cell, "rowspan") or rows_left
    return _one_line(cell), max(_span(cell, "colspan"), 1), min(height, rows_left)


def _span(cell: HtmlElement, name: str) -> int:
    span = cell.get(name, "1").strip()
    return int(span) if span.isdecimal() and len(span) < 6 else 1


def _one_line(cell: HtmlElement) -> str:
    """Its text, with commas for its own lines; the words for a picture where there is nothing else."""
    for element in cell.xpath(_UNSEEN):
        element.drop_tree()
    for element in cell.iter(*_APART):
        element.text, element.tail = _BREAK + (element.text or ""), _BREAK + (element.tail or "")
    lines = [words for line in cell.text_content().split(_BREAK) if (words := " ".join(line.split()))]
    pictures = (" ".join(picture.get("alt", "").split()) for picture in cell.iter("img"))
    return "".join(_apart(lines)) or ", ".join(filter(None, pictures))


def _apart(lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line
        if number + 1 < len(lines):
            yield ", " if line[-1].isalnum() else " "
