"""PDF: the order of reading, divided words, running heads."""

import pytest

from ingest.load.parsed import Parsed
from ingest.load.pdf import parse
from ingest.load.raw import Raw
from tests.files.pdfs import Placed, columns, pdf

LEFT = "The left column speaks of rivers and of nothing else, for rivers are what it likes best of all. " * 3
RIGHT = "The right column tells about mountains only, since nobody has ever shown it a river to talk about. " * 3


def read(*pages: list[Placed], **info: str) -> Parsed:
    return parse(Raw("a", "a", "a.pdf", pdf(pages, info)))


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


def test_paragraphs_go_on_over_pages_and_running_heads_do_not() -> None:
    first, second = lines("It was said to be the long-", top=700), lines("est of all. So it was.", top=700)
    pages = [[(60, 800, 9, "The Daily Lake"), *body, (290, 30, 9, str(n))] for n, body in enumerate((first, second), 7)]
    assert read(*pages).text == "It was said to be the longest of all. So it was."


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
