"""Pages that are pictures, read by Tesseract where it is installed: its words, as lines with their places."""

import csv
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

import pypdfium2 as pdfium

from ingest.load.pdf.boxes import Box, upright
from ingest.load.pdf.layout import Line

PROGRAM = "tesseract"
INSTALL = "install tesseract (Debian, Ubuntu: `apt install tesseract-ocr`) and add the file again"
SECONDS = 60  # for one page
_DOTS = 300  # an inch, what it was trained for
_MOST_DOTS = 30_000_000  # a page of A3 has 17 million
_NO_LANGUAGES = ("osd", "equ", "snum")
_DOUBTED = 30.0  # per cent of confidence; below, a word is a guess at a spot or a drawing
_WORD = 5  # the level of its table
_LAYOUT_AND_TURN = "1"


@dataclass(frozen=True)
class Scan:
    """Lines turned upright, in points, and how many words could not be read."""

    lines: list[Line]
    doubted: int


def languages() -> tuple[str, ...]:
    """The languages that it can read here; none where it is not installed."""
    program = shutil.which(PROGRAM)
    return _languages(program) if program else ()


@cache
def _languages(program: str) -> tuple[str, ...]:
    try:
        done = subprocess.run([program, "--list-langs"], capture_output=True, text=True, timeout=SECONDS, check=True)
    except (subprocess.SubprocessError, OSError):
        return ()
    names = [line for line in done.stdout.splitlines()[1:] if line not in _NO_LANGUAGES]
    return tuple(sorted(names, key=lambda name: (name != "eng", name)))


def read(page: pdfium.PdfPage) -> Scan | None:
    """What is written on the picture of the page; None where that cannot be told in time."""
    width, height = page.get_size()
    scale = min(_DOTS / 72, (_MOST_DOTS / (width * height)) ** 0.5)
    try:
        table = _recognise(_picture(page, scale), round(72 * scale))
    except (subprocess.SubprocessError, OSError, pdfium.PdfiumError):
        return None
    return _scan(list(csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)), scale)


def _picture(page: pdfium.PdfPage, scale: float) -> bytes:
    """The page in shades of grey as PGM, the plainest format that there is."""
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
    pixels, row = bytes(bitmap.buffer), bitmap.stride
    if row != bitmap.width:
        pixels = b"".join(pixels[row * y : row * y + bitmap.width] for y in range(bitmap.height))
    return b"P5 %d %d 255\n%b" % (bitmap.width, bitmap.height, pixels)


def _recognise(picture: bytes, dots: int) -> str:
    program = ["env", "OMP_THREAD_LIMIT=1", PROGRAM, "stdin", "stdout"]  # its threads cost more than they gain
    options = ["-l", "+".join(languages()), "--dpi", str(dots), "--psm", _LAYOUT_AND_TURN, "tsv"]
    done = subprocess.run([*program, *options], input=picture, capture_output=True, timeout=SECONDS, check=True)
    return done.stdout.decode(errors="replace")


def _scan(table: Sequence[dict[str, str]], scale: float) -> Scan:
    words = [row for row in table if int(row["level"]) == _WORD and row["text"].strip()]
    sure = [row for row in words if float(row["conf"]) >= _DOUBTED]
    paragraphs: dict[tuple[str, str], dict[str, list[tuple[str, Box]]]] = defaultdict(lambda: defaultdict(list))
    for row in sure:
        left, top, width, height = (int(row[name]) / scale for name in ("left", "top", "width", "height"))
        word = row["text"].strip(), (left, -top - height, left + width, -top)
        paragraphs[row["block_num"], row["par_num"]][row["line_num"]].append(word)
    angle = _angle([line for lines in paragraphs.values() for line in lines.values()])
    found = []
    for lines in paragraphs.values():
        turned = [[(text, upright(box, angle)) for text, box in line] for line in lines.values()]
        size = median(max(box[3] for _, box in line) - min(box[1] for _, box in line) for line in turned)
        found += [piece for line in turned for piece in _pieces(line, size)]
    return Scan(found, len(words) - len(sure))


def _angle(lines: Sequence[Sequence[tuple[str, Box]]]) -> int:
    """By how many degrees the writing is turned clockwise: where the last words of lines lie, seen from the first."""
    across = sum(line[-1][1][0] - line[0][1][0] for line in lines)
    up = sum(line[-1][1][1] - line[0][1][1] for line in lines)
    if abs(across) >= abs(up):
        return 0 if across >= 0 else 180
    return 270 if up > 0 else 90


def _pieces(line: Sequence[tuple[str, Box]], size: float) -> Iterator[Line]:
    """A line of words, divided at the gaps of a table; all lines of a paragraph have the same height."""
    middle = (max(box[3] for _, box in line) + min(box[1] for _, box in line)) / 2
    start = 0
    for end in range(1, len(line) + 1):
        if end == len(line) or line[end][1][0] - line[end - 1][1][2] > size:
            run = line[start:end]
            text = " ".join(text for text, _ in run)
            yield Line(text, run[0][1][0], run[-1][1][2], middle - size / 2, middle + size / 2)
            start = end
