"""What is written on a page: runs of characters by the direction they run in, and how much of it has no meaning."""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
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
_LIGATURES = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
_FEWEST_SPACES = 0.05  # of characters, in languages that have spaces; most have 12 to 18 in a hundred
_GLYPH_NUMBER = "(cid:"
_LEAST_SHIFTED = 40  # characters
_CHINESE_JAPANESE, _BEHIND = "\u3040", "\ua000"  # kana and characters
_GLYPH_RUN = 3  # guesses in a row that may be right, as brackets and signs often are
_SYMBOLS, _SYMBOLS_END = "\uf000", "\uf100"  # the codes of a symbol font in the private use area
_LANGUAGE_LOWER = 0.5  # share of small letters in running text; glyph numbers taken for letters have almost none

Box = tuple[float, float, float, float]  # left, bottom, right, top
Character = tuple[str, Box, int]  # its line is turned clockwise by so many degrees
_NOWHERE: Box = (0.0, 0.0, 0.0, 0.0)


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
    text = "".join(character for character, _, _ in characters)
    if any(_CHINESE_JAPANESE <= character < _BEHIND for character in text):
        characters = _downwards(characters)
    lines: dict[int, list[Line]] = defaultdict(list)
    for angle, run in _runs(characters):
        if line := _line(run):
            lines[angle].append(line)
    order = sorted(lines, key=lambda angle: -sum(len(line.text) for line in lines[angle]))
    letters = len(text) - text.count(" ")
    unknown = letters if _is_garbled(text) else text.count(_UNKNOWN)
    return Writing({angle: lines[angle] for angle in order}, letters, unknown)


def _is_garbled(text: str) -> bool:
    """Whether a sign stands between words where the space should, as where a font tells other letters than it draws, or
    most of it is numbers of glyphs, as another program wrote them down."""
    if 2 * len(_GLYPH_NUMBER) * text.count(_GLYPH_NUMBER) > len(text):
        return True
    spaces = text.count(" ")
    if len(text) < _LEAST_SHIFTED or spaces > _FEWEST_SPACES * len(text):
        return False
    between = Counter(
        sign
        for before, sign, after in zip(text, text[1:], text[2:], strict=False)
        if before.isalnum()
        and after.isalnum()
        and not sign.isalnum()
        and unicodedata.east_asian_width(sign) not in "WF"
    )
    sign, often = max(between.items(), key=lambda item: item[1], default=(" ", 0))
    return sign != " " and often > _FEWEST_SPACES * len(text) and often > 2 * spaces


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
    unicode_of, angle_of = pdfium_c.FPDFText_GetUnicode, pdfium_c.FPDFText_GetCharAngle
    box_of, is_guess = pdfium_c.FPDFText_GetLooseCharBox, pdfium_c.FPDFText_HasUnicodeMapError
    found: list[Character] = []
    guesses: list[int] = []  # numbers of glyphs, taken for letters
    signs: list[int] = []
    for number in range(text.count_chars()):
        character = chr(unicode_of(handle, number))
        guessed = is_guess(handle, number) == 1
        if not guessed and character.isspace():
            found.append((" ", _NOWHERE, 0))
            continue
        angle = angle_of(handle, number)
        turn = _direction(angle) if angle else 0
        box_of(handle, number, rectangle)
        box = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
        if turn:
            box = upright(box, turn, _height(handle, number) if turn % 90 else 0)
        if guessed:
            guesses.append(number)
        elif not character.isascii() and _SYMBOLS <= character < _SYMBOLS_END:
            character = chr(ord(character) - ord(_SYMBOLS))
            signs.append(number)
        elif not character.isprintable() and not _has_meaning(character):
            character = _UNKNOWN
        found.append((character, box, turn))
    for number in _meaningless([(number, found[number][0]) for number in guesses], _GLYPH_RUN):
        found[number] = (_UNKNOWN, *found[number][1:])
    for number in _meaningless([(number, found[number][0]) for number in signs], 1):
        alone = all(found[n][0] == " " for n in (number - 1, number + 1) if 0 <= n < len(found))
        found[number] = ("•" if alone else _UNKNOWN, *found[number][1:])
    return found


