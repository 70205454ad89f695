"""Plain text and Markdown, with facts in front matter."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ingest.clean import clean_line
from ingest.load.decode import decode_noting
from ingest.load.found import Found
from ingest.load.parsed import likely_date
from ingest.load.plain.byline import is_byline, read_byline
from ingest.load.plain.front_matter import split_front_matter
from ingest.load.plain.markdown import words_of
from ingest.load.raw import Raw

LONGEST_TITLE = 200
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S.*)$|^(\S.*)\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)


def read_text(raw: Raw) -> Iterator[Found]:
    """A text file: the title may be the first line."""
    given, text, notes = _read(raw)
    yield _titled(raw.found(text, given, notes), first_line_title(text))


def read_markdown(raw: Raw) -> Iterator[Found]:
    """A Markdown file: the title may be the first heading."""
    given, text, notes = _read(raw)
    text = words_of(text)
    heading = _HEADING.search(text)
    title = (heading[1] or heading[2]).strip("#*_` \t") if heading else first_line_title(text)
    yield replace(_titled(raw.found(text, given, notes), title), markup="markdown")


def _read(raw: Raw) -> tuple[Mapping[str, object], str, tuple[str, ...]]:
    """Facts, body and notes; the byline counts where the front matter tells nothing, then a day at the beginning of the
    file's name.
    """
    whole, decoding = decode_noting(raw.data(), raw.charset)
    head, text, reading = split_front_matter(whole)
    language = head.get("language")
    given = read_byline(text, language if isinstance(language, str) else None) | head
    notes = (*decoding, *reading)
    day = likely_date(raw.name[:10]) if raw.name[10:11] in "-_. " else None
    if day and raw.name.startswith(day) and "published_at" not in given:
        return {**given, "published_at": day}, text, (*notes, "the date is from the file name")
    return given, text, notes


def first_line_title(text: str) -> str | None:
    """The first line, where it looks like a title: short, not a sentence, with more text after it."""
    first, _, rest = text.strip().partition("\n")
    if is_byline(first):
        first, _, rest = rest.strip().partition("\n")
    if len(first) > LONGEST_TITLE or not rest.strip():
        return None
    first = clean_line(first)
    return None if first.endswith(".") else first


def _titled(found: Found, title: str | None) -> Found:
    """The title found in the text stands in where the facts name none."""
    if found.facts.title or not title:
        return found
    return replace(found, facts=replace(found.facts, title=clean_line(title)))
