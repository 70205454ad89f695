"""PDF: the order of reading, divided words, running heads, fields, fonts without letters."""

from itertools import product

import pytest

from ingest.load.parsed import Parsed
from ingest.load.pdf import parse
from ingest.load.raw import Raw
from qa.errors import LoadError
from tests.files.pdfs import Placed, columns, pdf, set_text

LEFT = "The left column speaks of rivers and of nothing else, for rivers are what it likes best of all. " * 3
RIGHT = "The right column tells about mountains only, since nobody has ever shown it a river to talk about. " * 3


def read(*pages: list[Placed], **info: str) -> Parsed:
    return parsed(pdf(pages, info))


def parsed(data: bytes) -> Parsed:
    return parse(Raw("a", "a", "a.pdf", data))


def lines(*texts: str, top: float = 700, left: float = 60) -> list[Placed]:
    return [(left, top - 14 * number, 11, text) for number, text in enumerate(texts)]


def test_columns_are_read_one_after_the_other_below_what_spans_them() -> None:
    span = [
        (60, 700, 11, "A line above that is as wide as both of the columns together, and so belongs to none of them.")
    ]
    body = columns(LEFT + RIGHT, (60, 310), 670, 560, 46, 11)
    text = read(
        [*span, *body, *lines("A line below that is as wide as both of the columns together too.", top=540)]
    ).text
    assert " ".join(text.split()) == (
        f"{span[0][3]} {LEFT}{RIGHT}A line below that is as wide as both of the columns together too."
    )


def test_three_columns() -> None:
    text = read(columns(LEFT + RIGHT, (40, 220, 400), 700, 600, 32, 9)).text
    assert " ".join(text.split()) == (LEFT + RIGHT).strip()


def test_a_table_is_read_row_by_row() -> None:
    rows = [(60, 700 - 14 * n, 11, lake) for n, lake in enumerate(("Baikal", "Tanganyika", "Malawi", "Vostok"))]
    depths = [(300, 700 - 14 * n, 11, depth) for n, depth in enumerate(("1,642", "1,470", "706", "900"))]
    assert read([*rows, *depths]).text == "Baikal 1,642\nTanganyika 1,470\nMalawi 706\nVostok 900"


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("The undersea rail-", "way is long.", "The undersea railway is long."),
        ("A cross-Channel ship, a cross-", "channel train.", "A cross-Channel ship, a cross-channel train."),
        ("The Franco-", "British treaty.", "The Franco-British treaty."),
        ("In 1994-", "1996 it rose.", "In 1994-1996 it rose."),
        ("They left - and", "came back.", "They left - and came back."),
    ],
)
def test_words_divided_at_line_ends(above: str, below: str, text: str) -> None:
    assert read(lines(above, below)).text == text


def test_paragraphs_go_on_over_pages_and_a_running_head_stands_once_before_them() -> None:
    first, second = lines("It was said to be the long-", top=700), lines("est of all. So it was.", top=700)
    pages = [[(60, 800, 9, "The Daily Lake"), *body, (290, 30, 9, str(n))] for n, body in enumerate((first, second), 7)]
    assert read(*pages).text == "The Daily Lake\n\nIt was said to be the longest of all. So it was."


def test_a_running_foot_stands_once_after_the_paragraph_that_goes_on() -> None:
    first, second = lines("It was said to be the long-", top=700), lines("est of all. So it was.", top=700)
    foot = [(60, 40, 9, "Harbour Office, Varga"), (500, 40, 9, "Page 1 of 2")]
    pages = [[*first, *foot], [*second, foot[0], (500, 40, 9, "Page 2 of 2")]]
    assert read(*pages).text == "It was said to be the longest of all. So it was.\n\nHarbour Office, Varga Page 1 of 2"


def test_heads_that_differ_in_more_than_the_number_of_the_page_are_all_kept() -> None:
    heads = ("Invoice 4711 of 1 March 2024", "Invoice 4712 of 2 March 2024", "Invoice 4713 of 3 March 2024")
    text = read(
        *([(60, 800, 9, head), *lines("Stone.", "Carriage.", "Work.", "Wood.", "Rope.")] for head in heads)
    ).text
    assert all(head in text for head in heads)


def test_rows_of_a_table_at_the_edge_of_pages_are_all_kept() -> None:
    pages = [
        [
            (left, 700 - 14 * n, 11, f"{value + n:,}")
            for n in range(5)
            for left, value in ((60, first), (300, first * 7))
        ]
        for first in (1930, 2230)
    ]
    assert len(read(*pages).text.splitlines()) == 10


