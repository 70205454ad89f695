"""RTF: what is read of its groups and words, and what is refused."""

import pytest

from ingest.load.office.rtf import parse
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}"
    r"{\f2\fcharset2 Symbol;}{\f3\fcharset204 Arial Cyr;}{\f4\fcharset128 MS Mincho;}}{\colortbl;\red0\green0\blue0;}"
)


def read(body: str | bytes, head: str = HEAD) -> Parsed:
    data = body if isinstance(body, bytes) else body.encode("latin-1")
    return parse(Raw("a", "a", "a.rtf", head.encode() + b"\n" + data + b"}"))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"Caf\'e9 \'93old\'94", "Café “old”"),
        (r"{\f1 \'b3\'f3d\'9f}", "łódź"),
        (r"{\f3 \'cf\'f0\'e8\'f7\'e0\'eb}", "Причал"),
        (r"{\f4 \'93\'fa\'96{}\'7b}", None),
        (r"{\f2 a}b {\f2 \'b0}C", "αb °C"),
        (r"\u321\'3f\u243?d\u378?", "Łódź"),
        (r"{\uc2\u8364\'80\'80}5", "€5"),
        (r"{\uc0\u8364 5}", "€5"),
        (r"\u-10179?\u-8704?", "😀"),
        (r"a\~b\_c\-d\emdash e\{f\}\\", "a\u00a0b-cd—e{f}\\"),
        (r"10{\super 6} kg, H{\sub 2}O, 10\super -3\nosupersub  m", "10⁶ kg, H₂O, 10⁻³ m"),
        (r"One\par Two\line three\par", "One\n\nTwo\nthree"),
    ],
)
def test_characters(body: str, text: str | None) -> None:
    assert text is None or read(body).text == text


def test_japanese_bytes_are_read_in_pairs() -> None:
    codes = "".join(rf"\'{byte:02x}" for byte in "岸壁".encode("cp932"))
    assert read(rf"{{\f4 {codes}}}").text == "岸壁"
    assert read(b"{\\f4 " + "波止場".encode("cp932") + b"}").text == "波止場"


def test_the_code_page_counts_where_no_font_tells_another() -> None:
    head = r"{\rtf1\ansi\ansicpg1250\deff0{\fonttbl{\f0\fcharset0 Arial;}}"
    assert read(r"\'b3\'f3d\'9f", head).text == "łódź"
    assert read(r"\'b3\'f3d\'9f", r"{\rtf1\ansi\ansicpg1250 ").text == "łódź"
    assert read("Łódź".encode(), r"{\rtf1\ansi\ansicpg65001 ").text == "Łódź"


def row(*cells: str, ends: str = r"\cellx1000\cellx2000\cellx3000", more: str = "") -> str:
    return rf"\trowd{more}{ends}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row "


def test_tables_keep_the_places_of_their_cells() -> None:
    header = row("Ship", "Built", "Sold", more=r"\trhdr")
    spanned = row("Berit", "lost", ends=r"\cellx1000\cellx3000")
    text = read(rf"Before.\par {header}{row('Alma', '', '1951')}{spanned}\pard After.\par").text
    assert text == ("Before.\n\nShip: Alma; Built: –; Sold: 1951\nShip: Berit; Built: lost; Sold: lost\n\nAfter.")
    down = r"\clvmgf\cellx1000\cellx2000\cellx3000", r"\clvmrg\cellx1000\cellx2000\cellx3000"
    assert read(row("Alma", "1", "2", ends=down[0]) + row("", "3", "", ends=down[1]) + r"\pard x\par").text == (
        "Alma | 1 | 2\nAlma | 3 |\n\nx"
    )


