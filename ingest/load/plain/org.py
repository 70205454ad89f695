"""Org files, by plain code: the libraries that read them fail at a date that never was, or lose what follows a drawer.

Marks are left out and words kept, as Org itself exports a file: its keywords, comments, properties and clocks are not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from ingest.load.decode import decode
from ingest.load.grid import Cell, table_lines
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_FACTS = {
    "author": "author",
    "date": "published_at",
    "language": "language",
    "last_modified": "updated_at",
    "lastmod": "updated_at",
    "modified": "updated_at",
    "source": "source",
    "title": "title",
    "url": "url",
}
_VERBATIM = ("example", "src", "verse")
_APART = (*_VERBATIM, "comment", "export", "logbook", "properties")  # the others hold text like any
_LINK = re.compile(r"\[\[([^\[\]]+)\](?:\[([^\[\]]+)\])?\]")
_BEFORE, _AFTER = r"\s({\"'\u2013\u2014-", r"\s.,:;!?)}\"'\[\u2013\u2014-"  # what may stand beside a marked word
_MARKED = re.compile(rf"(?<![^{_BEFORE}])([*/_=~])(\S|\S[^\n]{{0,400}}?\S)\1(?![^{_AFTER}])")
_PLANNED = ("CLOSED:", "DEADLINE:", "SCHEDULED:")


def parse(raw: Raw) -> Parsed:
    """The text with its facts, the title perhaps the first heading; raises LoadError where there is no text."""
    reading = _Reading(decode(raw.data(), raw.charset).splitlines())
    text = "\n\n".join(_blocks(reading.lines()))
    if not text:
        raise LoadError("holds no text")
    notes = tuple(f"{file} was left out" for file in reading.included)
    return Parsed(text, {"title": reading.heading, **reading.facts}, notes)


@dataclass(frozen=True)
class _Line:
    """A line of the text and what it is: "text", "heading", "table" or "verbatim"."""

    kind: str
    text: str


_BLANK = _Line("text", "")


@dataclass
class _Reading:
    """The lines of a file, and what those say that are no text."""

    source: list[str]
    facts: dict[str, str] = field(default_factory=dict)
    included: list[str] = field(default_factory=list)
    heading: str | None = None

    def lines(self) -> Iterator[_Line]:
        number, never_closed = 0, set[str]()
        while number < len(self.source):
            line, number = self.source[number], number + 1
            word = line.strip().lower()
            name = _opened(word)
            end = self._end(number, word, name, never_closed) if name in _APART else None
            if end:
                inner = self.source[number:end] if name in _VERBATIM else []
                yield from (_BLANK, *(_Line("verbatim", _unescaped(line)) for line in inner), _BLANK)
                number = end + 1
            elif name or word == ":end:" or word.startswith("#+end_"):
                yield _BLANK
            else:
                yield from self._line(line)

    def _end(self, number: int, word: str, name: str | None, never_closed: set[str]) -> int | None:
        """Where a block or a drawer ends; None for one that does not, whose lines are those of the text."""
        mark = f"#+end_{name}" if word.startswith("#+") else ":end:"
        if mark not in never_closed:
            for end in range(number, len(self.source)):
                if self.source[end].strip().lower() == mark:
                    return end
            never_closed.add(mark)
        return None

    def _line(self, line: str) -> Iterator[_Line]:
        text = line.strip()
        stars, _, heading = line.partition(" ")
        if stars and not stars.strip("*"):
            heading = _plain(_untagged(heading.strip()))
            self.heading = self.heading or heading
            yield from (_BLANK, _Line("heading", heading), _BLANK)
        elif text.startswith("#+"):
            yield from self._keyword(*text[2:].partition(":")[::2])
        elif text.startswith("|"):
            yield _Line("table", text)
        elif text.startswith(": ") or text == ":":
            yield _Line("verbatim", text[2:])
        elif text.startswith(_PLANNED):
            yield from (_BLANK, _Line("text", text), _BLANK)
        elif not (text == "#" or text.startswith(("# ", "CLOCK: ["))):
            yield _Line("text", line if text.strip("-") or len(text) < 5 else "")

    def _keyword(self, name: str, value: str) -> Iterator[_Line]:
        name, value = name.lower(), value.strip()
        if name == "caption":
            yield _Line("text", value)
        elif name == "include":
            self.included.append(value)
        elif (fact := _FACTS.get(name)) and value:
            value = value.strip("<>[]") if name not in ("author", "title") else _plain(value)
            apart = ", " if fact == "author" else " "
            self.facts[fact] = f"{self.facts[fact]}{apart}{value}" if fact in self.facts else value


def _unescaped(line: str) -> str:
    """A line of a block, without the comma before what would else be a heading or a keyword."""
    return line.replace(",", "", 1) if line.lstrip().startswith((",*", ",#+")) else line


def _opened(word: str) -> str | None:
    """The name of the block or drawer that a line opens."""
    if word.startswith("#+begin_"):
        return word.removeprefix("#+begin_").partition(" ")[0]
    if len(word) > 2 and word[0] == word[-1] == ":" and word != ":end:" and not set(word) & set(" \t"):
        return word.strip(":")
    return None


def _blocks(lines: Iterator[_Line]) -> Iterator[str]:
    """Paragraphs, lists, tables and blocks; the lines of a paragraph are one."""
    for kind, group in groupby(
        lines, key=lambda line: line.kind if line.text.strip() or line.kind == "verbatim" else ""
    ):
        texts = [line.text for line in group]
        if kind == "table":
            yield "\n".join(_table(texts))
        elif kind == "verbatim":
            yield "\n".join(texts).strip("\n")
        elif kind:
            yield "\n".join(map(_plain, _joined(texts)))


def _joined(lines: list[str]) -> list[str]:
    """The lines of paragraphs joined; an item of a list begins a new one, and so does what follows a forced break."""
    joined: list[list[str]] = []
    is_broken = True
    for line in lines:
        text = line.strip()
        if is_broken or _is_item(text):
            joined.append([])
        is_broken = text.endswith("\\\\")
        joined[-1].append(text.removesuffix("\\\\"))
    return [" ".join(pieces) for pieces in joined]


def _is_item(text: str) -> bool:
    mark = text.partition(" ")[0]
    return mark in ("-", "+") or (mark[:-1].isdecimal() and mark[-1:] in (".", ")"))


def _table(lines: list[str]) -> list[str]:
    """Rows above the first rule name the columns; what only says how wide or on which side they are is left out."""
    rows: list[list[Cell]] = []
    headers = 0
    for line in lines:
        cells = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
        if line.startswith("|-"):
            headers = headers or len(rows)
        elif not all(cell.startswith("<") and cell.endswith(">") for cell in cells if cell):
            rows.append([(_plain(cell), 1, 1) for cell in cells])
    return table_lines(rows, headers)


def _untagged(heading: str) -> str:
    words, _, last = heading.rpartition(" ")
    return words.rstrip() if len(last) > 2 and last[0] == last[-1] == ":" else heading


def _plain(text: str) -> str:
    """Words without their marks, the words of links, and the numbers of footnotes."""
    text = _LINK.sub(lambda link: link[2] or link[1], text).replace("[fn:", "[")
    for _ in range(2):  # */both/*
        text = _MARKED.sub(r"\2", text)
    return " ".join(text.split())
