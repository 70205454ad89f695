"""The text of RTF: what its control words say of it, group by group; what is not text is counted."""

from collections import Counter
from collections.abc import Callable
from copy import copy

from lxml.etree import Element, SubElement

from ingest.load.office.blocks import one_line
from ingest.load.office.equations import equation
from ingest.load.office.page_numbers import PAGE, is_page_number
from ingest.load.office.rtf_groups import (
    COLLECTED,
    COUNTED,
    DESTINATIONS,
    MATH,
    READ_ALL_THE_SAME,
    SKIPPED,
    STREAMS,
    State,
    write_math,
)
from ingest.load.office.rtf_stream import Stream
from ingest.load.office.rtf_tokens import SYMBOL, Encodings, Token, tokens
from ingest.load.office.symbols import symbol
from qa.errors import LoadError

_DEEPEST = 1000
_CHARACTERS = {
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "tab": "\t", "line": "\n", "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
    "chpgn": PAGE,
}  # fmt: skip
_SIGNS = {"~": "\u00a0", "_": "-", "{": "{", "}": "}", "\\": "\\"}


class Body:
    """Reads a document at once; then `streams` hold its text, `info` its facts, `left_out` what is not in the text."""

    def __init__(self, data: bytes) -> None:
        self.left_out: Counter[str] = Counter()
        self.info: dict[str, str] = {}
        self.heading: str | None = None
        self.main = Stream("main")
        self.edges: list[Stream] = []
        self._encodings = Encodings()
        self._state, self._stack = State(stream=self.main), list[State]()
        self._bytes, self._skip = bytearray(), 0
        self._texts: dict[str, str] = {}
        self._is_heading = False
        self._instructions: list[str] = []
        self._font = 0
        self.is_whole = False
        for token in tokens(data):
            self._take(token)
            if self._stack == [] and token.kind == "}":
                self.is_whole = True
                break
        self._flush()
        self.main.end()

    def _take(self, token: Token) -> None:
        if token.kind in ("hex", "text"):
            skipped = min(self._skip, len(token.data))
            self._skip -= skipped
            if not self._state.skips:
                self._bytes += token.data[skipped:]
            return
        self._flush()
        if token.kind == "{":
            self._begin()
        elif token.kind == "}":
            self._end()
        elif token.kind == "sign":
            self._sign(token.word)
        else:
            self._word(token.word, token.number)

    def _flush(self) -> None:
        """Write the bytes that have come, as the font that they stand in encodes them."""
        data, self._bytes = bytes(self._bytes), bytearray()
        if not data or self._state.skips:
            return
        encoding = self._encodings.of(self._state.font)
        if encoding == SYMBOL:
            self._write("".join(symbol(code) or chr(code) for code in data))
        else:
            self._write(data.decode(encoding, "replace"))

    def _write(self, text: str) -> None:
        state = self._state
        if state.skips:
            return
        if state.collects:
            self._texts[state.collects] = self._texts.get(state.collects, "") + text
        elif state.math is not None:
            write_math(state.math, text)
        elif state.hidden or state.deleted:
            self.left_out["hidden passage" if state.hidden else "tracked deletion"] += bool(text.strip())
        elif state.stream and not self._is_page_result():
            state.stream.write(text, state.raised)

    def _is_page_result(self) -> bool:
        return bool(self._instructions) and is_page_number(self._instructions[-1]) and self._state.kind == "fldrslt"

    def _begin(self) -> None:
        if len(self._stack) >= _DEEPEST:
            raise LoadError("is nested too deeply to be read; save its text as .txt and add that")
        self._stack.append(self._state)
        self._state = copy(self._state)
        self._state.is_new = True
        self._skip = 0

    def _end(self) -> None:
        ended, self._skip = self._state, 0
        if not self._stack:
            return
        self._state = self._stack.pop()
        if ended.collects and ended.collects != self._state.collects:
            self._collected(ended.collects, self._texts.pop(ended.collects, ""))
        if ended.stream is not self._state.stream and ended.stream:
            self._end_stream(ended.stream)
        if ended.math is not None and self._state.math is None and self._state.stream:
            self._state.stream.write(equation(ended.math), "")
        if ended.kind == "field" and self._state.kind != "field" and self._instructions:
            is_page = is_page_number(self._instructions.pop())
            if is_page and self._state.stream:
                self._state.stream.write(PAGE, "")

    def _collected(self, kind: str, text: str) -> None:
        if kind == "fldinst" and self._instructions:
            self._instructions[-1] = text
        elif kind in ("listtext", "pntext") and self._state.stream:
            self._state.stream.label(text)
        elif kind != "fonttbl":
            self.info.setdefault(kind, text)

    def _end_stream(self, stream: Stream) -> None:
        blocks, outer = stream.end(), self._state.stream
        if stream.kind == "note" and outer:
            outer.notes.append(one_line(blocks))
        elif stream.kind == "box" and outer:
            outer.boxes += blocks
        else:
            self.edges.append(stream)

    def _sign(self, sign: str) -> None:
        if self._skip:
            self._skip -= 1
        elif sign == "*":
            self._state.kind = "*"
        elif sign in "\r\n":
            self._word("par", None)
        elif sign in _SIGNS:
            self._write(_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> None:
        state, is_new = self._state, self._state.is_new
        if self._skip:
            self._skip -= 1
            return
        if is_new and (state.kind == "*" or word in DESTINATIONS):
            self._destination(word)
        state.is_new = False
        if state.skips:
            return
        if word in _CHARACTERS:
            self._write(_CHARACTERS[word])
        elif word == "u":
            self._write(chr((number or 0) % 65536))
            self._skip = state.after_unicode
        elif word in _ACTIONS:
            _ACTIONS[word](self, number)
        elif word in ("ansicpg", "mac", "pc", "pca", "deff"):
            self._encodings.declare(word, number)
        elif word in ("yr", "mo", "dy") and state.collects:
            self._write(f"{number or 0:04}" if word == "yr" else f"-{number or 0:02}")
        elif state.stream and not state.collects:
            state.stream.take(word, number)

    def _destination(self, word: str) -> None:
        """A group that is not plain text begins."""
        state = self._state
        was_new, state.kind = state.kind == "*", word
        if word == "nesttableprops" and state.stream and not state.skips:
            state.stream.end_nested_row()
        if word in COUNTED:
            self.left_out[COUNTED[word]] += not state.skips
        if word in STREAMS and not state.skips:
            state.stream, state.collects, state.raised, state.in_table = Stream(STREAMS[word]), "", "", False
            state.hidden = state.deleted = False
        elif word in ("title", "author", "creatim", "revtim") or word in ("result", "ud"):
            state.skips = False  # within a group that is not read otherwise
            state.collects = word if word in COLLECTED else state.collects
        elif word in COLLECTED:
            state.collects = word
        elif word == "field":
            self._instructions.append("")
        elif state.math is not None or word == MATH:
            state.math = Element(word) if state.math is None else SubElement(state.math, word.removeprefix("m"))
        elif word in SKIPPED or word in COUNTED or (was_new and word not in READ_ALL_THE_SAME):
            state.skips = True

    def _paragraph(self, _: int | None) -> None:
        if self._state.stream and not self._state.collects:
            text = self._state.stream.end_paragraph(self._state.in_table)
            if text and self._is_heading and self.heading is None:
                self.heading = " ".join(text.split())

    def _plain_paragraph(self, _: int | None) -> None:
        self._state.in_table = self._is_heading = False

    def _plain(self, _: int | None) -> None:
        state = self._state
        state.raised, state.hidden, state.deleted, state.font = "", False, False, None

    def _set_font(self, number: int | None) -> None:
        self._state.font = self._font = number or 0

    def _set_heading(self, number: int | None) -> None:
        self._is_heading = number == 0

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self._state, name, value)


_Action = Callable[[Body, int | None], None]
_ACTIONS: dict[str, _Action] = {
    "par": Body._paragraph,
    "sect": Body._paragraph,
    "page": Body._paragraph,
    "intbl": lambda body, _: body._set(in_table=True),
    "pard": Body._plain_paragraph,
    "plain": Body._plain,
    "outlinelevel": Body._set_heading,
    "f": Body._set_font,
    "fcharset": lambda body, number: body._encodings.font(body._font, number or 0),
    "uc": lambda body, number: body._set(after_unicode=max(0, number or 0)),
    "super": lambda body, number: body._set(raised="" if number == 0 else "super"),
    "sub": lambda body, number: body._set(raised="" if number == 0 else "sub"),
    "nosupersub": lambda body, _: body._set(raised=""),
    "v": lambda body, number: body._set(hidden=number != 0),
    "deleted": lambda body, number: body._set(deleted=number != 0),
}
