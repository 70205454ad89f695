"""Pages of the same kinds as in the tests beside it, written after the code; the last two failed at first."""

from pathlib import Path

import pytest

from ingest.load.found import Failure
from tests.test_load_html import page, read

FIRST = "The lighthouse of Oresund Rock was lit for the first time on a clear night, and seen from both of the shores."
LAST = "Its keeper wrote all of this into a book that the parish bought from the family many years afterwards."


def lines_of(path: Path, body: str) -> list[str]:
    html = f"<!doctype html><html><body><main><article><h1>Rock</h1><p>{FIRST}</p>{body}<p>{LAST}</p></article></main>"
    lines = [line for line in page(path / "a.html", html).text.split("\n") if line]
    assert lines[:2] + lines[-1:] == ["Rock", FIRST, LAST]
    return lines[2:-1]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (
            "<p>The oil<!-- price checked --> cost <!-- -->7<!-- -->.<!-- -->50<!-- --> marks a month in all.</p>",
            ["The oil cost 7.50 marks a month in all."],
        ),
        ("<blockquote><!-- quote --><p>It burns<!-- --> well.</p></blockquote>", ["It burns well."]),
        ("<h2><!-- icon -->The lamp</h2><p>It is<?xml:namespace prefix = o /> red.</p>", ["The lamp", "It is red."]),
        (
            "<p>The beam reaches 3 &middot; 10<sup>4</sup>&nbsp;m, an area of 9&nbsp;km<sup>2</sup> and "
            "CO<sub>2</sub>.</p>",
            ["The beam reaches 3 · 10⁴ m, an area of 9 km² and CO₂."],
        ),
        (
            "<p>It weighs 2.5 &times; 10<span style='vertical-align: super; font-size: 70%'>3</span> kg in all.</p>",
            ["It weighs 2.5 × 10³ kg in all."],
        ),
        (
            "<p>In 1871<sup id='r4'><a href='rock.html#note4'>4</a></sup> it had 36<sup><a "
            "href='#n5'>5</a></sup> steps.</p>",
            ["In 1871 it had 36 steps."],
        ),
        ("<p>The sum a<sub>1</sub> + a<sub>n</sub> = 10<sup>-2</sup> holds.</p>", ["The sum a₁ + aₙ = 10⁻² holds."]),
        (
            "<table class='wikitable'><tbody><tr><th>Year</th><th colspan='2'>Lamps</th></tr><tr><th></th><th>red</th>"
            "<th>white</th></tr><tr><td>1871</td><td>2</td><td></td></tr>"
            "<tr><td>1872</td><td></td><td>5</td></tr></tbody></table>",
            ["Year: 1871; Lamps red: 2; Lamps white: –", "Year: 1872; Lamps red: –; Lamps white: 5"],
        ),
        (
            "<table><thead><tr><th>Keeper</th><th>From</th><th>To</th></tr></thead><tbody>"
            "<tr><td rowspan='3'>Oldest family</td><td>1871</td><td>1890</td></tr><tr><td>1893</td><td></td></tr>"
            "<tr><td></td><td>1921</td></tr></tbody></table>",
            [
                "Keeper: Oldest family; From: 1871; To: 1890",
                "Keeper: Oldest family; From: 1893; To: –",
                "Keeper: Oldest family; From: –; To: 1921",
            ],
        ),
        (
            "<table><tr><td>Oil</td><td>7 marks</td><td></td></tr><tr><td></td><td>9 marks</td><td>from "
            "1880</td></tr></table>",
            ["Oil | 7 marks |", "| 9 marks | from 1880"],
        ),
        (
            "<table><tr><th>Part</th><th>Metal</th></tr><tr><td><a href='/lamp'>Lamp</a></td><td><a "
            "href='/brass'>Brass</a>"
            "</td></tr><tr><td><a href='/stair'>Stair</a></td><td><a href='/iron'>Iron</a></td></tr></table>",
            ["Part: Lamp; Metal: Brass", "Part: Stair; Metal: Iron"],
        ),
        (
            "<table><tr><th>Month</th><th>Nights</th></tr><tr><td "
            "colspan='2'>Winter</td></tr><tr><td>January</td><td>31</td>"
            "</tr></table>",
            ["Winter", "Month: January; Nights: 31"],
        ),
    ],
)
def test_what_the_tags_say(tmp_path: Path, body: str, lines: list[str]) -> None:
    assert lines_of(tmp_path, body) == lines


