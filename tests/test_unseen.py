"""Whole articles of other kinds than ours: what is read of their bylines, and how the reader lays them out.

What is expected of them was written before they were read for the first time, by what README.md promises.
"""

import re
from functools import cache
from pathlib import Path

import pytest

from ingest.load import load
from ingest.load.found import Found
from qa.types import Article
from qa.web.layout import layout
from tests.test_web_layout import brief, read

FOLDER = Path(__file__).parent / "files" / "unseen"

# Author, day of publication and of update.
BYLINES = {
    "recipe.md": ("Marian Oakes", "2023-09-03", None),
    "match.txt": ("Dilys Penhale", "2023-10-14", None),
    "leaflet.md": (None, None, None),
    "parish.txt": (None, None, None),
    "changelog.md": (None, None, None),
    "lecture.md": ("Ines Falk, Robert Imrie", None, "2025-01-11"),
    "council.md": ("Gerda Lohmeyer", "2024-06-18", "2024-06-20"),
    "obituary.txt": ("Lucía Benavente", "2023-11-09", None),
    "press.md": (None, "2025-03-12", None),
    "diary.md": (None, None, None),
    "tender.md": (None, "2024-07-01", None),
    "review.txt": ("Joan Averill", "2024-06-02", None),
    "faro.txt": ("Caterina Moretti", "2024-07-07", None),
    "tempo.txt": ("Teresa Valadares", None, "2024-10-02"),
    "fietsclub.txt": ("Marieke van den Broek", "2024-11-21", None),
    "minutes.md": (None, None, None),
}

