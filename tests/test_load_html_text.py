"""What the tags of a page say stays in its text: powers, tables, parts of a story, words beside comments."""

from pathlib import Path

import pytest

from tests.test_load_html import page

AROUND = "The harbour office of Varga keeps a list of the ships that used the northern quay, with their years."
AFTER = "Nothing else is known of them, and the owners were asked for their papers without much success."


def text_of(tmp_path: Path, body: str) -> str:
    """What is read of an article between two paragraphs, without these."""
    html = f"<html><body><article><h1>Ships</h1><p>{AROUND}</p>{body}<p>{AFTER}</p></article></body></html>"
    text = page(tmp_path / "a.html", html).text
    before, after = f"Ships\n\n{AROUND}\n\n", f"\n\n{AFTER}"
    assert (text[: len(before)], text[len(text) - len(after) :]) == (before, after), text
    return text[len(before) : -len(after)]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>It cost <!-- -->14<!-- --> crowns.</p>", "It cost 14 crowns."),
        ("<p><!-- ad -->It cost 14 crowns.</p>", "It cost 14 crowns."),
        ("<p>It <b>cost<!-- x --> 14</b><!-- y --> crowns.</p>", "It cost 14 crowns."),
        ("<p>It cost <?php echo $price ?>14 crowns.</p>", "It cost 14 crowns."),
        ("<p>It cost <![CDATA[ price ]]>14 crowns.</p>", "It cost 14 crowns."),
        ("<p>It cost <!--[if IE]>little<![endif]-->14 crowns.</p>", "It cost 14 crowns."),
        ("<p>It cost <![if !IE]>14 <![endif]>crowns.</p>", "It cost 14 crowns."),
        ("<ul><li><!-- 1 -->Alma</li><li>Berit<!-- 2 --> and Cora</li></ul>", "Alma\nBerit and Cora"),
    ],
)
def test_comments_and_instructions_cut_nothing(tmp_path: Path, body: str, text: str) -> None:
    assert text_of(tmp_path, body) == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("10<sup>6</sup> kg on 40 m<sup>2</sup>", "10⁶ kg on 40 m²"),
        ("about 3 × 10<sup>−3</sup> of H<sub>2</sub>O", "about 3 × 10⁻³ of H₂O"),
        ("e<sup>0.5</sup> and v<sub>max</sub>", "e^(0.5) and v_max"),
        ("10<sup><i>n</i>+1</sup>", "10ⁿ⁺¹"),
        ("<math><mn>3</mn><mo>×</mo><msup><mn>10</mn><mn>6</mn></msup></math> kg", "3×10⁶ kg"),
        ("<math><msub><mi>x</mi><mn>1</mn></msub><mo>=</mo><mfrac><mi>a</mi><mi>b</mi></mfrac></math>", "x₁=a/b"),
        ("the 5<sup>th</sup> of March", "the 5th of March"),
        ("<sup>14</sup>C and <sup>235</sup>U", "¹⁴C and ²³⁵U"),
        ("2<sup>3<sup>2</sup></sup>", "2^(3²)"),
        ("It carried 500<sup>1</sup>", "It carried 500¹"),
        ("It carried 500<sup><a href='#fn1'>1</a></sup> men", "It carried 500 men"),
        ("It carried 500<a href='#fn1'><sup>1</sup></a> men", "It carried 500 men"),
        ("It carried 500<sup class='reference'><a href='#cite_note-1'>[1]</a></sup> men", "It carried 500 men"),
        ("It carried 500<sup>[citation needed]</sup> men", "It carried 500 men"),
        ("It carried 500<a href='#fn1' role='doc-noteref'>1</a> men", "It carried 500 men"),
        ("see the list (<a href='#list'>1</a>) and note <a href='#n'>2</a>", "see the list (1) and note 2"),
        ("a small <sub>(printed in small letters, as it was)</sub> remark", None),
    ],
)
def test_powers_keep_their_value_and_note_marks_go(tmp_path: Path, body: str, text: str | None) -> None:
    expected = text or "a small (printed in small letters, as it was) remark"
    assert text_of(tmp_path, f"<p>The office wrote: {body}.</p>") == f"The office wrote: {expected}."


