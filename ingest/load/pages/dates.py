"""When a page says that its article was published and updated: its own word only, never a teaser's, never today's.

htmldate, which trafilatura brings, takes any date on a page that names no better one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from urllib.parse import urlsplit

from ingest.load.bylines import kind_of
from ingest.load.days import days_in
from ingest.load.pages.date_lines import DateLines, Said
from ingest.load.pages.headline import is_alike
from ingest.load.pages.page import Page
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
    lines = DateLines(page)
    seen = lines.around_heading() or lines.agreed()
    notes: tuple[str, ...] = ()
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
                kind_of(element.get("itemprop")),
                element.get("datetime") or element.get("content") or element.text_content(),
            )


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
