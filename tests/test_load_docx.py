"""Word files: what is read of their XML, and what is refused."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.load.office.docx import parse
from ingest.load.raw import Raw
from qa.errors import LoadError
from tests.files.documents import changed

NAMESPACES = nsdecls("w", "m", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def word(*body: str) -> bytes:
    """A document of these elements."""
    document = docx.Document()
    for xml in body:
        document.element.body.insert(-1, parse_xml(xml.replace(">", f" {NAMESPACES}>", 1)))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def text_of(data: bytes) -> str:
    return parse(Raw("a", "a", "a.docx", data)).text


def notes_of(data: bytes) -> tuple[str, ...]:
    return parse(Raw("a", "a", "a.docx", data)).notes


def test_tracked_changes_are_read_as_accepted() -> None:
    deleted = "<w:del><w:r><w:delText>ferry</w:delText></w:r></w:del>"
    assert text_of(word(f"<w:p>{run('The ')}{deleted}<w:ins>{run('bridge')}</w:ins>{run(' opened.')}</w:p>")) == (
        "The bridge opened."
    )
    moved = f"<w:p><w:moveFrom>{run('Gone.')}</w:moveFrom></w:p>"
    assert text_of(word(moved, f"<w:p><w:moveTo>{run('Here.')}</w:moveTo></w:p>")) == "Here."


def test_links_controls_and_breaks_are_read() -> None:
    link = f"<w:hyperlink>{run('linked')}</w:hyperlink>"
    assert text_of(word(f"<w:p>{link}<w:r><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>")) == "linked\ta\nb"
    assert text_of(word(f"<w:sdt><w:sdtContent><w:p>{run('In a control.')}</w:p></w:sdtContent></w:sdt>")) == (
        "In a control."
    )


def test_tables_within_tables_are_read_once() -> None:
    def table(*cells: str) -> str:
        return f"<w:tbl><w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr></w:tbl>"

    inner = table(f"<w:p>{run('b')}</w:p>", f"<w:p>{run('c')}</w:p>")
    assert text_of(word(table(f"<w:p>{run('a')}</w:p>", inner), f"<w:p>{run('After.')}</w:p>")) == "a | b | c\n\nAfter."


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    box = f"<w:pict><w:txbxContent><w:p>{run('In the box.')}</w:p></w:txbxContent></w:pict>"
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    assert text_of(word(f"<w:p>{run('Before ')}<w:r>{both}</w:r>{run('and after.')}</w:p>")) == (
        "Before and after.\n\nIn the box."
    )


def test_a_file_without_text_says_so() -> None:
    with pytest.raises(LoadError, match="holds no text"):
        text_of(word())


@pytest.mark.parametrize(
    ("entries", "size"),
    [(20_000, 0), (1, 150_000_000), (3000, 20_000)],
    ids=["many entries", "one large entry", "many that are large together"],
)
def test_bombs_are_refused_before_they_are_unpacked(entries: int, size: int) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(entries):
            archive.writestr(f"word/{number}.xml", bytes(size))
    with pytest.raises(LoadError, match="zip bomb"):
        text_of(file.getvalue())


def part(tag: str, *elements: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {NAMESPACES}>{"".join(elements)}</w:{tag}>'


def with_parts(data: bytes, parts: dict[str, str]) -> bytes:
    """The document with parts of these kinds, each under the identity x-KIND."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode()
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = "".join(f'<Relationship Id="x-{n}" Type="{kinds}/{n.rstrip("12")}" Target="{n}.xml"/>' for n in parts)
    relations = relations.replace("</Relationships>", f"{added}</Relationships>")
    files: dict[str, str | bytes] = {f"word/{name}.xml": xml for name, xml in parts.items()}
    return changed(data, {"word/_rels/document.xml.rels": relations, **files})


def scripted(text: str, script: str) -> str:
    return f'<w:r><w:rPr><w:vertAlign w:val="{script}"/></w:rPr><w:t>{text}</w:t></w:r>'


