"""Word files: paragraphs, headings and tables in reading order; inserted text is read, deleted text is not."""

import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.ns import qn
from lxml.etree import _Element

from ingest.load.metadata import file_facts
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

MOST_ENTRIES = 10_000
MOST_UNPACKED = 500_000_000
MOST_RATIO = 100  # XML shrinks to a twentieth or so
ANY_RATIO_UP_TO = 20_000_000

_PARAGRAPH, _TABLE, _ROW, _CELL, _TEXT_BOX = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc", "txbxContent"))
_TEXT, _SPACES = qn("w:t"), {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # of what stands beside it
_LEFT_OUT = {qn("w:moveFrom"), qn("w:pPr"), qn("w:rPr"), _FALLBACK}
_TEMPLATE_MADE = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)  # what python-docx leaves in the files it writes
_TITLE_STYLES = ("Title", "Heading 1")


def parse(raw: Raw) -> Parsed:
    """The text of the body; raises LoadError where the file is damaged, a bomb or without text."""
    data = raw.data()
    try:
        _check(data)
        document = docx.Document(BytesIO(data))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise LoadError("is damaged and cannot be read as a Word file; save it again and add that") from error
    text = "\n\n".join(_blocks(document.element.body))
    if not text:
        raise LoadError("holds no text")
    properties = document.core_properties
    facts = file_facts(properties.title, properties.author, _day(properties.created), _day(properties.modified))
    return Parsed(text, {**facts, "title": facts["title"] or _heading(document), "language": properties.language})


def _check(data: bytes) -> None:
    """Refuse an archive that unpacks to more than a document can be, before anything of it is unpacked."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > max(ANY_RATIO_UP_TO, min(MOST_UNPACKED, MOST_RATIO * len(data))):
        raise LoadError("unpacks to far more than a document holds; it may be a zip bomb and is not opened")


def _blocks(parent: _Element) -> Iterator[str]:
    """Paragraphs and tables below an element, those in text boxes after the paragraph they belong to."""
    for element in parent:
        if element.tag in _LEFT_OUT:
            continue
        if element.tag == _PARAGRAPH:
            if text := "".join(_words(element)).strip():
                yield text
            for box in element.iter(_TEXT_BOX):
                if not any(True for _ in box.iterancestors(_FALLBACK)):
                    yield from _blocks(box)
        elif element.tag == _TABLE:
            if text := "\n".join(filter(None, map(_row, _own(element, _ROW)))):
                yield text
        else:
            yield from _blocks(element)


def _row(row: _Element) -> str:
    cells = (" ".join(" ".join(_blocks(cell)).split()) for cell in _own(row, _CELL))
    return " | ".join(cell for cell in cells if cell)


def _own(parent: _Element, tag: str) -> Iterator[_Element]:
    """The rows of a table or the cells of a row, without those of a table within."""
    return (element for element in parent.iter(tag) if next(element.iterancestors(parent.tag)) is parent)


def _words(parent: _Element) -> Iterator[str]:
    for element in parent:
        if element.tag == _TEXT:
            yield element.text or ""
        elif element.tag in _SPACES:
            yield _SPACES[element.tag]
        elif element.tag not in _LEFT_OUT and element.tag != _TEXT_BOX:
            yield from _words(element)


def _heading(document: Document) -> str | None:
    headed = (p.text for p in document.paragraphs if p.style and p.style.name in _TITLE_STYLES)
    return next((text for text in headed if text.strip()), None)


def _day(moment: datetime | None) -> str | None:
    return moment.date().isoformat() if moment and moment != _TEMPLATE_MADE else None
