"""PDF: text in reading order, words divided at line ends made whole, scans by OCR, running heads once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.load.metadata import file_facts
from ingest.load.parsed import Parsed
from ingest.load.pdf import scans
from ingest.load.pdf.furniture import Sheet, set_apart
from ingest.load.pdf.layout import Line, rows
from ingest.load.pdf.pages import MOST_SCANS, Page, State, read_pages
from ingest.load.pdf.prose import text_of
from ingest.load.raw import Raw
from qa.errors import LoadError

_TITLE_SIZE = 1.2  # times the common size
_LONGEST_TITLE = 200
_PRINTED = re.compile(r"Skia|Mozilla|Chrom|Safari|Quartz|wkhtmltopdf", re.IGNORECASE)  # a page saved on some later day
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")


def parse(raw: Raw) -> Parsed:
    """The text of all pages; raises LoadError where the file is damaged, locked or without text."""
    try:
        with pdfium.PdfDocument(raw.data()) as document:
            if document.get_formtype() == pdfium_c.FORMTYPE_XFA_FULL:
                raise LoadError(
                    "is an XFA form, whose pages only Adobe Reader shows; print it to PDF there and add that"
                )
            document.init_forms()
            pages = list(read_pages(document, raw.step))
            properties = document.get_metadata_dict()
            attached = [document.get_attachment(number).get_name() for number in range(document.count_attachments())]
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise LoadError("is protected by a password; save a copy without one and add that") from error
        raise LoadError("is damaged and cannot be read as PDF; fetch or save it again") from error
    text = text_of(list(_sheets(pages)))
    if not text:
        raise LoadError(_refusal({page.state for page in pages}))
    facts = _facts(properties)
    title = facts["title"] or _largest(next((page.lines for page in pages if page.lines), []))
    return Parsed(text, {**facts, "title": title}, tuple(_notes(pages, attached)))


def _sheets(pages: Sequence[Page]) -> Iterator[Sheet]:
    """What is written askew or turned otherwise than most of its page comes after it, each text once."""
    said: set[str] = set()
    for sheet, page in zip(set_apart([page.lines for page in pages]), pages, strict=True):
        turned = [text_of([Sheet(lines)]) for lines in page.turned.values()]
        sheet.apart = page.added + [text for text in turned if text not in said]
        said.update(turned)
        yield sheet


def _refusal(states: set[State]) -> str:
    if State.UNDECODED in states:
        reason = "is written in fonts that do not tell which letters they draw"
        return f"{reason}; save its text as .txt and add that" if scans.languages() else f"{reason}; {scans.INSTALL}"
    if State.PICTURE in states:
        return f"holds pictures but no text; {scans.INSTALL}"
    return "holds no text, nor pictures in which OCR finds any; save its text as .txt and add that"


def _notes(pages: Sequence[Page], attached: Sequence[str]) -> Iterator[str]:
    by_state = {state: [n for n, page in enumerate(pages, 1) if page.state is state] for state in State}
    for state, one, several in (
        (State.OCR, "was read by OCR", "were read by OCR"),
        (State.EMPTY, "holds no text", "hold no text"),
        (State.PICTURE, "holds only pictures and was not read", "hold only pictures and were not read"),
        (State.PARTLY, "is mostly a picture that was not read", "are mostly pictures that were not read"),
        (
            State.UNDECODED,
            "was not read, as its fonts do not tell which letters they draw",
            "were not read, as their fonts do not tell which letters they draw",
        ),
        (State.TOO_MANY, f"was not read: OCR reads {MOST_SCANS}", f"were not read: OCR reads {MOST_SCANS}"),
        (State.FAILED, "could not be read by OCR", "could not be read by OCR"),
    ):
        if numbers := by_state[state]:
            advice = {
                State.PICTURE: scans.INSTALL,
                State.PARTLY: scans.INSTALL,
                State.UNDECODED: "" if scans.languages() else scans.INSTALL,
                State.TOO_MANY: "split the file",
                State.FAILED: f"the time for one is {scans.SECONDS} seconds",
            }.get(state)
            yield f"{_listed(numbers)} {one if len(numbers) == 1 else several}{f'; {advice}' if advice else ''}"
    for what, counts in (
        ("characters without a meaning in their font", [page.unknown for page in pages]),
        ("words that OCR could not read", [page.doubted for page in pages]),
        ("comments", [page.comments for page in pages]),
    ):
        if sum(counts):
            numbers = [n for n, count in enumerate(counts, 1) if count]
            yield f"left out on {_listed(numbers)}: {sum(counts)} {what}"
    if attached:
        yield f"left out: the attached {', '.join(attached)}"


def _listed(numbers: Sequence[int]) -> str:
    """As in "page 4" or "pages 1, 3–5 and 8"."""
    spans: list[str] = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        first, *others = [number for _, number in group]
        spans += [f"{first}–{others[-1]}"] if len(others) > 1 else map(str, [first, *others])
    *before, last = spans
    return f"page{'s' if len(numbers) > 1 else ''} {', '.join(before)}{' and ' if before else ''}{last}"


def _facts(properties: Mapping[str, str]) -> dict[str, str | None]:
    printed = _PRINTED.search(f"{properties.get('Creator')} {properties.get('Producer')}")
    days = (_DATE.match(properties.get(name, "")) for name in ("CreationDate", "ModDate"))
    created, changed = ("-".join(day.groups()) if day and not printed else None for day in days)
    return file_facts(properties.get("Title"), properties.get("Author"), created, changed)


def _largest(page: Sequence[Line]) -> str | None:
    """The largest writing of a page, where it stands out as a title does."""
    lines = rows(page)
    largest = max((line.size for line in lines), default=0)
    if largest < _TITLE_SIZE * median([line.size for line in lines] or [0]):
        return None
    title = " ".join(line.text for line in lines if line.size > 0.95 * largest)
    return title if len(title) <= _LONGEST_TITLE else None
