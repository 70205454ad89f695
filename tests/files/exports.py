"""Lists of feeds and of addresses as programs, services and browsers export them."""

import json
import zipfile
from io import BytesIO

from tests.files import stories

A, B, C = (f"https://canals.example/{name}" for name in ("suez", "panama?lock=1", "corinth#map"))
FEED, OTHER_FEED = "https://canals.example/feed.xml", "https://dams.example/rss"

OPML = f"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Subscriptions</title></head><body>
<outline text="Canals" title="Canals"><outline type="rss" text="Canals" xmlUrl="{FEED}" htmlUrl="https://canals.example/"/>
<outline text="Deeper"><outline type="rss" text="Again" xmlUrl="{FEED}"/></outline></outline>
<outline type="rss" text="Dams &amp; locks" xmlUrl="{OTHER_FEED}"/>
</body></opml>
"""
UGLY_OPML = """\ufeff<!-- made by a reader -->
<OPML version=1.0><body><outline TEXT="Dams & locks" XMLURL=" feed://dams.example/rss "/>
<outline text="no feed" htmlUrl="https://canals.example/"/><outline text="podcast:" xmlUrl="file:///etc/passwd">
""".replace("<OPML version=1.0>", '<opml version="1.0">')
ENTITIES_OPML = """<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<opml version="2.0"><body><outline text="&b;" xmlUrl="https://a.example/feed"/></body></opml>"""
DEEP_OPML = f"<opml version='2.0'><body>{'<outline text=_>'.replace('_', chr(39) * 2) * 5000}"

NETSCAPE = f"""<!DOCTYPE NETSCAPE-Bookmark-file-1>
<!-- This is an automatically generated file. It will be read and overwritten. DO NOT EDIT! -->
<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=UTF-8">
<TITLE>Bookmarks</TITLE>
<H1>Bookmarks Menu</H1>
<DL><p>
    <DT><H3 ADD_DATE="1700000000" LAST_MODIFIED="1700000000">Canals</H3>
    <DD>All about them
    <DL><p>
        <DT><A HREF="{A}" ADD_DATE="1700000000" ICON="data:image/png;base64,iVBORw0KGgo=">The Suez &amp; its ships</A>
        <DD>The canal opened in 1869.
        <DT><A HREF="javascript:(function(){{alert(1)}})()">Read later</A>
        <DT><A HREF="place:sort=8&maxResults=10">Most Visited</A>
        <DT><A HREF="{A}">The same again</A>
    </DL><p>
    <DT><A HREF="{B}">Panama
