"""What is written on a page: runs of characters by the direction they run in, and how much of it has no meaning."""

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

import pypdfium2 as pdfium
from pypdfium2 import raw as pdfium_c

from ingest.load.pdf.boxes import Box, Character, follows, upright
from ingest.load.pdf.downwards import downwards
from ingest.load.pdf.layout import Line

_QUARTER_SLACK = 15  # degrees by which a scanned page may lean
_OTHER_ANGLES = 5  # degrees, for what runs askew
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
        characters = downwards(characters)
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


def _runs(characters: Sequence[Character]) -> Iterator[tuple[int, list[tuple[str, Box]]]]:
    """Runs of characters of one angle without a gap; a space stands before the character that follows it."""
    run: list[tuple[str, Box]] = []
    turn, space = 0, ""
    for character, box, angle in characters:
        if character == " ":
            space = " "
            continue
        if run and (angle != turn or not follows(run[-1][1], box)):
            yield turn, run
            run = []
        run.append((space + character if run else character, box))
        turn, space = angle, ""
    if run:
        yield turn, run


def _line(run: Sequence[tuple[str, Box]]) -> Line | None:
    """None where nothing of it has a meaning."""
    lefts, bottoms, rights, tops = zip(*(box for _, box in run), strict=True)
    text = "".join(text for text, _ in run)
    if not text.isascii():
        text = " ".join(word for word in text.split() if word.strip(_UNKNOWN))
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = "".join(unicodedata.normalize("NFKC", c) if c in _LIGATURES else c for c in text)
    return Line(text, min(lefts), max(rights), median(bottoms), median(tops)) if text else None
