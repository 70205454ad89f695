"""OpenDocument texts: what is read of their XML, and what is refused."""

import pytest

from ingest.load.office.odt import parse
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError
from tests.files.documents import changed, fodt, odt


def read(data: bytes | str) -> Parsed:
    return parse(Raw("a", "a", "a.odt", data.encode() if isinstance(data, str) else data))


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def test_white_space_is_folded_but_for_its_elements() -> None:
    assert read(
        odt(p("\n  The   quay<text:s text:c='3'/>is <text:span> closed</text:span><text:tab/>now.\n"))
    ).text == ("The quay   is closed\tnow.")
    assert read(odt(p("One<text:line-break/>two<text:soft-page-break/>."))).text == "One\ntwo."


def test_raised_and_lowered_digits_keep_their_value() -> None:
    def style(name: str, position: str) -> str:
        properties = f'<style:text-properties style:text-position="{position}"/>'
        return f'<style:style style:name="{name}" style:family="text">{properties}</style:style>'

    styles = style("T1", "super 58%") + style("T2", "sub 58%") + style("T3", "33% 58%") + style("T4", "0% 100%")
    spans = "".join(
        f'{a}<text:span text:style-name="T{n}">{b}</text:span>' for a, n, b in (("10", 1, "6"), (" H", 2, "2"))
    )
    more = 'm<text:span text:style-name="T3">2</text:span> x<text:span text:style-name="T4">2</text:span>'
    assert read(odt(p(f"{spans}O {more}"), styles)).text == "10⁶ H₂O m² x2"


def test_tables_keep_the_places_of_their_cells() -> None:
    def cell(text: str, size: str = "") -> str:
        return f"<table:table-cell {size}>{p(text)}</table:table-cell>"

    covered = "<table:covered-table-cell/>"
    wide, high = "table:number-columns-spanned='2'", "table:number-rows-spanned='2'"
    rows = (
        f"<table:table-header-rows><table:table-row>{cell('Ship')}{cell('Built')}{cell('Sold')}</table:table-row>"
        "</table:table-header-rows>"
        f"<table:table-row>{cell('Alma', high)}{cell('')}{cell('1951')}</table:table-row>"
        f"<table:table-row>{covered}{cell('1920', wide)}{covered}</table:table-row>"
    )
    assert read(odt(f"<table:table>{rows}</table:table>")).text.split("\n") == [
        "Ship: Alma; Built: –; Sold: 1951",
        "Ship: Alma; Built: 1920; Sold: 1920",
    ]


LISTS = (
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-suffix="."'
    ' style:num-format="1"/><text:list-level-style-number text:level="2" style:num-prefix="(" style:num-suffix=")"'
    ' style:num-format="a"/></text:list-style><text:list-style style:name="L2"><text:list-level-style-bullet'
    ' text:level="1" text:bullet-char="-"/></text:list-style>'
)


def test_items_of_lists_have_their_numbers() -> None:
    inner = f"<text:list><text:list-item>{p('A')}</text:list-item><text:list-item>{p('B')}</text:list-item></text:list>"
    body = (
        f'<text:list text:style-name="L1"><text:list-item>{p("One")}{inner}</text:list-item>'
        f"<text:list-item>{p('Two')}{p('more')}</text:list-item></text:list>{p('Between.')}"
        f'<text:list text:style-name="L1" text:continue-numbering="true"><text:list-item>{p("Three")}</text:list-item>'
        f'<text:list-item text:start-value="7">{p("Seven")}</text:list-item></text:list>'
        f'<text:list text:style-name="L2"><text:list-item>{p("Dot")}</text:list-item></text:list>'
    )
    assert read(odt(body, LISTS)).text == (
        "1. One\n(a) A\n(b) B\n2. Two\n\nmore\n\nBetween.\n\n3. Three\n7. Seven\n• Dot"
    )


def test_headings_have_the_numbers_of_the_outline() -> None:
    outline = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"/><text:outline-level-style'
        ' text:level="2" style:num-format="1" text:display-levels="2"/></text:outline-style>'
    )
    body = "".join(
        f'<text:h text:outline-level="{at}">{text}</text:h>' for at, text in ((1, "Quay"), (2, "Fees"), (2, "Hours"))
    )
    parsed = read(odt(body, styles=outline))
    assert parsed.text == "1 Quay\n\n1.1 Fees\n\n1.2 Hours"
    assert parsed.given["title"] == "Quay"


