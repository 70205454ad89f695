"""Documents written after the readers were finished: nothing in the readers was made for them."""

import zipfile
from io import BytesIO

from tests import test_load_epub as epubs
from tests import test_load_odt as odts
from tests import test_load_rtf as rtfs
from tests.files.documents import changed, epub, fodt, odt, xhtml, zipped
from tests.test_load_docx import (
    cell,
    field,
    item,
    level,
    mr,
    notes_of,
    oMath,
    part,
    row,
    run,
    text_of,
    with_parts,
    word,
)


def t(text: str) -> str:
    return f"<w:p>{run(text)}</w:p>"


def test_word_list_goes_on_after_plain_text_and_roman() -> None:
    lv = level(0, "upperRoman", "%1.") + level(1, "lowerLetter", "(%2)")
    numbering = part(
        "numbering",
        (
            f'<w:abstractNum w:abstractNumId="9">{lv}</w:abstractNum><w:num '
            f'w:numId="9"><w:abstractNumId w:val="9"/></w:num>'
        ),
    )
    d = changed(
        word(item("a", 9), item("x", 9, 1), t("plain"), item("y", 9, 1), item("b", 9)),
        {"word/numbering.xml": numbering},
    )
    assert text_of(d) == "I. a\n(a) x\n\nplain\n\n(b) y\nII. b"


def test_word_two_header_rows_with_spans() -> None:
    r1 = row(
        cell("Pier", '<w:vMerge w:val="restart"/>'),
        cell("Depth", '<w:gridSpan w:val="2"/>'),
        properties="<w:tblHeader/>",
    )
    r2 = row(cell("", "<w:vMerge/>"), cell("low"), cell("high"), properties="<w:tblHeader/>")
    r3 = row(cell("North"), cell("3 m"), cell(""))
    assert text_of(word(f"<w:tbl>{r1}{r2}{r3}</w:tbl>")) == "Pier: North; Depth low: 3 m; Depth high: –"


def test_word_sdt_rows_and_cells() -> None:
    inner = f"<w:sdt><w:sdtContent>{cell('b')}</w:sdtContent></w:sdt>"
    r = f"<w:tr>{cell('a')}{inner}</w:tr>"
    r2 = f"<w:sdt><w:sdtContent>{row(cell('c'), cell(''))}</w:sdtContent></w:sdt>"
    assert text_of(word(f"<w:tbl>{r}{r2}</w:tbl>")) == "a | b\nc |"


def test_word_note_in_a_cell_with_equation() -> None:
    body = (
        f"<w:tbl><w:tr><w:tc><w:p>{run('Depth')}<w:r><w:footnoteReference "
        f'w:id="5"/></w:r></w:p></w:tc>{cell("7")}</w:tr></w:tbl>'
    )
    notes = {
        "footnotes": part(
            "footnotes", f'<w:footnote w:id="5"><w:p>{run("At ")}{oMath(mr("t=0"))}</w:p>{t("low tide.")}</w:footnote>'
        )
    }
    assert text_of(with_parts(word(body, t("After.")), notes)) == "Depth | 7\n\n[note: At t=0 low tide.]\n\nAfter."


def test_word_display_equation() -> None:
    f = (
        f"<m:f><m:num><m:f><m:num>{mr('1')}</m:num><m:den>{mr('2')}"
        f"</m:den></m:f></m:num><m:den>{mr('x+y')}</m:den></m:f>"
    )
    lim = (
        f"<m:func><m:fName><m:limLow><m:e>{mr('lim')}</m:e><m:lim>{mr('n→∞')}"
        f"</m:lim></m:limLow></m:fName><m:e>{mr('a')}</m:e></m:func>"
    )
    assert text_of(word(f"<w:p><m:oMathPara>{oMath(f)}{oMath(lim)}</m:oMathPara></w:p>")) == "(1/2)/(x+y); lim_(n→∞) a"


def test_word_formula_in_brackets_with_power() -> None:
    d = f"<m:sSup><m:e><m:d><m:e>{mr('a+b')}</m:e></m:d></m:e><m:sup>{mr('10')}</m:sup></m:sSup>"
    ss = f"<m:sSubSup><m:e>{mr('x')}</m:e><m:sub>{mr('1')}</m:sub><m:sup>{mr('2')}</m:sup></m:sSubSup>"
    assert text_of(word(f"<w:p>{oMath(d + mr('=') + ss)}</w:p>")) == "(a+b)¹⁰=x₁²"