def test_raised_and_lowered_digits_keep_their_value() -> None:
    power = scripted("-", "superscript") + scripted("6", "superscript")
    assert text_of(word(f"<w:p>{run('10')}{power}{run(' kg of H')}{scripted('2', 'subscript')}{run('O')}</w:p>")) == (
        "10⁻⁶ kg of H₂O"
    )
    assert text_of(word(f"<w:p>{run('the 5')}{scripted('th', 'superscript')}{run(' pier')}</w:p>")) == "the 5th pier"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run(text) if text else ''}</w:p></w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def test_cells_keep_their_places() -> None:
    header = row(cell("Pier"), cell("Built"), cell("Repaired"), properties="<w:tblHeader/>")
    first = row(cell("North", '<w:vMerge w:val="restart"/>'), cell("1931"), cell(""))
    second = row(cell("", "<w:vMerge/>"), cell(""), cell("1988"))
    third = row(cell("closed since 1990", '<w:gridSpan w:val="2"/>'), properties='<w:gridBefore w:val="1"/>')
    assert text_of(word(f"<w:tbl>{header}{first}{second}{third}</w:tbl>")).split("\n") == [
        "Pier: North; Built: 1931; Repaired: –",
        "Pier: North; Built: –; Repaired: 1988",
        "Pier: –; Built: closed since 1990; Repaired: closed since 1990",
    ]


def test_a_deleted_row_is_left_out_and_a_deleted_end_of_paragraph_joins_two() -> None:
    gone = row(cell("Gone"), properties="<w:del/>")
    document = word(
        f"<w:tbl>{row(cell('a'), cell('b'))}{gone}</w:tbl>",
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('The quay ')}</w:p>",
        f"<w:p>{run('is closed.')}</w:p>",
    )
    assert text_of(document) == "a | b\n\nThe quay is closed."
    assert notes_of(document) == ("left out: 1 tracked deletion",)


def test_too_large_a_table_is_refused() -> None:
    wide = row(cell("a", '<w:gridSpan w:val="1000000"/>'))
    with pytest.raises(LoadError, match="table of more than 500,000 cells"):
        text_of(word(f"<w:tbl>{wide * 600}</w:tbl>"))


def oMath(inner: str) -> str:  # noqa: N802
    return f"<m:oMath>{inner}</m:oMath>"


def mr(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (f"<m:f><m:num>{mr('a+b')}</m:num><m:den>{mr('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>{mr('x+1')}</m:e></m:rad>", "√(x+1)"),
        (f"<m:rad><m:deg>{mr('3')}</m:deg><m:e>{mr('8')}</m:e></m:rad>", "³√8"),
        (f"<m:sSup><m:e>{mr('x')}</m:e><m:sup>{mr('2')}</m:sup></m:sSup>", "x²"),
        (f"<m:sSub><m:e>{mr('v')}</m:e><m:sub>{mr('max')}</m:sub></m:sSub>", "v_max"),
        (
            f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{mr("i=1")}</m:sub><m:sup>{mr("n")}</m:sup>'
            f"<m:e>{mr('i')}</m:e></m:nary>",
            "∑_(i=1)^n i",
        ),
        (f'<m:d><m:dPr><m:begChr m:val="["/><m:endChr m:val="]"/></m:dPr><m:e>{mr("0, 1")}</m:e></m:d>', "[0, 1]"),
        (f"<m:func><m:fName>{mr('sin')}</m:fName><m:e>{mr('x')}</m:e></m:func>", "sin x"),
        (
            f"<m:m><m:mr><m:e>{mr('1')}</m:e><m:e>{mr('2')}</m:e></m:mr><m:mr><m:e>{mr('3')}</m:e><m:e>{mr('4')}</m:e>"
            "</m:mr></m:m>",
            "[1, 2; 3, 4]",
        ),
    ],
)
def test_equations_stand_in_their_sentence(inner: str, text: str) -> None:
    assert text_of(word(f"<w:p>{run('It is ')}{oMath(inner)}{run('.')}</w:p>")) == f"It is {text}."


