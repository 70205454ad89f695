"""OpenDocument texts, zipped or flat: plain XML, read by lxml; no library adds anything to that but dependencies."""

from lxml import etree
from lxml.etree import _Element

from ingest.load.metadata import file_facts
from ingest.load.office.archive import Archive, parse_xml
from ingest.load.office.blocks import joined, left_out
from ingest.load.office.odt_body import Body, edges
from ingest.load.office.odt_styles import DC, FO, META, OFFICE, Styles
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_ENCRYPTED = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}encryption-data"
_DAMAGED = "is damaged and cannot be read as an OpenDocument text; save it again and add that"


def parse(raw: Raw) -> Parsed:
    """The text with what was left out; raises LoadError where the file is damaged, a bomb, locked or without text."""
    data = raw.data()
    roots, objects = _zipped(data) if data.startswith(b"PK") else _flat(data)
    content = next((root.find(f".//{OFFICE}text") for root in roots), None)
    if content is None:
        raise LoadError(_DAMAGED)
    styles = Styles(roots)
    body = Body(styles, objects)
    blocks = [*edges(roots, body, "header"), *body.blocks(content), *edges(roots, body, "footer")]
    if not (text := joined(blocks)):
        raise LoadError("holds no text")
    return Parsed(text, _facts(roots, styles, body.title), left_out(body.left_out))


def _zipped(data: bytes) -> tuple[list[_Element], dict[str, _Element]]:
    """The roots of its parts, the content first, and those of its formulas by their names."""
    archive = Archive(data, "an OpenDocument text")
    manifest = archive.xml("META-INF/manifest.xml")
    if manifest is not None and any(True for _ in manifest.iter(_ENCRYPTED)):
        raise LoadError("is protected by a password; save a copy without one and add that")
    roots = [root for name in ("content.xml", "styles.xml", "meta.xml") if (root := archive.xml(name)) is not None]
    objects = {}
    for name in archive.names():
        folder, _, part = name.rpartition("/")
        if part == "content.xml" and folder and (root := archive.xml(name)) is not None:
            objects[folder] = root
    return roots, objects


def _flat(data: bytes) -> tuple[list[_Element], dict[str, _Element]]:
    try:
        return [parse_xml(data)], {}
    except etree.XMLSyntaxError as error:
        raise LoadError(_DAMAGED) from error


def _facts(roots: list[_Element], styles: Styles, heading: str | None) -> dict[str, str | None]:
    def said(name: str) -> str | None:
        found = (root.findtext(f".//{OFFICE}meta/{name}") for root in roots)
        return next(filter(None, found), None)

    author = said(f"{META}initial-creator") or said(f"{DC}creator")
    facts = file_facts(said(f"{DC}title"), author, _day(said(f"{META}creation-date")), _day(said(f"{DC}date")))
    language = said(f"{DC}language") or styles.language(f"{FO}language", f"{FO}country")
    return {**facts, "title": facts["title"] or heading, "language": language}


def _day(moment: str | None) -> str | None:
    return moment.strip()[:10] if moment else None
