"""Documents of word processors and e-books as people have them, ugly and hostile ones among them."""

import html
import zipfile
from collections.abc import Callable
from io import BytesIO

from tests.files import stories
from tests.files.documents import changed, epub, fodt, odt, xhtml

_META = (
    "<dc:title>Deep lakes</dc:title><meta:initial-creator>Water Desk</meta:initial-creator>"
    "<meta:creation-date>2024-03-01T09:00:00</meta:creation-date><dc:date>2024-03-09T10:00:00</dc:date>"
    "<dc:language>en-GB</dc:language>"
)


def _p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def _odt_report() -> bytes:
    """Headings, a table with a row of names, a note, a list that goes on, a formula."""
    cells = [("Lake", "Depth in metres", "Found"), ("Baikal", "1,642", ""), ("Tanganyika", "1,470", "1858")]
    filled = ["".join(f"<table:table-cell>{_p(text)}</table:table-cell>" for text in row) for row in cells]
    rows = [f"<table:table-row>{row}</table:table-row>" for row in filled]
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        f"{_p('Measured by echo.')}</text:note-body></text:note>"
    )
    numbers = '<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    styles = f'<text:list-style style:name="L1">{numbers}</text:list-style>'
    lists = "".join(f"<text:list-item>{_p(text)}</text:list-item>" for text in ("Sound the bottom.", "Write it down."))
    return odt(
        f'<text:h text:outline-level="1">Deep lakes</text:h>{_p(stories.BAIKAL + note)}<table:table>'
        f"<table:table-header-rows>{rows[0]}</table:table-header-rows>{''.join(rows[1:])}</table:table>"
        f'<text:list text:style-name="L1">{lists}</text:list>{_p("Both lie in rift valleys.")}',
        styles,
        meta=_META,
    )


def _odt_letter() -> bytes:
    """Ugly: white space everywhere, a change and a remark, page numbers, no title, a picture in a frame of its own."""
    page = (
        f'<style:master-page style:name="Standard"><style:header>{_p("Water Desk, notice 17/2024")}</style:header>'
        f"<style:footer>{_p('Page <text:page-number>1</text:page-number>')}</style:footer></style:master-page>"
    )
    gone = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>a rumour</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
    )
    remark = f"<office:annotation>{_p('Is that so?')}</office:annotation>"
    text = "\n   <text:span>" + stories.HOOVER.replace(" ", "\n  ", 3) + f"</text:span>{remark}<text:change/>"
    picture = '<draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>'
    return odt(f"{gone}{picture}{_p('')}{_p(text)}" + _p('<text:s text:c="4"/>'), masters=page)


POLISH = "Jezioro Śniardwy jest największe; łączy się z jeziorem Łuknajno."
_RTF_FONTS = r"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\froman\fcharset238 Times CE;}{\f2\fnil\fcharset2 Symbol;}}"


def _rtf_minutes() -> bytes:
    """As Word writes it: facts, a table, a note, a list, a link, a picture twice."""
    info = r"{\info{\title Deep lakes}{\author Water Desk}{\creatim\yr2024\mo3\dy1}{\revtim\yr2024\mo3\dy9}}"

    def row(*cells: str, head: str = "") -> str:
        ends = "".join(rf"\cellx{2000 * number}" for number in range(1, len(cells) + 1))
        return rf"\trowd{head}{ends}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + "\\row\n"

    table = row("Lake", "Depth in metres", head=r"\trhdr") + row("Baikal", "1,642") + row("Victoria", "")
    note = r"{\super\chftn}{\footnote\pard\plain{\super\chftn} Measured by echo.}"
    items = r"{\listtext 1.\tab}Sound the bottom.\par {\listtext 2.\tab}Write it down.\par "
    link = r'{\field{\*\fldinst HYPERLINK "https://lakes.example"}{\fldrslt\ul the survey}}'
    picture = r"{\*\shppict{\pict\pngblip 89504e470d0a}}{\nonshppict{\pict\wmetafile8 0100}}"
    text = (
        rf"{{\rtf1\ansi\ansicpg1252\deff0{_RTF_FONTS}{info}\pard {stories.BAIKAL}{note}\par {table}\pard {items}"
        rf"\pard By {link}.{picture}\par}}"
    )
    return "".join(c if ord(c) < 128 else rf"\u{ord(c)}?" for c in text).encode()


