"""What is written on a page: runs of characters by the direction they run in, and how much of it has no meaning."""

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.load.pdf.layout import Line

DOWNWARDS = 90
_QUARTER_SLACK = 15  # degrees by which a scanned page may lean
_OTHER_ANGLES = 5  # degrees, for what runs askew
_COLUMN = 3  # characters that stand below each other run downwards
_HYPHENS = "\x02\ufffe"  # PDFium's, at a line's end
_UNKNOWN = "\ufffd"
_SYMBOLS, _SYMBOLS_END = "\uf000", "\uf100"  # the codes of a symbol font in the private use area
_LANGUAGE_LOWER = 0.5  # share of small letters in running text; glyph numbers taken for letters have almost none

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(slots=True)
class Character:
    """One character with its box in points; `angle` is by how many degrees its line is turned clockwise."""

    text: str
    box: Box
    angle: int


@dataclass(frozen=True)
class Writing:
    """Lines by the angle of their writing, the most written first; `unknown` of all `letters` have no meaning."""

    lines: dict[int, list[Line]]
    letters: int
    unknown: int

    @property
    def known(self) -> int:
        return self.letters - self.unknown


def written(page: pdfium.PdfPage) -> Writing:
    """The runs of characters without a gap; what its font gives no meaning is U+FFFD within words, else left out."""
    characters = _characters(page)
    if any(character.text >= "\u1100" for character in characters):
        characters = _downwards(characters)
    lines: dict[int, list[Line]] = defaultdict(list)
    for angle, run in _runs(characters):
        _point(run)
        if line := _line(run):
            lines[angle].append(line)
    letters = sum(character.text != " " for character in characters)
    unknown = sum(character.text.endswith(_UNKNOWN) for character in characters)
    order = sorted(lines, key=lambda angle: -sum(len(line.text) for line in lines[angle]))
    return Writing({angle: lines[angle] for angle in order}, letters, unknown)


def upright(box: Box, angle: int, height: float = 0.0) -> Box:
    """The box with its writing turned back; `height` is that of the writing, needed where it runs askew."""
    left, bottom, right, top = box
    match angle:
        case 0:
            return box
        case 90:
            return -top, left, -bottom, right
        case 180:
            return -right, -top, -left, -bottom
        case 270:
            return bottom, -right, top, -left
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = (left + right) / 2, (bottom + top) / 2
    across, along = x * cosine - y * sine, x * sine + y * cosine
    if abs(cosine) > abs(sine):
        width = (right - left - height * abs(sine)) / abs(cosine)
    else:
        width = (top - bottom - height * abs(cosine)) / abs(sine)
    return across - width / 2, along - height / 2, across + width / 2, along + height / 2


def _characters(page: pdfium.PdfPage) -> list[Character]:
    text = page.get_textpage()
    handle, rectangle = text.raw, pdfium_c.FS_RECTF()
    unicode_of, angle_of, is_guess = (
        pdfium_c.FPDFText_GetUnicode,
        pdfium_c.FPDFText_GetCharAngle,
        pdfium_c.FPDFText_HasUnicodeMapError,
    )
    found: list[Character] = []
    guesses: list[Character] = []  # numbers of glyphs, taken for letters
    signs: list[Character] = []
    for number in range(text.count_chars()):
        character = chr(unicode_of(handle, number))
        if character in "\r\n\t " or (character.isspace() and not is_guess(handle, number)):
            found.append(Character(" ", (0, 0, 0, 0), 0))
            continue
        angle = angle_of(handle, number)
        turn = _direction(angle) if angle else 0
        pdfium_c.FPDFText_GetLooseCharBox(handle, number, rectangle)
        box = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        if turn:
            box = upright(box, turn, _height(handle, number) if turn % 90 else 0)
        found.append(Character(character, box, turn))
        if _SYMBOLS <= character < _SYMBOLS_END:
            found[-1].text = chr(ord(character) - ord(_SYMBOLS))
            signs.append(found[-1])
        elif is_guess(handle, number) == 1:
            guesses.append(found[-1])
        elif not " " < character < "\x7f" and not _has_meaning(character):
            found[-1].text = _UNKNOWN
    _judge(guesses, _UNKNOWN)
    _judge(signs, _SYMBOLS)
    return found


def _judge(guesses: Sequence[Character], otherwise: str) -> None:
    """Keep what reads like language, since it has small letters; the rest has no meaning."""
    small = sum("a" <= guess.text <= "z" for guess in guesses)
    for guess in guesses:
        if small < _LANGUAGE_LOWER * len(guesses) or not _has_meaning(guess.text):
            guess.text = otherwise


def _has_meaning(character: str) -> bool:
    return character in _HYPHENS or not (
        character == _UNKNOWN or unicodedata.category(character) in ("Cc", "Cn", "Co")
    )


def _direction(angle: float) -> int:
    degrees = math.degrees(angle)
    quarter = 90 * round(degrees / 90)
    near = abs(degrees - quarter) <= _QUARTER_SLACK
    return (quarter if near else _OTHER_ANGLES * round(degrees / _OTHER_ANGLES)) % 360