def test_word_first_page_header_and_simple_page_field() -> None:
    refs = '<w:headerReference w:type="first" r:id="x-header1"/><w:headerReference w:type="default" r:id="x-header2"/>'
    sect = f"<w:p><w:pPr><w:sectPr>{refs}<w:titlePg/></w:sectPr></w:pPr></w:p>"
    parts = {
        "header1": part("hdr", t("Letterhead Ltd")),
        "header2": part(
            "hdr",
            f'<w:p>{run("Varga – page ")}<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple></w:p>',
        ),
    }
    assert text_of(with_parts(word(sect, t("Body.")), parts)) == "Letterhead Ltd\n\nVarga\n\nBody."


def test_word_script_by_style() -> None:
    styles = part(
        "styles",
        (
            '<w:style w:type="character" w:styleId="Up"><w:name w:val="Up"/>'
            '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
        ),
        '<w:style w:type="character" w:styleId="Up2"><w:name w:val="Up2"/><w:basedOn w:val="Up"/></w:style>',
    )
    r = '<w:r><w:rPr><w:rStyle w:val="Up2"/></w:rPr><w:t>9</w:t></w:r>'
    assert text_of(changed(word(f"<w:p>{run('10')}{r}</w:p>"), {"word/styles.xml": styles})) == "10⁹"


def test_word_insertions_and_moves_in_lists_and_tables() -> None:
    d = word(
        f"<w:tbl><w:tr><w:trPr><w:ins/></w:trPr>{cell('new')}{cell('row')}</w:tr></w:tbl>",
        f"<w:p><w:moveFromRangeStart/><w:moveFrom>{run('x')}</w:moveFrom></w:p>",
        f"<w:p><w:moveTo>{run('x')}</w:moveTo></w:p>",
    )
    assert (text_of(d), notes_of(d)) == ("new | row\n\nx", ())


def test_word_macro_document_and_other_names() -> None:
    d = word(t("Hello"))
    with zipfile.ZipFile(BytesIO(d)) as a:
        parts = {n: a.read(n) for n in a.namelist()}
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    parts["word/_rels/document2.xml.rels"] = parts.pop("word/_rels/document.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"word/document.xml", b"/word/document2.xml")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"
    )
    del parts["docProps/core.xml"]
    assert text_of(zipped(parts)) == "Hello"


def test_word_strict_with_notes_and_table() -> None:
    d = with_parts(
        word(
            f"<w:tbl>{row(cell('a'), cell(''))}</w:tbl>",
            f'<w:p>{run("x")}<w:r><w:endnoteReference w:id="1"/></w:r></w:p>',
        ),
        {"endnotes": part("endnotes", f'<w:endnote w:id="1">{t("End.")}</w:endnote>')},
    )
    with zipfile.ZipFile(BytesIO(d)) as a:
        parts = {n: a.read(n) for n in a.namelist()}
    for n in parts:
        if n.endswith((".xml", ".rels")):
            for x in (b"wordprocessingml", b"officeDocument"):
                parts[n] = parts[n].replace(
                    b"http://schemas.openxmlformats.org/" + x + b"/2006/", b"http://purl.oclc.org/ooxml/" + x + b"/"
                )
    assert text_of(zipped(parts)) == "a\n\nx\n\n[note: End.]"


def test_word_no_break_characters_and_soft_hyphens() -> None:
    assert (
        text_of(word("<w:p><w:r><w:t>co</w:t><w:softHyphen/><w:t>op 5</w:t><w:noBreakHyphen/><w:t>6</w:t></w:r></w:p>"))
        == "coop 5-6"
    )


def test_word_hyperlink_field_and_date_control() -> None:
    d = word(
        f"<w:p>{field('HYPERLINK &quot;https://x.example&quot;', 'the site')}"
        f"{run(', ')}<w:sdt><w:sdtPr><w:date/></w:sdtPr><w:sdtContent>{run('5 March')}"
        f"</w:sdtContent></w:sdt></w:p>"
    )
    assert text_of(d) == "the site, 5 March"