def _meaningless(guesses: Sequence[tuple[int, str]], longest: int) -> Iterator[int]:
    """The places of what is no letter, and of runs beyond `longest` where the guesses do not read like language."""
    language = sum("a" <= text <= "z" for _, text in guesses) >= _LANGUAGE_LOWER * len(guesses)
    for _, group in groupby(enumerate(guesses), lambda pair: pair[1][0] - pair[0]):
        run = [guess for _, guess in group]
        for number, text in run:
            if not _has_meaning(text) or (len(run) > longest and not language):
                yield number


def _has_meaning(character: str) -> bool:
    return character in _HYPHENS or not (character == _UNKNOWN or unicodedata.category(character) in ("Cc", "Cn", "Co"))


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
    columns: list[list[int]] = [[0]]
    for number, (before, cell) in enumerate(pairwise(cells), 1):
        if _below(before, cell):
            columns[-1].append(number)
        else:
            columns.append([number])
    beside = [False, *(_follows(before[1], cell[1]) for before, cell in pairwise(cells)), False]
    tall = sum(len(column) for column in columns if len(column) >= _COLUMN)
    mostly = 2 * tall > sum(_is_wide(cell) and not cell[2] for cell in cells)
    for column in columns:
        alone = not beside[column[0]] and not beside[column[-1] + 1] and any(_is_wide(cells[n]) for n in column)
        if len(column) >= _COLUMN or (mostly and alone and not cells[column[0]][2]):
            for number in column:
                text, box, _ = cells[number]
                cells[number] = text, upright(box, DOWNWARDS), DOWNWARDS
    return cells


def _cells(characters: Sequence[Character]) -> list[Character]:
    """Digits that stand beside each other in a column of characters are one cell of it."""
    cells: list[Character] = []
    for character in characters:
        if cells and cells[-1][0].isdigit() and character[0].isdigit() and not character[2]:
            both = _around(cells[-1], character)
            above = next((cell for cell in cells[-2:-4:-1] if cell[0] != " "), both)
            if _follows(cells[-1][1], character[1]) and _below(above, both):
                cells[-1] = both
                continue
        cells.append(character)
    return cells


def _around(before: Character, after: Character) -> Character:
    lefts, bottoms, rights, tops = zip(before[1], after[1], strict=True)
    return before[0] + after[0], (min(lefts), min(bottoms), max(rights), max(tops)), before[2]


def _is_wide(character: Character) -> bool:
    return unicodedata.east_asian_width(character[0][0]) in "WF"


def _below(before: Character, cell: Character) -> bool:
    """Whether a character stands right below an upright East Asian one, or such a one right below it."""
    if before[2] or cell[2] or not (_is_wide(before) or _is_wide(cell)):
        return False
    (left, bottom, right, top), (cell_left, cell_bottom, cell_right, cell_top) = before[1], cell[1]
    size = max(right - left, cell_right - cell_left, top - bottom)
    aside = (left + right - cell_left - cell_right) / 2
    down = (bottom + top - cell_bottom - cell_top) / 2
    return abs(aside) < 0.3 * size and 0.3 * size < down < 1.6 * size


def _runs(characters: Sequence[Character]) -> Iterator[tuple[int, list[tuple[str, Box]]]]:
    """Runs of characters of one angle without a gap; a space stands before the character that follows it."""
    run: list[tuple[str, Box]] = []
    turn, space = 0, ""
    for character, box, angle in characters:
        if character == " ":
            space = " "
            continue
        if run and (angle != turn or not _follows(run[-1][1], box)):
            yield turn, run
            run = []
        run.append((space + character if run else character, box))
        turn, space = angle, ""
    if run:
        yield turn, run


def _follows(before: Box, box: Box) -> bool:
    """Whether a character stands on the line of the one before it, without a gap as between columns."""
    height = min(before[3] - before[1], box[3] - box[1])
    shared = min(before[3], box[3]) - max(before[1], box[1])
    return shared > 0.4 * height and -height < box[0] - before[2] < height


def _line(run: Sequence[tuple[str, Box]]) -> Line | None:
    """None where nothing of it has a meaning."""
    lefts, bottoms, rights, tops = zip(*(box for _, box in run), strict=True)
    text = "".join(text for text, _ in run)
    if not text.isascii():
        text = " ".join(word for word in text.split() if word.strip(_UNKNOWN))
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = "".join(unicodedata.normalize("NFKC", c) if c in _LIGATURES else c for c in text)
    return Line(text, min(lefts), max(rights), median(bottoms), median(tops)) if text else None