def _height(text: object, number: int) -> float:
    matrix = pdfium_c.FS_MATRIX()
    pdfium_c.FPDFText_GetMatrix(text, number, matrix)
    return float(pdfium_c.FPDFText_GetFontSize(text, number) * math.hypot(matrix.c, matrix.d))


def _downwards(characters: Sequence[Character]) -> list[Character]:
    """Upright characters that stand below each other, as in Japanese columns, turned to run with their line."""
    cells = _cells(characters)
    below = [_below(before, cell) for before, cell in pairwise(cells)]
    beside = [False, *(_follows(before.box, cell.box) for before, cell in pairwise(cells)), False]
    columns: list[list[int]] = [[0]]
    for number in range(1, len(cells)):
        if below[number - 1]:
            columns[-1].append(number)
        else:
            columns.append([number])
    tall = [column for column in columns if len(column) >= _COLUMN]
    upright_ones = sum(_is_wide(cell) and not cell.angle for cell in cells)
    mostly = 2 * sum(map(len, tall)) > upright_ones
    for column in columns:
        alone = not beside[column[0]] and not beside[column[-1] + 1] and any(_is_wide(cells[n]) for n in column)
        if len(column) >= _COLUMN or (mostly and alone and not cells[column[0]].angle):
            for number in column:
                cells[number] = Character(cells[number].text, upright(cells[number].box, DOWNWARDS), DOWNWARDS)
    return cells


def _cells(characters: Sequence[Character]) -> list[Character]:
    """Two or three digits that stand beside each other in a column are one cell of it; spaces are left out there."""
    cells: list[Character] = []
    for character in characters:
        before = cells[-1] if cells else None
        if (
            before
            and before.text.isdigit()
            and character.text.isdigit()
            and not character.angle
            and before.angle == 0
            and _follows(before.box, character.box)
            and len(cells) > 1
            and _is_wide(cells[-2])
            and _below(cells[-2], both := _around(before, character))
        ):
            cells[-1] = both
        else:
            cells.append(character)
    return cells


def _around(before: Character, after: Character) -> Character:
    lefts, bottoms, rights, tops = zip(before.box, after.box, strict=True)
    return Character(before.text + after.text, (min(lefts), min(bottoms), max(rights), max(tops)), 0)


def _is_wide(character: Character) -> bool:
    return unicodedata.east_asian_width(character.text[0]) in "WF"


def _below(before: Character, cell: Character) -> bool:
    """Whether a character stands right below an upright East Asian one, or such a one right below it."""
    if before.angle or cell.angle or not (_is_wide(before) or _is_wide(cell)):
        return False
    size = max(before.box[2] - before.box[0], cell.box[2] - cell.box[0])
    aside = (before.box[0] + before.box[2] - cell.box[0] - cell.box[2]) / 2
    down = (before.box[1] + before.box[3] - cell.box[1] - cell.box[3]) / 2
    return abs(aside) < 0.3 * size and 0.3 * size < down < 1.6 * size


def _runs(characters: Sequence[Character]) -> Iterator[tuple[int, list[Character]]]:
    """Runs of characters of one angle without a gap; a space stands before the character that follows it."""
    run: list[Character] = []
    space = ""
    for character in characters:
        if character.text == " ":
            space = " "
            continue
        if run and (character.angle != run[-1].angle or not _follows(run[-1].box, character.box)):
            yield run[0].angle, run
            run, space = [], ""
        if run:
            character.text = space + character.text
        run.append(character)
        space = ""
    if run:
        yield run[0].angle, run


def _follows(before: Box, box: Box) -> bool:
    """Whether a character stands on the line of the one before it, without a gap as between columns."""
    height = min(before[3] - before[1], box[3] - box[1])
    shared = min(before[3], box[3]) - max(before[1], box[1])
    return shared > 0.4 * height and -height < box[0] - before[2] < height


def _point(run: Sequence[Character]) -> None:
    """A sign of a symbol font that stands alone, or before a text, is taken for a bullet."""
    for number, character in enumerate(run):
        if character.text.endswith(_SYMBOLS):
            begins = number == 0 and (len(run) == 1 or run[1].text[0] == " ")
            character.text = "•" if begins else character.text.replace(_SYMBOLS, _UNKNOWN)


def _line(run: Sequence[Character]) -> Line | None:
    """None where nothing of it has a meaning."""
    text = "".join(character.text for character in run)
    if _UNKNOWN in text:
        text = " ".join(word for word in text.split() if word.strip(_UNKNOWN))
        if not text:
            return None
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not text.isascii():
        text = "".join(unicodedata.normalize("NFKC", c) if "\ufb00" <= c <= "\ufb06" else c for c in text)
    lefts, bottoms, rights, tops = zip(*(character.box for character in run), strict=True)
    return Line(text, min(lefts), max(rights), median(bottoms), median(tops))
