"""The files that the readers are tested with, as people have them: written for each run, ugly ones among them."""

import gzip
import json
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import docx

from tests.files import archives, exports, mails, markup, pages, saved, stories
from tests.files.office import OFFICE
from tests.files.pdfs import columns, divided, pdf

BEYOND_LARGEST = 60_000_000


def make(folder: Path) -> None:
    """All of them, into a folder."""
    for name, content in FILES.items():
        data = content() if callable(content) else content
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    with (folder / "60-mb.txt").open("wb") as file:
        file.write(stories.SUEZ.encode())
        os.truncate(file.fileno(), BEYOND_LARGEST)
    (folder / "passwd.txt").symlink_to("/etc/passwd")


def _two_columns() -> bytes:
    first = [(60, 810, 9, "Tunnels of Europe"), (60, 770, 20, "A railway below the sea")]
    sheets = []
    for number, text in enumerate((stories.TUNNEL, stories.BORING, stories.TRAFFIC), 1):
        head = first if number == 1 else first[:1]
        sheets.append([*head, *columns(text, (60, 310), 730, 480, 38, 11), (290, 30, 9, f"Page {number} of 3")])
    return pdf(
        sheets, {"Title": "Microsoft Word - tunnel.doc", "Author": "Transport Desk", "CreationDate": "D:20240506"}
    )


def _one_column(text: str, info: dict[str, str], password: str | None = None) -> bytes:
    lines = [(60, 780 - 15 * number, 11, line) for number, line in enumerate(divided(text, 60))]
    return pdf([lines], info, password)


def _word() -> bytes:
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author = "Deep lakes", "Water Desk"
    properties.created, properties.modified = datetime(2024, 3, 1), datetime(2024, 3, 9)
    properties.language = "en-GB"
    document.sections[0].header.paragraphs[0].text = "Draft for the editors"
    document.add_heading("Deep lakes", 0)
    document.add_paragraph(stories.BAIKAL)
    table = document.add_table(rows=0, cols=2)
    for row in (("Lake", "Depth in metres"), ("Baikal", "1,642"), ("Tanganyika", "1,470")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("Both lie in rift valleys.")
    return _saved(document)


def _word_without_properties() -> bytes:
    document = docx.Document()
    document.add_heading("The dam on the Colorado", 1)
    document.add_paragraph(stories.HOOVER)
    return _saved(document)


def _saved(document: "docx.document.Document") -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 100_000_000)
    return file.getvalue()


def _entities() -> bytes:
    """A Word file whose document multiplies an entity a billion times."""
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    body = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
    evil = f'<!DOCTYPE x [<!ENTITY e0 "ha">{levels}]>{body}Before. &e9;</w:t></w:r></w:p></w:body></w:document>'
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(_word())) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in source.namelist():
            archive.writestr(entry, evil if entry == "word/document.xml" else source.read(entry))
    return file.getvalue()


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def _json_lines() -> str:
    whole = {"id": "everest", "title": "Everest", "published_at": "2020-12-08", "text": stories.EVEREST}
    return f'{json.dumps(whole)}\n{{"id": "broken", "text": \n{json.dumps({"text": stories.HOOVER})}\n'


_BRIDGE = (
    "---\ntitle: The Øresund bridge\nsource: Transport Desk\npublished_at: 1 July 2020\nupdated_at: 2021-05-02\n---\n"
    f"{stories.BRIDGE}\n"
)
_SEMICOLONS = (
    "id;title;published_at;text\n"
    f'canal;Suez;2019-11-17;"{stories.SUEZ}"\n'
    'open;Broken;2019-11-18;"a quote that is never closed\n'
    f"dam;Hoover;2020-01-02;{stories.HOOVER}\n"
)
_TABS = f"title\ttext\nEverest\t{stories.EVEREST}\n"

