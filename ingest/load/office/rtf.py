"""RTF documents, by a reader of our own: libraries drop its notes, list numbers, text boxes and raised digits."""

from collections.abc import Iterator

from ingest.load.metadata import file_facts
from ingest.load.office.blocks import Block, joined, left_out
from ingest.load.office.page_numbers import PAGE, without_page_numbers
from ingest.load.office.rtf_body import Body
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_CUT_OFF = "ends in the middle of the document; it may have been cut off"


def parse(raw: Raw) -> Parsed:
    """The text with what was left out; raises LoadError where there is none or it is nested too deeply."""
    body = Body(raw.data().lstrip())
    text = joined([*_edge(body, "header"), *body.main.blocks, *_edge(body, "footer")]).replace(PAGE, "")
    if not text:
        raise LoadError("holds no text")
    info = body.info
    facts = file_facts(info.get("title"), info.get("author"), info.get("creatim"), info.get("revtim"))
    notes = left_out(body.left_out) + (() if body.is_whole else (_CUT_OFF,))
    return Parsed(text, {**facts, "title": facts["title"] or body.heading}, notes)


def _edge(body: Body, kind: str) -> Iterator[Block]:
    """What stands at the top ("header") or the bottom ("footer") of pages, each line once, without page numbers."""
    seen = set()
    for stream in body.edges:
        for block in stream.blocks if stream.kind == kind else ():
            text = without_page_numbers(block.text)
            if text and text not in seen:
                seen.add(text)
                yield Block(text)