def _rtf_polish() -> bytes:
    bytes_of = "".join(rf"\'{byte:02x}" if byte > 127 else chr(byte) for byte in POLISH.encode("cp1250"))
    return rf"{{\rtf1\ansi\ansicpg1250\deff0{_RTF_FONTS}\f1 {bytes_of}\par 10{{\super 6}} m{{\super 3}}\par}}".encode()


def _novel() -> bytes:
    """EPUB 2, as old converters write it: entities, a contents page in the spine, dates of two kinds."""
    head = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">'
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>'
    )
    chapters = {
        "cover.html": f'{head}<div><img src="cover.jpg" alt=""/></div></body></html>',
        "toc.html": f'{head}<h2>Contents</h2><p><a href="c1.html">One</a></p></body></html>',
        "c1.html": f"{head}<h2>The dam&nbsp;&mdash; I</h2><p>{html.escape(stories.HOOVER)}</p></body></html>",
        "c2.html": f"{head}<h2>The lake</h2><p>{html.escape(stories.BAIKAL)}</p></body></html>",
    }
    metadata = (
        '<dc:title>Water and stone</dc:title><dc:creator opf:role="aut">Water Desk</dc:creator>'
        '<dc:date opf:event="publication">2001-02-03</dc:date><dc:date opf:event="modification">2024-01-01</dc:date>'
        "<dc:language>en</dc:language><dc:publisher>The Press</dc:publisher>"
    )
    book = epub(chapters, metadata)
    return changed(book, {"OEBPS/package.opf": _with_guide(book)})


def _with_guide(book: bytes) -> str:
    package = zipfile.ZipFile(BytesIO(book)).read("OEBPS/package.opf").decode()
    return package.replace("</package>", '<guide><reference type="toc" href="toc.html"/></guide></package>')


def _handbook() -> bytes:
    """EPUB 3: navigation, notes in the last chapter, a table, a power."""
    chapters = {
        "nav.xhtml": xhtml(
            '<nav epub:type="toc"><h1>Contents</h1><ol><li><a href="a.xhtml">Depths</a></li></ol></nav>'
        ),
        "a.xhtml": xhtml(
            f'<h1>Depths</h1><p>{stories.BAIKAL}<a epub:type="noteref" href="z.xhtml#n1">1</a></p>'
            "<table><thead><tr><th>Lake</th><th>Volume</th></tr></thead><tr><td>Baikal</td><td>23.6×10<sup>3</sup>"
            " km<sup>3</sup></td></tr><tr><td></td><td>unknown</td></tr></table>"
        ),
        "z.xhtml": xhtml(
            '<section epub:type="endnotes"><aside epub:type="endnote" id="n1"><p>By echo.</p></aside></section>'
        ),
    }
    metadata = (
        "<dc:title>A handbook of lakes</dc:title><dc:creator>Water Desk</dc:creator><dc:date>2019</dc:date>"
        '<meta property="dcterms:modified">2024-01-01T00:00:00Z</meta>'
    )
    return epub(chapters, metadata)


def _ugly_book() -> bytes:
    """Not quite XML, a chapter that is missing, no facts but a title."""
    chapters = {"a.html": f"<html><body><p>{stories.HOOVER}<p>An & and <br> a <b>tag</body>", "b.html": "<p>The end."}
    return epub(chapters, "<dc:title>Scraps</dc:title>", spine='<itemref idref="gone"/>')


def _protected_book() -> bytes:
    cipher = '<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
    encryption = f'<e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#">{cipher}</e:EncryptedData>'
    return changed(_ugly_book(), {"META-INF/encryption.xml": f"<encryption>{encryption}</encryption>"})


OFFICE: dict[str, str | bytes | Callable[[], str | bytes]] = {
    "report.odt": _odt_report,
    "letter.odt": _odt_letter,
    "flat.fodt": lambda: fodt(f'<text:h text:outline-level="1">The dam</text:h>{_p(stories.HOOVER)}', _META),
    "bomb.odt": lambda: changed(_odt_letter(), {"Pictures/1.png": bytes(150_000_000)}),
    "deep.odt": lambda: odt("<text:section>" * 1000 + "</text:section>" * 1000),
    "minutes.rtf": _rtf_minutes,
    "polish.rtf": _rtf_polish,
    "cut-off.rtf": lambda: rb"{\rtf1\ansi {\b " + stories.HOOVER.encode(),
    "deep.rtf": lambda: b"{\\rtf1 " + b"{" * 100_000,
    "novel.epub": _novel,
    "handbook.epub": _handbook,
    "scraps.epub": _ugly_book,
    "protected.epub": _protected_book,
}