def chapter(number: int) -> list[str]:
    return [
        f"Chapter {number} tells how the rock was measured from a boat in calm weather, by three men and a boy.",
        f"At the end of chapter {number} stands what the measuring cost, and which of the men were paid for it.",
    ]


def paragraphs(number: int) -> str:
    return "".join(f"<p>{text}</p>" for text in chapter(number))


@pytest.mark.parametrize(
    "wrap",
    [
        "<div class='entry-content'>{}</div><div class='advert'>Advertisement</div>",
        "<section class='block'><div class='article__body rich-text'>{}</div></section><div class='ad-slot'></div>",
        "<div class='row'><div class='col-8'><div class='articleBody'>{}</div></div></div><aside>Buy a lamp</aside>",
        "<article class='page'><div class='content-body'>{}</div></article><div class='ad'></div>",
    ],
)
def test_all_chapters_are_read_and_no_more(tmp_path: Path, wrap: str) -> None:
    related = "<ul class='related'><li><a href='/b'>The other lighthouse, and who lived there for so long</a></li></ul>"
    reply = "<div class='comment-body'><p>My grandfather was that boy, and he was never paid anything for it.</p></div>"
    body = "".join(wrap.format(paragraphs(n)) for n in range(1, 6))
    text = page(
        tmp_path / "a.html", f"<html><body><main>{body}{related}<section id='comments'>{reply}</section></main>"
    ).text
    assert text.split("\n\n") == [text for n in range(1, 6) for text in chapter(n)]


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<title>Rock Times</title><div id='app'>Loading…</div><script src='/app.js'></script>", "asks for a browser"),
        (
            "<title>rocktimes.example</title><h1>Please enable cookies.</h1><p>This website needs cookies "
            "to go on.</p>",
            "asks for a browser",
        ),
        (
            "<title>Are you a robot?</title><p>To continue, please click the box below to let us know "
            "you're not a robot.</p>"
            "<div id='px-captcha'></div>",
            "asks for a browser",
        ),
        (
            "<title>403 Forbidden</title><center><h1>403 Forbidden</h1></center><hr><center>nginx</center>",
            "says “403 Forbidden”",
        ),
        (
            "<title>Seite nicht gefunden – Rock Zeitung</title><h1>Seite nicht gefunden</h1><p>Die Seite "
            "gibt es nicht mehr.</p>",
            "says “Seite nicht gefunden”",
        ),
        (
            "<title>Page introuvable | Le Phare</title><main><p>La page demandée a été retirée du site.</p></main>",
            "says “Page",
        ),
        ("<title>503 Service Temporarily Unavailable</title><h1>Sorry</h1><p>Come back later.</p>", "says “503"),
        (
            "<body><noscript><p>This site requires JavaScript.</p></noscript><div id='root'></div></body>",
            "holds no text",
        ),
    ],
)
def test_stand_ins(tmp_path: Path, html: str, told: str) -> None:
    found = read(tmp_path / "a.html", html)
    assert isinstance(found, Failure), found
    assert found.error.startswith(told)
    assert "browser" in found.error


@pytest.mark.parametrize(
    "body",
    [
        f"<h1>Not found: the lost lamp</h1><p>{FIRST}</p>",
        f"<h1>The robot that cleans the lamp</h1><p>A robot has cleaned it since May. {LAST}</p>",
        f"<p>{FIRST}</p><p>It accepts cookies from children, and tea.</p><noscript><img src='/count'></noscript>",
        f"<h1>Error in the tables</h1><p>{FIRST}</p><form><input type='password'><div "
        "class='g-recaptcha'></div></form>",
    ],
)
def test_short_articles_that_look_like_stand_ins(tmp_path: Path, body: str) -> None:
    assert page(tmp_path / "a.html", f"<html><head><title>Rock Times</title></head><body>{body}</body></html>").text
