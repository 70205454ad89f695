"""Fields of Word: their result is text, their instruction is not, and a page number is neither."""

from dataclasses import dataclass

from lxml.etree import _Element

from ingest.load.office.docx_styles import is_on, value, w, whole
from ingest.load.office.page_numbers import PAGE, is_page_number


@dataclass
class _Field:
    instruction: str = ""
    has_result: bool = False
    is_page: bool = False


class Fields:
    """The fields that are open where the reader stands."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    def shown(self) -> bool:
        return all(field.has_result and not field.is_page for field in self._open)

    def instruct(self, text: str) -> None:
        if self._open:
            self._open[-1].instruction += text

    def mark(self, character: _Element) -> str:
        """Take a w:fldChar in; what there is to be read in its place."""
        kind = character.get(w("fldCharType"))
        if kind == "begin":
            self._open.append(_Field())
            return _chosen(character.find(w("ffData")))
        if kind == "separate" and self._open:
            field = self._open[-1]
            field.has_result, field.is_page = True, is_page_number(field.instruction)
        elif kind == "end" and self._open:
            field = self._open.pop()
            if is_page_number(field.instruction):
                return PAGE
        return ""

    def end_paragraph(self) -> None:
        """What has no result by now is broken: nothing after it may be lost with it."""
        self._open = [field for field in self._open if field.has_result]


def _chosen(data: _Element | None) -> str:
    """What a box of a form says: whether it is ticked, or which entry of its list was taken."""
    if data is None:
        return ""
    if (box := data.find(w("checkBox"))) is not None:
        name = "checked" if value(box, "checked") is not None else "default"
        return "☒" if is_on(box, name) else "☐"
    if (choice := data.find(w("ddList"))) is not None:
        entries = [entry.get(w("val"), "") for entry in choice.findall(w("listEntry"))]
        at = whole(choice, "result") or whole(choice, "default") or 0
        return entries[at] if 0 <= at < len(entries) else ""
    return ""
