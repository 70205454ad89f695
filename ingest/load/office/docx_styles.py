"""How the elements of a Word file are named, and what its styles add to paragraphs and characters."""

from collections.abc import Iterator
from functools import cache

from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OFF = ("0", "false", "off")
_SCRIPTS = {"superscript": "super", "subscript": "sub"}


@cache
def w(path: str) -> str:
    """Names of WordprocessingML as lxml wants them: w("pPr/numPr")."""
    return "/".join(f"{_W}{name}" for name in path.split("/"))


def value(element: _Element | None, path: str) -> str | None:
    """What a property of an element says, "" where it is there without a value; None where it is not there."""
    found = None if element is None else element.find(w(path))
    return None if found is None else found.get(w("val"), "")


def whole(element: _Element | None, path: str) -> int | None:
    """A property that is a whole number, where it says one."""
    text = value(element, path)
    try:
        return int(text) if text else None
    except ValueError:
        return None


def is_on(element: _Element | None, path: str) -> bool:
    """Whether a property that is on or off is there and on."""
    said = value(element, path)
    return said is not None and said not in _OFF


def script(properties: _Element | None) -> str | None:
    """Whether the properties of a run raise ("super") or lower ("sub") it, or neither (""); None where none says so."""
    said = value(properties, "vertAlign")
    return None if said is None else _SCRIPTS.get(said, "")


class Styles:
    def __init__(self, root: _Element | None) -> None:
        elements = [] if root is None else root.findall(w("style"))
        self._styles = {element.get(w("styleId")): element for element in elements}
        self._plain = next(
            (e for e in elements if e.get(w("type")) == "paragraph" and e.get(w("default")) not in (None, *_OFF)), None
        )

    def chain(self, identity: str | None) -> Iterator[_Element]:
        """The style of that identity, the one it is based on, and so forth."""
        seen = set()
        while identity in self._styles and identity not in seen:
            seen.add(identity)
            yield self._styles[identity]
            identity = value(self._styles[identity], "basedOn")

    def name(self, identity: str | None) -> str:
        return (value(self._styles.get(identity), "name") or "").lower()

    def script(self, identity: str | None) -> str:
        """Whether a style of characters raises or lowers them."""
        said = (script(style.find(w("rPr"))) for style in self.chain(identity))
        return next((found for found in said if found is not None), "")
