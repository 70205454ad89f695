"""Mails and mailboxes as programs write them, ugly and hostile ones among them."""

from base64 import encodebytes
from collections.abc import Callable
from quopri import encodestring

from tests.files import stories
from tests.files.pdfs import divided


def _base64(text: str) -> str:
    return encodebytes(text.encode()).decode()


def _printable(data: bytes) -> str:
    return encodestring(data).decode("ascii")


def _row(inner: str) -> str:
    """A row of a newsletter, laid out in tables within tables."""
    table = '<table width="600" cellpadding="0" cellspacing="0"><tr><td style="font-size:16px">'
    return f'<tr><td align="center">{table}{inner}</td></tr></table></td></tr>'


def _teaser(heading: str, text: str) -> str:
    link = "https://click.example/9f3a"
    return _row(f'<h2><a href="{link}">{heading}</a></h2>') + _row(f'<p>{text}</p><a href="{link}">Read on</a>')


_DEPTHS = "<table><tr><th>Lake</th><th>Depth</th></tr><tr><td>Baikal</td><td>1,642 m</td></tr></table>"
_ISSUE = f"""<!DOCTYPE html><html lang="en"><head><title>Waterways</title><style>p {{ margin: 0 }}</style></head><body>
<div style="display: none; max-height: 0">Canals and lakes this week &nbsp;&zwnj;&nbsp;&zwnj;</div>
<table role="presentation" width="100%">{_row("<h1>Waterways, No. 12</h1>")}
{_row("<p>Dear readers,</p><p>two stories.</p>")}
{_teaser("The canal", stories.SUEZ)}{_teaser("Deep lakes", stories.BAIKAL)}{_row(_DEPTHS)}
{_row('<p>You get this because you signed up. <a href="https://water.example/u">Unsubscribe</a></p>')}</table>
</body></html>"""
NEWSLETTER = f"""Received: from mail.example (mail.example [192.0.2.1]) by mx.example with ESMTPS id 4Tq
 for <reader@example.org>; Sun, 17 Nov 2019 07:01:02 +0000
DKIM-Signature: v=1; a=rsa-sha256; d=water.example; s=k1; h=from:subject;
 bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
From: "Water Desk" <news@water.example>
To: reader@example.org
Subject: =?utf-8?Q?Waterways_12:_caf=C3?= =?utf-8?Q?=A9s_by_the_canal?=
Date: Sun, 17 Nov 2019 08:00:00 +0100 (CET)
Message-ID: <12.9f3a@water.example>
List-Id: "Waterways" <waterways.water.example>
List-Unsubscribe: <https://water.example/u>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_a.b"

This is a multi-part message in MIME format.
--=_a.b
Content-Type: text/plain; charset=utf-8

View this email in your browser: https://water.example/12
--=_a.b
Content-Type: text/html; charset="utf-8"
Content-Transfer-Encoding: base64

{_base64(_ISSUE)}
--=_a.b--
"""

_ANSWER = f"""Dear Arne,

{chr(10).join(divided(stories.HOOVER, 68))}

> Is it really 221 metres – and who built the cafés?

The architect drew those.

> On Monday I looked it up.

--\x20
Water Desk
The Colorado river office
"""
# As an old program sends it: Windows-1252, letters in the head as they are, an attachment and a list's lines below.
REPLY = f"""From: guide@dam.example (José, Water Desk)
Subject: Re: [dams] Höhe of
 Hoover Dam
Date: Thu, 2 Jan 2020 9:05:00 -0800
In-Reply-To: <1@dam.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

{_printable(_ANSWER.encode("cp1252"))}
--x
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename*=utf-8''pl%C3%A4ne.pdf

JVBERi0xLjQK
--x
Content-Type: text/plain

_______________________________________________
dams mailing list
--x--
"""