# Parts of each article as kind(parts), with address or number behind a colon.
LAYOUTS = {
    "recipe.md": [
        "paragraph(By the time the plums are soft, the almonds should have taken on a little colour. Serves"
        " strong(eight); ready in emphasis(ninety minutes).)",
        "paragraph(image:plum-tart.jpg(A tart with halved plums, cut side up))",
        "heading:2(What you need)list(item(For the pastrylist(item(200 g plain flour)item(100 g cold butter, cubed)"
        "item(1 egg yolk)))item(For the fillinglist(item(12 plums, halved)item(80 g ground almonds))))",
        "numbered:1(item(paragraph(Rub the butter into the flour.))item(paragraph(Chill for emphasis(at least)"
        " half an hour.)paragraph(A warm kitchen needs a strong(full) hour.))"
        "item(paragraph(Bake at 190 °C for 35–40 minutes.)))",
        "table(head(cell(Tin)cell(Plums)cell(Minutes))row(cell(20 cm)cell(9)cell(32))row(cell(24 cm)cell(12)cell(38)))",
        "quote(paragraph(If the rim browns too soon, cover it with foil.))rule()paragraph(Adapted from"
        " link:https://orchard.example/leaflets/plum_tart.html(the orchard's own leaflet).)",
    ],
    "match.txt": [
        "lines(By Dilys Penhale at Mill Lane\nSaturday 14 October 2023)lines(By half-time the visitors",
        "with a header *and* no small amount of luck.)lines(Attendance: 1,214\nReferee: S. Cole\nRovers stay",
    ],
    "leaflet.md": [
        "paragraph(strong(Opening hours))table(head(cell(Day)cell(From)cell(To))row(cell(Tuesday to Friday)cell(10:00)"
        "cell(17:00))row(cell(Saturday)cell(11:00)cell(16:00))row(cell(Sunday, Monday)cell(closed)cell()))",
        "paragraph(Take bus 14 to emphasis(Bleach Green).break()The house is beside the chapel.)",
        "paragraph(Dogs are struck(not) welcome in the yard. Ask at the desk for a wheelchair.)",
        "list(item(Adults: £6)item(Children under 12: free)item(Groupsnumbered:1(item(up to ten: £50)"
        "item(up to twenty: £90))))",
        "paragraph(Write to link:desk@weavers.example(desk@weavers.example) or see"
        " link:https://weavers.example/visit(https://weavers.example/visit).)",
    ],
    "parish.txt": [
        "lines(Easter 2024)lines(From the vicar)lines(By now most of you",
        "lines(Sunday 7 April: Holy Communion at 9.30, coffee after.\nSaturday 13 April: spring fair in the hall,"
        " from 2 until 5.)lines(The flower rota",
    ],
    "changelog.md": [
        "heading:2(link:https://code.example/tidewatch/releases/2.4.0(2.4.0) - 2024-05-17)heading:3(Added)",
        "list(item(paragraph(literal(tidewatch export --format csv) writes one row per reading"
        " (link:https://code.example/tidewatch/issues/212(#212)).))item(paragraph(Gauges may have an literal(offset):)"
        "code([gauge.north]\noffset = -0.35  # metres\n)))",
        "list(item(A gauge named literal(a|b) no longer breaks the table below.)"
        "item(The strong(24-hour) view no longer skips the hour in which clocks change.))",
        "list(item(struck(Support for version 1 files) was put back, see"
        " link:https://code.example/tidewatch/releases/2.4.0(2.4.0).))",
    ],
    "lecture.md": [
        "paragraph(emphasis(By Ines Falk and Robert Imrie — last updated 11 January 2025))heading:2(1. The two bulges)",
        "than the far sideraised(1). What is left after the emphasis(mean) pull is taken away is called the"
        " strong(tidal force); it falls with the emphasis(cube) of the distance.)",
        "list(item(Near side: towards the Moonlist(item(high waternumbered:1(item(about every 12 h 25 min)"
        "item(never exactly at noon)))))item(Far side: away from the Moon)item(At right angles: low water))",
        "table(head(cell()cell(Moon and Sun)cell(Range))row(cell(strong(Spring))cell(in line)cell(large))"
        "row(cell(strong(Neap))cell(at right angles)cell(emphasis(small))))",
        "code(def range_of(spring: bool) -> float:\n    return 1.46 if spring else 0.54  # | not a table |\n)",
        "quote(paragraph(Why is the tide in the bay so much larger?)quote(paragraph(Because the bay answers: it sloshes"
        " with almost the same period.)))heading:2(Further reading)",
        "the note on literal(cos(2θ)).raised(2))",
        "note:1(paragraph(About 7 % more, see the table in lecture 6.))",
        "note:2(paragraph(The factor two is why there are emphasis(two) tides.))",
    ],
    "council.md": [
        "Der Antrag der strong(Freien Liste), es emphasis(sofort) zu schließen, wurde abgelehnt.)heading:2(Beschlüsse)",
        "numbered:1(item(Hallenbadlist(item(Betrieb bis 31. Juli 2027)item(Eintritt: 5,50 € statt 4,80 €)))"
        "item(Feuerwehrlist(item(ein Löschfahrzeug (LF 20)))))",
        "table(head(cell(Abstimmung)cell(Ja)cell(Nein))row(cell(Hallenbad)cell(12)cell(7))"
        "row(cell(Löschfahrzeug)cell(19)cell(0)))",
        "quote(paragraph(„Ein Dorf ohne Bad ist ein Dorf ohne Kinder“, sagte der Bürgermeister.))",
        "link:https://rat.example/vorlagen?jahr=2024&nr=17(Ratsinformationssystem).)",
    ],
    "obituary.txt": ["lines(Por Lucía Benavente\n9 de noviembre de 2023)lines(Por su taller pasaron"],
    "press.md": [
        "le reste de l'année, il circulera strong(de 6 h à minuit).)heading:2(Les chiffres)",
        "list(item(Longueur : 412 m)item(Dénivelé : 94 m)item(Coût des travaux : 18,2 millions d'euros"
        "list(item(dont l'État : 7 millions))))",
        "quote(paragraph(« C'est un emphasis(ascenseur) pour tout un quartier », a dit la directrice.))",
        "paragraph(Contact presse : link:mailto:presse@funiculaire.example(presse@funiculaire.example)break()"
        "Photos : link:https://funiculaire.example/dossier(le dossier))",
    ],
    "diary.md": [
        "paragraph(Two curlews, emphasis(Numenius arquata), calling from the far bank; 3 snipe. Water at 41 cm on the"
        " postraised(1).)list(item(☑ post read)item(☐ moss traps emptied))",
        "numbered:1(item(north: empty)item(southlist(item(14 beetles)item(1 newt (let go))))item(west: flooded))rule()",
        "paragraph(Note to self: literal(quadrat_12) is strong(not) literal(quadrat_21).)",
        "note:1(paragraph(The mark was set at 40 cm in 2019.))",
    ],
    "tender.md": [
        "paragraph(Reference: QS/2024/117 Published: 1 July 2024 Closing date: 30 August 2024, 12 noon)",
        "row(cell(1)cell(340)cell(granite setts)cell(link:https://trust.example/117/lot-1.pdf(plan)))",
        "numbered:1(item(paragraph(Offers are emphasis(binding) for 90 days.))item(paragraph(Offers must state)"
        "numbered:1(item(a price for each lot, and)item(a programme of works.)))item(paragraph(The Trust is strong(not)"
        " bound to accept the lowest offer.)paragraph(Form QT-4   (two copies) Form QT-9   (one copy))))",
        "paragraph(Questions: see the link:https://trust.example/117/answers(list of answers).)",
    ],
    "review.txt": ["lines(By Joan Averill | 2 June 2024)lines(By his own account"],
    "faro.txt": ["lines(Di Caterina Moretti, 7 luglio 2024)lines(Di notte il faro"],
    "tempo.txt": ["lines(Por Teresa Valadares · Atualizado em 2 de outubro de 2024)lines(Por causa da nortada"],
    "fietsclub.txt": ["lines(Door Marieke van den Broek, 21 november 2024)lines(Door de storm"],
    "minutes.md": [
        "paragraph(emphasis(Minutes of the annual meeting, held by candlelight on 12 February 2024))",
        "the meeting chose a second strong(standpipe) over a emphasis(deeper) well.)heading:3(2. Accounts)",
        "table(head(cell()cell(2022)cell(2023))row(cell(Rents)cell(£1,240)cell(£1,310))"
        "row(cell(Seeds)cell(−£310)cell(−£295)))",
        'quote(paragraph(The treasurer: "We are, for once, strong(in credit)."))',
    ],
}
NOT_READ = {"changelog.md": {"toml"}, "lecture.md": {"python"}, "diary.md": {"x"}, "press.md": {"Dossier"}}


@cache
def found(name: str) -> Found:
    [only] = load(FOLDER / name)
    assert isinstance(only, Found), only
    return only


def laid(name: str) -> tuple[str, str]:
    """An article's text, and how it is laid out."""
    text = found(name).text
    return text, brief(text, layout(Article("a", "A", text, markup=found(name).markup)).elements)


def test_every_article_has_its_expectations() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(BYLINES) == set(LAYOUTS)


@pytest.mark.parametrize("name", BYLINES)
def test_bylines_of_unseen_articles(name: str) -> None:
    facts = found(name).facts
    assert (facts.author, facts.published_at, facts.updated_at) == BYLINES[name]


@pytest.mark.parametrize(("name", "expected"), [(name, part) for name, parts in LAYOUTS.items() for part in parts])
def test_layouts_of_unseen_articles(name: str, expected: str) -> None:
    assert expected in laid(name)[1]


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_word_of_unseen_articles_is_lost(name: str) -> None:
    text = found(name).text
    shown = read(text, layout(Article("a", "A", text, markup=found(name).markup)).elements)
    lost = set(re.findall(r"[^\W\d_]+", text)) - set(re.findall(r"[^\W\d_]+", shown))
    assert lost <= NOT_READ.get(name, set())
