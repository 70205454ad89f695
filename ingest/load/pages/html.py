"""Web pages: trafilatura finds the article, facts.py what the page says of it."""

import re
from copy import deepcopy
from typing import Any

from lxml import html
from lxml.etree import ParserError, _Element
from trafilatura import bare_extraction
from trafilatura.settings import use_config

from ingest.load.decode import decode
from ingest.load.pages.facts import page_facts
from ingest.load.pages.left_out import left_out
from ingest.load.pages.parts import join_parts
from ingest.load.pages.raised import write_scripts
from ingest.load.pages.saved import saved_from, without_pictures
from ingest.load.pages.stand_ins import SHORT, check
from ingest.load.pages.tables import MENU_CELL, fill_tables, mark_tables
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_DECLARED = re.compile(rb"<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_WHERE_DECLARED = 4096  # bytes
_SHORTEST_ARTICLE = 60  # characters; below it trafilatura falls back on the text of the whole page
_NOT_TEXT = [
    "//*[@hidden]",
    "//*[@aria-hidden='true']",
    "//template",
    "//dialog",
    "//form[not(.//h1 or .//main)]",
    f"//{MENU_CELL}",
]
_BETWEEN_CELLS = "\x1f"  # a bar in the end, but for those at the ends of a line
_BREAKS = (
    dict.fromkeys("code div head list p quote table".split(), "\n\n")
    | dict.fromkeys("item lb row".split(), "\n")
    | {"cell": f" {_BETWEEN_CELLS} "}
)
_INLINE_PARENTS = ("cell", "head", "item", "p")


def parse(raw: Raw) -> Parsed:
    """The article of a page; raises LoadError where the page holds no text, or stands in for an article."""
    page, url = page_of(raw), raw.url or saved_from(raw.head())
    found, text = _read(page, url)
    if not text:
        raise LoadError("holds no text; if the page shows some, save it from the browser and add that file")
    given, notes = page_facts(page, url, found)
    return Parsed(text, given, (*notes, *check(page, text), *left_out(page, text)))


def page_of(raw: Raw) -> html.HtmlElement:
    data = without_pictures(raw.data())
    declared = _DECLARED.search(data[:_WHERE_DECLARED])
    text = decode(data, raw.charset or (declared[1].decode() if declared else None))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        page = html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except ParserError as error:
        raise LoadError("holds no text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise LoadError("is nested too deeply to be read as a web page; save its text as .txt and add that")
    return page


def _read(page: html.HtmlElement, url: str | None) -> tuple[Any, str]:
    """What trafilatura finds on the page, and the text of the article, which may stand in parts."""
    page = deepcopy(page)
    for instead in page.xpath("//noscript"):
        if len(instead.text_content()) <= SHORT:
            instead.drop_tree()
    write_scripts(page)
    tables = mark_tables(page)
    found, text = _extract(page, url, tables)
    if text and join_parts(page, text):
        whole, whole_text = _extract(page, url, tables)
        if len(whole_text) > len(text):
            return whole, whole_text
    return found, text


def _extract(page: html.HtmlElement, url: str | None, tables: list[list[str]]) -> tuple[Any, str]:
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(_SHORTEST_ARTICLE))
    found: Any = bare_extraction(
        page,
        url=url,
        with_metadata=True,
        include_comments=False,
        prune_xpath=_NOT_TEXT,
        date_extraction_params={"extensive_search": False},
        config=config,
    )
    if not found:
        return None, ""
    fill_tables(found.body, tables)
    return found, _text(found.body)


def _text(body: _Element) -> str:
    """The extracted elements as text: blocks apart by a blank line, rows and items by a newline, cells by a bar."""
    pieces: list[str] = []
    rest: list[_Element | str] = [body]
    while rest:
        node = rest.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        verbatim = node.tag == "code"
        inline = verbatim and node.getparent() is not None and node.getparent().tag in _INLINE_PARENTS
        around = "" if inline else _BREAKS.get(node.tag, "")
        inner: list[_Element | str] = [_words(node.text, verbatim)]
        for child in node:
            inner += [child, _words(child.tail, verbatim)]
        first_cell = node.tag == "cell" and node.getprevious() is None
        rest += [around if around == "\n\n" else "", *reversed(inner), "" if first_cell else around]
    lines = (line.strip(f" \t{_BETWEEN_CELLS}") for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip().replace(_BETWEEN_CELLS, "|")


def _words(text: str | None, verbatim: bool) -> str:
    return text or "" if verbatim else re.sub(r"\s+", " ", text or "")
