"""How the elements of OpenDocument are named, and what its styles say of text and of lists."""

from dataclasses import dataclass

from lxml.etree import _Element

from ingest.load.office.ordinals import ordinal

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
DRAW, META, OFFICE, STYLE, TABLE, TEXT = (
    f"{_OASIS}{name}:1.0}}" for name in ("drawing", "meta", "office", "style", "table", "text")
)
FO = f"{_OASIS}xsl-fo-compatible:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
OUTLINE = ""
"""The name under which the numbers of headings are kept."""
_BULLET = "•"
_KINDS = frozenset("1aAiI")


def whole(element: _Element, name: str, otherwise: int) -> int:
    """An attribute that is a whole number, where it is one."""
    try:
        return int(element.get(name, otherwise))
    except ValueError:
        return otherwise


@dataclass(frozen=True)
class Level:
    """How the items of a level of a list are numbered; `kind` is "" for no number and a bullet for bullets."""

    kind: str
    before: str
    after: str
    start: int
    shown: int
    """How many levels above are named with it: 2 in "1.3"."""
    doubled: bool

    def number(self, number: int) -> str:
        return ordinal(number, self.kind, self.doubled) if self.kind in _KINDS else ""


class Styles:
    def __init__(self, roots: list[_Element]) -> None:
        self._styles: dict[str, _Element] = {}
        self._lists: dict[str, dict[int, Level]] = {}
        self._default: list[_Element] = []
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                self._styles.setdefault(f"{style.get(f'{STYLE}family')} {style.get(f'{STYLE}name')}", style)
            for style in root.iter(f"{TEXT}list-style"):
                self._lists.setdefault(style.get(f"{STYLE}name", ""), _levels(style))
            for style in root.iter(f"{TEXT}outline-style"):
                self._lists.setdefault(OUTLINE, _levels(style))
            self._default += root.iter(f"{STYLE}default-style")

    def levels(self, name: str | None) -> dict[int, Level]:
        return self._lists.get(name or "-", {}) if name != OUTLINE else self._lists.get(OUTLINE, {})

    def list_of(self, paragraph: str | None) -> str | None:
        """The style of lists that a style of paragraphs names."""
        return self._attribute("paragraph", paragraph, f"{STYLE}list-style-name")

    def raised(self, name: str | None) -> str | None:
        """Whether a style raises ("super") or lowers ("sub") text, or neither (""); None where it does not say."""
        position = self._text_property(name, "text", f"{STYLE}text-position")
        if position is None:
            return None
        first = (position.split() or [""])[0]
        if first in ("super", "sub"):
            return first
        percent = first.rstrip("%")
        return "" if not percent.lstrip("-").strip("0.") else "sub" if percent.startswith("-") else "super"

    def is_hidden(self, name: str | None, family: str) -> bool:
        return self._text_property(name, family, f"{TEXT}display") in ("none", "true")

    def language(self, language: str, country: str) -> str | None:
        """The language of the text where no style says otherwise: the default of paragraphs."""
        for style in self._default:
            for properties in style.iter(f"{STYLE}text-properties"):
                code, region = (str(properties.get(name, "none")) for name in (language, country))
                if code not in ("none", "zxx"):
                    return "-".join(part for part in (code, region) if part != "none")
        return None

    def _text_property(self, name: str | None, family: str, attribute: str) -> str | None:
        for style in self._chain(family, name):
            for properties in style.iterfind(f"{STYLE}text-properties"):
                if (said := properties.get(attribute)) is not None:
                    return str(said)
        return None

    def _attribute(self, family: str, name: str | None, attribute: str) -> str | None:
        return next((said for style in self._chain(family, name) if (said := style.get(attribute)) is not None), None)

    def _chain(self, family: str, name: str | None) -> list[_Element]:
        chain: list[_Element] = []
        while (style := self._styles.get(f"{family} {name}")) is not None and style not in chain:
            chain.append(style)
            name = style.get(f"{STYLE}parent-style-name")
        return chain


def _levels(style: _Element) -> dict[int, Level]:
    levels = {}
    for element in style:
        kind = element.get(f"{STYLE}num-format", "")
        if element.tag in (f"{TEXT}list-level-style-bullet", f"{TEXT}list-level-style-image"):
            kind = _BULLET
        levels[whole(element, f"{TEXT}level", 1)] = Level(
            kind,
            element.get(f"{STYLE}num-prefix", ""),
            element.get(f"{STYLE}num-suffix", ""),
            whole(element, f"{TEXT}start-value", 1),
            whole(element, f"{TEXT}display-levels", 1),
            element.get(f"{STYLE}num-letter-sync") == "true",
        )
    return levels
