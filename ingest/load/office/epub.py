"""E-books (EPUB): the chapters in their order, as one article for one book.

A reader names a book and not one of its chapters; the headings of chapters stand in the text. The package and its XHTML
are plain XML, read by lxml.
"""

import posixpath
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote

from lxml.etree import _Element

from ingest.load.office.archive import Archive
from ingest.load.office.blocks import Block, joined, left_out
from ingest.load.office.markup import Markup, is_note, markup
from ingest.load.parsed import Parsed, likely_date
from ingest.load.raw import Raw
from qa.errors import LoadError

_DC = "{http://purl.org/dc/elements/1.1/}"
_OPF = "{http://www.idpf.org/2007/opf}"
_ENCRYPTION = "{http://www.w3.org/2001/04/xmlenc#}"
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_TEXTS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_NO_DATE = "0101-01-01"  # what Calibre writes where it knows none
_DAMAGED = "is damaged and cannot be read as an e-book; save it again and add that"


def parse(raw: Raw) -> Parsed:
    """The text of a book; raises LoadError where it is damaged, a bomb, protected or without text."""
    book = _Book(raw.data())
    counts: Counter[str] = Counter()
    text = joined(book.blocks(counts))
    if not text:
        raise LoadError("holds no text")
    return Parsed(text, book.facts(), left_out(counts))


class _Book:
    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data, "an e-book")
        container = self._archive.xml("META-INF/container.xml")
        found = [] if container is None else container.iter("{*}rootfile")
        self._path = next((file.get("full-path", "") for file in found), "")
        package = self._archive.xml(self._path)
        if package is None:
            raise LoadError(_DAMAGED)
        self._package = package
        self._items = {item.get("id", ""): item for item in package.iter("{*}item")}
        self._refuse_protected()

    def _refuse_protected(self) -> None:
        encryption = self._archive.xml("META-INF/encryption.xml")
        for data in [] if encryption is None else encryption.iter(f"{_ENCRYPTION}EncryptedData"):
            methods = {method.get("Algorithm") for method in data.iter(f"{_ENCRYPTION}EncryptionMethod")}
            if not methods.issubset(_FONTS_ONLY):
                raise LoadError(
                    "is protected against copying (DRM); add a copy without protection, if you may have one"
                )

    def blocks(self, counts: Counter[str]) -> Iterator[Block]:
        """The text of its chapters, without the page that lists them."""
        pages = dict(self._pages(counts))
        notes = {
            f"{path}#{element.get('id')}": element
            for path, page in pages.items()
            for element in page.iter()
            if isinstance(element.tag, str) and is_note(element)
        }
        reader = Markup(counts, notes)
        for reader.page, page in pages.items():
            yield from reader.blocks(page)

    def _pages(self, counts: Counter[str]) -> Iterator[tuple[str, _Element]]:
        """The chapters that can be read; raises LoadError where none can."""
        failed, any_read = None, False
        for path in self._spine():
            try:
                data = self._archive.read(path)
                if data is not None:
                    yield path, markup(data)
                    any_read = True
            except LoadError as error:
                data, failed = None, error
            counts["unreadable chapter"] += data is None
        if failed and not any_read:
            raise failed

    def _spine(self) -> Iterator[str]:
        lists = {
            self._resolved(reference.get("href", ""))
            for reference in self._package.iter("{*}reference")
            if reference.get("type") == "toc"
        }
        for reference in self._package.iter("{*}itemref"):
            item = self._items.get(reference.get("idref", ""))
            if item is None or item.get("media-type") not in _TEXTS or "nav" in item.get("properties", "").split():
                continue
            path = self._resolved(item.get("href", ""))
            if path not in lists:
                yield path

    def _resolved(self, address: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self._path), unquote(address.partition("#")[0])))

    def facts(self) -> dict[str, str | None]:
        date = next((day for day in self._said("date") if day and not day.startswith(_NO_DATE)), None)
        return {
            "title": self._title(),
            "author": ", ".join(dict.fromkeys(self._authors())) or None,
            "published_at": likely_date(date) or date,
            "language": next(self._said("language"), None),
            "source": next(self._said("publisher"), None),
        }

    def _said(self, fact: str) -> Iterator[str]:
        """What the package says of a fact: of dates, only when it was published."""
        for element in self._package.iter(f"{_DC}{fact}"):
            if element.get(f"{_OPF}event", "publication") in ("publication", "original-publication"):
                yield from filter(None, [" ".join("".join(element.itertext()).split())])

    def _refined(self, element: _Element, what: str) -> str | None:
        """A property that EPUB 3 adds to an element of the metadata."""
        metas = (meta for meta in self._package.iter("{*}meta") if meta.get("property") == what)
        target = f"#{element.get('id')}"
        return next(((meta.text or "").strip() for meta in metas if meta.get("refines") == target), None)

    def _title(self) -> str | None:
        titles = list(self._package.iter(f"{_DC}title"))
        main = [title for title in titles if self._refined(title, "title-type") == "main"]
        return next((text for title in main or titles if (text := " ".join("".join(title.itertext()).split()))), None)

    def _authors(self) -> Iterator[str]:
        for element in self._package.iter(f"{_DC}creator"):
            role = element.get(f"{_OPF}role") or self._refined(element, "role") or "aut"
            if role == "aut" and (text := " ".join("".join(element.itertext()).split())):
                yield text
