"""Powers, indices and formulas of a page as text; the numbers of notes go, since they would pass for figures."""

from lxml.html import HtmlElement

from ingest.load.scripts import subscript, superscript

_LONGEST = 20  # characters; what is longer is small print
_STYLE = "[contains(translate(@style, ' ', ''), 'vertical-align:{}')]"
_RAISED = f".//sup | .//span{_STYLE.format('super')}"
_LOWERED = f".//sub | .//span{_STYLE.format('sub')}"
_NUMBER_SIGNS = frozenset("0123456789+-−–=()")


def write_scripts(page: HtmlElement) -> None:
    """Changes the page in place."""
    for formula in page.xpath(".//math[not(@alttext or .//annotation)]"):  # trafilatura reads others as TeX
        _write_formula(formula)
    raised = set(page.xpath(_RAISED))
    for element in reversed(page.xpath(f"{_RAISED} | {_LOWERED}")):  # from within
        text, is_glued = element.text_content(), _is_glued(element)
        if element.tag == "span" and not (is_glued and _NUMBER_SIGNS.issuperset(text)):
            continue
        if element in raised and _is_mark(element, text.strip()):
            element.drop_tree()
            continue
        if len(text) <= _LONGEST and (is_glued or _NUMBER_SIGNS.issuperset(text)):
            del element[:]
            element.text = superscript(text) if element in raised else subscript(text)
        element.drop_tag()
    for link in page.xpath(".//a[contains(@href, '#')][not(ancestor::pre)]"):
        if link.text_content().strip(" []()").isdecimal() and _is_glued(link):
            link.drop_tree()


def _write_formula(formula: HtmlElement) -> None:
    for element in reversed(list(formula.iter("msup", "msub", "msubsup", "mfrac", "msqrt"))):  # from within
        base, *others = [" ".join(child.text_content().split()) for child in element] or [""]
        match element.tag, others:
            case "msup", [power]:
                text = base + superscript(power)
            case "msub", [index]:
                text = base + subscript(index)
            case "msubsup", [index, power]:
                text = base + subscript(index) + superscript(power)
            case "mfrac", [divisor]:
                text = f"({base})/({divisor})" if len(base + divisor) > 2 else f"{base}/{divisor}"
            case _:
                text = f"√({''.join([base, *others])})" if element.tag == "msqrt" else "".join([base, *others])
        del element[:]
        element.text = text
    text = " ".join(formula.text_content().split())
    del formula[:]
    formula.text = text
    formula.drop_tag()


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
