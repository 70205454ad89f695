"""The text of RTF: what its control words say of it, group by group; what is not text is counted."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml.etree import Element, SubElement, _Element

from ingest.load.blocks import one_line
from ingest.load.docx_fields import is_page_number
from ingest.load.equations import equation
from ingest.load.page_numbers import PAGE
from ingest.load.rtf_stream import Place, Stream
from ingest.load.rtf_tokens import SYMBOL, Encodings, Token, tokens
from ingest.load.symbols import symbol
from qa.errors import LoadError

_DEEPEST = 1000
_CHARACTERS = {
    "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "tab": "\t", "line": "\n", "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
    "chpgn": PAGE,
}  # fmt: skip
_SIGNS = {"~": "\u00a0", "_": "-", "{": "{", "}": "}", "\\": "\\"}
_STREAMS = {
    "footnote": "note", "shptxt": "box", "header": "header", "headerl": "header", "headerr": "header",
    "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
}  # fmt: skip
_COLLECTED = frozenset("title author creatim revtim fldinst listtext pntext fonttbl".split())
_COUNTED = {"pict": "picture", "annotation": "comment", "object": "embedded object"}
_SKIPPED = frozenset(
    "colortbl stylesheet info nonshppict shprslt sp xe tc rxe nonesttables mmathPict category comment company doccomm"
    " keywords manager operator subject printim buptim hlinkbase pn revtbl listtable listoverridetable upr do".split()
)
_READ_ALL_THE_SAME = frozenset("shppict shpinst ud result mmath".split())  # although their group is marked as new
_MATH = "moMath"


@dataclass
class _State:
    """What a group begins with and gives back at its end. `collects` is the group whose text is kept apart."""

    kind: str = ""
    skips: bool = False
    font: int | None = None
    after_unicode: int = 1
    raised: str = ""
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    collects: str = ""
    stream: Stream | None = None
    math: _Element | None = None
    is_new: bool = False


class Body:
    """Reads a document at once; then `streams` hold its text, `info` its facts, `left_out` what is not in the text."""

    def __init__(self, data: bytes) -> None:
        self.left_out: Counter[str] = Counter()
        self.info: dict[str, str] = {}
        self.heading: str | None = None
        self.main = Stream("main")
        self.edges: list[Stream] = []
        self._encodings = Encodings()
        self._state, self._stack = _State(stream=self.main), list[_State]()
        self._bytes, self._skip = b"", 0
        self._texts: dict[str, str] = {}
        self._is_heading = False
        self._instructions: list[str] = []
        self._font = 0
        self._place = Place()
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
        data, self._bytes = self._bytes, b""
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
            _write_math(state.math, text)
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
        self._state = replace(self._state, is_new=True)
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
        if is_new and (state.kind == "*" or word in _DESTINATIONS):
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

    def _destination(self, word: str) -> None:
        """A group that is not plain text begins."""
        state = self._state
        was_new, state.kind = state.kind == "*", word
        if word in _COUNTED:
            self.left_out[_COUNTED[word]] += not state.skips
        if word in _STREAMS and not state.skips:
            state.stream, state.collects, state.raised, state.in_table = Stream(_STREAMS[word]), "", "", False
            state.hidden = state.deleted = False
        elif word in ("title", "author", "creatim", "revtim") or word in ("result", "ud"):
            state.skips = False  # within a group that is not read otherwise
            state.collects = word if word in _COLLECTED else state.collects
        elif word in _COLLECTED:
            state.collects = word
        elif word == "field":
            self._instructions.append("")
        elif state.math is not None or word == _MATH:
            state.math = Element(word) if state.math is None else SubElement(state.math, word.removeprefix("m"))
        elif word in _SKIPPED or word in _COUNTED or (was_new and word not in _READ_ALL_THE_SAME):
            state.skips = True

    def _paragraph(self, _: int | None) -> None:
        if self._state.stream and not self._state.collects:
            text = self._state.stream.end_paragraph(self._state.in_table)
            if text and self._is_heading and self.heading is None:
                self.heading = " ".join(text.split())

    def _cell(self, _: int | None) -> None:
        if self._state.stream:
            self._state.stream.end_cell()

    def _row(self, _: int | None) -> None:
        if self._state.stream:
            self._state.stream.end_row()

    def _define_row(self, _: int | None) -> None:
        self._place = Place()
        if self._state.stream:
            self._state.stream.define_row()

    def _end_place(self, number: int | None) -> None:
        if self._state.stream:
            self._state.stream.row.places.append(replace(self._place, right=number or 0))
        self._place = Place()

    def _row_left(self, number: int | None) -> None:
        if self._state.stream:
            self._state.stream.row.left = number or 0

    def _row_header(self, _: int | None) -> None:
        if self._state.stream:
            self._state.stream.row.is_header = True

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

    def _merge(self, merged: str) -> None:
        self._place.merged = merged

    def _across(self, _: int | None) -> None:
        self._place.across = True


def _write_math(element: _Element, text: str) -> None:
    """Text of an equation in the element that its group became: in runs it is text, elsewhere a property."""
    if element.tag == "r":
        last = element[-1] if len(element) else SubElement(element, "t")
        last.text = (last.text or "") + text
    elif element.tag.endswith(("Chr", "type")):
        element.set("val", element.get("val", "") + text)


_MATH_GROUPS = frozenset(
    f"m{name}"
    for name in "r f fPr type num den rad radPr deg e sSup sup sSub sub sSubSup sPre nary naryPr chr d dPr begChr"
    " endChr sepChr func fName limLow limUpp lim m mr eqArr bar acc accPr groupChr box borderBox oMathPara"
    " ctrlPr".split()
)
_DESTINATIONS = (
    _SKIPPED | _COLLECTED | _READ_ALL_THE_SAME | _MATH_GROUPS | {*_COUNTED, *_STREAMS, "field", "fldrslt", _MATH}
)
_Action = Callable[[Body, int | None], None]
_ACTIONS: dict[str, _Action] = {
    "par": Body._paragraph,
    "sect": Body._paragraph,
    "page": Body._paragraph,
    "cell": Body._cell,
    "row": Body._row,
    "trowd": Body._define_row,
    "cellx": Body._end_place,
    "trleft": Body._row_left,
    "trhdr": Body._row_header,
    "clvmgf": lambda body, _: body._merge("first"),
    "clvmrg": lambda body, _: body._merge("on"),
    "clmrg": Body._across,
    "nestcell": lambda body, _: body._write(" | "),
    "nestrow": lambda body, _: body._write(" "),
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
