"""Word files: headers, body with notes, footers, as they are shown; what is not text is counted in a note."""

from collections.abc import Iterator
from email import message_from_bytes, policy

from lxml.etree import _Element

from ingest.load.decode import decode
from ingest.load.metadata import file_facts
from ingest.load.office import rtf_body
from ingest.load.office.blocks import Block, joined, left_out
from ingest.load.office.docx_body import Body
from ingest.load.office.docx_lists import Lists
from ingest.load.office.docx_parts import Parts
from ingest.load.office.docx_styles import RELATION, Styles, is_on, value, w
from ingest.load.office.markup import read_markup
from ingest.load.office.page_numbers import PAGE, without_page_numbers
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_TEMPLATE_MADE = "2013-12-23T23:15:00Z"  # what python-docx leaves in the files it writes
_TITLE_STYLES = ("title", "heading 1")
_KINDS_OF_PAGES = {"first": ("titlePg",), "default": (), "even": ("evenAndOddHeaders",)}
_EMBEDDED_IN = 3
_DAMAGED = "is damaged and cannot be read as a Word file; save it again and add that"


def parse(raw: Raw) -> Parsed:
    """The text with what was left out; raises LoadError where the file is damaged, a bomb or without text."""
    document = _Document(raw.data())
    text = joined(document.blocks()).replace(PAGE, "")
    if not text:
        raise LoadError("holds no text")
    return Parsed(text, document.facts(), left_out(document.body.left_out))


class _Document:
    def __init__(self, data: bytes, within: int = 0) -> None:
        self._parts, self._within = Parts(data), within
        main = self._parts.xml(self._parts.main)
        body = None if main is None else main.find(w("body"))
        if body is None:
            raise LoadError(_DAMAGED)
        self._root: _Element = body
        self._styles = Styles(self._part("styles"))
        notes = {
            (kind, element.get(w("id"), "")): element
            for kind in ("footnote", "endnote")
            for element in self._elements(f"{kind}s", kind)
        }
        self.body = Body(self._styles, Lists(self._part("numbering"), self._styles), notes, self._embedded)

    def blocks(self) -> Iterator[Block]:
        yield from self._edge("header")
        yield from self.body.blocks(self._root)
        yield from self._edge("footer")

    def facts(self) -> dict[str, str | None]:
        core = self._parts.xml(next(self._parts.related("", "core-properties"), None))
        said = {} if core is None else {str(e.tag).rpartition("}")[2]: e.text for e in core}
        created = None if said.get("created") == _TEMPLATE_MADE else said.get("created")
        changed = None if said.get("modified") == _TEMPLATE_MADE else said.get("modified")
        facts = file_facts(said.get("title"), said.get("creator"), _day(created), _day(changed))
        return {**facts, "title": facts["title"] or self._heading(), "language": said.get("language")}

    def _heading(self) -> str | None:
        for paragraph in self._root.iterfind(w("p")):
            if self._styles.name(value(paragraph, "pPr/pStyle")) in _TITLE_STYLES:
                text = "".join(run.text or "" for run in paragraph.iter(w("t"))).strip()
                if text:
                    return text
        return None

    def _part(self, kind: str) -> _Element | None:
        return self._parts.xml(next(self._parts.related(self._parts.main, kind), None))

    def _elements(self, part: str, tag: str) -> list[_Element]:
        root = self._part(part)
        return [] if root is None else root.findall(w(tag))

    def _edge(self, kind: str) -> Iterator[Block]:
        """What stands at the top ("header") or the bottom ("footer") of pages, each line once, without page numbers."""
        settings, seen, read = self._part("settings"), set[str](), set[str | None]()
        for section in self._root.iter(w("sectPr")):
            for pages, needed in _KINDS_OF_PAGES.items():
                if not all(is_on(section, name) or is_on(settings, name) for name in needed):
                    continue
                for reference in section.findall(w(f"{kind}Reference")):
                    identity = reference.get(RELATION)
                    if reference.get(w("type"), "default") == pages and identity not in read:
                        read.add(identity)
                        yield from self._lines(identity, kind, seen)

    def _lines(self, identity: str | None, kind: str, seen: set[str]) -> Iterator[Block]:
        part = self._parts.xml(self._parts.target(self._parts.main, identity, kind))
        for block in [] if part is None else self.body.blocks(part):
            text = without_page_numbers(block.text) if PAGE in block.text else block.text
            if text and text not in seen:
                seen.add(text)
                yield Block(text)

    def _embedded(self, identity: str) -> Iterator[Block]:
        """A document that lies in this one as it is (w:altChunk)."""
        name = self._parts.target(self._parts.main, identity, "aFChunk") or ""
        data = self._parts.read(name)
        suffix = name.rpartition(".")[2].lower()
        if data is None or self._within >= _EMBEDDED_IN:
            self.body.left_out["embedded document"] += 1
        elif suffix in ("htm", "html", "xhtml"):
            yield from read_markup(data, self.body.left_out)
        elif suffix in ("mht", "mhtml"):
            yield from self._archived(data)
        elif suffix == "txt":
            yield Block(decode(data).strip())
        elif suffix == "rtf":
            inner_rtf = rtf_body.Body(data)
            yield from inner_rtf.main.blocks
            self.body.left_out.update(inner_rtf.left_out)
        elif suffix in ("docx", "docm", "dotx"):
            inner = _Document(data, self._within + 1)
            yield from inner.blocks()
            self.body.left_out.update(inner.body.left_out)
        else:
            self.body.left_out["embedded document"] += 1

    def _archived(self, data: bytes) -> Iterator[Block]:
        """The page of a web archive, as programs embed what was HTML."""
        page = message_from_bytes(data, policy=policy.default).get_body(("html", "plain"))
        if page is None:
            self.body.left_out["embedded document"] += 1
        else:
            yield from read_markup(str(page.get_content()).encode(errors="replace"), self.body.left_out)


def _day(moment: str | None) -> str | None:
    return moment.strip()[:10] if moment else None