</DL><p>
"""
POCKET_HTML = f"""<!DOCTYPE html>
<html>
<!--So long and thanks for all the fish-->
<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8" /><title>Pocket Export</title></head>
<body><h1>Unread</h1><ul><li><a href="{A}" time_added="1700000000" tags="water,ships">Suez</a></li></ul>
<h1>Read Archive</h1><ul><li><a href="{B}" time_added="1600000000" tags="">{B}</a></li></ul></body></html>
"""
NO_BOOKMARKS = "<!DOCTYPE NETSCAPE-Bookmark-file-1><TITLE>Bookmarks</TITLE><DL><p><DT><A HREF='about:blank'>x</A></DL>"

POCKET = (
    "title,url,time_added,cursor,tags,status\n"
    f'"Suez, the canal",{A},1700000000,,water|ships,unread\n{B},{B},1,,,archive\n'
)
RAINDROP = (
    "id,title,note,excerpt,url,folder,tags,created,cover,highlights,favorite\n"
    f'7,Suez,"my ""own"" words","It opened\nin 1869.",{A},Canals,"a, b",2024-01-01T00:00:00.000Z,,,false\n'
    f"8,Corinth,,,{C},Canals,,2024-01-02T00:00:00.000Z,https://x.example/c.png,,true\n"
)
INSTAPAPER = (
    f"URL,Title,Selection,Folder,Timestamp\n{A},Suez,,Unread,1700000000\n"
    "instapaper-private://email/5/,A letter,,Archive,1700000001\n"
)
READER = (
    "\ufeffTitle,URL,ID,Document tags,Saved date,Reading progress,Location,Seen\r\n"
    f"\"Suez\",{A},01hx,\"['water', 'ships']\",2024-01-01 10:00:00+00:00,0.41,archive,True\r\n"
)
HIGHLIGHTS = (
    "Highlight,Book Title,Book Author,Amazon Book ID,Note,Color,Tags,"
    "Location Type,Location,Highlighted at,Document tags\n"
    f'"{stories.SUEZ}",Canals of the world,Transport Desk,,my thought,yellow,,page,12,2024-01-01 10:00:00,\n'
    f'"{stories.EVEREST}",Mountains,,,,,,page,1,2024-01-01 10:00:00,\n'
    '"It was dug by hand at first.",Canals of the world,Transport Desk,,,,,page,14,2024-01-02 10:00:00,\n'
)

_FIREFOX = {
    "guid": "root________",
    "title": "",
    "typeCode": 2,
    "root": "placesRoot",
    "children": [
        {
            "guid": "menu________",
            "title": "menu",
            "children": [
                {"guid": "a", "title": "Suez", "typeCode": 1, "type": "text/x-moz-place", "uri": A},
                {"guid": "b", "title": "Tags", "typeCode": 1, "uri": "place:type=6"},
                {"guid": "c", "title": "deeper", "children": [{"guid": "d", "uri": B}]},
            ],
        },
        {"guid": "toolbar_____", "title": "toolbar", "children": [{"guid": "e", "title": "Suez", "uri": A}]},
    ],
}
FIREFOX = json.dumps(_FIREFOX)
CHROME = json.dumps(
    {
        "checksum": "0a",
        "roots": {
            "bookmark_bar": {"children": [{"name": "Suez", "type": "url", "url": A}], "name": "bar", "type": "folder"},
            "other": {"children": [{"children": [{"type": "url", "url": B}], "type": "folder"}], "type": "folder"},
            "synced": {"children": [], "type": "folder"},
        },
        "version": 1,
    },
    indent=3,
)

_LOCK = f"<p>{stories.HOOVER}</p><h2>Later</h2><p>{stories.BAIKAL}</p>"
WALLABAG = json.dumps(
    [
        {
            "is_archived": 0,
            "is_starred": 1,
            "tags": ["water"],
            "id": 4,
            "title": "The dam",
            "url": A,
            "content": _LOCK,
            "created_at": "2024-03-01T10:00:00+0000",
            "published_at": "2023-05-06T10:00:00+0000",
            "published_by": ["Water Desk", ""],
            "language": "en",
            "domain_name": "canals.example",
        },
        {
            "id": 5,
            "title": "Panama",
            "url": B,
            "content": 'wallabag can\'t retrieve contents for this article. Please <a href="x">troubleshoot</a>.',
            "created_at": "2024-03-01T10:00:00+0000",
        },
        {"id": 6, "title": "No address", "url": None, "content": None},
    ]
)
_METADATA = [
    {
        "id": "e1",
        "slug": "the-dam-18c",
        "title": "The dam",
        "description": "About a dam.",
        "author": "Water Desk",
        "url": A,
        "state": "Archived",
        "savedAt": "2024-03-01T10:00:00.000Z",
        "publishedAt": "2023-05-06T10:00:00.000Z",
    },
    {
        "id": "e2",
        "slug": "../../etc/passwd",
        "title": "Panama",
        "description": "About locks.",
        "url": B,
        "savedAt": "x",
    },
]


def omnivore() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata_0_to_20.json", json.dumps(_METADATA))
        archive.writestr(
            "content/the-dam-18c.html", f"<html><body><div id='readability-page-1'>{_LOCK}</div></body></html>"
        )
        archive.writestr("highlights/the-dam-18c.md", "")
    return file.getvalue()


def omnivore_bomb() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("metadata_0_to_20.json", json.dumps(_METADATA))
        archive.writestr("content/the-dam-18c.html", b" " * 100_000_000)
    return file.getvalue()
