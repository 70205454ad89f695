"""Web pages that browsers and other programs saved in one file."""

from base64 import b64encode
from collections.abc import Callable
from quopri import encodestring

from tests.files import pages, stories


def _printable(data: bytes) -> str:
    return encodestring(data).decode("ascii")


_DOT = b64encode(bytes(60)).decode()
_PHOTO = f'<img src="data:image/png;base64,{b64encode(bytes(3000)).decode()}" alt="">'
_NEWS = pages.NEWS.replace('<link rel="canonical" href="https://space.example/voyager-1">', "")
CHROME = f"""From: <Saved by Blink>
Snapshot-Content-Location: https://space.example/voyager-1
Subject: =?utf-8?Q?Voyager=201?=
Date: Tue, 5 Mar 2024 10:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related;
	type="text/html";
	boundary="----MultipartBoundary--Qf----"


------MultipartBoundary--Qf----
Content-Type: text/html
Content-ID: <frame-1@mhtml.blink>
Content-Transfer-Encoding: quoted-printable
Content-Location: https://space.example/voyager-1

{_printable(_NEWS.encode())}
------MultipartBoundary--Qf----
Content-Type: image/png
Content-Transfer-Encoding: base64
Content-Location: https://space.example/dot.png

{_DOT}
------MultipartBoundary--Qf----
Content-Type: text/html
Content-ID: <frame-2@mhtml.blink>

<html><body><p>Buy a telescope today, said the advertisement in the frame.</p></body></html>
------MultipartBoundary--Qf------
"""
# As Internet Explorer saved it, in the charset of the page, named .doc, the page not first.
EXPLORER = f"""From: "Saved by Windows Internet Explorer 8"
Subject: The Panama Canal
Date: Sat, 5 Mar 2011 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/related;
	type="text/html"; start="<page>";
	boundary="----=_NextPart_000"
X-MimeOLE: Produced By Microsoft MimeOLE V6.1

This is a multi-part message in MIME format.

------=_NextPart_000
Content-Type: text/html

<p>A frame.</p>
------=_NextPart_000
Content-Type: text/html;
	charset="iso-8859-1"
Content-Transfer-Encoding: 8bit
Content-ID: <page>
Content-Location: http://canals.example/panama.html

{pages.OLD.decode("latin-1")}
------=_NextPart_000--
"""
# A page that Word or a wiki writes with the suffix .doc: no sender, and a text before the first part.
_WIKI = f"<html><head><title>Bridge notes</title></head><body><p>{stories.BRIDGE}</p></body></html>"
WIKI = f"""Date: Mon, 6 May 2024 10:00:00 +0000 (UTC)
Message-ID: <1.1@wiki.example>
Subject: Exported From Confluence
MIME-Version: 1.0
Content-Type: multipart/related; boundary="----=_Part_1"

------=_Part_1
Content-Type: text/html; charset=UTF-8
Content-Transfer-Encoding: quoted-printable
Content-Location: file:///C:/exported.html

{_printable(_WIKI.encode())}
------=_Part_1--
"""
SINGLE_FILE = _NEWS.replace(
    '<html lang="en-GB">',
    '<html lang=en-GB style="color:red"><!--\n Page saved with SingleFile \n url: https://space.example/voyager-1 \n'
    " saved date: Tue Mar 05 2024 10:00:00 GMT+0100 (Central European Standard Time)\n-->",
).replace("<main>", f"<main>{_PHOTO}")
SAVED_FROM = pages.NO_DATE.replace(
    "<html>", "\n<!-- saved from url=(0036)https://canals.example/2031/panama -->\n<html>"
).replace('<link rel="canonical" href="https://canals.example/2031/panama">', "")
MONOLITH = (
    "<!-- Saved from https://tunnels.example/gotthard at 2024-03-05T10:00:00Z using monolith v2.7.0 -->\n" + pages.BLOG
)

FILES: dict[str, str | bytes | Callable[[], str | bytes]] = {
    "chrome.mhtml": lambda: CHROME.replace("\n", "\r\n"),
    "explorer.mht": lambda: EXPLORER.replace("\n", "\r\n").encode("latin-1"),
    "wiki.doc": WIKI,
    "single-file.html": SINGLE_FILE,
    "saved-from.html": SAVED_FROM,
    "monolith.html": MONOLITH,
}
