"""Lists as texts lay them out: a line that leads into them, and an item a line."""

import re
from collections.abc import Iterator

from qa.language.orders import plays_a_part
from qa.language.text import is_ended

FEWEST = 2  # items
_LINE = re.compile(r"\S[^\n]*(?<=\S)")
_MARK = re.compile(r"(?:[-*+•–·]|\(?\d{1,2}[.)])\s+")  # before an item, as Markdown and plain texts have it
_HEADING = re.compile(r"#+\s*")


def enumerations(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Start and end of each list with its lead, in characters; at most `longest` of these, and whole items.

    A lead ends with a colon, or is a line without an end whose items bear marks; a sentence without a mark ends a list.

    >>> text = "You need:\\n\\n- a rope\\n- a stove\\n\\nIt was cold."
    >>> [text[start:end] for start, end in enumerations(text, 100)]
    ['You need:\\n\\n- a rope\\n- a stove']
    """
    lead: int | None = None
    end, items, introduced = 0, 0, False
    for line in _LINE.finditer(f"{text}\n."):
        said = line[0]
        marked = bool(_MARK.match(said))
        leads = said.endswith(":") and not marked
        is_item = marked or (introduced and not leads and not is_ended(said) and not said.startswith("#"))
        if lead is not None and is_item and line.end() - lead <= longest and not plays_a_part(said):
            end, items = line.end(), items + 1
            continue
        if lead is not None and items >= FEWEST:
            yield lead, end
        lead = line.start() if leads or not (marked or is_ended(said)) else None
        items, introduced = 0, leads


def in_a_line(quote: str) -> str:
    """A quote on one line, the items of a list set apart as in a sentence, without their marks."""
    lead, *items = [" ".join(line.split()) for line in quote.splitlines() if line.strip()] or [""]
    if len(items) < FEWEST:
        return " ".join(quote.split())
    return f"{_HEADING.sub('', lead).rstrip(':')}: {'; '.join(_MARK.sub('', item, count=1) for item in items)}"
