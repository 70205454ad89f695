"""The groups of RTF: which hold text of the document, which text of another kind, and which none."""

from dataclasses import dataclass

from lxml.etree import SubElement, _Element

from ingest.load.office.rtf_stream import Stream

STREAMS = {
    "footnote": "note", "shptxt": "box", "header": "header", "headerl": "header", "headerr": "header",
    "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
}  # fmt: skip
COLLECTED = frozenset("title author creatim revtim fldinst listtext pntext fonttbl".split())
COUNTED = {"pict": "picture", "annotation": "comment", "object": "embedded object"}
SKIPPED = frozenset(
    "colortbl stylesheet info nonshppict shprslt sp xe tc rxe nonesttables mmathPict category comment company doccomm"
    " keywords manager operator subject printim buptim hlinkbase pn revtbl listtable listoverridetable upr do".split()
)
READ_ALL_THE_SAME = frozenset("shppict shpinst ud result mmath".split())  # although their group is marked as new
MATH = "moMath"


MATH_GROUPS = frozenset(
    f"m{name}"
    for name in "r f fPr type num den rad radPr deg e sSup sup sSub sub sSubSup sPre nary naryPr chr d dPr begChr"
    " endChr sepChr func fName limLow limUpp lim m mr eqArr bar acc accPr groupChr box borderBox oMathPara"
    " ctrlPr".split()
)
DESTINATIONS = SKIPPED | COLLECTED | READ_ALL_THE_SAME | MATH_GROUPS | {*COUNTED, *STREAMS, "field", "fldrslt", MATH}


@dataclass
class State:
    """What a group begins with and gives back at its end. `collects` is the group whose text is kept apart."""

    kind: str = ""
    skips: bool = False
    font: int | None = None
    after_unicode: int = 1
    raised: str = ""
    hidden: bool = False
    deleted: bool = False
    in_table: bool = False
    collects: str = ""
    stream: Stream | None = None
    math: _Element | None = None
    is_new: bool = False


def write_math(element: _Element, text: str) -> None:
    """Text of an equation in the element that its group became: in runs it is text, elsewhere a property."""
    if element.tag == "r":
        last = element[-1] if len(element) else SubElement(element, "t")
        last.text = (last.text or "") + text
    elif element.tag.endswith(("Chr", "type")):
        element.set("val", element.get("val", "") + text)