_FLOWED = "\n".join(line + " " for line in divided(stories.EVEREST, 60)).rstrip()
FORWARDED = f"""Return-Path: <ada@example.org>
From: Ada <ada@example.org>
To: <arne@example.org>
Subject: Fwd: Everest
Date: Tue, 8 Dec 2020 12:00:00 GMT
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: text/plain; charset=utf-8; format=flowed

See below.
--outer
Content-Type: message/rfc822
Content-Disposition: attachment; filename="Everest.eml"

From: Mountain Desk <desk@peak.example>
Subject: Everest
Date: Mon, 7 Dec 2020 12:00:00 GMT
Content-Type: text/plain; charset=utf-8; format=flowed

{_FLOWED}
--outer--
"""

ENCRYPTED = """From: a@example.org
Date: Tue, 8 Dec 2020 12:00:00 GMT
MIME-Version: 1.0
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="e"

--e
Content-Type: application/pgp-encrypted

Version: 1
--e
Content-Type: application/octet-stream

-----BEGIN PGP MESSAGE-----
--e--
"""
OUTLOOK = """From: a@example.org
Date: Tue, 8 Dec 2020 12:00:00 GMT
MIME-Version: 1.0
Content-Type: application/ms-tnef; name="winmail.dat"
Content-Transfer-Encoding: base64

eJ8+IgA=
"""


def nested(depth: int) -> str:
    """A mail whose text lies in parts within parts."""
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return f"From: a@example.org\nDate: Tue, 8 Dec 2020 12:00:00 GMT\n{opened}Content-Type: text/plain\n\nThe canal.\n"


def _mail(number: int, text: str, head: str = "") -> str:
    return (
        f"From: Desk {number} <desk{number}@example.org>\nSubject: Story {number}\n"
        f"Date: Tue, {number} Dec 2020 12:00:00 GMT\nMessage-ID: <{number}@example.org>\n{head}\n{text}\n"
    )


_SUEZ = "\n".join(divided(stories.SUEZ, 70))
_QUOTED = "\n".join(f"> {line}" for line in divided(stories.SUEZ, 68))
_REPLY = f"It was six days.\n\nOn Tue, 1 Dec 2020, Desk 1 wrote:\n{_QUOTED}"
_REPLIED = "In-Reply-To: <1@example.org>\n"
_LAST = f"{stories.EVEREST}\n\n>From the top one sees far.\n\nFrom here on, it goes down."
_TEXTLESS = 'Content-Type: application/pdf; name="scan.pdf"\nContent-Disposition: attachment\n'
MAILBOX = f"""From desk1@example.org Tue Dec  1 12:00:00 2020
{_mail(1, _SUEZ)}
From - Tue Dec 08 12:00:00 2020
X-Mozilla-Status: 0001
{_mail(2, _REPLY, _REPLIED)}
From desk3@example.org Tue Dec  8 12:00:00 2020
{_mail(3, "JVBERi0xLjQK", _TEXTLESS)}
From 1685@xxx Tue Dec 08 12:00:00 +0000 2020
{_mail(4, _LAST)}
From desk1@example.org Tue Dec  1 12:00:00 2020
{_mail(1, _SUEZ)}"""
# As the archive of a mailing list hides addresses.
PIPERMAIL = f"""From ada at example.org  Tue Dec  8 12:00:00 2020
From: ada at example.org (Ada, Water Desk)
Date: Tue, 8 Dec 2020 12:00:00 +0000
Subject: [lakes] Baikal
Message-ID: <mailman.1@example.org>

{stories.BAIKAL}

From arne at example.org  Wed Dec  9 12:00:00 2020
From: arne at example.org (=?iso-8859-1?q?Arne_N=E6ss?=)
Date: Wed, 9 Dec 2020 12:00:00 +0000
Subject: [lakes] Baikal

{stories.HOOVER}
"""

FILES: dict[str, str | bytes | Callable[[], str | bytes]] = {
    "newsletter.eml": NEWSLETTER,
    "reply.eml": lambda: REPLY.replace("\n", "\r\n").encode("latin-1"),
    "forwarded-mail.txt": FORWARDED,
    "encrypted.eml": ENCRYPTED,
    "outlook.eml": OUTLOOK,
    "nested.eml": lambda: nested(200),
    "mailbox.mbox": MAILBOX,
    "pipermail.txt": PIPERMAIL,
}
