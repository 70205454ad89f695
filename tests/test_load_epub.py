"""E-books: what is read of their chapters and facts, and what is refused."""

import pytest

from ingest.load.office.epub import parse
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError
from tests.files.documents import changed, epub, xhtml

FACTS = (
    "<dc:title>The Quay</dc:title><dc:creator>Ilse Brandvik</dc:creator><dc:date>2019-05-04</dc:date>"
    "<dc:language>en</dc:language><dc:publisher>Varga Press</dc:publisher>"
)


def read(data: bytes) -> Parsed:
    return parse(Raw("a", "a", "a.epub", data))


def book(*bodies: str, metadata: str = FACTS) -> bytes:
    return epub({f"c{number}.xhtml": xhtml(body) for number, body in enumerate(bodies)}, metadata)


def test_chapters_in_order_without_the_page_that_lists_them() -> None:
    chapters = {
        "nav.xhtml": xhtml('<nav epub:type="toc"><ol><li><a href="text/b.xhtml">Two</a></li></ol></nav>'),
        "text/b.xhtml": xhtml("<h1>One</h1><p>The quay<br/>opened.</p>"),
        "text/a.xhtml": xhtml("<section><h1>Two</h1><p>It  closed.</p>loose <b>text</b></section>"),
    }
    parsed = read(epub(chapters, FACTS))
    assert parsed.text == "One\n\nThe quay\nopened.\n\nTwo\n\nIt closed.\n\nloose text"
    assert parsed.given == {
        "title": "The Quay", "author": "Ilse Brandvik", "published_at": "2019-05-04", "language": "en",
        "source": "Varga Press",
    }  # fmt: skip


def test_notes_stand_below_what_refers_to_them() -> None:
    first = (
        '<p>Forty<a epub:type="noteref" href="#n1">1</a> a month.<a epub:type="noteref" href="c1.xhtml#n2">2</a></p>'
        '<p>Next.</p><aside epub:type="footnote" id="n1"><p>Until 2025.</p></aside>'
    )
    second = '<section epub:type="endnotes"><ol><li role="doc-endnote" id="n2"><p>Minutes.</p></li></ol></section>'
    assert read(book(first, second)).text == ("Forty a month.\n\n[note: Until 2025.]\n\n[note: Minutes.]\n\nNext.")
    plain = '<p>Ten<a href="#x"><sup>3</sup></a> boats of 5 m<sup>2</sup>.</p><p id="x">3. Of oak.</p>'
    assert read(book(plain)).text == "Ten boats of 5 m².\n\n3. Of oak."


def test_lists_tables_and_equations() -> None:
    lists = (
        '<ol start="3"><li>Three<ul><li><p>dot</p><p>more</p></li></ul></li><li value="7">Seven</li></ol>'
        '<ol type="a"><li>A</li></ol>'
    )
    table = "<table><tr><th>Ship</th><th>Built</th></tr><tr><td/><td>1951</td></tr></table>"
    math = '<p>It is <math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mi>x</mi><mn>2</mn></msup></math>.</p>'
    assert read(book(lists + table + math)).text == (
        "3. Three\n• dot\n\nmore\n\n7. Seven\na. A\n\nShip: –; Built: 1951\n\nIt is x²."
    )


def test_pages_that_are_not_quite_xml() -> None:
    old = (
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"'
        ' "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd"><html><head><title/></head><body>'
        "<p>Caf&eacute;&nbsp;Riga &mdash; 5&amp;6</p><p/><a id='x'/><p>next</p></body></html>"
    )
    broken = "<html><body><p>An & and <b>a tag<p>left open</body>"
    parsed = read(epub({"a.xhtml": old, "b.xhtml": broken}, FACTS))
    assert parsed.text == "Café\u00a0Riga — 5&6\n\nnext\n\nAn & and a tag\n\nleft open"


def test_facts_of_both_versions() -> None:
    second = (
        '<dc:title>The Quay</dc:title><dc:creator opf:role="aut">Ilse Brandvik</dc:creator>'
        '<dc:creator opf:role="trl">T.</dc:creator><dc:date opf:event="modification">2024-01-01</dc:date>'
        '<dc:date opf:event="publication">2019-05-04'
        "</dc:date>"
    )
    given = read(book("<p>x</p>", metadata=second)).given
    assert (given["author"], given["published_at"]) == ("Ilse Brandvik", "2019-05-04")
    third = (
        '<dc:title id="s">A tale</dc:title><meta refines="#s" property="title-type">subtitle</meta>'
        '<dc:title id="t">The Quay</dc:title><meta refines="#t" property="title-type">main</meta>'
        '<dc:creator id="a">A</dc:creator><dc:creator>B'
        '</dc:creator><dc:creator id="e">E</dc:creator><meta refines="#e" property="role">edt</meta>'
        '<dc:date>0101-01-01T00:00:00+00:00</dc:date><meta property="dcterms:modified">2024-01-01T00:00:00Z</meta>'
    )
    given = read(book("<p>x</p>", metadata=third)).given
    assert (given["title"], given["author"], given["published_at"]) == ("The Quay", "A, B", None)


def test_what_is_not_text_is_counted() -> None:
    parsed = read(
        book('<p>Seen<img src="a.png" alt=""/><span hidden="hidden">no</span></p><svg><title>t</title></svg>')
    )
    assert (parsed.text, parsed.notes) == ("Seen", ("left out: 2 pictures",))


def encryption(algorithm: str) -> dict[str, str | bytes]:
    return {
        "META-INF/encryption.xml": '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
        f'<e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#">'
        f'<e:EncryptionMethod Algorithm="{algorithm}"/></e:EncryptedData>'
        "</encryption>"
    }


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (book(""), "holds no text"),
        (changed(book("<p>x</p>"), encryption("http://www.w3.org/2001/04/xmlenc#aes256-cbc")), "DRM"),
        (changed(book("<p>x</p>"), {"OEBPS/package.opf": "<package>"}), "is damaged"),
        (changed(book("<p>x</p>"), {"META-INF/container.xml": "<container/>"}), "is damaged"),
        (book("<p>x</p>")[:-300], "is damaged"),
        (changed(book("<p>x</p>"), {"OEBPS/a.css": bytes(150_000_000)}), "zip bomb"),
        (book("<div>" * 400 + "x" + "</div>" * 400), "nested too deeply"),
        (book("<table>" + '<tr><td colspan="1000">x</td></tr>' * 600 + "</table>"), "more than 500,000 cells"),
    ],
    ids=["empty", "protected", "broken package", "no package", "cut", "bomb", "deep", "large table"],
)
def test_what_cannot_be_read_says_why(data: bytes, error: str) -> None:
    with pytest.raises(LoadError, match=error):
        read(data)


def test_fonts_may_be_obfuscated() -> None:
    assert read(changed(book("<p>x</p>"), encryption("http://www.idpf.org/2008/embedding"))).text == "x"


def test_a_chapter_that_cannot_be_read_costs_only_itself() -> None:
    parsed = read(changed(book("<p>One</p>", "<p>Two</p>", "<p>Three</p>"), {"OEBPS/c1.xhtml": b""}))
    assert (parsed.text, parsed.notes) == ("One\n\nThree", ("left out: 1 unreadable chapter",))
