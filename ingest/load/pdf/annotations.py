"""What lies on a page beside its writing: values of form fields, free text, stamps; comments are counted."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.load.pdf.boxes import Box

_COMMENTS = frozenset(
    (
        pdfium_c.FPDF_ANNOT_TEXT,
        pdfium_c.FPDF_ANNOT_HIGHLIGHT,
        pdfium_c.FPDF_ANNOT_UNDERLINE,
        pdfium_c.FPDF_ANNOT_SQUIGGLY,
        pdfium_c.FPDF_ANNOT_STRIKEOUT,
        pdfium_c.FPDF_ANNOT_CARET,
    )
)
_DRAWN = frozenset((pdfium_c.FPDF_ANNOT_FREETEXT, pdfium_c.FPDF_ANNOT_STAMP, pdfium_c.FPDF_ANNOT_WIDGET))
_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_TICKED, _NOT_TICKED = "☒", "☐"
_BOXES = frozenset((pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON))
_CHOICES = frozenset((pdfium_c.FPDF_FORMFIELD_COMBOBOX, pdfium_c.FPDF_FORMFIELD_LISTBOX))
_SILENT = frozenset((pdfium_c.FPDF_FORMFIELD_PUSHBUTTON, pdfium_c.FPDF_FORMFIELD_SIGNATURE))
_PASSWORD = 1 << 13  # PDF 32000-1, table 228


@dataclass
class Annotations:
    """Texts with their boxes in points, and how many comments are left out."""

    texts: list[tuple[str, Box]] = field(default_factory=list)
    comments: int = 0


def take_annotations(page: pdfium.PdfPage) -> tuple[Annotations, bool]:
    """The texts, and whether the page must be opened again, as what only a drawing holds became part of it."""
    found = Annotations()
    drawn = False
    for number in reversed(range(pdfium_c.FPDFPage_GetAnnotCount(page))):
        with _opened(page, number) as annotation:
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            seen = not pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN
            text = _text(page, annotation, kind) if seen else ""
            if text:
                found.texts.insert(0, (text, _box(annotation)))
            found.comments += bool(seen and kind in _COMMENTS and _entry(annotation, b"Contents").strip())
        if seen and not text and kind in _DRAWN:
            drawn = True
        else:
            pdfium_c.FPDFPage_RemoveAnnot(page, number)
    return found, drawn and pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_SUCCESS


@contextmanager
def _opened(page: pdfium.PdfPage, number: int) -> Iterator[object]:
    annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
    try:
        yield annotation
    finally:
        pdfium_c.FPDFPage_CloseAnnot(annotation)


def _text(page: pdfium.PdfPage, annotation: object, kind: int) -> str:
    if kind == pdfium_c.FPDF_ANNOT_FREETEXT:
        return _entry(annotation, b"Contents").strip()
    if kind == pdfium_c.FPDF_ANNOT_WIDGET:
        return (_value(page.formenv, annotation) if page.formenv else _entry(annotation, b"V")).strip()
    return ""


def _value(form: object, annotation: object) -> str:
    """What the field says: the text, the chosen options, whether a box is ticked."""
    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in _SILENT:
        return ""
    if kind in _BOXES:
        return _TICKED if pdfium_c.FPDFAnnot_IsChecked(form, annotation) else _NOT_TICKED
    if kind in _CHOICES:
        options = range(max(0, pdfium_c.FPDFAnnot_GetOptionCount(form, annotation)))
        chosen = [n for n in options if pdfium_c.FPDFAnnot_IsOptionSelected(form, annotation, n)]
        if chosen:
            return ", ".join(_string(pdfium_c.FPDFAnnot_GetOptionLabel, form, annotation, n) for n in chosen)
    elif pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return ""
    return _string(pdfium_c.FPDFAnnot_GetFormFieldValue, form, annotation) or _entry(annotation, b"V")


def _entry(annotation: object, key: bytes) -> str:
    return _string(pdfium_c.FPDFAnnot_GetStringValue, annotation, key)


def _string(read: Callable[..., int], *of: object) -> str:
    size = read(*of, None, 0)
    buffer = ctypes.create_string_buffer(size)
    read(*of, ctypes.cast(buffer, ctypes.POINTER(pdfium_c.FPDF_WCHAR)), size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _box(annotation: object) -> Box:
    rectangle = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, rectangle)
    sides = rectangle.left, rectangle.right, rectangle.bottom, rectangle.top
    return min(sides[:2]), min(sides[2:]), max(sides[:2]), max(sides[2:])