def test_notes_stand_below_and_changes_are_accepted() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        f"{p('Until 2025.')}</text:note-body></text:note>"
    )
    comment = f"<office:annotation><dc:creator>Editor</dc:creator>{p('Sure?')}</office:annotation>"
    changes = (
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info/><text:p>ferry</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    parsed = read(odt(f"{changes}{p(f'The fee is 40{note} a{comment} month.<text:change/>')}{p('Next.')}"))
    assert parsed.text == "The fee is 40 a month.\n\n[note: Until 2025.]\n\nNext."
    assert parsed.notes == ("left out: 1 tracked deletion, 1 comment",)


def test_boxes_formulas_and_pictures() -> None:
    box = f"<draw:frame><draw:text-box>{p('In the box.')}</draw:text-box></draw:frame>"
    picture = '<draw:frame><draw:image xlink:href="Pictures/1.png"/><svg:desc>a quay</svg:desc></draw:frame>'
    formula = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    chart = '<draw:frame><draw:object xlink:href="./Object 2"/><draw:image xlink:href="./r"/></draw:frame>'
    document = odt(p(f"Depth {formula} at{box}{picture}{chart} low tide."))
    math = (
        '<math xmlns="http://www.w3.org/1998/Math/MathML"><semantics><mrow><mi>d</mi><mo>=</mo><mfrac><mn>15</mn><mn>2'
        '</mn></mfrac></mrow><annotation encoding="StarMath 5.0">d = 15 over 2</annotation></semantics></math>'
    )
    chart_xml = '<c:chart xmlns:c="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"/>'
    parsed = read(changed(document, {"Object 1/content.xml": math, "Object 2/content.xml": chart_xml}))
    assert parsed.text == "Depth d=15/2 at low tide.\n\nIn the box."
    assert parsed.notes == ("left out: 1 picture, 1 chart",)


def test_headers_footers_and_facts() -> None:
    page = (
        f'<style:master-page style:name="Standard"><style:header>{p("Notice 17")}</style:header><style:footer>'
        f"{p('Page <text:page-number>1</text:page-number> of <text:page-count>3</text:page-count>')}"
        f"{p('Desk 4')}</style:footer></style:master-page>"
    )
    meta = (
        "<dc:title>Quay repairs</dc:title><meta:initial-creator>Ilse Brandvik</meta:initial-creator><dc:creator>Other"
        "</dc:creator><meta:creation-date>2024-03-05T10:00:00</meta:creation-date><dc:date>2024-04-01T08:00:00</dc:date>"
        "<dc:language>nb-NO</dc:language>"
    )
    parsed = read(odt(p("Body."), masters=page, meta=meta))
    assert parsed.text == "Notice 17\n\nBody.\n\nDesk 4"
    assert parsed.given == {
        "title": "Quay repairs", "author": "Ilse Brandvik", "published_at": "2024-03-05", "updated_at": "2024-04-01",
        "language": "nb-NO",
    }  # fmt: skip


def test_a_flat_file_is_the_same() -> None:
    parsed = read(fodt(f'<text:h text:outline-level="1">Quay</text:h>{p("Closed.")}', "<dc:creator>Ilse</dc:creator>"))
    assert (parsed.text, parsed.given["title"], parsed.given["author"]) == ("Quay\n\nClosed.", "Quay", "Ilse")


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (odt(""), "holds no text"),
        (odt("<text:section>" * 300 + "</text:section>" * 300), "nested too deeply"),
        (
            fodt(p("&e;")).replace("<office:document ", '<!DOCTYPE x [<!ENTITY e "ha">]><office:document '),
            "XML entities",
        ),
        (fodt(p("Cut"))[:-60], "is damaged"),
        (odt(p("x"))[:-200], "is damaged"),
        (
            odt(
                "<table:table><table:table-row table:number-rows-repeated='1000000'><table:table-cell"
                f" table:number-columns-repeated='1000000'>{p('x')}</table:table-cell></table:table-row></table:table>"
            ),
            "table of more than 500,000 cells",
        ),
        (
            changed(
                odt(p("x")),
                {
                    "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                    "<m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"
                },
            ),
            "protected by a password",
        ),
        (changed(odt(p("x")), {"Pictures/1.png": bytes(150_000_000)}), "zip bomb"),
    ],
    ids=["empty", "deep", "entities", "cut flat file", "cut", "large table", "locked", "bomb"],
)
def test_what_cannot_be_read_says_why(data: bytes | str, error: str) -> None:
    with pytest.raises(LoadError, match=error):
        read(data)