def test_a_number_alone_at_the_end_of_a_page_is_no_page_number() -> None:
    assert read(lines("The sum in crowns:", "4500")).text.endswith("4500")


UP = (
    "The harbour office repaired the northern quay in",
    "1931. It cost fourteen million crowns, and the work",
    "took two years.",
)


@pytest.mark.parametrize(("rotate", "turn"), list(product((0, 90, 180, 270), repeat=2)))
def test_turned_writing_is_read_along_its_lines(rotate: int, turn: int) -> None:
    step = {0: (0, -14), 90: (14, 0), 180: (0, 14), 270: (-14, 0)}[turn]
    drawing = " ".join(set_text((300 + step[0] * n, 420 + step[1] * n, 11, line), turn) for n, line in enumerate(UP))
    assert parsed(pdf([[]], drawing=drawing, rotate=rotate)).text == " ".join(UP)


def test_writing_in_another_direction_comes_after_that_of_most_of_the_page_once() -> None:
    label, stamp = (30, 300, 9, "Depth in metres"), (200, 400, 40, "DRAFT")
    drawing = f"{set_text(label, 90)} {set_text(stamp, 45)}"
    text = parsed(pdf([lines(*UP), lines("The second page is short.")], drawing=drawing)).text
    upright, second = " ".join(UP), "The second page is short."
    assert text == f"{upright}\n\nDepth in metres\n\nDRAFT\n\n{second}"


def test_a_gap_an_indent_or_a_short_last_line_begins_a_paragraph() -> None:
    text = read(
        [
            *lines("The first paragraph is as wide as it can be on this page", "and it ends early."),
            *lines(
                "The second one follows without a gap and goes on until",
                "it is over, at last, right here at the end.",
                top=672,
            ),
            *lines("The third stands apart from what was before it.", top=620),
        ]
    ).text
    assert [paragraph.split()[1] for paragraph in text.split("\n\n")] == ["first", "second", "third"]


def test_pages_that_repeat_each_other_keep_their_text() -> None:
    assert "Only line." in read(lines("Only line."), lines("Only line.")).text


@pytest.mark.parametrize(
    ("info", "facts"),
    [
        (
            {"Title": "Lakes", "CreationDate": "D:20240301120000+01'00'", "ModDate": "D:20240302"},
            ("Lakes", "2024-03-01", "2024-03-02"),
        ),
        (
            {"Title": "lakes_final.docx", "CreationDate": "D:20240301", "ModDate": "D:20240301"},
            (None, "2024-03-01", None),
        ),
        ({"Title": "untitled", "CreationDate": "D:29990101"}, (None, None, None)),
        ({"Creator": "Mozilla/5.0 Chrome/120", "CreationDate": "D:20240301"}, (None, None, None)),
        ({"CreationDate": "yesterday"}, (None, None, None)),
    ],
)
def test_facts_only_where_they_can_be_true(info: dict[str, str], facts: tuple[str | None, ...]) -> None:
    given = read(lines("Some text.", "Some more."), **info).given
    assert tuple(given[name] or None for name in ("title", "published_at", "updated_at")) == facts


@pytest.mark.parametrize(("author", "kept"), [("Water Desk", True), ("Administrator", False), ("user1", False)])
def test_authors_that_are_none(author: str, kept: bool) -> None:
    assert bool(read(lines("Some text."), Author=author).given["author"]) == kept


FIELD = "<< /Type /Annot /Subtype /Widget /F 4 /Rect [{rect}] {entries} >>"


def field(rect: str, entries: str) -> str:
    return FIELD.format(rect=rect, entries=entries)


def test_what_is_filled_in_stands_beside_its_label() -> None:
    fields = (
        field("160 690 400 712", "/FT /Tx /T (owner) /V (Ilse Brandvik)"),
        field("160 662 400 684", "/FT /Ch /Ff 131072 /T (kind) /V (b) /Opt [[(a) (Rowing boat)] [(b) (Sailing boat)]]"),
        field("160 640 172 652", "/FT /Btn /T (crane) /V /Yes /AS /Yes /AP << /N << /Yes 99 0 R /Off 99 0 R >> >>"),
        field("160 600 400 634", "/FT /Tx /Ff 4096 /T (notes) /V (Comes in May.\\nLeaves in June.)"),
        field("160 560 400 580", "/FT /Tx /F 2 /T (hidden) /V (Secret) /F 2"),
    )
    page = [(60, y, 11, label) for y, label in ((697, "Owner:"), (669, "Kind:"), (642, "Crane:"), (620, "Notes:"))]
    text = parsed(pdf([page], annotations=fields)).text
    assert text == "Owner: Ilse Brandvik\nKind: Sailing boat\nCrane: ☒\nNotes: Comes in May.\nLeaves in June."