HEAD = "<tr><th>Ship</th><th>Built</th><th>Sold</th></tr>"


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (f"{HEAD}<tr><td>Alma<td><td>1951<tr><td>Berit<td>1920<td>", ["Alma; – ; 1951", "Berit; 1920; –"]),
        (f"{HEAD}<tr><td rowspan=2>Cora<td>1930<td>1960<tr><td>1931<td>1961", ["Cora; 1930; 1960", "Cora; 1931; 1961"]),
        (f"{HEAD}<tr><td>Dora<td colspan=2>unknown", ["Dora; unknown; unknown"]),
        (f"<thead>{HEAD}</thead><tbody><tr><td>Alma<td>1920<td>1951</tbody>", ["Alma; 1920; 1951"]),
        ("<thead><th>Ship<th>Built<th>Sold</thead><tr><td>Alma<td>1920<td>1951", ["Alma; 1920; 1951"]),
        (f"{HEAD}<tr><th>Alma</th><td><p>1920</p><p>or 1921</p></td><td>1951<br>", ["Alma; 1920, or 1921; 1951"]),
        (f"{HEAD}<tr><td>Alma<td>1920<sup>[2]</sup><td><span style='display: none'>0</span>1951", ["Alma; 1920; 1951"]),
    ],
)
def test_each_row_says_what_its_values_are(tmp_path: Path, table: str, lines: list[str]) -> None:
    named = ["; ".join(map(": ".join, zip(("Ship", "Built", "Sold"), line.split("; "), strict=True))) for line in lines]
    assert text_of(tmp_path, f"<table>{table}</table>") == "\n".join(named).replace("–  ", "– ").replace("– ;", "–;")


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "<table><tr><td>Alma<td><td>1951<tr><td><td>1920<td>",
            "Alma | | 1951\n| 1920 |",
        ),
        (
            "<table><tr><td><b>Ship</b><td><b>Built</b><tr><td>Alma<td>1920",
            "Ship: Alma; Built: 1920",
        ),
        (
            "<table><caption>Ships of the quay</caption><tr><td>Alma<td>1920<tr><td>Berit<td>1921",
            "Ships of the quay\nAlma | 1920\nBerit | 1921",
        ),
        (
            "<table><tr><td>Steamer<td><img src='a.png' alt='yes'><tr><td>Ferry<td><img src='b.png' alt='no'>",
            "Steamer | yes\nFerry | no",
        ),
        (
            "<div role=table><div role=row><div role=columnheader>Ship</div><div role=columnheader>Built</div></div>"
            "<div role=row><div role=cell>Alma</div><div role=cell></div></div></div><table>",
            "Ship: Alma; Built: –",
        ),
        (
            "<figure><table><tr><th>Ship<th>Built<tr><td>Alma<td>1920</table></figure>",
            "Ship: Alma; Built: 1920",
        ),
    ],
)
def test_other_tables(tmp_path: Path, table: str, text: str) -> None:
    assert text_of(tmp_path, f"{table}</table>") == text


def test_a_table_that_lays_out_the_page_is_read_as_text(tmp_path: Path) -> None:
    cell = f"<h1>Ships</h1><p>{AROUND}</p><table><tr><th>Ship<th>Built<tr><td>Alma<td></table><p>{AFTER}</p>"
    html = f"<table><tr><td>Home</td><td></td></tr><tr><td></td><td>{cell}</td></tr></table>"
    text = page(tmp_path / "a.html", html).text
    assert [line for line in text.split("\n") if line and line != "Home"] == [
        "Ships",
        AROUND,
        AFTER,
        "Ship: Alma; Built: –",
    ]


def part(number: int) -> str:
    return (
        f"<p>In part {number} the office of Varga tells how the quay was mended, and who paid for it in the end.</p>"
        f"<p>Its page {number} names the ships that had to go to the southern quay, and how long they stayed there.</p>"
    )


def told(*numbers: int) -> str:
    return "".join(map(part, numbers)).replace("</p><p>", "\n\n")[3:-4]


SEVERAL = [
    [f"<div class='article-body'>{part(n)}</div>" for n in range(1, 5)],
    [f"<div class='grid'><div class='body article__body'>{part(n)}</div></div>" for n in range(1, 5)],
    [f"<section class='story-body part-{n}'>{part(n)}</section>" for n in range(1, 5)],
    [f"<div class='post-content {'first' if n == 1 else 'next'}'>{part(n)}</div>" for n in range(1, 5)],
    [f"<div class='text'>{part(1)}</div>", *(f"<div><div class='text'>{part(n)}</div></div>" for n in range(2, 5))],
]


@pytest.mark.parametrize("parts", SEVERAL)
def test_a_story_in_parts_is_read_whole_and_nothing_beside_it(tmp_path: Path, parts: list[str]) -> None:
    ad = "<div class='ad'><span>Advertisement</span></div>"
    teaser = "<h3><a href='/2'>Ferry</a></h3><p>The ferry of Varga sails at noon, say the people of the harbour.</p>"
    others = f"<div class='teasers'><div class='card'>{teaser}</div><div class='card'>{teaser}</div></div>"
    comments = (
        "<div id='comments'><div class='comment'><p>I paid for it, wrote a reader who knew better.</p></div></div>"
    )
    html = f"<html><body><main><h1>The quay</h1>{ad.join(parts)}{ad}{others}{comments}</main></body></html>"
    text = page(tmp_path / "a.html", html).text.removeprefix("The quay\n\n")
    assert text == told(1, 2, 3, 4)


def test_headings_and_lists_between_parts_are_read(tmp_path: Path) -> None:
    bodies = [f"<div class='article-body'>{part(n)}</div>" for n in (1, 2)]
    between = "<h2>What it cost</h2><ul><li>14 crowns</li></ul>"
    text = page(tmp_path / "a.html", f"<html><body><main>{between.join(bodies)}</main></body></html>").text
    assert text == f"{told(1)}\n\nWhat it cost\n\n14 crowns\n\n{told(2)}"


@pytest.mark.parametrize(
    "other",
    [
        f"<div class='article-body'><h3><a href='/2'>Another</a></h3>{part(2)}</div>",
        f"<div class='article-body'><time>3 May</time>{part(2)}</div>",
        f"<div class='article-body'><p><a href='/2'>{told(2)}</a></p></div>",
        f"<article><div class='article-body'>{part(2)}</div></article>",
        f"<aside class='article-body'>{part(2)}</aside>",
    ],
)
def test_what_has_a_heading_or_a_day_of_its_own_is_no_part(tmp_path: Path, other: str) -> None:
    html = f"<html><body><main><div class='article-body'>{part(1)}{part(3)}</div>{other}</main></body></html>"
    assert "part 2" not in page(tmp_path / "a.html", html).text
