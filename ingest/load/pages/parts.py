"""A story in several containers of one kind, with advertisements between them, of which trafilatura reads the first."""

from lxml.html import HtmlElement

_SHORTEST = 40  # characters of what counts as a paragraph
_MOST_LINKED = 0.3  # share of its text; more is a list of other pages
_FLOW = ("blockquote", "figure", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul")
_HEADING = "self::h2 or self::h3 or self::h4 or self::h5 or self::h6"
_OF_ITS_OWN = (  # what only another article, a comment or the page's furniture has
    "self::aside | self::footer | self::header | self::nav | .//h1 | .//time | .//textarea | .//a[@rel='author']"
    f" | .//*[{_HEADING}][.//a or ancestor::a] | descendant-or-self::article[.//*[{_HEADING}]]"
)
_ARTICLE = "boolean(descendant-or-self::article)"

_NO_DIGITS = str.maketrans("", "", "0123456789")


def join_parts(page: HtmlElement, text: str) -> bool:
    """Moves into one container the parts of a story of which `text` was read; False where nothing else belongs to it.

    Parts lie below one element on ways of the same tags and classes, and have nothing of an article of their own.
    """
    read = "".join(text.split())
    kept: dict[HtmlElement, int] = {}
    missed: dict[HtmlElement, int] = {}
    for paragraph in page.iter("p", "div", "section"):
        words = _own_text(paragraph)
        if len(words) >= _SHORTEST:
            home = paragraph.getparent() if paragraph.tag == "p" else paragraph
            homes = kept if "".join(words.split()) in read else missed
            homes[home] = homes.get(home, 0) + len(words)
    if not kept or not missed:
        return False
    story = max(kept, key=kept.__getitem__)
    parts = _parts(story, [home for home in missed if home not in kept])
    if parts:
        _move(parts)
    return bool(parts)


def _own_text(element: HtmlElement) -> str:
    """All of a paragraph; of a box only what stands in it without one."""
    if element.tag == "p":
        return str(element.text_content())
    own = [element.text or "", *(child.tail or "" for child in element)]
    return str(element.text_content()) if len("".join(own).strip()) >= _SHORTEST else ""


def _parts(story: HtmlElement, homes: list[HtmlElement]) -> dict[HtmlElement, HtmlElement]:
    """The story's own part and the others, children of one element, each with the container in it."""
    way = [story, *story.iterancestors()]
    places = {element: place for place, element in enumerate(way)}
    found: dict[HtmlElement, dict[HtmlElement, HtmlElement]] = {}
    for home in homes:
        other = [home, *home.iterancestors()]
        up = next(place for place, element in enumerate(other) if element in places)
        same = places[other[up]]
        if up and same and _are_alike(way[:same], other[:up]):
            own, part = way[same - 1], other[up - 1]
            if _is_part(part, home) and own.xpath(_ARTICLE) == part.xpath(_ARTICLE):
                found.setdefault(other[up], {own: story})[part] = home
    return max(found.values(), key=len, default={})


def _are_alike(way: list[HtmlElement], other: list[HtmlElement]) -> bool:
    """Whether two containers have a class in common, or neither they nor what is around them has any."""
    if way[0].tag != other[0].tag:
        return False
    if classes := _classes(way[0]):
        return not classes.isdisjoint(_classes(other[0]))
    return [(e.tag, _classes(e)) for e in way] == [(e.tag, _classes(e)) for e in other]


def _classes(element: HtmlElement) -> frozenset[str]:
    """Its classes, without numbers: part-1 and part-2 are one."""
    return frozenset(element.get("class", "").translate(_NO_DIGITS).split())


def _is_part(unit: HtmlElement, home: HtmlElement) -> bool:
    linked = sum(len(link.text_content()) for link in unit.iter("a"))
    return linked <= _MOST_LINKED * len(home.text_content()) and not unit.xpath(_OF_ITS_OWN)


def _move(parts: dict[HtmlElement, HtmlElement]) -> None:
    """Into the first part come the others, and what stands between them in the flow of the text."""
    around = next(iter(parts)).getparent()
    places = [place for place, child in enumerate(around) if child in parts]
    first, *others = around[places[0] : places[-1] + 1]
    for child in others:
        if child in parts or child.tag in _FLOW:
            parts[first].append(child)
