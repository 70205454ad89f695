"""The parts of a Word file and how they point at one another; those of Strict Open XML come under the usual names."""

import posixpath
from collections.abc import Iterator

from lxml.etree import _Element

from ingest.load.office.archive import Archive

# What Strict Open XML calls its namespaces, and what everything else calls them.
_STRICT = b"http://purl.oclc.org/ooxml/"
_USUAL = b"http://schemas.openxmlformats.org/"
_NAMESPACES = (
    (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
    (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    (b"officeDocument/math", b"officeDocument/2006/math"),
    (b"drawingml/main", b"drawingml/2006/main"),
    (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
)


class Parts:
    """Raises LoadError where the file is damaged or a bomb."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data, "a Word file")
        self._roots: dict[str, _Element | None] = {}
        self.main = next(self.related("", "officeDocument"), "word/document.xml")

    def read(self, name: str) -> bytes | None:
        return self._archive.read(name)

    def xml(self, name: str | None) -> _Element | None:
        """The root of a part, read once; None where there is none of that name."""
        if name and name not in self._roots:
            self._roots[name] = self._read_xml(name)
        return self._roots[name] if name else None

    def _read_xml(self, name: str) -> _Element | None:
        data = self._archive.read(name)
        if data is None:
            return None
        if _STRICT in data:
            for strict, usual in _NAMESPACES:
                for quote in (b'"', b"'"):
                    data = data.replace(quote + _STRICT + strict + quote, quote + _USUAL + usual + quote)
        return self._archive.parsed(data)

    def related(self, part: str, kind: str) -> Iterator[str]:
        """The parts of a kind ("footnotes", "styles") that a part points at; "" is the file as a whole."""
        return (target for _, target in self._relations(part, kind))

    def target(self, part: str, identity: str | None, kind: str) -> str | None:
        """The part of a kind that another one points at under an identity."""
        return next((target for own, target in self._relations(part, kind) if own == identity), None)

    def _relations(self, part: str, kind: str) -> Iterator[tuple[str | None, str]]:
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in [] if root is None else root:
            if relation.get("TargetMode") != "External" and relation.get("Type", "").rpartition("/")[2] == kind:
                target = posixpath.join("/", folder, relation.get("Target", ""))
                yield relation.get("Id"), posixpath.normpath(target).lstrip("/")
