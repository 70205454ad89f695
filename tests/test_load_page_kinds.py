"""Whole saved pages of several kinds and languages: what they say of themselves, and nothing else."""

from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Found

TEXTS = {
    "en": "The ferry office said on Tuesday that the old pier would be closed for two winters while it is rebuilt.",
    "de": "Das Fährbüro teilte am Dienstag mit, dass der alte Anleger zwei Winter lang gesperrt und neu gebaut wird.",
    "fr": "Le bureau des ferries a annoncé mardi que la vieille jetée serait fermée deux hivers pour être rebâtie.",
    "es": "La oficina de transbordadores anunció el martes que el viejo muelle cerrará dos inviernos por obras.",
    "sv": "Färjekontoret meddelade i tisdags att den gamla piren stängs i två vintrar medan den byggs om helt.",
    "pl": "Biuro promów ogłosiło we wtorek, że stare molo zostanie zamknięte na dwie zimy na czas przebudowy.",
    "it": "L'ufficio dei traghetti ha annunciato martedì che il vecchio molo resterà chiuso per due inverni.",
    "nl": "Het veerkantoor meldde dinsdag dat de oude pier twee winters dichtgaat terwijl hij wordt herbouwd.",
}


def page(lang: str, body: str, head: str = "") -> str:
    story = f"<p>{TEXTS[lang[:2]]} </p>" * 3
    body = body.replace("STORY", story)
    return f"<!DOCTYPE html><html lang='{lang}'><head>{head}</head><body>{body}</body></html>"


def read(path: Path, content: str) -> Found:
    path.write_text(content)
    [found] = load(path)
    assert isinstance(found, Found), found
    return found


TEASERS = (
    "<section class='more'><div class='card'><h3><a href='/1'>Harbour swimmers win the winter cup</a></h3>"
    "<span class='date'>{}</span></div></section>"
)


@pytest.mark.parametrize(
    ("content", "day"),
    [
        (
            page(
                "de", "<main><h1>Anleger gesperrt</h1><div class='meta'>Stand: 17.10.2023, 06:30 Uhr</div>STORY</main>"
            ),
            "2023-10-17",
        ),
        (
            page("fr", "<header><h1>La jetée ferme</h1><p>Par Luc Morel – le mardi 17 octobre 2023</p></header>STORY"),
            "2023-10-17",
        ),
        (page("es", "<h1>El muelle cierra</h1><ul><li>Ana Ruiz</li><li>17 oct 2023</li></ul>STORY"), "2023-10-17"),
        (
            page("sv", "<article><h1>Piren stängs</h1><span>Publicerad 17 okt. 2023 kl. 06.30</span>STORY</article>"),
            "2023-10-17",
        ),
        (page("pl", "<h1>Molo zamknięte</h1><small>17 października 2023, 6:30</small>STORY"), "2023-10-17"),
        (page("it", "<div><em>17 ottobre 2023</em><h1>Il molo chiude</h1></div>STORY"), "2023-10-17"),
        (page("nl", "<h1>Pier dicht</h1><div>di 17 okt 2023</div>STORY"), "2023-10-17"),
        (page("en", "<h1>Pier closes</h1><div data-timestamp='1697524200'>two days ago</div>STORY"), "2023-10-17"),
        (page("en", "<h1>Pier closes</h1><meta itemprop='datePublished' content='2023-10-17'>STORY"), "2023-10-17"),
        (
            page("en", "<h1>Pier closes</h1>STORY", "<meta name='DC.date.issued' content='17 October 2023'>"),
            "2023-10-17",
        ),
        (page("en-AU", "<h1>Pier closes</h1><p>Posted 10/11/2023 by the desk</p>STORY"), "2023-11-10"),
        (
            page(
                "en",
                "<h1>Pier closes</h1>STORY",
                "<link rel='canonical' href='https://pier.example/2023/10/17/closes'>",
            ),
            "2023-10-17",
        ),
        (page("en", "<h1>Pier closes</h1>STORY" + TEASERS.format("1 May 2018")), None),
        (page("de", "<h1>Anleger gesperrt</h1>STORY" + TEASERS.format("1. Mai 2018")), None),
        (page("en", "<h1>Pier closes</h1>STORY<p>Copyright 17 October 2023 Pier Post. All rights reserved.</p>"), None),
        (
            page("en", "<h1>Pier closes</h1>STORY<ol id='comments'><li><time>17 October 2023</time> Nice.</li></ol>"),
            None,
        ),
        (page("en", "<nav>Tuesday, 17 October 2023</nav><h1>Pier closes</h1>STORY"), None),
        (page("en", "<h1>Pier closes</h1><p>10/11/2023</p>STORY"), None),
    ],
)
def test_days(tmp_path: Path, content: str, day: str | None) -> None:
    assert read(tmp_path / "a.html", content).facts.published_at == day


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (
            "<title>Pier closes for two winters - Pier Post</title><meta property='og:site_name' content='Pier Post'>",
            "Pier closes for two winters",
        ),
        ("<title>Pier Post » Pier closes for two winters</title>", "Pier closes for two winters"),
        (
            "<meta property='og:title' content='Pier closes for two winters · Pier Post'>"
            "<meta name='application-name' content='Pier Post'>",
            "Pier closes for two winters",
        ),
        (
            "<meta property='og:title' content='Pier closes for two winters: what we know'>",
            "Pier closes for two winters: what we know",
        ),
        ("<meta property='og:title' content='Why the pier closes'>", "Why the pier closes"),
    ],
)
def test_titles(tmp_path: Path, head: str, title: str) -> None:
    assert read(tmp_path / "a.html", page("en", "<h1>Pier closes for two winters</h1>STORY", head)).facts.title == title


@pytest.mark.parametrize(
    ("lang", "body", "author"),
    [
        ("en", "<h1>Pier closes</h1><p class='byline'>Mara Holt March 17, 2023</p>STORY", "Mara Holt"),
        (
            "de",
            "<h1>Anleger gesperrt</h1><p class='autor'>Von Jutta Krahn und Ole Wik, 17. Mai 2023</p>STORY",
            "Jutta Krahn, Ole Wik",
        ),
        ("fr", "<h1>La jetée ferme</h1><span class='author'>Par Luc Morel</span>STORY", "Luc Morel"),
        ("es", "<h1>El muelle cierra</h1><div class='byline'>Por Ana Ruiz | 17/10/2023</div>STORY", "Ana Ruiz"),
        ("en", "<h1>Pier closes</h1><a rel='author' href='/staff/holt'>Mara Holt</a>STORY", "Mara Holt"),
        ("en", "<h1>Pier closes</h1><button class='author-follow'>Follow</button>STORY", None),
        ("en", "<h1>Pier closes</h1>STORY<form><label class='comment-author'>Name</label><input></form>", None),
        ("en", "<h1>Pier closes</h1><span class='author'>admin</span>STORY", None),
        ("en", "<h1>Pier closes</h1><span class='author'>17 October 2023</span>STORY", None),
        ("en", "<h1>Pier closes</h1>STORY<aside><h3 class='author'>Rita Sand</h3> writes about food.</aside>", None),
        (
            "en",
            "<h1>Pier closes</h1><div itemprop='author'><span itemprop='name'>Mara Holt</span>"
            "<a href='/f'>Follow</a></div>STORY",
            "Mara Holt",
        ),
    ],
)
def test_authors(tmp_path: Path, lang: str, body: str, author: str | None) -> None:
    assert read(tmp_path / "a.html", page(lang, body)).facts.author == author