def field(instruction: str, result: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = f"<w:r><w:instrText> {instruction} </w:instrText></w:r>"
    return f"{mark('begin')}{code}{mark('separate')}{run(result)}{mark('end')}"


def test_fields_show_their_result() -> None:
    assert text_of(word(f"<w:p>{run('Paid on ')}{field('DATE', '5 March 2024')}{run('.')}</w:p>")) == (
        "Paid on 5 March 2024."
    )
    broken = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
    assert text_of(word(broken, f"<w:p>{run('Still read.')}</w:p>")) == "Still read."


def test_notes_stand_below_the_paragraph_that_refers_to_them() -> None:
    body = (
        f'<w:p>{run("The fee is 40")}<w:r><w:footnoteReference w:id="2"/></w:r>{run(" a month")}'
        f'<w:r><w:endnoteReference w:id="2"/></w:r>{run(".")}</w:p>',
        f"<w:p>{run('Next.')}</w:p>",
    )
    notes = {
        "footnotes": part("footnotes", f'<w:footnote w:id="2"><w:p>{run(" Until 2025.")}</w:p></w:footnote>'),
        "endnotes": part("endnotes", f'<w:endnote w:id="2"><w:p>{run("Minutes of May.")}</w:p></w:endnote>'),
    }
    assert text_of(with_parts(word(*body), notes)) == (
        "The fee is 40 a month.\n\n[note: Until 2025.]\n\n[note: Minutes of May.]\n\nNext."
    )


def test_headers_and_footers_are_read_once_without_page_numbers() -> None:
    page = f"{run('Page ')}{field('PAGE', '1')}{run(' of ')}{field('NUMPAGES', '3')}"
    references = (
        '<w:headerReference w:type="default" r:id="x-header1"/><w:footerReference w:type="default" r:id="x-footer1"/>'
    )
    stale = '<w:headerReference w:type="first" r:id="x-header2"/>'
    section = f"<w:p><w:pPr><w:sectPr>{references}{stale}</w:sectPr></w:pPr></w:p>"
    parts = {
        "header1": part(
            "hdr", f"<w:p>{run('Notice 17')}</w:p>", f"<w:p>{run('Desk 4')}<w:r><w:tab/></w:r>{page}</w:p>"
        ),
        "header2": part("hdr", f"<w:p>{run('Never shown')}</w:p>"),
        "footer1": part("ftr", f"<w:p>{page}</w:p>", f"<w:p>{run('Account 12-34')}</w:p>"),
    }
    assert text_of(with_parts(word(section, f"<w:p>{run('Body.')}</w:p>", section), parts)) == (
        "Notice 17\n\nDesk 4\n\nBody.\n\nAccount 12-34"
    )


def level(number: int, kind: str, text: str, more: str = "") -> str:
    said = f'<w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{number}">{said}</w:lvl>'


def item(text: str, number: int, at: int = 0) -> str:
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>{run(text)}</w:p>'


def listed(*body: str) -> bytes:
    levels = level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "decimal", "%1.%2.%3", "<w:isLgl/>")
    numbers = '<w:num w:numId="71"><w:abstractNumId w:val="71"/></w:num>'
    again = (
        '<w:num w:numId="72"><w:abstractNumId w:val="71"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    bullets = f'<w:abstractNum w:abstractNumId="72">{level(0, "bullet", "")}</w:abstractNum>'
    numbering = part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="71">{levels}</w:abstractNum>{bullets}',
        f'{numbers}{again}<w:num w:numId="73"><w:abstractNumId w:val="72"/></w:num>',
    )
    return changed(word(*body), {"word/numbering.xml": numbering})


def test_items_of_lists_have_their_numbers() -> None:
    several = listed(
        item("One", 71), item("A", 71, 1), item("B", 71, 1), item("Deep", 71, 2), item("Two", 71), item("A", 71, 1),
        item("Anew", 72), item("Dot", 73),
    )  # fmt: skip
    assert text_of(several).split("\n") == [
        "1. One", "a) A", "b) B", "1.2.1 Deep", "2. Two", "a) A", "1. Anew", "• Dot",
    ]  # fmt: skip