FILES: dict[str, str | bytes | Callable[[], str | bytes]] = {
    "two-columns.pdf": _two_columns,
    "hyphens.pdf": lambda: _one_column(stories.HYPHENS, {"Title": "Crossing the strait"}),
    "printed.pdf": lambda: _one_column(
        stories.SUEZ, {"Producer": "Skia/PDF m120", "CreationDate": "D:20250101", "Title": "Suez | The Desk"}
    ),
    "scanned.pdf": lambda: pdf([[]], drawing="0.9 g 50 50 400 600 re f"),
    "locked.pdf": lambda: _one_column(stories.SUEZ, {"Title": "Suez"}, password="canal"),
    "truncated.pdf": lambda: _two_columns()[:2000],
    "tables.docx": _word,
    "plain.docx": _word_without_properties,
    "bomb.docx": _bomb,
    "entities.docx": _entities,
    "damaged.docx": lambda: _word()[:9000],
    **OFFICE,
    "page-named.docx": pages.NEWS,
    "news.html": pages.NEWS,
    "blog.htm": pages.BLOG,
    "old.html": pages.OLD,
    "linked-data.html": pages.LINKED_DATA,
    "no-date.html": pages.NO_DATE,
    "page-named.txt": pages.BLOG,
    "script-only.html": "<!doctype html><html><body><script>render()</script></body></html>",
    "summaries.xml": pages.RSS,
    "feed.json": pages.JSON_FEED,
    "windows.txt": lambda: stories.EIFFEL.encode("cp1252"),
    "utf-16.txt": lambda: stories.EIFFEL.encode("utf-16"),
    "utf-16-without-mark.txt": lambda: stories.SUEZ.encode("utf-16-le"),
    "front-matter.md": _BRIDGE,
    "no-suffix": stories.SUEZ,
    "articles.jsonl": _json_lines,
    "semicolons.csv": _SEMICOLONS,
    "tabs.tsv": _TABS,
    "no-text-column.csv": "title,remark\nSuez,A canal\n",
    "empty.txt": b"",
    "blank.md": b" \n\n\t\n",
    "picture.txt": _png,
    "archive.md": lambda: gzip.compress(b"text"),
    "old.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
    "rich.doc": b"{\\rtf1\\ansi The canal.}",
    "program.txt": b"\x7fELF\x02\x01\x01" + bytes(64),
    **mails.FILES,
    **markup.FILES,
    **saved.FILES,
    "catalogue.xml": '<?xml version="1.0"?><catalogue><entry>One</entry></catalogue>',
    "crawl.warc.gz": lambda: archives.warc([*archives.CRAWL, archives.report()]),
    "crawl.warc": lambda: archives.warc(archives.CRAWL, packed=False),
    "ugly.warc.gz": lambda: archives.warc(archives.UGLY),
    "one-member.warc.gz": lambda: gzip.compress(archives.warc(archives.CRAWL, packed=False)),
    "damaged.warc.gz": lambda: archives.damaged(archives.warc(archives.UGLY[:5])),
    "broken-off.warc.gz": lambda: archives.warc(archives.CRAWL)[:-100],
    "bomb.warc.gz": archives.bomb,
    "no-pages.warc": lambda: archives.warc(archives.CRAWL[2:5], packed=False),
    "site.wacz": lambda: archives.wacz(
        {"data.warc.gz": archives.warc(archives.CRAWL)}, [f"{archives.SITE}/old", f"{archives.SITE}/gone"]
    ),
    "unlisted.wacz": lambda: archives.wacz({"a.warc": archives.warc(archives.CRAWL, packed=False)}, None),
    "two.wacz": lambda: archives.wacz(
        {"a.warc.gz": archives.warc(archives.CRAWL[:2]), "b.warc.gz": archives.warc([archives.report()])},
        [archives.SITE, f"{archives.SITE}/everest.pdf#page=2"],
    ),
    "damaged.wacz": lambda: archives.wacz({"a.warc": b"WARC/1.0\r\nno header\r\n"}, None),
    "subscriptions.opml": exports.OPML,
    "subscriptions.xml": exports.OPML.encode("utf-16"),
    "ugly.opml": exports.UGLY_OPML,
    "entities.opml": exports.ENTITIES_OPML,
    "deep.opml": exports.DEEP_OPML,
    "no-feeds.opml": "<opml version='2.0'><body><outline text='notes'/></body></opml>",
    "bookmarks.html": exports.NETSCAPE,
    "ril_export.html": exports.POCKET_HTML,
    "no-bookmarks.html": exports.NO_BOOKMARKS,
    "pocket.csv": exports.POCKET,
    "raindrop.csv": exports.RAINDROP,
    "instapaper.csv": exports.INSTAPAPER,
    "reader.txt": exports.READER,
    "highlights.csv": exports.HIGHLIGHTS,
    "firefox.json": exports.FIREFOX,
    "Bookmarks": exports.CHROME,
    "wallabag.json": exports.WALLABAG,
    "omnivore": exports.omnivore,
    "omnivore-bomb": exports.omnivore_bomb,
}
