"""Scanned PDF files: what OCR reads, what is said where it is missing, and what it may cost."""

import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pypdfium2 import raw

from ingest.load.parsed import Parsed
from ingest.load.pdf import parse, scans
from ingest.load.raw import Raw
from ingest.load.sandbox import Sandbox
from qa.errors import LoadError
from tests.files.make import _two_columns
from tests.files.pdfs import Placed, pdf, pictured, scan
from tests.test_load_pdf import MAPPED, unicodes

needs_tesseract = pytest.mark.skipif(not scans.languages(), reason="Tesseract is not installed (apt: tesseract-ocr)")
STORY = (
    "The harbour office repaired the northern quay in 1931, after",
    "the storm of the winter before. It cost fourteen million",
    "crowns, and the work took two years. Ferries used the",
    "southern quay until it was done.",
)
TABLE = (("Lake", "Depth"), ("Baikal", "1,642"), ("Tanganyika", "1,470"), ("Malawi", "706"))


def read(data: bytes) -> Parsed:
    return parse(Raw("a", "a", "a.pdf", data))


def page(*texts: str) -> list[Placed]:
    return [(60, 740 - 16 * number, 12, text) for number, text in enumerate(texts)]


def joined(*parts: bytes) -> bytes:
    """The pages of several files in one."""
    with pdfium.PdfDocument.new() as whole:
        for part in parts:
            with pdfium.PdfDocument(part) as document:
                whole.import_pages(document)
        file = io.BytesIO()
        whole.save(file)
    return file.getvalue()


@needs_tesseract
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_read_whichever_way_it_lies(turn: int) -> None:
    table = [
        (left, 600 - 18 * n, 12, text) for n, row in enumerate(TABLE) for left, text in zip((60, 300), row, strict=True)
    ]
    found = read(scan(pdf([[*page(*STORY), *table]]), turn))
    assert found.text == " ".join(STORY) + "\n\n" + "\n".join(map(" ".join, TABLE))
    assert found.notes == ("page 1 was read by OCR",)


@needs_tesseract
def test_columns_and_running_heads_of_a_scan_are_read_as_those_of_text() -> None:
    text = read(scan(_two_columns(), dots=200)).text
    assert "opened it on 6 May 1994" in text
    assert text.count("Tunnels of Europe") == 1
    assert "Page 2" not in text


@needs_tesseract
def test_scanned_pages_among_others_are_named() -> None:
    scanned = scan(pdf([page(*STORY)]))
    other = scan(pdf([page(*reversed(STORY))]))
    found = read(joined(pdf([page("The first page is text.")]), scanned, other, pdf([[]]), pdf([page("The end.")])))
    assert " ".join(STORY) in found.text
    assert found.notes == ("pages 2 and 3 were read by OCR", "page 4 holds no text")


@needs_tesseract
def test_a_scan_with_a_stamp_in_text_is_read_as_a_scan() -> None:
    assert " ".join(STORY) in read(stamped(scan(pdf([page(*STORY)])), "Archive 17")).text


def stamped(data: bytes, text: str) -> bytes:
    """With a line of text at the foot of the first page."""
    with pdfium.PdfDocument(data) as document:
        line = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 9)
        encoded = (text + "\0").encode("utf-16-le")
        raw.FPDFText_SetText(line, (raw.FPDF_WCHAR * (len(encoded) // 2)).from_buffer_copy(encoded))
        raw.FPDFPageObj_Transform(line, 1, 0, 0, 1, 60, 30)
        first = document[0]
        raw.FPDFPage_InsertObject(first, line)
        raw.FPDFPage_GenerateContent(first)
        file = io.BytesIO()
        document.save(file)
    return file.getvalue()


@needs_tesseract
def test_a_font_that_does_not_tell_its_letters_is_read_from_its_picture() -> None:
    found = read(pdf([page(*STORY)], font=MAPPED, more=[unicodes("e000")]))
    assert found.text == " ".join(STORY)
    assert found.notes == ("page 1 was read by OCR",)


@needs_tesseract
def test_pictures_without_writing_hold_no_text() -> None:
    with pytest.raises(LoadError, match="holds no text, nor pictures in which OCR finds any"):
        read(pictured([(600, 800, bytes(range(240)) * 2000)]))


def test_without_tesseract_it_is_said_what_was_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    scanned = scan(pdf([page(*STORY)]))
    with pytest.raises(LoadError, match="holds pictures but no text; install tesseract"):
        read(scanned)
    [note] = read(joined(pdf([page("Text.")]), scanned, scanned, scanned)).notes
    assert note == f"pages 2–4 hold only pictures and were not read; {scans.INSTALL}"
    [note] = read(joined(stamped(scanned, "Archive 17"))).notes
    assert note == f"page 1 is mostly a picture that was not read; {scans.INSTALL}"


@pytest.fixture
def slow_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of that name that takes a second for each page and says one word."""
    names = "level block_num par_num line_num left top width height conf text".split()
    table = "\\n".join("\\t".join(row) for row in (names, "5 1 1 1 9 9 99 30 90 Quay.".split()))
    languages = "if [ $1 = --list-langs ]; then printf 'List:\\neng\\n'; exit; fi"
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\n{languages}\ncat >/dev/null\nsleep 1\nprintf '{table}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


@pytest.mark.usefixtures("slow_tesseract")
def test_the_limits_of_the_sandbox_are_those_of_each_page_of_a_scan() -> None:
    told: list[tuple[int, int]] = []
    sandbox = Sandbox(seconds=4.0)
    data = joined(*[scan(pdf([page(*STORY)]), dots=30)] * 6)
    found = sandbox.parse("pdf", Raw("a", "a", "a.pdf", data, step=lambda *step: told.append(step)))
    sandbox.close()
    assert found.notes == ("pages 1–6 were read by OCR",)
    assert told == [(number, 6) for number in range(6)]


@pytest.mark.usefixtures("slow_tesseract")
def test_a_page_that_takes_too_long_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scans, "SECONDS", 0.2)
    found = read(joined(pdf([page("Text.")]), scan(pdf([page(*STORY)]), dots=30)))
    assert found.notes == ("page 2 could not be read by OCR; the time for one is 0.2 seconds",)
