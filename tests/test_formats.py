"""What comes out of files as people have them: facts, phrases that must be in and out, or the one-line error."""

from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.load import count, expand, load, load_bytes
from ingest.load.found import Address, Failure, FeedFile, Found, Upload
from ingest.load.lists.entries import Entry
from ingest.load.pdf import scans
from tests.files import exports, pages, stories
from tests.files.make import FILES, make
from tests.files.office import POLISH

NEWS_FACTS = {
    "title": "Voyager 1 leaves the solar system behind",
    "source": "The Space Desk",
    "author": "Space Desk",
    "published_at": "2012-09-05",
    "updated_at": "2013-09-12",
    "url": "https://space.example/voyager-1",
    "language": "en-GB",
}
LAKES_FACTS = {
    "title": "Deep lakes",
    "author": "Water Desk",
    "published_at": "2024-03-01",
    "updated_at": "2024-03-09",
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
    notes: tuple[str, ...] = ()


ARTICLES = [
    Case(
        "two-columns.pdf",
        (
            "Tunnels of Europe\n\nA railway below the sea\n\nThe Channel",
            "A railway below the sea\n\nThe Channel Tunnel joins Folkestone in Kent with Coquelles near Calais.",
            "held first in Calais and then at Folkestone.\n\nBoring began in 1988",
            "Passenger trains named Eurostar and shuttles that carry cars and lorries share the tracks.",
            stories.TRAFFIC,
        ),
        ("Folkestone.\n\nTunnels", "Page", "of 3", "- "),
        {"title": "A railway below the sea", "author": "Transport Desk", "published_at": "2024-05-06"},
    ),
    Case("hyphens.pdf", (stories.HYPHENS,), facts={"title": "Crossing the strait"}),
    Case("printed.pdf", (stories.SUEZ,), facts={"title": "Suez | The Desk"}),
    Case(
        "tables.docx",
        (
            f"Draft for the editors\n\nDeep lakes\n\n{stories.BAIKAL}\n\nLake | Depth in metres\nBaikal | 1,642\n"
            "Tanganyika | 1,470\n\nBoth lie",
            "Both lie in rift valleys.",
        ),
        facts={
            "title": "Deep lakes",
            "author": "Water Desk",
            "published_at": "2024-03-01",
            "updated_at": "2024-03-09",
            "language": "en-GB",
        },
    ),
    Case("plain.docx", (stories.HOOVER,), facts={"title": "The dam on the Colorado"}),
    Case(
        "report.odt",
        (
            f"Deep lakes\n\n{stories.BAIKAL}\n\n[note: Measured by echo.]\n\n"
            "Lake: Baikal; Depth in metres: 1,642; Found: –\n",
            "Found: 1858\n\n1. Sound the bottom.\n2. Write it down.\n\nBoth lie in rift valleys.",
        ),
        facts=LAKES_FACTS,
    ),
    Case(
        "letter.odt",
        (f"Water Desk, notice 17/2024\n\n{stories.HOOVER}",),
        ("rumour", "Is that so", "Page"),
        notes=("left out: 1 tracked deletion, 1 picture, 1 comment",),
    ),
    Case("flat.fodt", (f"The dam\n\n{stories.HOOVER}",), facts=LAKES_FACTS),
    Case(
        "minutes.rtf",
        (
            f"{stories.BAIKAL}\n\n[note: Measured by echo.]\n\nLake: Baikal; Depth in metres: 1,642\n"
            "Lake: Victoria; Depth in metres: –\n\n1. Sound the bottom.\n2. Write it down.\n\nBy the survey.",
        ),
        ("HYPERLINK", "8950", "Times"),
        {name: fact for name, fact in LAKES_FACTS.items() if name != "language"},
        ("left out: 1 picture",),
    ),
    Case("polish.rtf", (f"{POLISH}\n\n10⁶ m³",)),
    Case("rich.doc", ("The canal.",)),
    Case("cut-off.rtf", (stories.HOOVER,), notes=("ends in the middle of the document; it may have been cut off",)),
    Case(
        "novel.epub",
        (f"The dam — I\n\n{stories.HOOVER}\n\nThe lake\n\n{stories.BAIKAL}",),
        ("Contents",),
        {
            "title": "Water and stone",
            "author": "Water Desk",
            "source": "The Press",
            "published_at": "2001-02-03",
            "language": "en",
        },
        ("left out: 1 picture",),
    ),
    Case(
        "handbook.epub",
        (
            f"Depths\n\n{stories.BAIKAL}\n\n[note: By echo.]\n\n"
            "Lake: Baikal; Volume: 23.6×10³ km³\nLake: –; Volume: unknown",
        ),
        ("Contents",),
        {"title": "A handbook of lakes", "author": "Water Desk"},
        ("published_at '2019' is not a date such as 2025-03-01; left out",),
    ),
    Case("scraps.epub", (f"{stories.HOOVER}\n\nAn & and\na tag\n\nThe end.",), facts={"title": "Scraps"}),
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
    Case(
        "newsletter.eml",
        (
            f"Waterways, No. 12\n\nDear readers,\n\ntwo stories.\n\nThe canal\n\n{stories.SUEZ}",
            "Lake: Baikal; Depth: 1,642 m",
        ),
        ("View this email", "Canals and lakes this week", "margin", "multi-part"),
        {
            "title": "Waterways 12: cafés by the canal",
            "source": "Waterways",
            "author": "Water Desk",
            "published_at": "2019-11-17",
        },
    ),
    Case(
        "reply.eml",
        (
            f"Dear Arne,\n\n{stories.HOOVER}\n\n> Is it really 221 metres – and who built the cafés?\n\nThe",
            "The Colorado river office",
            "dams mailing list",
        ),
        ("=", "JVBER"),
        {
            "title": "Re: [dams] Höhe of Hoover Dam",
            "source": "dam.example",
            "author": "José, Water Desk",
            "published_at": "2020-01-02",
        },
        ("1 attachment was left out: pläne.pdf",),
    ),
    Case(
        "forwarded-mail.txt",
        ("See below.\n\nSubject: Everest\nFrom: Mountain Desk <desk@peak.example>\nDate: Mon, 7 Dec", stories.EVEREST),
        facts={"title": "Fwd: Everest", "source": "example.org", "author": "Ada", "published_at": "2020-12-08"},
    ),
    Case("chrome.mhtml", stories.VOYAGER, ("telescope", "cookies", "=3D"), NEWS_FACTS),
    Case(
        "explorer.mht",
        (*stories.PANAMA, "Cafés line the old town of Panama City."),
        ("A frame", "MIME"),
        {"title": "The Panama Canal", "source": "canals.example", "url": "http://canals.example/panama.html"},
    ),
    Case("wiki.doc", (stories.BRIDGE,), facts={"title": "Bridge notes"}),
    Case("single-file.html", stories.VOYAGER, ("SingleFile", "base64"), NEWS_FACTS),
    Case(
        "saved-from.html",
        stories.PANAMA,
        facts={"title": "The locks of Panama", "source": "canals.example", "url": "https://canals.example/2031/panama"},
    ),
    Case(
        "monolith.html",
        stories.GOTTHARD,
        BLOG_OUT,
        {**BLOG_FACTS, "source": "tunnels.example", "url": "https://tunnels.example/gotthard"},
    ),
    Case(
        "article.rst",
        (
            f"Deep lakes\n\nVersion: 2\n\n{stories.BAIKAL}\n\nWarning: The ice is thin in April [1].\n\nLake: Baikal;",
            "1. Row.\n2. Do not sink:\nbail(water)\n\n[1] So say the fishermen; the water holds 4 °C and H₂O.",
        ),
        ("==", "::", "`", "*"),
        {"title": "Deep lakes", "author": "Ada Brun", "published_at": "2024-03-05"},
    ),
    Case(
        "manual.rst",
        (
            f"2.1 The lake is told of, see the lake and dams.Hoover.\n\n{stories.HOOVER}\n\nheight = 221\n\nMount",
            f"{stories.EVEREST} An *emphasis that never ends and |nothing|.",
        ),
        ("maxdepth", "intro", "alert", "secret", "::"),
        {"title": "The Hoover dam"},
        ("include ../secret.txt was left out", "raw html was left out"),
    ),
    Case(
        "blog.rst",
        (stories.BRIDGE, 'Peberholm: An island, says the office:\n"made for the crossing."'),
        ("..", "slug"),
        {"title": "Over the Øresund", "author": "Transport Desk", "published_at": "2020-07-01"},
    ),
    Case(
        "notes.org",
        (
            f"TODO [#A] Lake Baikal\n\nSCHEDULED: <2024-05-01 Wed>\n\n{stories.BAIKAL}\n- [X] read the list of UNESCO",
            "- take boat and rope\n\nLake: Baikal; Depth: 1,642 m\nLake: Tanganyika; Depth: –\n\n[1] It is long.",
        ),
        ("#+", ":asia:", "CUSTOM_ID", "note to myself", "https:"),
        {"title": "Deep lakes", "author": "Ada Brun", "published_at": "2024-03-05"},
    ),
    Case(
        "roam.org",
        (
            f"{stories.HOOVER}\n\nLog\n\nSeen on <2024-02-30 Fri>, it says.\n\nThe lake behind it fell by 40 metres.\n",
            "* no heading\n\nIt is never closed: 5 * 3 * 2.",
        ),
        ("6ba7b810", "CLOCK", "Never to be seen", ",*"),
        {"title": "The dam on the Colorado"},
    ),
    Case(
        "plain.org",
        (stories.EVEREST, "Above\n\nThe air is thin; see /usr/lib and file:peak.png."),
        (":NOTES:",),
        {"title": "Mount Everest"},
        ('"more.org" was left out',),
    ),
    Case("windows.org", ("The café opened. It is small.",), facts={"title": "Café"}),
]
ERRORS = {
    "60-mb.txt": "is larger than 50 MB, the most one article may have; split it",
    "archive.md": "is an archive; unpack it and add the folder",
    "blank.md": "is empty",
    "bomb.odt": "unpacks to far more than a document holds; it may be a zip bomb and is not opened",
    "bomb.docx": "unpacks to far more than a document holds; it may be a zip bomb and is not opened",
    "catalogue.xml": "is XML, but neither a web page nor a feed; save its text as .txt and add that",
    "damaged.docx": "is damaged and cannot be read as a Word file; save it again and add that",
    "empty.txt": "is empty",
    "encrypted.eml": "is encrypted or sealed; open it in your mail program, save its text as .txt and add that",
    "deep.odt": "is nested too deeply to be read; save its text as .txt and add that",
    "deep.rtf": "is nested too deeply to be read; save its text as .txt and add that",
    "entities.docx": "declares XML entities, which no document needs and some do harm with; it is not read",
    "locked.pdf": "is protected by a password; save a copy without one and add that",
    "nested.eml": "is nested too deeply to be read as a mail; save its text as .txt and add that",
    "no-text-column.csv": 'has no "text" column; its columns are “title”, “remark”;'
    ' name the one that holds the text "text", or add it with --map text=COLUMN',
    "old.doc": "is an old Office file (.doc) or one locked by a password; save it as .docx without one",
    "outlook.eml": "holds no text, only winmail.dat; save what is attached and add that",
    "protected.epub": "is protected against copying (DRM); add a copy without protection, if you may have one",
    "picture.txt": "is a picture; run it through text recognition (OCR) and add the text",
    "program.txt": "is a program, not an article",
    "scanned.pdf": "holds no text, nor pictures in which OCR finds any; save its text as .txt and add that"
    if scans.languages()
    else f"holds pictures but no text; {scans.INSTALL}",
    "script-only.html": "holds no text; if the page shows some, save it from the browser and add that file",
    "no-pages.warc": "holds no page, document or text of status 200",
    "entities.opml": "declares XML entities, which no feed needs and some do harm with; it is not read",
    "deep.opml": "holds more than a feed does; add its pages one by one",
    "no-feeds.opml": "names no feed; an outline of a feed has its address as xmlUrl",
    "no-bookmarks.html": "names no web address",
    "omnivore-bomb": "unpacks to far more than articles do; it may be a zip bomb and is not opened",
    "truncated.pdf": "is damaged and cannot be read as PDF; fetch or save it again",
}
FEEDS = {"summaries.xml": pages.RSS, "feed.json": pages.JSON_FEED}
# Several articles: the id or first words of those that come out, and the errors, by line.
SEVERAL = {
    "articles.jsonl": ({1: "everest", 3: None}, {2: "is not valid JSON: Expecting value (column 25)"}),
    "mailbox.mbox": (
        {1: None, 2: None, 4: None, 5: None},
        {3: "holds no text, only scan.pdf; save what is attached and add that"},
    ),
    "pipermail.txt": ({1: None, 2: None}, {}),
    "semicolons.csv": ({2: "canal", 4: "dam"}, {3: "is not a valid row: unexpected end of data"}),
    "tabs.tsv": ({2: None}, {}),
    "crawl.warc.gz": (dict.fromkeys((1, 2, 3, 4)), {}),
    "crawl.warc": (dict.fromkeys((1, 2, 3)), {}),
    "one-member.warc.gz": (dict.fromkeys((1, 2, 3)), {}),
    "ugly.warc.gz": (
        dict.fromkeys(range(1, 12)),
        {
            12: "https://canals.example/empty: is empty",
            13: "https://canals.example/list: is a list or an archive itself, not an article",
        },
    ),
    "damaged.warc.gz": (dict.fromkeys((1, 2, 4, 5)), {3: "a record is damaged; save or fetch the archive again"}),
    "broken-off.warc.gz": (dict.fromkeys((1, 2)), {3: "the archive breaks off here; save or fetch it again"}),
    "bomb.warc.gz": ({}, {1: "unpacks to far more than articles do; it may be a zip bomb and is not opened"}),
    "site.wacz": (
        {1: None},
        {2: "https://canals.example/gone: is listed as a page, but not archived with status 200"},
    ),
    "unlisted.wacz": (dict.fromkeys((1, 2, 3)), {}),
    "two.wacz": (dict.fromkeys((1, 2)), {}),
    "damaged.wacz": ({}, {1: "a record has a damaged header; save or fetch the archive again"}),
    "highlights.csv": (dict.fromkeys((1, 2)), {}),
}
# Lists of addresses: those that are to be fetched or whose text is in the file, and the errors, by line.
LISTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "subscriptions.opml": ([exports.FEED, exports.OTHER_FEED], {}),
    "subscriptions.xml": ([exports.FEED, exports.OTHER_FEED], {}),
    "ugly.opml": (["http://dams.example/rss"], {"#file:///etc/passwd": "is not a web address of a feed"}),
    "bookmarks.html": ([exports.A, exports.B], {}),
    "ril_export.html": ([exports.A, exports.B], {}),
    "pocket.csv": ([exports.A, exports.B], {}),
    "raindrop.csv": ([exports.A, exports.C], {}),
    "instapaper.csv": (
        [exports.A],
        {":3": "has no web address but 'instapaper-private://email/5/'; nothing to fetch"},
    ),
    "reader.txt": ([exports.A], {}),
    "firefox.json": ([exports.A, exports.B], {}),
    "Bookmarks": ([exports.A, exports.B], {}),
    "wallabag.json": ([exports.A, exports.B], {":3": "has no web address; nothing to fetch"}),
    "omnivore": ([exports.A, exports.B], {}),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    make(folder)
    return folder


def test_every_file_is_told_of() -> None:
    told = {case.name for case in ARTICLES} | ERRORS.keys() | FEEDS.keys() | SEVERAL.keys() | LISTS.keys()
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
    assert found.notes == case.notes


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


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_addresses(folder: Path, name: str) -> None:
    path, (urls, errors) = folder / name, LISTS[name]
    results = list(load(path))
    assert [result.url for result in results if isinstance(result, Entry | Address)] == urls
    assert {f.item: f.error for f in results if isinstance(f, Failure)} == {f"{path}{n}": e for n, e in errors.items()}
    assert count(path) >= len(results), "with those named twice"


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
