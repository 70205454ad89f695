"""What comes out of files as people have them: facts, phrases that must be in and out, or the one-line error."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.load import count, expand, load, load_bytes
from ingest.load.found import Address, Failure, FeedFile, Found, Upload
from tests.files import pages, stories
from tests.files.make import FILES, make

NEWS_FACTS = {
    "title": "Voyager 1 leaves the solar system behind",
    "source": "The Space Desk",
    "author": "Space Desk",
    "published_at": "2012-09-05",
    "updated_at": "2013-09-12",
    "url": "https://space.example/voyager-1",
    "language": "en-GB",
}
BLOG_FACTS = {"title": "Through the Gotthard", "published_at": "2016-06-02", "updated_at": "2024-09-03"}
BLOG_OUT = ("Tunnel Notes", "About", "Share on Facebook", "Recent posts", "I took the train", "Powered by")


@dataclass(frozen=True)
class Case:
    """A file that holds one article: all its facts, phrases that are in its clean text, and some that are not."""

    name: str
    within: tuple[str, ...]
    out: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


ARTICLES = [
    Case(
        "two-columns.pdf",
        (
            "A railway below the sea\n\nThe Channel Tunnel joins Folkestone in Kent with Coquelles near Calais.",
            "held first in Calais and then at Folkestone.\n\nBoring began in 1988",
            "Passenger trains named Eurostar and shuttles that carry cars and lorries share the tracks.",
            stories.TRAFFIC,
        ),
        ("Tunnels of Europe", "Page", "of 3", "- "),
        {"title": "A railway below the sea", "author": "Transport Desk", "published_at": "2024-05-06"},
    ),
    Case("hyphens.pdf", (stories.HYPHENS,), facts={"title": "Crossing the strait"}),
    Case("printed.pdf", (stories.SUEZ,), facts={"title": "Suez | The Desk"}),
    Case(
        "tables.docx",
        (
            f"Deep lakes\n\n{stories.BAIKAL}\n\nLake | Depth in metres\nBaikal | 1,642\nTanganyika | 1,470\n\nBoth lie",
            "Both lie in rift valleys.",
        ),
        ("Draft for the editors",),
        {
            "title": "Deep lakes",
            "author": "Water Desk",
            "published_at": "2024-03-01",
            "updated_at": "2024-03-09",
            "language": "en-GB",
        },
    ),
    Case("plain.docx", (stories.HOOVER,), facts={"title": "The dam on the Colorado"}),
    Case(
        "news.html",
        stories.VOYAGER,
        ("cookies", "Bookmark", "bookmarks", "Read more", "newsletter", "inbox", "hoax", "Pluto", "Planets", "2031"),
        NEWS_FACTS,
    ),
    Case("page-named.docx", stories.VOYAGER, ("cookies",), NEWS_FACTS),
    Case("blog.htm", stories.GOTTHARD, BLOG_OUT, BLOG_FACTS),
    Case("page-named.txt", stories.GOTTHARD, BLOG_OUT, BLOG_FACTS),
    Case(
        "old.html",
        (*stories.PANAMA, "Cafés line the old town of Panama City."),
        ("Guestbook", "|"),
        {"title": "The Panama Canal"},
    ),
    Case(
        "linked-data.html",
        stories.GOLDEN_GATE,
        ("Read more",),
        {
            "title": "A bridge in International Orange",
            "source": "The Span",
            "published_at": "2017-05-27",
            "updated_at": "2017-05-29",
        },
    ),
    Case(
        "no-date.html",
        stories.PANAMA,
        ("2031", "Another story"),
        {"title": "The locks of Panama", "source": "canals.example", "url": "https://canals.example/2031/panama"},
    ),
    Case("windows.txt", (stories.EIFFEL.strip(),), facts={"title": "La tour Eiffel"}),
    Case("utf-16.txt", (stories.EIFFEL.strip(),), facts={"title": "La tour Eiffel"}),
    Case("utf-16-without-mark.txt", (stories.SUEZ,), ("\0",)),
    Case(
        "front-matter.md",
        (stories.BRIDGE,),
        ("source:", "---"),
        {
            "title": "The Øresund bridge",
            "source": "Transport Desk",
            "published_at": "2020-07-01",
            "updated_at": "2021-05-02",
        },
    ),
    Case("no-suffix", (stories.SUEZ,)),
]
ERRORS = {
    "60-mb.txt": "is larger than 50 MB, the most one article may have; split it",
    "archive.md": "is an archive; unpack it and add the folder",
    "blank.md": "is empty",
    "bomb.docx": "unpacks to far more than a document holds; it may be a zip bomb and is not opened",
    "catalogue.xml": "is XML, but neither a web page nor a feed; save its text as .txt and add that",
    "damaged.docx": "is damaged and cannot be read as a Word file; save it again and add that",
    "empty.txt": "is empty",
    "entities.docx": "is damaged (XMLSyntaxError); open it where it can be read, save it again and add that",
    "locked.pdf": "is protected by a password; save a copy without one and add that",
    "no-text-column.csv": 'has no "text" column; its columns are “title”, “remark”;'
    ' name the one that holds the text "text", or add it with --map text=COLUMN',
    "old.doc": "is an old Office file (.doc) or one locked by a password; save it as .docx without one",
    "picture.txt": "is a picture; run it through text recognition (OCR) and add the text",
    "program.txt": "is a program, not an article",
    "rich.doc": "is an RTF document; save it as .docx or PDF and add that",
    "scanned.pdf": "holds pictures but no text; run it through text recognition (OCR) and add the result",
    "script-only.html": "holds no text; if the page shows some, save it from the browser and add that file",
    "truncated.pdf": "is damaged and cannot be read as PDF; fetch or save it again",
}
FEEDS = {"summaries.xml": pages.RSS, "feed.json": pages.JSON_FEED}
# Several articles: the id or first words of those that come out, and the errors, by line.
SEVERAL = {
    "articles.jsonl": ({1: "everest", 3: None}, {2: "is not valid JSON: Expecting value (column 25)"}),
    "semicolons.csv": ({2: "canal", 4: "dam"}, {3: "is not a valid row: unexpected end of data"}),
    "tabs.tsv": ({2: None}, {}),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    make(folder)
    return folder


def test_every_file_is_told_of() -> None:
    told = {case.name for case in ARTICLES} | ERRORS.keys() | FEEDS.keys() | SEVERAL.keys()
    assert told == {*FILES, "60-mb.txt"}
    assert len(told) >= 25


@pytest.mark.parametrize("case", ARTICLES, ids=lambda case: case.name)
def test_an_article_and_its_facts(folder: Path, case: Case) -> None:
    [found] = load(folder / case.name)
    assert isinstance(found, Found), found
    assert {name: value for name, value in asdict(found.facts).items() if value} == case.facts
    text = clean(found.text)
    for phrase in case.within:
        assert phrase in text
    for phrase in case.out:
        assert phrase not in text
    assert found.notes == ()


@pytest.mark.parametrize("name", ERRORS)
def test_a_file_that_is_no_article_says_why_in_one_line(folder: Path, name: str) -> None:
    path = folder / name
    assert list(load(path)) == [Failure(str(path), ERRORS[name])]
    assert count(path) == 1 or name == "no-text-column.csv"


@pytest.mark.parametrize("name", SEVERAL)
def test_a_file_of_several_articles(folder: Path, name: str) -> None:
    path, (ids, errors) = folder / name, SEVERAL[name]
    results = list(load(path))
    assert count(path) == len(results)
    assert {f.item: f.facts.id for f in results if isinstance(f, Found)} == {f"{path}:{n}": i for n, i in ids.items()}
    assert {f.item: f.error for f in results if isinstance(f, Failure)} == {f"{path}:{n}": e for n, e in errors.items()}


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_is_handed_over(folder: Path, name: str) -> None:
    with pytest.raises(FeedFile) as raised:
        list(load(folder / name))
    assert raised.value.data == FEEDS[name].encode()


def test_a_folder_gives_all_of_them_but_not_what_a_link_leads_out_to(folder: Path) -> None:
    assert (folder / "passwd.txt").is_symlink()
    targets = {target.name for target in expand([str(folder)]) if isinstance(target, Path)}
    assert targets == {*FILES, "60-mb.txt"}


def test_an_upload_is_read_under_its_own_name(folder: Path) -> None:
    upload = Upload("Notes on Suez.txt", folder / "no-suffix")
    assert list(expand([upload, upload])) == [upload]
    [found] = load(upload)
    assert isinstance(found, Found)
    assert (found.item, found.origin, found.name) == (upload.name, "upload:Notes on Suez.txt", "Notes on Suez")
    assert count(upload) == 1


def test_what_was_fetched_knows_where_from() -> None:
    page = b"<html><head><link rel='canonical' href='/x'></head><body><p>Caf\xe9 Riga opens.</p></body></html>"
    [found] = load_bytes(page, "", "x", "x", url="https://gazette.example/a?b=1", charset="latin-1")
    assert isinstance(found, Found)
    assert (found.text, found.facts.url, found.name) == ("Café Riga opens.", "https://gazette.example/a?b=1", None)
    assert found.facts.source == "gazette.example"
    assert count(Address("https://gazette.example/a")) == 1
