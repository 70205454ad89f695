"""The numbers of Word's lists and headings, which are nowhere in its text: counted as Word counts them."""

from dataclasses import dataclass, field

from lxml.etree import _Element

from ingest.load.office.docx_styles import Styles, is_on, value, w, whole
from ingest.load.office.ordinals import ordinal

_KINDS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
_LEVELS = 9
_BULLET = "•"


@dataclass
class _Level:
    start: int
    kind: str
    text: str
    restarts_below: int
    """It begins anew after an item of a level below this number of levels; 0 for never."""
    is_legal: bool
    style: str | None


@dataclass
class _List:
    """The levels of one list, and the last number of each."""

    levels: dict[int, _Level]
    last: dict[int, int] = field(default_factory=dict)


class Lists:
    """Counts the items in the order in which they are asked for."""

    def __init__(self, numbering: _Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract = _by_id(numbering, "abstractNum", "abstractNumId")
        self._numbers = _by_id(numbering, "num", "numId")
        self._lists: dict[str, _List] = {}
        self._begun: dict[str, _List] = {}

    def label(self, paragraph: _Element) -> str:
        """The number or the bullet before a paragraph with a space behind it; "" where there is none."""
        properties = paragraph.find(w("pPr"))
        if properties is None or not self._numbers:
            return ""
        style = value(properties, "pStyle")
        said = [properties.find(w("numPr"))]
        said += [element.find(w("pPr/numPr")) for element in self._styles.chain(style)]
        identity = next((number for element in said if (number := value(element, "numId"))), None)
        if identity not in self._numbers:
            return ""
        counted = self._begun.get(identity) or self._begin(identity)
        at = next((level for element in said if (level := whole(element, "ilvl")) is not None), None)
        if at is None:
            linked = {element.get(w("styleId")) for element in self._styles.chain(style)}
            at = next((number for number, level in counted.levels.items() if level.style in linked), 0)
        return self._next(counted, at)

    def _next(self, counted: _List, at: int) -> str:
        level = counted.levels.get(at)
        if level is None:
            return ""
        if level.kind == "bullet":
            return f"{_BULLET} "
        counted.last[at] = counted.last.get(at, level.start - 1) + 1
        for below in [below for below in counted.last if below > at]:
            if below not in counted.levels or at < counted.levels[below].restarts_below:
                del counted.last[below]
        text = level.text
        for number in range(_LEVELS):
            if f"%{number + 1}" in text:
                text = text.replace(f"%{number + 1}", self._shown(counted, number, level.is_legal))
        return f"{text.strip()} " if text.strip() else ""

    @staticmethod
    def _shown(counted: _List, at: int, is_legal: bool) -> str:
        level = counted.levels.get(at)
        if level is None:
            return ""
        number = counted.last.get(at, level.start)
        if level.kind == "decimalZero":
            return f"{number:02}"
        if level.kind == "none":
            return ""
        return ordinal(number, "1" if is_legal else _KINDS.get(level.kind, "1"), doubled=True)

    def _begin(self, identity: str) -> _List:
        """The list of a number that is used for the first time: its own start, else on from others of its kind."""
        number = self._numbers[identity]
        abstract, element = self._definition(number)
        levels = {} if element is None else _levels(element)
        overrides = number.findall(w("lvlOverride"))
        levels |= {at: level for override in overrides for at, level in _levels(override).items()}
        shared = self._lists.setdefault(abstract, _List({}))
        counted = self._begun[identity] = _List(levels, shared.last)
        for override in overrides:
            at, start = int(override.get(w("ilvl"), "0")), whole(override, "startOverride")
            if start is not None and at in levels:
                for below in [below for below in shared.last if below >= at]:
                    del shared.last[below]
                levels[at].start = start
        return counted

    def _definition(self, number: _Element) -> tuple[str, _Element | None]:
        """The levels that a number uses: its own, or those of the style of lists that it names."""
        identity = value(number, "abstractNumId") or ""
        element = self._abstract.get(identity)
        if linked := value(element, "numStyleLink"):
            for other, candidate in self._abstract.items():
                if value(candidate, "styleLink") == linked:
                    return other, candidate
        return identity, element


def _by_id(root: _Element | None, tag: str, name: str) -> dict[str, _Element]:
    elements = [] if root is None else root.findall(w(tag))
    return {element.get(w(name), ""): element for element in elements}


def _levels(parent: _Element) -> dict[int, _Level]:
    levels = {}
    for element in parent.findall(w("lvl")):
        at, start, restart = int(element.get(w("ilvl"), "0")), whole(element, "start"), whole(element, "lvlRestart")
        levels[at] = _Level(
            start=1 if start is None else start,
            kind=value(element, "numFmt") or "decimal",
            text=value(element, "lvlText") or "",
            restarts_below=at if restart is None else restart,
            is_legal=is_on(element, "isLgl"),
            style=value(element, "pStyle"),
        )
    return levels
