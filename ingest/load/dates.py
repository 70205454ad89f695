"""When a page says that its article was published and updated: its own word only, never a teaser's, never today's.

htmldate, which trafilatura brings, takes any date on a page that names no better one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ingest.load.days import days_in, is_day_first
from ingest.load.headline import is_alike
from ingest.load.page import Block, Page
from ingest.load.parsed import likely_date

FROM_ADDRESS = "the date is from the address"
AMBIGUOUS = "the date {!r} could mean two days; left out"

_PUBLISHED = frozenset(
    "articledate articledateoriginal articlepublicationdate articlepublished articlepublishedtime articlefirstpublished"
    " btpubdate citationpublicationdate date datepublished dcdate dcdatecreated dcdateissued dctermscreated dctermsdate"
    " dctermsissued ogarticlepublishedtime ogpublishedtime parselypubdate pubdate publicationdate publishdate"
    " publisheddate publishedtime publishtime sailthrudate".split()
)
_UPDATED = frozenset(
    "articledateupdated articlemodified articlemodifiedtime datemodified dcdatemodified dctermsmodified lastmodified"
    " lastmod ogarticlemodifiedtime ogmodifiedtime ogupdatedtime".split()
)
_KINDS = dict.fromkeys(_PUBLISHED, "published") | dict.fromkeys(_UPDATED, "updated")
_ITEMS = (
    "//*[contains(@itemprop, 'datePublished') or contains(@itemprop, 'dateModified') or (self::time and @pubdate)]"
    "[not(ancestor::head or ancestor::aside or ancestor::nav or ancestor::footer"
    " or ancestor::*[not(self::body)][contains(@class, 'comment')])]"
)
_ITEM = "ancestor::*[@itemscope or self::article or self::li]"
_SCOPE = "ancestor::*[self::article or self::main]"
_HEADINGS = ("h1", "h2", "h3", "h4")
_CHANGED = re.compile(
    r"updat|modif|edited|chang|revis|aktuali|actuali|atualiz|aggiorn|à jour|bijgewerkt|ppdater|pdater|обновл|更新",
    re.IGNORECASE,
)
_DATED = re.compile(r"date|time|publi|posted|byline|meta", re.IGNORECASE)
_LONGEST_LINE = 160  # characters of a line that is about the article, not of it
_LEAD = 200  # characters from which a block is a paragraph of the article
_AFTER, _BEFORE = 1500, 200  # characters around the heading within which such a line belongs to it
_LINES = 3  # that may share what they say: the day of publication, and the one of the last change
_PARAGRAPHS = 2  # of the article, after which no line is about it
_MOST_LINKED = 0.7  # of a line's characters, from which it leads elsewhere
_CLIMB = 4  # how far above the heading the element may be that holds both it and a line before it
_MOST_BEFORE = 6  # words of a line before its day
_ENDS = (".", "!", "?", "…", "。")

Said = tuple[str, str | None]  # whether "published" or "updated", and when


@dataclass(frozen=True)
class Dates:
    """Days as YYYY-MM-DD, None where the page does not say; `notes` say what was guessed or left out."""

    published: str | None = None
    updated: str | None = None
    notes: tuple[str, ...] = ()


def page_dates(page: Page) -> Dates:
    """The days of publication and of the last change."""
    days = _first_of(chain(_linked_data(page), _meta(page), _items(page)), page.language)
    if "published" in days:
        return Dates(days["published"], days.get("updated"))
    lines = _Lines(page)
    seen, notes = lines.around_heading() or lines.agreed(), ()
    by_address = _in_address(page)
    if by_address and seen.get("published") != by_address:
        seen, notes = {"published": by_address}, (FROM_ADDRESS,)
    elif lines.ambiguous and not seen:
        notes = (AMBIGUOUS.format(lines.ambiguous),)
    days = seen | days
    return Dates(days.get("published"), days.get("updated"), notes)


def _first_of(said: Iterable[Said], language: str | None) -> dict[str, str]:
    days: dict[str, str] = {}
    for kind, text in said:
        if kind not in days and (day := likely_date(text, language)):
            days[kind] = day
    return days


def _linked_data(page: Page) -> Iterator[Said]:
    for node in page.linked_data.articles:
        for kind, name in (("published", "datePublished"), ("updated", "dateModified")):
            if isinstance(said := node.get(name), str | int):
                yield kind, str(said)


def _meta(page: Page) -> Iterator[Said]:
    for element in page.root.xpath("//meta[not(@itemprop) or ancestor::head]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if kind := _KINDS.get("".join(char for char in name.lower() if char.isalnum())):
            yield kind, element.get("content")


def _items(page: Page) -> Iterator[Said]:
    """Microdata of the article, not of another one that has a heading of its own."""
    for element in page.root.xpath(_ITEMS):
        for item in element.xpath(_ITEM)[-1:]:
            headings = item.xpath(".//h1 | .//h2 | .//h3 | .//*[@itemprop='headline']")
            is_own = (
                is_alike(headings[0].text_content(), page.titles) if headings else item.get("itemscope") is not None
            )
            if page.heading is not None and item not in page.heading.iterancestors() and not is_own:
                break
        else:
            yield (
                _kind(element.get("itemprop")),
                element.get("datetime") or element.get("content") or element.text_content(),
            )


def _kind(label: str | None) -> str:
    return "updated" if _CHANGED.search(label or "") else "published"


def _in_address(page: Page) -> str | None:
    """The day in the address, as in /2024/03/05/."""
    for address in page.addresses:
        try:
            found = days_in(urlsplit(address).path)
        except ValueError:
            continue
        if len(found) == 1:
            return likely_date(found[0].day)
    return None


class _Lines:
    """Days in short lines about the article, such as the one below its heading."""

    def __init__(self, page: Page) -> None:
        self._page, self._blocks = page, page.blocks
        self._day_first = is_day_first(page.languages)
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
            days: list[Said] = []
            distance = 0
            for block in blocks:
                days += self._days(block)
                distance += bool(days)
                if distance == _LINES:
                    break
            if days:
                return _sorted_out(days)
        return {}

    def agreed(self) -> dict[str, str]:
        """The day on which all lines of the article agree that are marked as dates."""
        if self._last < 0:
            return {}
        rest = self._blocks[self._last + 1 :]
        lines = [block for block in rest if _is_within(block.element, self._scope) and _is_marked(block)]
        days = [said for block in lines for said in self._days(block)]
        return _sorted_out(days) if len({day for kind, day in days if kind == "published"}) == 1 else {}

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
        near = [element for element in islice(heading.iterancestors(), _CLIMB) if element.tag not in ("body", "html")]
        characters = 0
        for block in reversed(self._blocks[: self._first]):
            characters += len(block.text)
            if characters > _BEFORE or not near or not _is_within(block.element, near[-1]):
                return
            yield block

    def _days(self, block: Block) -> list[tuple[str, str]]:
        """The days of a line; none where the block is a sentence, a caption or a link to something else."""
        text = block.text.rstrip()
        if len(text) > _LONGEST_LINE or "caption" in _named(block.element):
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
        if block.linked - sum(stop - start for start, stop, _, _ in found) > _MOST_LINKED * len(text):
            return []
        if found and not _is_marked(block):
            is_sentence = text.endswith(_ENDS) and len(text) - found[-1][1] <= 1
            if is_sentence or len(text[: found[0][0]].split()) > _MOST_BEFORE:
                return []
        days, end = [], 0
        for start, stop, day, named in found:
            label = f"{text[end:start]} {named} {_named(block.element)}"
            if day:
                days.append((_kind(label), day))
            end = stop
        return days


def _marked_day(element: HtmlElement, language: str | None) -> str | None:
    """The day in an attribute that is named for a date or a time, as in <time datetime> or data-published."""
    for name, value in element.attrib.items():
        if _DATED.search(name) and (day := likely_date(value, language)):
            return day
    return None


def _sorted_out(days: list[tuple[str, str]]) -> dict[str, str]:
    """The earliest day is that of publication, a later one that of the last change."""
    published = [day for kind, day in days if kind == "published"]
    updated = [day for kind, day in days if kind == "updated"]
    first, last = min(published, default=None), max(updated or published, default=None)
    return ({"published": first} if first else {}) | ({"updated": last} if last and last != first else {})


def _is_marked(block: Block) -> bool:
    elements = [block.element, *(element for element, _ in block.places)]
    return any(element.tag == "time" or _DATED.search(_named(element)) for element in elements)


def _named(element: HtmlElement) -> str:
    return f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}"


def _is_within(element: HtmlElement, other: HtmlElement | None) -> bool:
    return other is None or element is other or other in element.iterancestors()