def test_free_text_and_stamps_are_kept_and_comments_told_of() -> None:
    notes = (
        "<< /Type /Annot /Subtype /FreeText /F 4 /Rect [60 600 300 620] /Contents (Paid on 3 April) /DA (/F 11 Tf) >>",
        "<< /Type /Annot /Subtype /Text /F 4 /Rect [400 700 420 720] /Contents (Is this so?) >>",
        "<< /Type /Annot /Subtype /Stamp /F 4 /Rect [300 500 500 540] /AP << /N 9 0 R >> >>",
    )
    content = "BT /F 20 Tf 5 10 Td (Received) Tj ET"
    stamp = (
        "<< /Type /XObject /Subtype /Form /BBox [0 0 200 40] /Resources << /Font << /F 3 0 R >> >>"
        f" /Length {len(content)} >>\nstream\n{content}\nendstream"
    )
    found = parsed(pdf([lines("The invoice.")], annotations=notes, more=[stamp]))
    assert found.text == "The invoice.\n\nPaid on 3 April\n\nReceived"
    assert found.notes == ("left out on page 1: 1 comments",)


def unicodes(first: str) -> str:
    """A map of all bytes to the code points from one on."""
    table = f"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <{first}> endbfrange"
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
    stream = f"{head} {table} endcmap end end"
    return f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"


MAPPED = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
GLYPHS = "<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Quay /Encoding /Identity-H /DescendantFonts [6 0 R] >>"
DESCENDANT = (
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Quay /DW 600"
    " /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 7 0 R >>"
)
DESCRIPTOR = (
    "<< /Type /FontDescriptor /FontName /AAAAAA+Quay /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0"
    " /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>"
)


@pytest.mark.parametrize("first", ["e000", "f300", "0003"])
def test_a_font_that_does_not_tell_its_letters_is_refused(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # no OCR
    with pytest.raises(LoadError, match="is written in fonts that do not tell which letters they draw; install"):
        parsed(pdf([lines(*UP)], font=MAPPED, more=[unicodes(first)]))


def test_numbers_of_glyphs_are_not_taken_for_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    glyphs = "".join(f"{ord(letter) - 29:04x}" for letter in UP[0])
    drawing = f"BT /F 11 Tf 60 700 Td <{glyphs}> Tj ET"
    with pytest.raises(LoadError, match="is written in fonts that do not tell which letters they draw"):
        parsed(pdf([[]], font=GLYPHS, drawing=drawing, more=[DESCENDANT, DESCRIPTOR]))


def test_numbers_of_glyphs_that_another_program_wrote_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(LoadError, match="fonts that do not tell which letters"):
        read(lines("(cid:12)(cid:45)(cid:3)(cid:71)(cid:12)", "(cid:9)(cid:14)(cid:3)(cid:71)"))


def test_the_codes_of_a_symbol_font_are_read_where_they_are_letters() -> None:
    assert parsed(pdf([lines(*UP)], font=MAPPED, more=[unicodes("f000")])).text == " ".join(UP)


def test_japanese_columns_are_read_from_right_to_left() -> None:
    font = (
        "<< /Type /Font /Subtype /Type0 /BaseFont /KozMinPr6N-Regular /Encoding /UniJIS-UTF16-V"
        " /DescendantFonts [6 0 R] >>"
    )
    descendant = DESCENDANT.replace("AAAAAA+Quay", "KozMinPr6N-Regular").replace("600", "1000")
    columns = ("岸壁の修理の費用は一千クローネ。", "北の岸壁を修理した。費用は", "千四百万クローネである。")
    drawing = " ".join(
        f"BT /F 12 Tf {500 - 20 * n} 780 Td <{column.encode('utf-16-be').hex()}> Tj ET"
        for n, column in enumerate(columns)
    )
    descendant = descendant.replace("(Identity) /Supplement 0", "(Japan1) /Supplement 6").replace("Type2", "Type0")
    assert parsed(pdf([[]], font=font, drawing=drawing, more=[descendant, DESCRIPTOR])).text == "".join(columns)


def test_pages_without_text_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert parsed(pdf([lines("The first."), [], lines("The third."), []])).notes == ("pages 2 and 4 hold no text",)