def test_odt_nested_table_and_repeats() -> None:
    inner = (
        f"<table:table><table:table-row><table:table-cell>{odts.p('x')}"
        f"</table:table-cell><table:table-cell>{odts.p('y')}</table:table-cell>"
        f"</table:table-row></table:table>"
    )
    rows = (
        f"<table:table-row><table:table-cell>{odts.p('a')}</table:table-cell>"
        f"<table:table-cell>{inner}</table:table-cell><table:table-cell>{odts.p('b')}"
        f"</table:table-cell></table:table-row>"
    )
    rows += (
        f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        f"<table:table-cell>{odts.p('c')}</table:table-cell></table:table-row>"
    )
    assert odts.read(odt(f"<table:table>{rows}</table:table>")).text == "a | x | y | b\n| | c"


def test_odt_fields_links_index_section() -> None:
    b = (
        "<text:section>"
        + odts.p(
            'On <text:date>5 March 2024</text:date>, <text:a xlink:href="x">the '
            "rules</text:a>, fig. <text:sequence>2</text:sequence>"
        )
        + "</text:section>"
    )
    b += (
        f"<text:table-of-content><text:table-of-content-source/><text:index-body>"
        f"<text:index-title>{odts.p('Contents')}</text:index-title>{odts.p('Fees<text:tab/>3')}"
        f"</text:index-body></text:table-of-content>"
    )
    assert odts.read(odt(b)).text == "On 5 March 2024, the rules, fig. 2\n\nContents\n\nFees\t3"


def test_odt_endnote_in_cell_and_list_header() -> None:
    n = (
        f'<text:note text:note-class="endnote"><text:note-citation>i</text:note-citation>'
        f"<text:note-body>{odts.p('Minutes.')}</text:note-body></text:note>"
    )
    b = (
        f"<table:table><table:table-row><table:table-cell>{odts.p('a' + n)}"
        f"</table:table-cell><table:table-cell>{odts.p('b')}</table:table-cell>"
        f"</table:table-row></table:table>"
    )
    b += (
        f'<text:list text:style-name="L1"><text:list-header>{odts.p("Rules:")}'
        f"</text:list-header><text:list-item>{odts.p('One')}</text:list-item>"
        f"</text:list>"
    )
    assert odts.read(odt(b, odts.LISTS)).text == "a | b\n\n[note: Minutes.]\n\nRules:\n\n1. One"


def test_odt_inline_formula_of_a_flat_file_and_hidden() -> None:
    m = (
        "<draw:frame><draw:object><math:math><math:msqrt><math:mi>x</math:mi>"
        "<math:mo>+</math:mo><math:mn>1</math:mn></math:msqrt></math:math>"
        "</draw:object></draw:frame>"
    )
    st = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    assert odts.read(fodt(odts.p(f"It is {m}."))).text == "It is √(x+1)."
    r = odts.read(odt(odts.p('Seen<text:span text:style-name="H">not</text:span>'), st))
    assert (r.text, r.notes) == ("Seen", ("left out: 1 hidden passage",))


def test_odt_list_in_paragraph_style() -> None:
    st = odts.LISTS + '<style:style style:name="P1" style:family="paragraph" style:list-style-name="L1"/>'
    b = (
        f"<text:list><text:list-item>{odts.p('One', 'P1')}</text:list-item>"
        f"<text:list-item>{odts.p('Two', 'P1')}</text:list-item></text:list>"
    )
    assert odts.read(odt(b, st)).text == "1. One\n2. Two"


def test_rtf_wordpad_bullets_and_greek_and_big5() -> None:
    h = (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 "
        r"Arial;}{\f1\fnil\fcharset2 Symbol;}{\f2\fcharset161 Arial "
        r"Greek;}{\f3\fcharset136 MingLiU;}}"
    )
    b = (
        r"\viewkind4\uc1\pard{\pntext\f1\'B7\tab}{\*\pn\pnlvlblt\pnf1\pnindent0{\pntxtb\'B7}}"
        r"\fi-720\li720 First\par{\pntext\f1\'B7\tab}Second\par\pard "
    )
    g = "".join(rf"\'{x:02x}" for x in "Λιμάνι".encode("cp1253"))
    z = "".join(rf"\'{x:02x}" for x in "碼頭".encode("cp950"))
    assert rtfs.read(b + rf"{{\f2 {g}}} {{\f3 {z}}}\par", h).text == "• First\n• Second\n\nΛιμάνι 碼頭"


