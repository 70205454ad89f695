"""Powers and indices of a page, written out as text; the numbers of notes go, since they would pass for figures."""

from lxml.html import HtmlElement

from ingest.load.scripts import subscript, superscript

_LONGEST = 20  # characters; what is longer is small print
_NUMBER_SIGNS = frozenset("0123456789+-−–=()")


def write_scripts(page: HtmlElement) -> None:
    """Changes the page in place."""
    for element in reversed(page.xpath(".//sup | .//sub")):  # from within
        text = element.text_content()
        if element.tag == "sup" and _is_mark(element, text.strip()):
            element.drop_tree()
            continue
        if len(text) <= _LONGEST and (_NUMBER_SIGNS.issuperset(text) or _is_glued(element)):
            del element[:]
            element.text = superscript(text) if element.tag == "sup" else subscript(text)
        element.drop_tag()
    for link in page.xpath(".//a[contains(@href, '#')][not(ancestor::pre)]"):
        if link.text_content().strip(" []()").isdecimal() and _is_glued(link):
            link.drop_tree()


def _is_mark(raised: HtmlElement, text: str) -> bool:
    """Whether it leads to a note: [1], or links within the page and nothing else."""
    if text.startswith("[") and text.endswith("]"):
        return True
    around = any(link.text_content().strip() == text for link in raised.xpath("ancestor::a[contains(@href, '#')]"))
    within = "".join(link.text_content() for link in raised.xpath(".//a[contains(@href, '#')]"))
    return any(map(str.isalnum, text)) and (around or _letters(within) == _letters(text))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _is_glued(element: HtmlElement) -> bool:
    """Whether a word, a number or the end of a sentence stands right before it."""
    previous = element.getprevious()
    before = (element.getparent().text if previous is None else previous.tail) or ""
    if not before and previous is not None:
        before = previous.text_content()
    return bool(before) and not before[-1].isspace() and before[-1] not in "([" and not before.endswith("..")