def test_notes_lists_headers_and_boxes() -> None:
    note = r"{\super\chftn}{\footnote\pard\plain{\super\chftn} Until 2025.}"
    assert read(rf"The fee is 40{note} a month.\par Next.\par").text == (
        "The fee is 40 a month.\n\n[note: Until 2025.]\n\nNext."
    )
    items = (
        r"{\listtext\f0 1.\tab}\ls1 No swimming.\par {\listtext 2.\tab}No fishing.\par {\listtext\f2\'b7\tab}Dot\par"
    )
    assert read(rf"\pard {items}").text == "1. No swimming.\n2. No fishing.\n• Dot"
    page = r"{\field{\*\fldinst{ PAGE }}{\fldrslt 1}}"
    edges = rf"{{\header\pard Notice 17\par}}{{\footer\pard Page {page} of \chpgn\par Desk 4\par}}"
    assert read(rf"{edges}\pard Body.\par").text == "Notice 17\n\nBody.\n\nDesk 4"
    box = r"{\shp{\*\shpinst{\sp{\sn fFlip}{\sv 0}}{\shptxt\pard In the box.\par}}{\shprslt Again}}"
    assert read(rf"Before{box} and after.\par").text == "Before and after.\n\nIn the box."


def test_fields_show_their_result_and_what_is_not_text_is_counted() -> None:
    link = r'{\field{\*\fldinst{HYPERLINK "https://quay.example"}}{\fldrslt{\ul the rules}}}'
    picture = r"{\*\shppict{\pict\pngblip 89504e47}}{\nonshppict{\pict\wmetafile8 0100}}"
    binary = rb"{\pict\bin5 }}}{{}"
    others = (
        r"{\*\annotation Sure?}{\v secret}{\deleted ferry}{\*\unknown x{\b y}}{\object{\*\objdata 01}{\result shown}}"
    )
    parsed = read(rf"See {link}.{picture}".encode() + binary + others.encode())
    assert parsed.text == "See the rules.shown"
    assert parsed.notes == ("left out: 2 pictures, 1 comment, 1 hidden passage, 1 tracked deletion, 1 embedded object",)


def test_equations_stand_in_their_sentence() -> None:
    fraction = r"{\mf{\mnum{\mr a+b}}{\mden{\mr 2}}}"
    brackets = r"{\md{\mdPr{\mbegChr [}{\mendChr ]}}{\me{\mr x}}}"
    math = rf"{{\mmath{{\*\moMath{fraction}{{\mr =}}{brackets}}}{{\mmathPict{{\pict 00}}}}}}"
    assert read(rf"It is {math}.\par").text == "It is (a+b)/2=[x]."


def test_facts() -> None:
    info = (
        r"{\info{\title Caf\'e9 rules}{\author Ilse Brandvik}{\operator Other}{\creatim\yr2024\mo3\dy5\hr10}"
        r"{\revtim\yr2024\mo4\dy1}{\nofpages3}}"
    )
    given = read(rf"{info}Body.\par").given
    assert given == {
        "title": "Café rules", "author": "Ilse Brandvik", "published_at": "2024-03-05", "updated_at": "2024-04-01",
    }  # fmt: skip
    assert read(r"{\pard\outlinelevel0 Quay\par}\pard Body.\par").given["title"] == "Quay"


def test_a_file_cut_off_is_read_as_far_as_it_goes() -> None:
    parsed = parse(Raw("a", "a", "a.rtf", rb"{\rtf1 The quay {\b is closed"))
    assert (parsed.text, parsed.notes) == (
        "The quay is closed", ("ends in the middle of the document; it may have been cut off",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "holds no text"),
        ("{" * 5000, "nested too deeply"),
        (
            r"\trowd"
            + "".join(rf"\cellx{n * 100}" for n in range(1, 1001))
            + r"\cell\row"
            + r"\trowd\cellx100000\cell\row" * 600
            + r"\pard x\par",
            "table of more than 500,000 cells",
        ),
    ],
)
def test_what_cannot_be_read_says_why(body: str, error: str) -> None:
    with pytest.raises(LoadError, match=error):
        read(body)
