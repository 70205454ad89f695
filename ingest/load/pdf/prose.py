"""The text of all pages: paragraphs whole again where lines, columns and pages divide them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.load.pdf.furniture import Sheet
from ingest.load.pdf.layout import Line, columns, paragraphs

_HYPHEN = re.compile("[-\x02\xad\u2010\ufffe]$")  # PDFium has \x02 or \ufffe for a hyphen at a line's end
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?:;…。！？：；][”\"’')\]」』）]*$")


def text_of(sheets: Sequence[Sheet]) -> str:
    """Paragraphs apart by a blank line, rows of tables in lines; heads and feet never stand within a paragraph."""
    pieces = [piece.text for sheet in sheets for piece in sheet.body]
    flow = _Flow({word.lower() for text in pieces for word in _COMPOUND.findall(text)})
    for sheet in sheets:
        flow.set_aside("\n".join(sheet.head))
        for column in columns(sheet.body):
            for number, lines in enumerate(paragraphs(column)):
                flow.add(lines, continues=number == 0)
        for text in ("\n".join(sheet.foot), *sheet.apart):
            flow.set_aside(text)
    flow.take_in()
    return "\n\n".join(flow.found)


@dataclass
class _Flow:
    compounds: set[str]
    found: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)  # what comes once the paragraph is over
    after_row: bool = False
    several: bool = False  # whether the last paragraph has several lines

    def set_aside(self, text: str) -> None:
        if text:
            self.aside.append(text)

    def take_in(self) -> None:
        if self.aside:
            self.found += self.aside
            self.aside, self.after_row = [], False

    def add(self, lines: Sequence[Line], continues: bool) -> None:
        """A paragraph; the first of a column may continue the one before."""
        text = lines[0].text
        for line in lines[1:]:
            text = self._joined(text, line.text)
        if continues and self._goes_on(text):
            self.found[-1] = self._joined(self.found[-1], text)
        elif self.after_row and lines[0].wide and not self.aside:
            self.found[-1] += f"\n{text}"
        else:
            self.take_in()
            self.found.append(text)
        self.after_row, self.several = lines[0].wide, len(lines) > 1

    def _goes_on(self, text: str) -> bool:
        if not self.found or _SENTENCE_END.search(self.found[-1]):
            return False
        return text[0].islower() or (self.several and _without_spaces(self.found[-1][-1]) and _without_spaces(text[0]))

    def _joined(self, before: str, after: str) -> str:
        """Two lines as one: a word that was divided is whole again, a compound keeps its hyphen."""
        if not _HYPHEN.search(before) or not before[-2:-1].isalnum():
            return (
                f"{before}{after}" if _without_spaces(before[-1]) and _without_spaces(after[0]) else f"{before} {after}"
            )
        word = f"{before[:-1].split()[-1]}-{after.split()[0]}".lower().strip("“\"'(,.;:!?)”’")
        if after[0].islower() and word not in self.compounds:
            return before[:-1] + after
        return f"{before[:-1]}-{after}"


def _without_spaces(character: str) -> bool:
    """Whether it belongs to Chinese or Japanese, which put no spaces between words."""
    return unicodedata.east_asian_width(character) in "WF" and not unicodedata.name(character, "").startswith("HANGUL")
