"""Days in short lines about an article, such as the one below its heading."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from ingest.load.bylines import kind_of, sorted_out
from ingest.load.days import days_in, is_day_first
from ingest.load.pages.headline import is_alike, one_line
from ingest.load.pages.page import Block, Page
from ingest.load.parsed import likely_date

_SCOPE = "ancestor::*[self::article or self::main]"
_HEADINGS = ("h1", "h2", "h3", "h4")
_DATED = re.compile(r"date|time|publi|posted|submitted|byline|meta", re.IGNORECASE)
_LONGEST_LINE = 160  # characters of a line that is about the article, not of it
_LEAD = 200  # characters from which a block is a paragraph of the article
_AFTER, _BEFORE = 1500, 200  # characters around the heading within which such a line belongs to it
_LINES = 3  # that may share what they say: the day of publication, and the one of the last change
_PARAGRAPHS = 2  # of the article, after which no line is about it
_MOST_LINKED = 0.7  # of a line's characters, from which it leads elsewhere
_CLIMB = 4  # how far above the heading the element may be that holds both it and a line before it
_TIME = 12  # characters of a time after a day, such as "10:00 p.m."
_MOST_BEFORE = 6  # words of a line before its day
_DATELINE = 40  # characters at the beginning of a paragraph
_LONGEST_CARD = 400  # characters of what holds a title and its date
_TITLE = 4  # words of a link that is the title of something else
_WEB = "1990"  # the year before which a page has no day of its own; one at the heading may be that of an old text
_ENDS = (".", "!", "?", "…", "。")

Said = tuple[str, str | None]  # whether "published" or "updated", and when


class DateLines:
    """Days in short lines about the article, such as the one below its heading."""

    def __init__(self, page: Page) -> None:
        self._page, self._blocks = page, page.blocks
        self._day_first = is_day_first(page.languages or page.reading)
        self.ambiguous: str | None = None
        heading = page.heading
        within = [
            i for i, block in enumerate(self._blocks) if heading is not None and _is_within(block.element, heading)
        ]
        self._first, self._last = (within[0], within[-1]) if within else (0, -1)
        scope = heading.xpath(_SCOPE) if heading is not None else []
        self._scope = scope[-1] if scope else None

    def around_heading(self) -> dict[str, str]:
        """Those of the first line below the heading that has some; else of the last above it."""
        if self._last < 0:
            return {}
        for blocks in (self._below(), self._above()):
            days: list[tuple[str, str]] = []
            distance = 0
            for block in blocks:
                days += self._days(block)
                distance += bool(days)
                if distance == _LINES:
                    break
            if days:
                return sorted_out(days)
        return {}

    def agreed(self) -> dict[str, str]:
        """The day on which all lines of the article agree that are marked as dates."""
        if self._last < 0:
            return {}
        rest = self._blocks[self._last + 1 :]
        lines = [block for block in rest if _is_within(block.element, self._scope) and _is_marked(block)]
        lines = [block for block in lines if not self._is_teaser(block.element.getparent())]
        days = [said for block in lines for said in self._days(block) if said[1] >= _WEB]
        return sorted_out(days) if len({day for kind, day in days if kind == "published"}) == 1 else {}

    def _below(self) -> Iterator[Block]:
        characters = paragraphs = 0
        for block in self._blocks[self._last + 1 :]:
            is_teaser = block.element.tag in _HEADINGS and block.linked
            if characters > _AFTER or paragraphs == _PARAGRAPHS or is_teaser:
                return
            if not _is_within(block.element, self._scope):
                return
            characters += len(block.text)
            paragraphs += len(block.text) > _LEAD and block.linked < len(block.text) / 2
            yield block

    def _above(self) -> Iterator[Block]:
        heading = self._page.heading
        above = islice(heading.iterancestors(), _CLIMB) if heading is not None else ()
        near = [element for element in above if element.tag not in ("body", "html")]
        characters = 0
        for block in reversed(self._blocks[: self._first]):
            characters += len(block.text)
            if characters > _BEFORE or not near or not _is_within(block.element, near[-1]):
                return
            yield block

    def _days(self, block: Block) -> list[tuple[str, str]]:
        """The days of a line; none where the block is a sentence, a caption or a link to something else."""
        text = block.text.rstrip()
        if len(text) > _LONGEST_LINE and (day := self._dateline(text.lstrip())):
            return [("published", day)]
        is_right = "©" in text or "copyright" in text.lower()
        if len(text) > _LONGEST_LINE or is_right or "caption" in _named(block.element):
            return []
        found: list[tuple[int, int, str | None, str]] = []
        for written in days_in(text, self._page.reading, self._day_first):
            found.append((written.start, written.end, likely_date(written.day), ""))
            if written.day is None:
                self.ambiguous = self.ambiguous or text[written.start : written.end]
        for element, start in [*block.places, (block.element, 0)]:
            end = start + len(element.text_content()) + 1
            if day := _marked_day(element, self._page.language):
                seen = [one for one in found if start <= one[0] < end]
                if not any(one[2] for one in seen):
                    found = [one for one in found if one not in seen]
                    found.append((start, end, day, _named(element)))
        found.sort(key=lambda one: one[0])
        if self._is_teaser(block.element):
            return []
        if block.linked - sum(stop - start for start, stop, _, _ in found) > _MOST_LINKED * len(text):
            return []
        if found and not _is_marked(block):
            after = len(text) - found[-1][1]
            is_sentence = text.endswith(_ENDS) and not 1 < after <= _TIME
            if is_sentence or len(text[: found[0][0]].split()) > _MOST_BEFORE:
                return []
        days, end = [], 0
        for start, stop, day, named in found:
            label = f"{text[end:start]} {named} {_named(block.element)}"
            if day:
                days.append((kind_of(label), day))
            end = stop
        return days

    def _is_teaser(self, element: HtmlElement | None) -> bool:
        """Whether it has a link of so many words as only the title of something else has."""
        if element is None:
            return False
        if self._page.heading is not None and element in self._page.heading.iterancestors():
            return False
        links = [link.text_content() for link in element.iter("a")]
        titles = [link for link in links if len(link.split()) >= _TITLE and not is_alike(link, self._page.titles)]
        return bool(titles) and len(one_line(element.text_content())) <= _LONGEST_CARD

    def _dateline(self, text: str) -> str | None:
        """The day with which a paragraph begins, apart from its first sentence: "(05.03.2024) The …"."""
        found = days_in(text[:_DATELINE], self._page.reading, self._day_first)
        if not found or found[0].start > 1 or text[found[0].end :].lstrip()[:1] not in (*")-–—:|",):
            return None
        return likely_date(found[0].day)


def _marked_day(element: HtmlElement, language: str | None) -> str | None:
    """The day in an attribute that is named for a date or a time, as in <time datetime> or data-published."""
    for name, value in element.attrib.items():
        if _DATED.search(name) and (day := likely_date(value, language)):
            return day
    return None


def _is_marked(block: Block) -> bool:
    elements = [block.element, *(element for element, _ in block.places)]
    return any(element.tag == "time" or _DATED.search(_named(element)) for element in elements)


def _named(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}"


def _is_within(element: HtmlElement, other: HtmlElement | None) -> bool:
    return other is None or element is other or other in element.iterancestors()
