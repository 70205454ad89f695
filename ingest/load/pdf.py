"""PDF: text in reading order, words divided at line ends made whole, running heads and page numbers left out."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.load.layout import Line, columns, paragraphs, rows
from ingest.load.metadata import file_facts
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_OUTER_ROWS = 3  # where running heads and page numbers stand
_REPEATED = 0.4  # share of the pages
_PAGE_NUMBER = re.compile(r"(?:page |p\. ?)?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?|[-–—] ?\d{1,4} ?[-–—]", re.IGNORECASE)
_HYPHEN = re.compile("[-\x02\xad\u2010\ufffe]$")  # PDFium has \x02 or \ufffe for a hyphen at a line's end
_COMPOUND = re.compile(r"[^\W\d_]+-[^\W\d_]+")
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_SENTENCE_END = re.compile(r"[.!?:;…][”\"’')\]]*$")
_TITLE_SIZE = 1.2  # times the common size
_LONGEST_TITLE = 200
_PRINTED = re.compile(r"Skia|Mozilla|Chrom|Safari|Quartz|wkhtmltopdf", re.IGNORECASE)  # a page saved on some later day
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)")

Box = tuple[float, float, float, float]  # left, bottom, right, top


def parse(raw: Raw) -> Parsed:
    """The text of all pages; raises LoadError where the file is damaged, locked or without text."""
    try:
        with pdfium.PdfDocument(raw.data()) as document:
            pages = [list(_pieces(page)) for page in document]
            properties = document.get_metadata_dict()
    except pdfium.PdfiumError as error:
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD:
            raise LoadError("is protected by a password; save a copy without one and add that") from error
        raise LoadError("is damaged and cannot be read as PDF; fetch or save it again") from error
    text = _text(_without_furniture(pages)) or _text(pages)
    if not text:
        raise LoadError("holds pictures but no text; run it through text recognition (OCR) and add the result")
    facts = _facts(properties)
    return Parsed(text, {**facts, "title": facts["title"] or _largest(pages[0])})


def _pieces(page: pdfium.PdfPage) -> Iterator[Line]:
    """Runs of characters without a gap; writing that is turned otherwise than most of the page is left out."""
    characters = list(_characters(page))
    turns = Counter(turn for _, _, turn in characters)
    upright = turns.most_common(1)[0][0] if turns else 0
    run: list[tuple[str, Box]] = []
    space = ""
    for character, box, turn in characters:
        if character.isspace():
            space = " "
        elif turn == upright:
            box = _turn_back(box, turn)
            if run and not _follows(run[-1][1], box):
                yield _line(run)
                run = []
            run.append((space + character if run else character, box))
            space = ""
    if run:
        yield _line(run)


def _characters(page: pdfium.PdfPage) -> Iterator[tuple[str, Box, int]]:
    """Each with its box in points, and by how many quarters it is turned."""
    text = page.get_textpage()
    box, turn = pdfium_c.FS_RECTF(), 0
    for number in range(text.count_chars()):
        character = chr(pdfium_c.FPDFText_GetUnicode(text, number))
        if not character.isspace():
            turn = round(pdfium_c.FPDFText_GetCharAngle(text, number) / (math.pi / 2)) % 4
            pdfium_c.FPDFText_GetLooseCharBox(text, number, box)
        yield character, (box.left, box.bottom, box.right, box.top), turn


def _turn_back(box: Box, turn: int) -> Box:
    left, bottom, right, top = box
    return (box, (bottom, -right, top, -left), (-right, -top, -left, -bottom), (-top, left, -bottom, right))[turn]


def _follows(before: Box, box: Box) -> bool:
    """Whether a character stands on the line of the one before it, without a gap as between columns."""
    height = min(before[3] - before[1], box[3] - box[1])
    shared = min(before[3], box[3]) - max(before[1], box[1])
    return shared > 0.4 * height and -height < box[0] - before[2] < height


def _line(run: Sequence[tuple[str, Box]]) -> Line:
    lefts, bottoms, rights, tops = zip(*(box for _, box in run), strict=True)
    text = "".join(text for text, _ in run).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _LIGATURE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    return Line(text, min(lefts), max(rights), median(bottoms), median(tops))


def _without_furniture(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Without the outer rows that come again on other pages, numbers aside, and without page numbers."""
    outer = [[*lines[:_OUTER_ROWS], *lines[_OUTER_ROWS:][-_OUTER_ROWS:]] for lines in map(rows, pages)]
    seen = Counter(key for lines in outer for key in {_key(line) for line in lines})
    kept = []
    for page, lines in zip(pages, outer, strict=True):
        gone = [
            line
            for line in lines
            if seen[_key(line)] >= max(2, _REPEATED * len(pages))
            or (line in (lines[0], lines[-1]) and _PAGE_NUMBER.fullmatch(line.text))
        ]
        kept.append([piece for piece in page if not any(_within(piece, line) for line in gone)])
    return kept


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text).casefold()


def _within(piece: Line, row: Line) -> bool:
    return row.bottom <= piece.middle <= row.top


def _text(pages: Sequence[Sequence[Line]]) -> str:
    """Paragraphs apart by a blank line; those that a column or page divides are one again."""
    compounds = {word.lower() for page in pages for piece in page for word in _COMPOUND.findall(piece.text)}
    found: list[str] = []
    after_row = False
    for page in pages:
        for column in columns(page):
            for number, lines in enumerate(paragraphs(column)):
                text = lines[0].text
                for line in lines[1:]:
                    text = _joined(text, line.text, compounds)
                continues = number == 0 and found and not _SENTENCE_END.search(found[-1]) and text[:1].islower()
                if continues:
                    found[-1] = _joined(found[-1], text, compounds)
                elif after_row and lines[0].wide:
                    found[-1] += f"\n{text}"
                else:
                    found.append(text)
                after_row = lines[0].wide
    return "\n\n".join(found)


def _joined(before: str, after: str, compounds: set[str]) -> str:
    """Two lines as one: a word that was divided is whole again, a compound keeps its hyphen."""
    if not _HYPHEN.search(before) or not before[-2:-1].isalnum():
        return f"{before} {after}"
    word = f"{before[:-1].split()[-1]}-{after.split()[0]}".lower().strip("“\"'(,.;:!?)”’")
    if after[0].islower() and word not in compounds:
        return before[:-1] + after
    return f"{before[:-1]}-{after}"


def _facts(properties: Mapping[str, str]) -> dict[str, str | None]:
    printed = _PRINTED.search(f"{properties.get('Creator')} {properties.get('Producer')}")
    days = (_DATE.match(properties.get(name, "")) for name in ("CreationDate", "ModDate"))
    created, changed = ("-".join(day.groups()) if day and not printed else None for day in days)
    return file_facts(properties.get("Title"), properties.get("Author"), created, changed)


def _largest(page: Sequence[Line]) -> str | None:
    """The first page's largest writing, where it stands out as a title does."""
    lines = rows(page)
    largest = max((line.size for line in lines), default=0)
    if largest < _TITLE_SIZE * median([line.size for line in lines] or [0]):
        return None
    title = " ".join(line.text for line in lines if line.size > 0.95 * largest)
    return title if len(title) <= _LONGEST_TITLE else None
