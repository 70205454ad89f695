"""Lists of feeds and exports: fetched from a real server as if each address had been named, or read from the file."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from ingest.fetch import Fetcher
from ingest.load import count, load, load_bytes
from ingest.load.found import Address, Failure, Found
from ingest.load.lists.entries import Entry
from ingest.pipeline import AddReport, add
from ingest.watch import FolderKeeper
from qa.errors import LoadError
from qa.library import Library
from tests.files import exports, stories
from tests.test_ingest_pipeline import FakeEncoder, Recorder, library, src
from tests.test_load_web import TEXT, item, page, rss
from tests.webserver import Page, WebServer, quick, serving

__all__ = ["library", "src"]  # fixtures

Add = Callable[..., AddReport]


@pytest.fixture
def web() -> Iterator[WebServer]:
    with serving() as web:
        yield web


@pytest.fixture
def put(library: Library, web: WebServer) -> Add:
    """Adds items with the server for an internet; what it was asked before is forgotten."""

    def put(*items: object, limit: int | None = None, recorder: Recorder | None = None) -> AddReport:
        del web.hits[:]
        items_ = [str(item) for item in items]
        return add(items_, library, FakeEncoder, recorder or Recorder(), fetcher=lambda: quick(web), limit=limit)

    return put


def nowhere() -> Fetcher:
    def resolve(host: str) -> list[str]:
        raise LoadError(f"{host} was asked for")

    return Fetcher(resolve=resolve)


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def outline(url: str) -> str:
    return f'<outline type="rss" text="a feed" xmlUrl="{url}"/>'


def opml(*outlines: str) -> str:
    return f'<?xml version="1.0"?><opml version="2.0"><head/><body>{"".join(outlines)}</body></opml>'


def titles(library: Library) -> list[str]:
    return sorted(article.title for article in library.articles())


# Feeds


def test_the_feeds_of_a_list_are_added_as_if_they_had_been_named(
    put: Add, library: Library, src: Path, web: WebServer
) -> None:
    web.pages |= {"/one": rss(item("a", 1), item("b", 2)), "/two": rss(item("c", 3), title="The Post")}
    web.pages |= {f"/{name}": Page(page(name, f"{name} {TEXT}")) for name in "abc"}
    nested = f'<outline text="News">{outline(web.url("/one"))}<outline>{outline(web.url("/one"))}</outline></outline>'
    path = write(src, "feeds.opml", opml(nested, outline(web.url("/dead")), outline(web.url("/two"))))
    recorder = Recorder()
    report = put(path, recorder=recorder)
    assert titles(library) == ["a", "b", "c"]
    assert {article.source for article in library.articles()} == {"The Gazette", "The Post"}
    assert report.failed == (Failure(web.url("/dead"), "there is no such page (404); check the address"),)
    assert web.asked == ["/one", "/b", "/a", "/dead", "/two", "/c"]
    assert recorder.steps[-1][:2] == (4, 4)
    again = put(path)
    assert len(again.unchanged) == 3
    assert web.asked == ["/one", "/dead", "/two"], "only the feeds are asked for, whatever failed beside them"
    assert library.stats().pending == 0


def test_a_feed_that_is_named_twice_is_fetched_once(put: Add, src: Path, web: WebServer) -> None:
    web.pages |= {"/one": rss(item("a", 1)), "/a": Page(page("A"))}
    path = write(src, "feeds.opml", opml(outline(web.url("/one"))))
    recorder = Recorder()
    put(path, web.url("/one"), recorder=recorder)
    assert web.asked == ["/one", "/a"]
    assert recorder.steps[-1][:2] == (1, 1)


def test_the_limit_is_that_of_each_feed(put: Add, library: Library, src: Path, web: WebServer) -> None:
    web.pages |= {"/one": rss(item("a", 1), item("b", 2)), "/two": rss(item("c", 3), item("d", 4))}
    web.pages |= {f"/{name}": Page(page(name, f"{name} {TEXT}")) for name in "abcd"}
    put(write(src, "feeds.opml", opml(outline(web.url("/one")), outline(web.url("/two")))), limit=1)
    assert titles(library) == ["b", "d"]


def test_a_list_on_the_web_is_followed_once(put: Add, library: Library, web: WebServer) -> None:
    web.pages |= {"/one": rss(item("a", 1)), "/a": Page(page("A"))}
    web.pages["/feeds"] = Page(opml(outline(web.url("/one")), outline(web.url("/more"))), "text/x-opml")
    web.pages["/more"] = Page(opml(outline(web.url("/on-and-on"))), "text/xml")
    report = put(web.url("/feeds"))
    assert titles(library) == ["A"]
    assert report.failed == (Failure(web.url("/on-and-on"), f"is named by a list in a list; add {web.url('/more')}"),)
    assert "/on-and-on" not in web.asked


def test_a_list_leads_no_further_inside_than_an_address_does(library: Library, src: Path, web: WebServer) -> None:
    path = write(src, "feeds.opml", opml(outline(web.url("/secret")), outline("http://169.254.169.254/")))
    report = add([str(path)], library, FakeEncoder, Recorder(), fetcher=lambda: quick(web, private=False))
    assert len(report.failed) == 2
    assert all("on this machine or a private network" in failure.error for failure in report.failed)
    assert web.hits == []


# Addresses


def test_bookmarks_are_fetched_once_and_not_again(put: Add, library: Library, src: Path, web: WebServer) -> None:
    web.pages |= {"/a": Page(page("The page's own title")), "/b": Page("<p>Two short words stand on this page.</p>")}
    data = exports.NETSCAPE.replace(exports.A, web.url("/a")).replace(exports.B, web.url("/b"))
    path = write(src, "bookmarks.html", data)
    assert len(put(path).added) == 2
    assert titles(library) == ["Panama", "The page's own title"], "the export fills what the page does not say"
    assert {article.published_at for article in library.articles()} == {None}
    assert len(put(path).unchanged) == 2
    assert web.asked == []


def test_one_bad_address_does_not_stop_the_others(put: Add, library: Library, src: Path, web: WebServer) -> None:
    web.pages |= {"/robots.txt": Page("User-agent: *\nDisallow: /b\n", "text/plain")}
    web.pages |= {f"/{name}": Page(page(name, f"{name} {TEXT}")) for name in "abc"}
    rows = "".join(f"{name},{web.url(f'/{name}')}\n" for name in ("a", "b", "gone", "c"))
    report = put(write(src, "links.csv", f"title,url\n{rows}x,mailto:a@example.org\n"))
    assert titles(library) == ["a", "c"]
    assert [failure.item for failure in report.failed] == [
        web.url("/b"),
        web.url("/gone"),
        f"{src / 'links.csv'}:6",
    ]


def test_the_limit_takes_the_first_of_an_export(put: Add, library: Library, src: Path, web: WebServer) -> None:
    web.pages |= {f"/{name}": Page(page(name, f"{name} {TEXT}")) for name in "abc"}
    path = write(src, "links.csv", "title,url\n" + "".join(f"{n},{web.url(f'/{n}')}\n" for n in "abc"))
    recorder = Recorder()
    put(path, limit=2, recorder=recorder)
    assert (titles(library), web.asked) == (["a", "b"], ["/a", "/b"])
    assert recorder.steps[-1][:2] == (2, 2)
    put(path)
    assert (titles(library), web.asked) == (["a", "b", "c"], ["/c"])


def test_some_words_of_an_export_stand_in_for_a_page_that_is_gone(
    put: Add, library: Library, src: Path, web: WebServer
) -> None:
    data = exports.RAINDROP.replace(exports.A, web.url("/a")).replace(exports.C, web.url("/c"))
    recorder = Recorder()
    report = put(write(src, "raindrop.csv", data), recorder=recorder)
    assert [failure.item for failure in report.failed] == [web.url("/c")], "it has nothing but a title"
    [article] = library.articles()
    assert library.article(article.id).text.split() == ["It", "opened", "in", "1869."]
    note = "the page could not be fetched (404); this is the text that the export holds"
    assert recorder.warnings == [f"{web.url('/a')}: {note}"]
    web.pages["/a"] = Page(page("Suez"))
    assert put(src / "raindrop.csv").updated == (article.id,)


def test_an_export_on_the_web_that_is_named_is_read(put: Add, library: Library, web: WebServer) -> None:
    web.pages["/a"] = Page(page("A"))
    web.pages["/list"] = Page(f"title,url\nA,{web.url('/a')}\n", "text/csv")
    put(web.url("/list"))
    assert titles(library) == ["A"]


# Texts that are stored in the export


def test_what_an_export_holds_is_not_fetched(library: Library, src: Path) -> None:
    path = write(src, "wallabag.json", exports.WALLABAG)
    report = add([str(path)], library, FakeEncoder, Recorder(), fetcher=nowhere)
    [article] = [library.article(info.id) for info in library.articles()]
    assert report.failed[0] == Failure(exports.B, "canals.example was asked for")
    told = {name: value for name, value in asdict(article).items() if name not in ("text", "sha256") and value}
    assert told == {
        "id": "the-dam",
        "title": "The dam",
        "source": "canals.example",
        "author": "Water Desk",
        "published_at": "2023-05-06",
        "url": exports.A,
        "language": "en",
    }
    assert stories.HOOVER in article.text
    assert stories.BAIKAL in article.text


@pytest.mark.parametrize("zipped", [True, False])
def test_omnivore_as_a_file_and_as_a_folder(library: Library, src: Path, zipped: bool) -> None:
    import zipfile

    path = write(src, "omnivore.zip", exports.omnivore())
    if not zipped:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(src / "unpacked")
        path = src / "unpacked"
    report = add([str(path)], library, FakeEncoder, Recorder(), fetcher=nowhere)
    assert report.added == ("the-dam", "panama")
    dam, panama = library.article("the-dam"), library.article("panama")
    assert stories.HOOVER in dam.text
    assert (dam.author, dam.published_at, dam.url) == ("Water Desk", "2023-05-06", exports.A)
    assert panama.text == "About locks.", "the description, for its text lies nowhere"
    assert report.failed == ()


def test_highlights_of_one_text_are_one_article(tmp_path: Path) -> None:
    canals, mountains = load(write(tmp_path, "highlights.csv", exports.HIGHLIGHTS))
    assert isinstance(canals, Found)
    assert isinstance(mountains, Found)
    assert canals.text == f"{stories.SUEZ}\n\nIt was dug by hand at first."
    assert (canals.facts.title, canals.facts.author) == ("Canals of the world", "Transport Desk")
    assert (canals.notes, mountains.notes) == (("your own notes on the highlights are left out",), ())


def test_a_watched_export_keeps_its_texts_until_it_is_gone(library: Library, src: Path) -> None:
    keeper = FolderKeeper(src, library, FakeEncoder, nowhere)
    path = write(src, "wallabag.json", exports.WALLABAG)
    assert keeper.follow([src.resolve()], Recorder()).added == ("the-dam",)
    report = keeper.follow([path], Recorder())
    assert (report.removed, report.unchanged) == ((), ("the-dam",))
    path.unlink()
    assert keeper.follow([path], Recorder()).removed == ("the-dam",)


# Told by content


def test_json_lines_are_none_of_the_exports(tmp_path: Path) -> None:
    line = '{"is_archived": 0, "url": "https://a.example/", "content": "x", "text": "It opened."}\n'
    results = list(load(write(tmp_path, "a.json", line * 2)))
    assert [type(result) for result in results] == [Found, Found]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "title,text,url\nA,It opened.,https://a.example/\n"),
        ("a.jsonl", '{"url": "https://a.example/", "content": "x", "created_at": "x", "text": "It opened."}\n'),
        ("a.json", '{"title": "A", "url": "https://a.example/", "text": "It opened."}\n'),
        ("a.txt", "url\nis a word of three letters.\n"),
        ("a.md", "[A list](https://a.example/), url, title\n"),
        ("a.html", "<html><head><title>On Pocket</title></head><body><p>A page on pocket export.</p></body></html>"),
    ],
)
def test_what_has_a_text_is_no_list(tmp_path: Path, name: str, data: str) -> None:
    [found] = load(write(tmp_path, name, data))
    assert isinstance(found, Found), found


@pytest.mark.parametrize("name", ["saved", "saved.txt", "saved.json"])
def test_the_name_of_an_export_does_not_count(tmp_path: Path, name: str) -> None:
    for data in (exports.WALLABAG, exports.FIREFOX, exports.CHROME, json.dumps(json.loads(exports.CHROME))):
        first, *_ = load(write(tmp_path, name, data))
        assert isinstance(first, Entry)
        assert first.url == exports.A


def test_what_is_uploaded_or_fetched_is_told_alike() -> None:
    for data in (exports.POCKET, exports.NETSCAPE, exports.FIREFOX, exports.RAINDROP, exports.READER):
        results = list(load_bytes(data.encode(), "x", "x", "https://x.example/"))
        assert isinstance(results[0], Entry)
    results = list(load_bytes(exports.OPML.encode(), "x", "x", "https://x.example/"))
    assert results == [Address(exports.FEED), Address(exports.OTHER_FEED)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", '[{"is_archived": 0, "url": "https://a.example/", "content": "x"'),
        ("a.json", '[{"guid": "a", "children": []}]'),
        ("a.json", '{"roots": ' + '{"a": ' * 3000 + "}" * 3001),
        ("a.csv", "title,url\n"),
        ("a.csv", 'title,url\n"never closed,https://a.example/\n'),
        ("a.html", "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<DL><p>" * 100_000),
        ("a.html", "<!DOCTYPE NETSCAPE-Bookmark-file-1>" + "<A HREF='" * 50_000),
        ("a.html", "<!DOCTYPE NETSCAPE-Bookmark-file-1><A HREF='" + "x" * 1_000_000),
        ("a.opml", opml(*["<outline text=''>"] * 300)),
        ("a.opml", "<opml><body>" + "<outline/>" * 300_000),
        ("a.opml", "<opml" + " a='1'" * 300),
        ("a", b"PK\x03\x04metadata_0.json" + bytes(1000)),
    ],
    ids=range(12),
)
def test_broken_and_hostile_lists_are_refused_in_one_line(tmp_path: Path, name: str, data: str | bytes) -> None:
    path = write(tmp_path, name, data)
    [failure] = load(path)
    assert isinstance(failure, Failure)
    assert "\n" not in failure.error
    assert "fault of article-qa" not in failure.error
    assert count(path) >= 0
