"""Equations of Word (OMML), OpenDocument and e-books (MathML) as a line of text: (a+b)/2, √(x+1), x², ∑_(i=1)^n."""

from collections.abc import Callable, Iterable

from lxml.etree import _Element

from ingest.load.scripts import subscript, superscript

_BRACKETS = {"(": ")", "[": "]", "{": "}", "|": "|"}
_LEFT_OUT = frozenset(
    "annotation annotation-xml ctrlPr rPr fPr radPr sSupPr sSubPr sSubSupPr sPrePr naryPr dPr funcPr limLowPr limUppPr"
    " mPr eqArrPr barPr accPr groupChrPr boxPr borderBoxPr phantPr argPr del moveFrom".split()
)


def equation(element: _Element) -> str:
    """The text of an m:oMath or a math element."""
    return " ".join(_linear(element).split())


def _linear(element: _Element) -> str:
    name = _name(element)
    if name in _LEFT_OUT:
        return ""
    if name in _FORMS:
        return _FORMS[name](element)
    return (element.text or "" if name in _TOKENS else "") + _all(element)


def _all(element: _Element) -> str:
    return "".join(map(_linear, _children(element)))


def _children(element: _Element) -> Iterable[_Element]:
    return (child for child in element if isinstance(child.tag, str))


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _part(element: _Element, name: str) -> str:
    return "".join(_linear(child) for child in _children(element) if _name(child) == name)


def _parts(element: _Element) -> list[str]:
    return [_linear(child) for child in _children(element) if _name(child) not in _LEFT_OUT]


def _property(element: _Element, name: str) -> str | None:
    """The value that an OMML element's own properties give, "" where it is named without one; else None."""
    for properties in _children(element):
        if _name(properties) == f"{_name(element)}Pr":
            for child in _children(properties):
                if _name(child) == name:
                    return next((value for key, value in child.attrib.items() if key.endswith("val")), "")
    return None


def _grouped(text: str) -> str:
    """In brackets, where it would not be clear how far it goes."""
    text = text.strip()
    plain = text.replace(".", "").replace(",", "")
    enclosed = text[:1] in _BRACKETS and text[-1] == _BRACKETS[text[0]] and text[0] not in text[1:]
    return text if not text or plain.isalnum() or len(text) == 1 or enclosed else f"({text})"


def _fraction(over: str, under: str, bar: bool = True) -> str:
    return f"{_grouped(over)}/{_grouped(under)}" if bar else f"{over} over {under}"


def _root(inner: str, degree: str = "") -> str:
    degree = degree.strip()
    return f"{superscript(degree) if degree not in ('', '2') else ''}√{_grouped(inner)}"


def _above_below(base: str, low: str, high: str) -> str:
    """A sum with its bounds, or a limit with what goes where."""
    return base + (f"_{_grouped(low)}" if low.strip() else "") + (f"^{_grouped(high)}" if high.strip() else "")


def _large(element: _Element) -> str:
    sign = _property(element, "chr")
    body = _part(element, "e")
    return f"{_above_below('∫' if sign is None else sign, _part(element, 'sub'), _part(element, 'sup'))} {body}"


def _delimited(element: _Element) -> str:
    begin, between, end = (_property(element, name) for name in ("begChr", "sepChr", "endChr"))
    inner = ("|" if between is None else between).join(_parts(element))
    return f"{'(' if begin is None else begin}{inner}{')' if end is None else end}"


def _applied(element: _Element) -> str:
    inner = _part(element, "e")
    return f"{_part(element, 'fName')}{'' if inner.startswith(tuple(_BRACKETS)) else ' '}{inner}"


def _matrix(element: _Element) -> str:
    rows = (", ".join(_parts(row)) for row in _children(element) if _name(row) in ("mr", "mtr", "mlabeledtr"))
    return f"[{'; '.join(rows)}]"


def _accented(element: _Element) -> str:
    inner, sign = _part(element, "e"), _property(element, "chr")
    return _marked(inner, "\u0302" if sign is None else sign)


def _marked(inner: str, sign: str) -> str:
    return inner + sign if len(inner) == 1 else inner


def _fenced(element: _Element) -> str:
    separators = element.get("separators", ",").strip() or " "
    return f"{element.get('open', '(')}{separators[0].join(_parts(element))}{element.get('close', ')')}"


def _of(form: Callable[..., str], *order: int) -> Callable[[_Element], str]:
    """A MathML form of so many parts in an order of its own; what has too few of them is written side by side."""

    def write(element: _Element) -> str:
        parts = _parts(element)
        return form(*(parts[place] for place in order)) if len(parts) > max(order) else "".join(parts)

    return write


def _over(base: str, above: str) -> str:
    return _marked(base, "\u0305") if above in ("¯", "‾", "\u0305", "_") else _above_below(base, "", above)


def _raised(text: str) -> str:
    return superscript(text.strip())


def _lowered(text: str) -> str:
    return subscript(text.strip())


_TOKENS = frozenset("t mi mn mo mtext ms".split())
_FORMS: dict[str, Callable[[_Element], str]] = {
    # OMML
    "f": lambda e: _fraction(_part(e, "num"), _part(e, "den"), _property(e, "type") != "noBar"),
    "rad": lambda e: _root(_part(e, "e"), _part(e, "deg")),
    "sSup": lambda e: _part(e, "e") + _raised(_part(e, "sup")),
    "sSub": lambda e: _part(e, "e") + _lowered(_part(e, "sub")),
    "sSubSup": lambda e: _part(e, "e") + _lowered(_part(e, "sub")) + _raised(_part(e, "sup")),
    "sPre": lambda e: _lowered(_part(e, "sub")) + _raised(_part(e, "sup")) + _part(e, "e"),
    "nary": _large,
    "d": _delimited,
    "func": _applied,
    "limLow": lambda e: _above_below(_part(e, "e"), _part(e, "lim"), ""),
    "limUpp": lambda e: _above_below(_part(e, "e"), "", _part(e, "lim")),
    "m": _matrix,
    "eqArr": lambda e: "; ".join(_parts(e)),
    "bar": lambda e: _marked(_part(e, "e"), "\u0305"),
    "acc": _accented,
    "oMathPara": lambda e: "; ".join(_parts(e)),
    # MathML
    "mfrac": _of(_fraction, 0, 1),
    "msqrt": lambda e: _root(_all(e)),
    "mroot": _of(_root, 0, 1),
    "msup": _of(lambda base, high: base + _raised(high), 0, 1),
    "msub": _of(lambda base, low: base + _lowered(low), 0, 1),
    "msubsup": _of(lambda base, low, high: base + _lowered(low) + _raised(high), 0, 1, 2),
    "munder": _of(lambda base, low: _above_below(base, low, ""), 0, 1),
    "mover": _of(_over, 0, 1),
    "munderover": _of(_above_below, 0, 1, 2),
    "mtable": _matrix,
    "mfenced": _fenced,
    "mspace": lambda _: " ",
}
