"""Archives, lists and exports as still other programs write them."""

import gzip
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ingest.clean import clean
from ingest.load import load
from ingest.load.found import Address, Failure, Found
from ingest.load.lists.entries import Entry
from tests.files import stories
from tests.files.archives import SITE, Record, page, wacz, warc

A, B = "https://canals.example/suez?a=1&b=2", "https://canals.example/kiel"
TAIL = stories.SUEZ[-60:]


def read(folder: Path, name: str, content: str | bytes) -> list[object]:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(load(path))


def urls(results: list[object]) -> list[str | None]:
    assert all(isinstance(result, Entry | Address) for result in results), results
    return [result.url for result in results if isinstance(result, Entry | Address)]


# Lists of feeds


@pytest.mark.parametrize(
    "content",
    [
        f"<opml version='1.1'><body><outline title='x' xmlUrl='{A}' type='atom'></outline></body></opml>",
        f'<?xml version="1.0" encoding="ISO-8859-1"?><?xml-stylesheet href="x.xsl"?><opml version="1.0"><head><title>é'
        f'</title></head><body><outline text="a" description="é" xmlUrl="{A}" /></body></opml>',
        f'<?xml version="1.0"?>\n<!-- OPML by a reader -->\n<opml version="2.0" xmlns:x="http://x.example/"><body>'
        f'<outline text="a" x:id="4" xmlUrl="{A.replace("&", "&amp;")}" category="/a"/></body></opml>',
        f'\n  <opml><body><outline xmlurl="{A}"/><outline xmlurl="{A}"/></body>',
        f'<?xml version="1.0"?><!DOCTYPE opml SYSTEM "opml.dtd"><opml><body><outline xmlUrl="{A}"/></body></opml>',
        f'<opml version="2.0"><body><outline text="Fish & chips <3" xmlUrl="{A}"/></body></opml>',
    ],
    ids=range(6),
)
def test_lists_of_feeds(tmp_path: Path, content: str) -> None:
    data = content.encode("latin-1") if "8859" in content else content.encode()
    assert urls(read(tmp_path, "export.xml", data)) == [A]


# Bookmarks

HEAD = "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n"


@pytest.mark.parametrize(
    "content",
    [
        f'{HEAD}<HTML>\n<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">\n<Title>Bookmarks</Title>\n'
        f'<H1>Bookmarks</H1>\n<DT><H3 FOLDED>Favourites</H3>\n<DL><p>\n\t<DT><A HREF="{A}">Suez</A>\n'
        f'\t<DT><A HREF="{B}">Kiel</A>\n</DL><p>\n</HTML>',
        f'{HEAD}<meta content="text/html; charset=UTF-8"><TITLE>Pinboard Bookmarks</TITLE>\n<DL><p><DT>'
        f'<A HREF="{A.replace("&", "&amp;")}" ADD_DATE="1" PRIVATE="0" TOREAD="1" TAGS="a">Suez</A>\n'
        f"<DD>Some words\n<DT><A HREF='{B}'>Kiel</A>\n</DL></p>",
        "<!doctype html><html><head><title>Instapaper: Export</title></head><body><h1>Unread</h1><ol>"
        f'<li><a href="{A}">Suez</a><li><a href="{B}">Kiel</a></ol></body></html>',
        f'\ufeff<!DOCTYPE NETSCAPE-Bookmark-file-1>\r\n<DL><p>\r\n<DT><a href="{A}" last_visit="1">Suez</a>\r\n'
        f'<DT><a feedurl="{B}/feed" href="{B}">Kiel</a>\r\n',
    ],
    ids=range(4),
)
def test_bookmarks(tmp_path: Path, content: str) -> None:
    for name in ("bookmarks.html", "bookmarks", "x.htm"):
        results = read(tmp_path, name, content)
        assert urls(results) == [A, B]
        assert [result.title for result in results if isinstance(result, Entry)] == ["Suez", "Kiel"]


def test_bookmarks_in_other_encodings(tmp_path: Path) -> None:
    content = (
        f'{HEAD}<TITLE>Lesezeichen</TITLE><DL><p><DT><A HREF="{B}">Der Kanal für große Schiffe, über Kiel</A></DL>'
    )
    for encoding in ("cp1252", "utf-16"):
        [entry] = read(tmp_path, "a.html", content.encode(encoding))
        assert isinstance(entry, Entry)
        assert entry.title == "Der Kanal für große Schiffe, über Kiel"


# CSV


@pytest.mark.parametrize(
    "content",
    [
        f'"title","url","time_added","tags","status"\n"Suez","{A}","1","","unread"\n"Kiel","{B}","2","","archive"\n',
        f"URL;Title\n{A};Suez\n{B};Kiel\n",
        f"Title\tURL\tFolder\nSuez\t{A}\tx\nKiel\t{B}\ty\n",
        f"\ufeffurl,title\r\n{A},Suez\r\n\r\n {B} ,Kiel\r\n{A},Suez again\r\n",
        f'id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\r\n1,Suez,,"Two\r\nlines",{A},"a; b",'
        f'"x, y",2024-01-01,,"Highlight:words\nNote:",true\r\n2,Kiel,,,{B},,,,,,\r\n',
    ],
    ids=range(5),
)
def test_rows(tmp_path: Path, content: str) -> None:
    for name, encoding in (("part_000000.csv", "utf-8"), ("export", "utf-8"), ("export.txt", "utf-16")):
        results = read(tmp_path, name, content.encode(encoding))
        assert urls(results) == [A, B]
        assert [result.title for result in results if isinstance(result, Entry)] == ["Suez", "Kiel"]


# JSON


