"""Web pages: trafilatura finds the article, page_facts what the page says of it."""

import re
from copy import deepcopy
from typing import Any

from lxml import html
from lxml.etree import ParserError, _Element
from trafilatura import bare_extraction
from trafilatura.settings import use_config

from ingest.load.decode import decode
from ingest.load.page_facts import page_facts
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_DECLARED = re.compile(rb"<(?:meta\b[^>]{0,300}?charset|\?xml\b[^>]{0,100}?encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_WHERE_DECLARED = 4096  # bytes
_SHORTEST_ARTICLE = 60  # characters; below it trafilatura falls back on the text of the whole page
_MENU_CELL = "//td[count(.//a) > 2][not(.//text()[normalize-space()][not(ancestor::a)])]"  # of pages laid out in tables
_NOT_TEXT = [
    "//*[@hidden]",
    "//*[@aria-hidden='true']",
    "//template",
    "//dialog",
    "//form[not(.//h1 or .//main)]",
    _MENU_CELL,
]
_BREAKS = (
    dict.fromkeys("code div head list p quote table".split(), "\n\n")
    | dict.fromkeys("item lb row".split(), "\n")
    | {"cell": " | "}
)
_INLINE_PARENTS = ("cell", "head", "item", "p")


def parse(raw: Raw) -> Parsed:
    """The article of a page; raises LoadError where the page holds no text."""
    page = _page(raw)
    found = _extract(deepcopy(page), raw.url)
    text = _text(found.body) if found else ""
    if not text:
        raise LoadError("holds no text; if the page shows some, save it from the browser and add that file")
    given, notes = page_facts(page, raw.url, found)
    return Parsed(text, given, notes)


def _page(raw: Raw) -> html.HtmlElement:
    data = raw.data()
    declared = _DECLARED.search(data[:_WHERE_DECLARED])
    text = decode(data, raw.charset or (declared[1].decode() if declared else None))
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        page = html.document_fromstring(text.encode(errors="replace"), parser=parser)
    except ParserError as error:
        raise LoadError("holds no text") from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise LoadError("is nested too deeply to be read as a web page; save its text as .txt and add that")
    return page


def _extract(page: html.HtmlElement, url: str | None) -> Any:
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", str(_SHORTEST_ARTICLE))
    return bare_extraction(
        page,
        url=url,
        with_metadata=True,
        include_comments=False,
        prune_xpath=_NOT_TEXT,
        date_extraction_params={"extensive_search": False},
        config=config,
    )


def _text(body: _Element) -> str:
    """The extracted elements as text: blocks apart by a blank line, rows and items by a newline, cells by a bar."""
    pieces: list[str] = []
    rest: list[_Element | str] = [body]
    while rest:
        node = rest.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        if not isinstance(node.tag, str):  # a comment
            continue
        verbatim = node.tag == "code"
        inline = verbatim and node.getparent() is not None and node.getparent().tag in _INLINE_PARENTS
        around = "" if inline else _BREAKS.get(node.tag, "")
        inner: list[_Element | str] = [_words(node.text, verbatim)]
        for child in node:
            inner += [child, _words(child.tail, verbatim)]
        first_cell = node.tag == "cell" and node.getprevious() is None
        rest += [around if around == "\n\n" else "", *reversed(inner), "" if first_cell else around]
    lines = (line.strip(" \t|") for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _words(text: str | None, verbatim: bool) -> str:
    return text or "" if verbatim else re.sub(r"\s+", " ", text or "")
