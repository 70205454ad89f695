"""What RTF is written in: groups, control words, and bytes of text in the encodings of its fonts."""

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|.", re.DOTALL)


class Token(NamedTuple):
    """`kind` is "{", "}", "word", "sign" for a control symbol, "hex" for one byte of text or "text" for some."""

    kind: str
    word: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """All of them in order; what is binary is skipped."""
    at = 0
    while found := _TOKEN.match(data, at):
        at = found.end()
        word, number, code, sign, brace, text = found.groups()
        if word == b"bin":
            at += max(0, int(number or 0))
        elif word:
            yield Token("word", word.decode(), int(number) if number else None)
        elif code:
            yield Token("hex", data=bytes.fromhex(code.decode()))
        elif sign:
            yield Token("sign", sign.decode("latin-1"))
        elif brace:
            yield Token(brace.decode())
        elif text:
            yield Token("text", data=text)


SYMBOL = "symbol"
_DEFAULT = "cp1252"
_OF_FONTS = {  # by \fcharset
    0: _DEFAULT, 2: SYMBOL, 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_OF_WORDS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_UTF_8 = 65001


class Encodings:
    """Which encoding the bytes of text have: that of their font, else that of the document."""

    def __init__(self) -> None:
        self._document = _DEFAULT
        self._fonts: dict[int, int] = {}
        self._default_font: int | None = None

    def declare(self, word: str, number: int | None) -> None:
        """Take in what the head of the document says: ansicpg, mac, pc, pca or deff."""
        if word == "deff":
            self._default_font = number
        elif word in _OF_WORDS:
            self._document = _OF_WORDS[word]
        elif number is not None:
            self._document = _known("utf-8" if number == _UTF_8 else f"cp{number}")

    def font(self, font: int, charset: int) -> None:
        self._fonts[font] = charset

    def of(self, font: int | None) -> str:
        used = self._default_font if font is None else font
        charset = self._fonts.get(used) if used is not None else None
        encoding = self._document if charset is None else _OF_FONTS.get(charset, self._document)
        return self._document if encoding == _DEFAULT and self._is_plain() else encoding

    def _is_plain(self) -> bool:
        """Whether every font is said to be Western: then the writer meant the encoding of the document."""
        return all(_OF_FONTS.get(charset, _DEFAULT) in (_DEFAULT, SYMBOL) for charset in self._fonts.values())


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return _DEFAULT
