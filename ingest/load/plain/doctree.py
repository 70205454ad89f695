"""What docutils makes of a text, as plain text."""

from collections.abc import Iterable, Iterator

from docutils import nodes

from ingest.load.grid import Cell, table_lines
from ingest.load.scripts import subscript, superscript

_UNSEEN = (
    nodes.comment, nodes.decoration, nodes.image, nodes.meta, nodes.pending, nodes.raw, nodes.substitution_definition,
    nodes.system_message, nodes.transition,
)  # fmt: skip
_LISTS = (
    nodes.bullet_list, nodes.definition_list, nodes.enumerated_list, nodes.field_list, nodes.line_block,
    nodes.option_list,
)  # fmt: skip
_SCRIPTS = {nodes.subscript: subscript, nodes.superscript: superscript}
_ERROR = 3
_ROMAN = list(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        "M CM D CD C XC L XL X IX V IV I".split(),
        strict=True,
    )
)


def blocks(parent: Iterable[nodes.Node]) -> Iterator[str]:
    """The text of the nodes below one, block by block: a list is one, with an item a line, and so is a table."""
    for node in parent:
        if isinstance(node, nodes.system_message):  # what could not be understood, as it is written
            if node["level"] >= _ERROR:
                yield from (block.astext() for block in node.findall(nodes.literal_block))
        elif isinstance(node, _UNSEEN) or "contents" in node.get("classes", ()):
            continue
        elif isinstance(node, nodes.table):
            yield from _table(node)
        elif isinstance(node, _LISTS):
            yield "\n".join(_items(node))
        elif isinstance(node, nodes.footnote | nodes.citation):
            yield _after(f"[{words(node[0])}]", node[1:])
        elif isinstance(node, nodes.Admonition) and node.tagname != "admonition":
            yield _after(f"{node.tagname.capitalize()}:", node)
        elif isinstance(node, nodes.TextElement):
            yield from filter(None, [words(node)])
        else:
            yield from blocks(node)


def _after(mark: str, inner: Iterable[nodes.Node]) -> str:
    """The blocks within, after what marks them."""
    return f"{mark} " + "\n".join(blocks(inner))


def _items(node: nodes.Element) -> Iterator[str]:
    number = node.get("start", 1)
    for item in node:
        if isinstance(item, nodes.line_block):
            yield from _items(item)
        elif isinstance(item, nodes.line):
            yield words(item)
        elif isinstance(item, nodes.field):
            yield _after(f"{words(item[0])}:", item[1])
        elif isinstance(item, nodes.definition_list_item):
            yield _after(f"{', '.join(map(words, item[:-1]))}:", item[-1])
        elif isinstance(item, nodes.option_list_item):
            yield _after(f"{item[0].astext()}:", item[1])
        elif isinstance(node, nodes.enumerated_list):
            yield _after(f"{node.get('prefix', '')}{_number(number, node)}{node.get('suffix', '')}", item)
            number += 1
        else:
            yield _after("-", item)


def _number(number: int, node: nodes.Element) -> str:
    kind = node["enumtype"]
    if kind.endswith("alpha"):
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if kind == "loweralpha" else letter.upper()
    if kind.endswith("roman"):
        return _roman(number).lower() if kind == "lowerroman" else _roman(number)
    return str(number)


def _roman(number: int) -> str:
    letters = ""
    for value, letter in _ROMAN:
        letters, number = letters + number // value * letter, number % value
    return letters


def _table(table: nodes.table) -> Iterator[str]:
    yield from (words(node) for node in table if isinstance(node, nodes.title))
    rows = list(table.findall(nodes.row))
    headers = sum(isinstance(row.parent, nodes.thead) for row in rows)
    yield "\n".join(table_lines([list(map(_cell, row)) for row in rows], headers))


def _cell(cell: nodes.entry) -> Cell:
    text = " ".join(" ".join(blocks(cell)).split())
    return text, 1 + cell.get("morecols", 0), 1 + cell.get("morerows", 0)


def words(node: nodes.Element) -> str:
    """The text of one block, on one line unless its line ends count."""
    text = "".join(_pieces(node))
    return text.rstrip() if isinstance(node, nodes.FixedTextElement) else " ".join(text.split())


def _pieces(node: nodes.Element) -> Iterator[str]:
    for child in node:
        if isinstance(child, nodes.Text):
            yield child.astext()
        elif isinstance(child, nodes.footnote_reference | nodes.citation_reference):
            yield f"[{child.astext()}]"
        elif type(child) in _SCRIPTS:
            yield _SCRIPTS[type(child)](child.astext())
        elif not isinstance(child, _UNSEEN):
            yield from _pieces(child)
