"""What of a page was not read, or may be missing from it, as notes."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

_CUT = 2000  # characters; a longer text behind a paywall is mostly whole
_FEW = 300  # characters, beside which pictures are what the page is about
_ICON = 100  # pixels
_BUTTON = 200  # pixels
_STORY = "(//article | //main | //body[not(.//article or .//main)])"
_BESIDE = "[not(ancestor::aside or ancestor::nav or ancestor::footer or ancestor::header or ancestor::form)]"
_ENDS_OPEN = ("…", "...", "[…]", "[...]")


def left_out(page: HtmlElement, text: str) -> Iterator[str]:
    """One line for each kind of thing."""
    if len(text) <= _CUT and _is_sold(page):
        yield "may be cut by a paywall; if the browser shows more, save the page from there and add that file"
    elif len(text) <= _CUT and text.endswith(_ENDS_OPEN):
        yield "ends in the middle; the rest may stand on another page"
    frames = [frame for frame in _within(page, "iframe") if _is_content(frame)]
    if frames:
        hosts = sorted({host for frame in frames if (host := urlsplit(_source(frame)).netloc)})
        yield f"{_count(len(frames), 'embedded page')} not read" + (f" ({', '.join(hosts)})" if hosts else "")
    if films := [*_within(page, "video"), *_within(page, "audio")]:
        yield f"{_count(len(films), 'recording')} not read"
    pictures = [picture for picture in _within(page, "img") if _size(picture, _ICON) >= _ICON]
    if pictures and len(text) < _FEW:
        yield f"{_count(len(pictures), 'picture')} not read, beside little text"


def _is_sold(page: HtmlElement) -> bool:
    """Whether the page tells search engines that it is not free, or has a place for a paywall."""
    for script in page.xpath("//script[@type='application/ld+json']"):
        data = "".join((script.text or "").lower().split()).replace('"', "")
        if "isaccessibleforfree:false" in data:
            return True
    tiers = page.xpath("//meta[@property='article:content_tier' or @name='article:content_tier']/@content")
    return any(tier in ("locked", "metered") for tier in tiers) or bool(
        page.xpath("boolean(//*[contains(@class, 'paywall') or contains(@id, 'paywall')][normalize-space()])")
    )


def _within(page: HtmlElement, tag: str) -> list[HtmlElement]:
    return list(dict.fromkeys(page.xpath(f"{_STORY}//{tag}{_BESIDE}")))


def _source(frame: HtmlElement) -> str:
    return frame.get("src") or frame.get("data-src") or ""


def _is_content(frame: HtmlElement) -> bool:
    """Whether it is named or large, as films and charts are; buttons and advertisements mostly are not."""
    names = ("title", "aria-label", "allowfullscreen")
    is_named = any(name in frame.attrib for name in names)
    return _size(frame, _BUTTON if is_named else 0) >= (_ICON if is_named else _BUTTON)


def _size(element: HtmlElement, unsaid: int) -> int:
    """The smaller side in pixels."""
    sides = [element.get(name, "").removesuffix("px") for name in ("width", "height")]
    return min((int(side) for side in sides if side.isdecimal()), default=unsaid)


def _count(number: int, thing: str) -> str:
    return f"1 {thing} was" if number == 1 else f"{number} {thing}s were"