def test_what_is_not_text_is_counted() -> None:
    picture = (
        '<w:drawing><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData'
        ' uri="http://schemas.openxmlformats.org/drawingml/2006/picture"/></a:graphic></w:drawing>'
    )
    comment = '<w:r><w:commentReference w:id="1"/></w:r>'
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
    deleted = "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>"
    document = word(
        f"<w:p>{run('Seen')}<w:r>{picture}{picture}</w:r>{comment}{hidden}{deleted}<w:r><w:object/></w:r></w:p>"
    )
    assert text_of(document) == "Seen"
    assert notes_of(document) == (
        "left out: 2 pictures, 1 comment, 1 hidden passage, 1 tracked deletion, 1 embedded object",
    )


def test_forms_show_what_was_filled_in() -> None:
    hint = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('Click here')}</w:sdtContent></w:sdt>"
    filled = f"<w:sdt><w:sdtContent>{run('Ilse')}</w:sdtContent></w:sdt>"
    box = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>'
    ticked = f'{box}</w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert text_of(word(f"<w:p>{run('Name: ')}{hint}{filled}{run(' ')}{ticked}</w:p>")) == "Name: Ilse ☒"


def test_strict_open_xml_is_read_as_any_other() -> None:
    document = word(f"<w:p>{run('10')}{scripted('6', 'superscript')}{oMath(mr('d'))}</w:p>")
    with zipfile.ZipFile(BytesIO(document)) as archive:
        xml = archive.read("word/document.xml").decode()
    for name in ("wordprocessingml", "officeDocument"):
        xml = xml.replace(f"http://schemas.openxmlformats.org/{name}/2006/", f"http://purl.oclc.org/ooxml/{name}/")
    assert text_of(changed(document, {"word/document.xml": xml})) == "10⁶d"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.html", "<p>Built in 10<sup>3</sup> days</p><ol><li>One</li></ol>", "Built in 10³ days\n\n1. One"),
        ("a.txt", "Plain\n", "Plain"),
        ("a.rtf", r"{\rtf1\ansi 10{\super 3} days\par}", "10³ days"),
        (
            "a.mht",
            "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
            "Content-Type: text/html; charset=utf-8\n"
            "Content-Transfer-Encoding: quoted-printable\n\n<p>Caf=C3=A9</p>\n--b--\n",
            "Café",
        ),
        ("a.docx", word(f"<w:p>{run('Within')}</w:p>"), "Within"),
    ],
)
def test_documents_within_are_read(name: str, data: str | bytes, text: str) -> None:
    document = with_parts(
        word(f"<w:p>{run('See.')}</w:p>", '<w:altChunk r:id="x-aFChunk"></w:altChunk>'), {"aFChunk": ""}
    )
    with zipfile.ZipFile(BytesIO(document)) as archive:
        relations = archive.read("word/_rels/document.xml.rels").decode().replace("aFChunk.xml", name)
    parts: dict[str, str | bytes] = {"word/_rels/document.xml.rels": relations, f"word/{name}": data}
    assert text_of(changed(document, parts)) == f"See.\n\n{text}"
    parts = {"word/_rels/document.xml.rels": relations.replace(name, "a.odt"), "word/a.odt": "PK"}
    assert notes_of(changed(document, parts)) == ("left out: 1 embedded document",)


def test_deep_nesting_is_refused() -> None:
    deep = "<w:sdt><w:sdtContent>" * 200 + "</w:sdtContent></w:sdt>" * 200
    with pytest.raises(LoadError, match="nested too deeply"):
        text_of(changed(word(), {"word/document.xml": part("document", f"<w:body>{deep}</w:body>")}))


def test_symbols_of_the_font_symbol_are_characters() -> None:
    degree = '<w:r><w:sym w:font="Symbol" w:char="F0B0"/></w:r>'
    unknown = '<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>'
    document = word(f"<w:p>{run('At 5')}{degree}{run('C')}{unknown}</w:p>")
    assert (text_of(document), notes_of(document)) == ("At 5°C", ("left out: 1 symbol",))