def test_texts_of_wallabag_in_another_shape(tmp_path: Path) -> None:
    entry = {
        "id": 1,
        "url": None,
        "title": "A note",
        "content": f"{stories.SUEZ}\n\nIts end.",
        "is_starred": 0,
    }
    told, kept = read(
        tmp_path,
        "wallabag.txt",
        json.dumps([entry, {**entry, "url": A, "authors": ["Ada", "Bo"], "published_at": None}], indent=2),
    )
    assert isinstance(told, Entry)
    assert isinstance(kept, Entry)
    assert (told.url, told.is_full, kept.url, kept.author) == (None, True, A, "Ada, Bo")
    assert kept.html.endswith("<p>Its end.</p>")


def test_one_entry_of_wallabag(tmp_path: Path) -> None:
    entry = {"is_archived": 1, "url": A, "title": "Suez", "content": "<p>It opened.</p>", "language": "fr"}
    [told] = read(tmp_path, "a.json", json.dumps(entry))
    assert isinstance(told, Entry)
    assert (told.language, told.is_full) == ("fr", True)


def test_omnivore_in_a_folder_within_a_zip_file(tmp_path: Path) -> None:
    meta = [{"id": "1", "slug": "suez", "title": "Suez", "url": A, "savedAt": "2024-01-01", "publishedAt": None}]
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("export/metadata_0_to_1.json", json.dumps(meta))
        archive.writestr("export/content/suez.html", f"<p>{stories.SUEZ}</p>")
    [told] = read(tmp_path, "export.zip", file.getvalue())
    assert isinstance(told, Entry)
    assert told.is_full


# Web archives


def record(url: str, http: bytes, kind: bytes = b"response", version: bytes = b"1.1") -> bytes:
    told = (
        b"WARC/%s\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: 2024-03-01T00:00:00.123456Z\r\n"
        b"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n"
    )
    head = told % (version, kind, url.encode()) + b"Content-Length: %d\r\n\r\n" % len(http)
    return head + http + b"\r\n\r\n"


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "url"),
    [
        (record(f"<{SITE}/a>", OK + page("A"), version=b"1.0"), f"{SITE}/a"),
        (record(f"{SITE}/a b", OK + page("A")), f"{SITE}/a%20b"),
        (record(f"{SITE}/a", b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\n" + page("A")), f"{SITE}/a"),
        (record(f"{SITE}/a", OK.replace(b"\r\n", b"\n") + page("A")), f"{SITE}/a"),
        (record(f"{SITE}/a", OK.replace(b"html", b'html; charset="UTF-8"') + page("A")), f"{SITE}/a"),
        (record(f"{SITE}/a", OK.replace(b"html", b"html;charset=nonsense") + page("A")), f"{SITE}/a"),
        (record(f"{SITE}/é", OK.replace(b"OK", "déjà vu".encode("latin-1")) + page("A")), f"{SITE}/%C3%A9"),
        (record(f"{SITE}/a", OK + b"\xef\xbb\xbf\r\n" + page("A")), f"{SITE}/a"),
        (record(f"{SITE}/a", OK + page("A")) + b"\r\n\r\n\r\n", f"{SITE}/a"),
        (record(f"{SITE}/a", OK + page("A")).replace(b"WARC-Type: response", b"warc-type: response"), f"{SITE}/a"),
    ],
    ids=range(10),
)
def test_records_of_other_programs(tmp_path: Path, data: bytes, url: str) -> None:
    padded = gzip.compress(data) + bytes(512)
    for content in (data, gzip.compress(data), padded):
        [found] = read(tmp_path, "a.warc.gz", content)
        assert isinstance(found, Found), found
        assert (found.facts.title, found.facts.url) == ("A", url)
        assert TAIL in clean(found.text)


def test_blocks_of_gzip_that_know_no_records(tmp_path: Path) -> None:
    plain = warc([Record(f"/{n}", page(f"Page {n}")) for n in range(6)], packed=False)
    blocks = b"".join(gzip.compress(plain[at : at + 700]) for at in range(0, len(plain), 700))
    results = read(tmp_path, "a.warc.gz", blocks)
    assert [found.facts.title for found in results if isinstance(found, Found)] == [f"Page {n}" for n in range(6)]


def test_answers_without_a_body_or_a_type_are_no_articles(tmp_path: Path) -> None:
    data = b"".join(
        [
            record(f"{SITE}/picture", b"HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n\x1a\n"),
            record(f"{SITE}/part", b"HTTP/1.1 206 Partial Content\r\nContent-Type: text/html\r\n\r\n" + page("Part")),
            record("dns:canals.example", b"20240301 canals.example. 300 IN A 192.0.2.1"),
            record("urn:text:https://canals.example/", page("Text"), kind=b"resource"),
            record(f"{SITE}/a", OK + page("A")),
        ]
    )
    [found] = read(tmp_path, "a.warc", data)
    assert isinstance(found, Found)
    assert found.facts.title == "A"


def test_a_wacz_with_pages_beyond_the_first_list(tmp_path: Path) -> None:
    crawl = warc(Record(f"/{name}", page(name)) for name in "ABC")
    file = BytesIO(wacz({"rec-1.warc.gz": crawl}, [f"{SITE}/A"]))
    with zipfile.ZipFile(file, "a") as archive:
        lines = ['{"format": "json-pages-1.0"}', "broken", json.dumps({"url": f"{SITE}/B", "text": "x"}), "[]", ""]
        archive.writestr("pages/extraPages.jsonl", "\n".join(lines))
    results = read(tmp_path, "a.wacz", file.getvalue())
    assert [found.facts.title for found in results if isinstance(found, Found)] == ["A", "B"]
    assert not any(isinstance(result, Failure) for result in results)
