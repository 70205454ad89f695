"""A story in several containers of one kind, with advertisements between them, of which trafilatura reads the first."""

from lxml.html import HtmlElement

_SHORTEST = 40  # characters of what counts as a paragraph
_MOST_LINKED = 0.3  # share of its text; more is a list of other pages
_FLOW = ("blockquote", "figure", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul")
_OF_ITS_OWN = (  # what only another article, a comment or the page's furniture has
    "self::aside | self::footer | self::header | self::nav | descendant-or-self::article"
    " | .//h1 | .//time | .//textarea | .//a[@rel='author']"
    " | .//*[self::h2 or self::h3 or self::h4 or self::h5 or self::h6][.//a or ancestor::a]"
)

Kind = tuple[str, tuple[str, ...]]


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
    ways = {around: _way(story, around) for around in story.iterancestors()}
    found: dict[HtmlElement, dict[HtmlElement, HtmlElement]] = {}
    for home in homes:
        around = next(other for other in home.iterancestors() if other in ways)
        if _way(home, around) == ways[around] and _is_part(part := _child(home, around), home):
            found.setdefault(around, {_child(story, around): story})[part] = home
    return max(found.values(), key=len, default={})


def _way(element: HtmlElement, around: HtmlElement) -> list[Kind]:
    """The kinds of the elements from one up to another around it, which is left out."""
    way = [_kind(element)]
    for parent in element.iterancestors():
        if parent is around:
            break
        way.append(_kind(parent))
    return way


def _kind(element: HtmlElement) -> Kind:
    """Its tag and classes, without numbers: part-1 and part-2 are of one kind."""
    classes = "".join(c for c in element.get("class", "") if not c.isdecimal())
    return element.tag, tuple(sorted(classes.split()))


def _child(element: HtmlElement, around: HtmlElement) -> HtmlElement:
    """The child of the one that holds the other."""
    while element.getparent() is not around:
        element = element.getparent()
    return element


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