def test_rtf_cocoa_table_and_line_ends() -> None:
    h = (
        "{\\rtf1\\ansi\\ansicpg1252\\cocoartf2511\n{\\fonttbl\\f0\\fnil\\fcharset0 "
        "HelveticaNeue;\\f1\\fswiss\\fcharset0 Helvetica;}\n{\\*\\expandedcolortbl;;}"
    )
    r = (
        "\\itap1\\trowd \\taflags1 \\trgaph108\\trleft-108 \n\\clvertalt "
        "\\cellx2880\n\\clvertalt \\cellx5760\n\\pard\\intbl\\itap1\n\\f0 "
        "A%d\n\\f1 \\cell \n\\pard\\intbl\\itap1\n%s\\cell \\row\n\n"
    )
    b = "\\f0 Before.\\\n\\\nTable:\\\n" + r % (1, "B1") + r % (2, "") + "\\pard\n\\cf2 \\\nAfter."
    assert rtfs.read(b, h).text == "Before.\n\nTable:\n\nA1 | B1\nA2 |\n\nAfter."


def test_rtf_header_and_info_unicode() -> None:
    b = (
        r"{\info{\title \u321?\'f3d\u378?}{\author J. Nowak}}{\headerf\pard "
        r"First page\par}{\header\pard\qc - \chpgn  -\par}\pard Body.\par"
    )
    p = rtfs.read(b)
    assert (p.text, p.given["title"]) == ("First page\n\nBody.", "Łódź")


def test_book_folders_and_escaped_names() -> None:
    d = epub({"text/part%20one.xhtml": xhtml("<p>One</p>")}, epubs.FACTS)
    d = changed(d, {"OEBPS/text/part one.xhtml": xhtml("<p>One</p>")})
    assert epubs.read(d).text == "One"


def test_book_poem_definitions_pagebreaks_figures() -> None:
    b = (
        '<div class="poem"><p>Roses<br/>are <span epub:type="pagebreak" '
        'id="p3">3</span>red</p></div><dl><dt>Quay</dt><dd>A wall.</dd>'
        '</dl><figure><img src="a.png" alt="x"/><figcaption>Fig. '
        "1: Depth</figcaption></figure><blockquote>Said</blockquote>"
        "<pre>a\n  b</pre><hr/>"
    )
    assert epubs.read(epubs.book(b)).text == "Roses\nare red\n\nQuay\n\nA wall.\n\nFig. 1: Depth\n\nSaid\n\na\n  b"


def test_book_svg_cover_and_empty_chapters() -> None:
    c = xhtml('<svg xmlns="http://www.w3.org/2000/svg"><image href="c.jpg"/></svg>')
    assert (
        epubs.read(epub({"cover.xhtml": c, "a.xhtml": xhtml(""), "b.xhtml": xhtml("<p>Text</p>")}, epubs.FACTS)).text
        == "Text"
    )


def test_book_cells_with_spans_and_caption() -> None:
    b = (
        "<table><caption>Depths</caption><tr><th>Pier</th><th>Low</th>"
        '<th>High</th></tr><tr><td rowspan="2">North</td><td colspan="2">dry</td>'
        "</tr><tr><td></td><td>5<sup>1/2</sup> m</td></tr></table>"
    )
    assert (
        epubs.read(epubs.book(b)).text
        == "Depths\n\nPier: North; Low: dry; High: dry\nPier: North; Low: –; High: 5^(1/2) m"
    )


def test_book_notes_as_plain_list_at_the_end() -> None:
    a = '<p>Ten boats<a href="notes.xhtml#f1" id="r1"><sup>1</sup></a> and x<sup>2</sup>.</p>'
    n = '<h2>Notes</h2><ol><li id="f1">Of oak. <a href="a.xhtml#r1">↩</a></li></ol>'
    assert (
        epubs.read(epub({"a.xhtml": xhtml(a), "notes.xhtml": xhtml(n)}, epubs.FACTS)).text
        == "Ten boats and x².\n\nNotes\n\n1. Of oak. ↩"
    )


def test_book_utf16_and_nbsp_entities() -> None:
    d = epub({"a.xhtml": "x"}, epubs.FACTS)
    d = changed(
        d,
        {
            "OEBPS/a.xhtml": (
                '<?xml version="1.0" encoding="UTF-16"?><html><body><p>Grüße&nbsp;aus &Ouml;dland</p></body></html>'
            ).encode("utf-16")
        },
    )
    assert epubs.read(d).text == "Grüße\xa0aus Ödland"
