"""How the text of an article is laid out: elements whose words are told by their places in it; quotes stay exact.

Markup is left out and never acts: a link is an address, a picture its description, HTML the signs it is made of.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from qa.types import Article

Kind = Literal[
    "heading",
    "lines",
    "paragraph",
    "list",
    "numbered",
    "item",
    "quote",
    "table",
    "head",
    "row",
    "cell",
    "code",
    "note",
    "rule",
    "break",
    "emphasis",
    "strong",
    "struck",
    "literal",
    "raised",
    "link",
    "image",
]
DEEPEST = 16  # elements within one another; what lies deeper is shown as if it lay here
_TAGS: dict[str, Kind] = {
    "Heading": "heading",
    "Paragraph": "paragraph",
    "HtmlBlock": "lines",
    "Item": "item",
    "BlockQuote": "quote",
    "Table": "table",
    "TableHead": "head",
    "TableRow": "row",
    "TableCell": "cell",
    "CodeBlock": "code",
    "FootnoteDefinition": "note",
    "Emphasis": "emphasis",
    "Strong": "strong",
    "Strikethrough": "struck",
    "Link": "link",
    "Image": "image",
}
_HEADING = re.compile(r"(#{1,6}) +([^\n]*)\n?")
_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TASK = {False: "☐ ", True: "☑ "}


@dataclass(frozen=True)
class Stretch:
    """The characters [start, end) of the article's text; `text` is how they are read where that differs."""

    start: int
    end: int
    text: str | None = None


@dataclass
class Element:
    """`parts` in order; `address` is where a link leads, `number` a heading's level, a list's first or a note's own."""

    kind: Kind
    parts: "list[Element | Stretch]" = field(default_factory=list)
    address: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class Layout:
    """The elements of the text that has this `sha256`."""

    sha256: str
    elements: list[Element]


def layout(article: Article) -> Layout:
    """How an article is laid out: by its Markdown, else by its empty lines and the headings that readers write."""
    made = _of_markdown if article.markup == "markdown" else _of_lines
    return Layout(article.sha256, list(made(article.text)))


def _of_lines(text: str) -> Iterator[Element]:
    start = 0
    for block in re.split(r"(\n{2,})", text):
        rest = start
        if heading := _HEADING.match(block):
            yield Element(
                "heading", [Stretch(start + heading.start(2), start + heading.end(2))], number=str(len(heading[1]))
            )
            rest += heading.end()
        start += len(block)
        if text[rest:start].strip():
            yield Element("lines", [Stretch(rest, start)])


def _of_markdown(text: str) -> list[Element]:
    import pyromark

    o = pyromark.Options
    wanted = (
        o.ENABLE_TABLES | o.ENABLE_FOOTNOTES | o.ENABLE_STRIKETHROUGH | o.ENABLE_TASKLISTS | o.ENABLE_HEADING_ATTRIBUTES
    )
    whole = Element("paragraph")
    stack = [whole]
    place = _places(text)
    notes: dict[str, str] = {}  # names of footnotes, and their numbers in the order in which they are met
    value: Any
    for happened, span in pyromark.events_with_range(text, options=wanted):
        name, value = next(iter(happened.items())) if isinstance(happened, dict) else (happened, None)
        if name == "FootnoteReference":
            value = _number(value, notes)
        elif isinstance(value, dict) and "FootnoteDefinition" in value:
            value = {"FootnoteDefinition": _number(value["FootnoteDefinition"], notes)}
        if name == "Start":
            deeper = stack[-1] if len(stack) > DEEPEST else _begun(value)
            if deeper is not stack[-1]:
                stack[-1].parts.append(deeper)
            stack.append(deeper)
        elif name == "End":
            stack.pop()
        else:
            _add(stack[-1].parts, _leaf(name, value, text, place(span["start"]), place(span["end"])))
    return [part for part in whole.parts if isinstance(part, Element)]


def _number(note: str, notes: dict[str, str]) -> str:
    return notes.setdefault(note.casefold(), str(len(notes) + 1))


def _places(text: str) -> Callable[[int], int]:
    """From a place in bytes of UTF-8 to the one in characters."""
    if text.isascii():
        return lambda at: at
    begins = (np.frombuffer(text.encode(), np.uint8) & 0xC0) != 0x80
    before = np.concatenate([[0], np.cumsum(begins)])
    return lambda at: int(before[at])


def _add(parts: list[Element | Stretch], part: Element | Stretch) -> None:
    """Words that go on where those before them end are one with them."""
    last = parts[-1] if parts else None
    if (
        isinstance(last, Stretch)
        and isinstance(part, Stretch)
        and last.end == part.start
        and last.text is part.text is None
    ):
        parts[-1] = Stretch(last.start, part.end)
    else:
        parts.append(part)


def _begun(tag: Any) -> Element:
    name: str = tag if isinstance(tag, str) else next(iter(tag))
    value: Any = None if isinstance(tag, str) else tag[name]
    match name:
        case "List":
            return Element("list") if value is None else Element("numbered", number=str(value))
        case "Heading":
            return Element("heading", number=value["level"].removeprefix("H"))
        case "FootnoteDefinition":
            return Element("note", number=value)
        case "Link" | "Image":
            return Element(_TAGS[name], address=value["dest_url"])
    return Element(_TAGS.get(name, "paragraph"))


def _leaf(name: str, value: Any, text: str, start: int, end: int) -> Element | Stretch:
    match name:
        case "Code":
            return Element("literal", [_inner(value, text, start, end)])
        case "FootnoteReference":
            return Element("raised", [Stretch(start, end, value)])
        case "Rule":
            return Element("rule")
        case "HardBreak":
            return Element("break")
        case "InlineHtml" if _BREAK_TAG.fullmatch(value):
            return Element("break")
        case "SoftBreak":
            return Stretch(start, end, " ")
        case "TaskListMarker":
            return Stretch(start, end, _TASK[value])
    return Stretch(start, end, None if text[start:end] == value else value)


def _inner(code: str, text: str, start: int, end: int) -> Stretch:
    """The words of code without the backticks around it."""
    fence = len(text[start:end]) - len(text[start:end].lstrip("`"))
    at = text.find(code, start + fence, end)
    return Stretch(start, end, code) if at < 0 else Stretch(at, at + len(code))
