"""One page after the other: by its text where that can be told, else by OCR."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.load.pdf import scans
from ingest.load.pdf.annotations import take_annotations
from ingest.load.pdf.boxes import Box, upright
from ingest.load.pdf.layout import Line
from ingest.load.pdf.writing import Writing, written
from ingest.load.raw import Step

MOST_SCANS = 500
_UNREADABLE = 0.5  # share of letters without a meaning
_DOUBTFUL = 0.1  # such a share is worth OCR
_FEW_LETTERS = 200  # a page number and a stamp on a scan
_MOSTLY_PICTURE = 0.5  # of the page
_FAR_MORE = 2  # times the letters that the page itself tells
_FIELD_SIZE = 12.0  # points


class State(StrEnum):
    """How a page was read, or why it was not."""

    TEXT = "text"
    OCR = "ocr"
    EMPTY = "empty"
    PICTURE = "picture"
    PARTLY = "partly"  # some text, and a picture that may hold more
    UNDECODED = "undecoded"
    TOO_MANY = "too many"
    FAILED = "failed"


@dataclass
class Page:
    """Lines of the direction in which most is written, upright, in points; those of others by their angles."""

    lines: list[Line] = field(default_factory=list)
    turned: dict[int, list[Line]] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)  # annotations of a page that was read by OCR
    state: State = State.TEXT
    unknown: int = 0
    doubted: int = 0
    comments: int = 0


def read_pages(document: pdfium.PdfDocument, step: Step) -> Iterator[Page]:
    """The pages in order; `step` is told before each that takes long."""
    scanned = 0
    for number in range(len(document)):
        page = document[number]
        annotations, drawn = take_annotations(page)
        if drawn:
            page.close()
            page = document[number]
        writing = written(page)
        read = _read(page, writing)
        read.comments = annotations.comments
        if read.state in (State.PICTURE, State.PARTLY, State.UNDECODED) and scans.languages():
            scanned += 1
            if scanned > MOST_SCANS:
                read.state = State.TOO_MANY
            else:
                step(number, len(document))
                _recognise(read, page, writing)
        if read.state is State.OCR:
            read.added = [text for text, _ in annotations.texts]
        else:
            _place(read, annotations.texts, next(iter(writing.lines), 0))
        if read.state in (State.UNDECODED, State.EMPTY) and read.lines:
            read.state = State.TEXT
        page.close()
        yield read


def _read(page: pdfium.PdfPage, writing: Writing) -> Page:
    if not writing.letters:
        return Page(state=State.PICTURE if pdfium_c.FPDFPage_CountObjects(page) > 0 else State.EMPTY)
    if writing.unknown > _UNREADABLE * writing.letters:
        return Page(state=State.UNDECODED, unknown=writing.unknown)
    (_, lines), *turned = writing.lines.items()
    read = Page(lines, dict(turned), unknown=writing.unknown)
    if writing.unknown > _DOUBTFUL * writing.letters:
        read.state = State.UNDECODED
    elif writing.letters < _FEW_LETTERS and _picture_share(page) > _MOSTLY_PICTURE:
        read.state = State.PARTLY
    return read


def _picture_share(page: pdfium.PdfPage) -> float:
    """The share of the page that its largest picture covers."""
    width, height = page.get_size()
    images = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    areas = [(right - left) * (top - bottom) for left, bottom, right, top in (each.get_bounds() for each in images)]
    return float(max(areas, default=0) / (width * height))


def _recognise(read: Page, page: pdfium.PdfPage, writing: Writing) -> None:
    """Take what OCR reads, where that is more than the page itself tells."""
    scan = scans.read(page)
    if scan is None:
        read.state = State.FAILED if read.state is State.PICTURE else read.state
        return
    letters = sum(len(line.text.replace(" ", "")) for line in scan.lines)
    if read.state is State.PARTLY and letters < _FAR_MORE * writing.letters:
        read.state = State.TEXT
    elif not letters:
        read.state = State.EMPTY if read.state is State.PICTURE else read.state
    else:
        read.lines, read.turned, read.state, read.unknown, read.doubted = scan.lines, {}, State.OCR, 0, scan.doubted


def _place(read: Page, texts: Sequence[tuple[str, Box]], angle: int) -> None:
    """Put what was filled in among the lines of its page, each row as one of a table."""
    common = median([line.size for line in read.lines] or [_FIELD_SIZE])
    labels = list(read.lines)
    for text, box in texts:
        left, bottom, right, top = upright(box, angle if angle % 90 == 0 else 0)
        rows = [row.strip() for row in text.splitlines() if row.strip()]
        size = min(common, (top - bottom) / len(rows))
        first = top if len(rows) > 1 else (top + bottom + size) / 2
        for number, row in enumerate(rows):
            line = Line(row, left, right, first - (number + 1) * size, first - number * size, wide=True)
            label = min(labels, key=lambda label: abs(label.middle - line.middle), default=line)
            if abs(label.middle - line.middle) < label.size / 2:
                line = replace(line, bottom=label.bottom, top=label.top)
            read.lines.append(line)
