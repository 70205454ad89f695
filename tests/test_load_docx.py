"""Word files: what is read of their XML, and what is refused."""

import zipfile
from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.load.docx import parse
from ingest.load.raw import Raw
from qa.errors import LoadError

NAMESPACES = nsdecls("w") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


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
