"""Mails: whose words they are, how they were encoded, and what a hostile one may cost."""

from collections.abc import Callable, Iterator

import pytest

from ingest.load import load_bytes
from ingest.load.found import Failure, Found
from ingest.load.mails.mail import parse
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from ingest.load.sandbox import Sandbox
from qa.errors import LoadError
from tests.files.mails import nested

HEAD = "From: Ada <ada@example.org>\nDate: Tue, 5 Mar 2024 10:00:00 +0100\nMIME-Version: 1.0\n"
Build = Callable[[], str]


def mail(rest: str | bytes, head: str = HEAD) -> Parsed:
    body = rest if isinstance(rest, bytes) else rest.encode()
    return parse(Raw("", "", "a.eml", head.encode() + body))


def alternatives(plain: str, html: str) -> str:
    return (
        "Content-Type: multipart/alternative; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
    )


@pytest.mark.parametrize(
    ("plain", "html", "text"),
    [
        ("It sails at nine.", "<p>It sails at <b>nine</b>.</p>", "It sails at nine."),
        ("", "<p>It sails.</p>", "It sails."),
        ("See the web.", f"<p>{'It sails at nine. ' * 3}</p>", "It sails at nine. It sails at nine. It sails at nine."),
        ("It sails at nine, say all.", "", "It sails at nine, say all."),
    ],
)
def test_the_plain_form_goes_first_unless_it_says_far_less(plain: str, html: str, text: str) -> None:
    assert mail(alternatives(plain, html)).text == text


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("iso-8859-1", "cp1252"),
        ("ISO-2022-JP", "iso-2022-jp"),
        ("gb2312", "gb18030"),
        ("koi8-r", "koi8-r"),
        ("", "utf-8"),
    ],
)
def test_a_charset_is_read_as_senders_mean_it(charset: str, encoding: str) -> None:
    text = {"cp1252": "“Café” – 5 €", "gb18030": "码头㐀", "koi8-r": "Причал закрыт.", "utf-8": "Café"}.get(
        encoding, "港の岸壁"
    )
    declared = f"Content-Type: text/plain; charset={charset}\n\n" if charset else "\n"
    assert mail(declared.encode() + text.encode(encoding)).text == text


@pytest.mark.parametrize(
    ("head", "title", "author", "source"),
    [
        (
            "From: Ada <ada@example.org>\nSubject: =?utf-8?Q?Caf=C3?=\n =?utf-8?Q?=A9?= =?x-odd?Q?s?=",
            "Cafés",
            "Ada",
            "example.org",
        ),
        ('From: "Brun, Ada" <ada@Example.org>\nSubject: Re: quay', "Re: quay", "Brun, Ada", "example.org"),
        ("From: ada@example.org\nSubject: =?utf-8?B?broken", "=?utf-8?B?broken", "ada@example.org", "example.org"),
        ("From: ada at example.org (Ada Brun)\nList-Id: <quays.example.org>", None, "Ada Brun", "quays.example.org"),
        ("From: Ada <a@news.example>\nList-Id: 9f31mc list <9f31.mcsv.example>", None, "Ada", "news.example"),
        ("Received: from x\nTo: all", None, None, None),
    ],
)
def test_the_head_says_title_author_and_source(
    head: str, title: str | None, author: str | None, source: str | None
) -> None:
    given = mail("\nIt sails.", f"{head}\nMessage-ID: <1@x>\n").given
    assert (given["title"], given["author"], given["source"]) == (title, author, source)
    assert given["message_id"] == "<1@x>"


@pytest.mark.parametrize("charset", ["x-odd", "utf\0-8", "bz2_codec", "utf-8\udcff"])
def test_a_charset_that_is_none_is_passed_over(charset: str) -> None:
    attached = f"Content-Type: image/png\nContent-Disposition: attachment; filename*={charset}''%41.png"
    parts = f"--b\nContent-Type: text/plain; charset={charset}\n\nIt sails.\n--b\n{attached}\n\nx\n--b--\n"
    data = f"Content-Type: multipart/mixed; boundary=b\n\n{parts}".encode(errors="surrogateescape")
    assert mail(data).text == "It sails."


def test_a_text_that_flows_is_joined_within_each_quote() -> None:
    flowed = "It sails \nat nine.\n> Does \n> it?\n>> When?\n It does. \n-- \nAda \n"
    assert (
        mail(f"Content-Type: text/plain; format=flowed\n\n{flowed}").text
        == "It sails at nine.\n> Does it?\n>> When?\nIt does. \n-- \nAda"
    )


def test_the_html_of_a_mail_is_read_whole() -> None:
    page = (
        "<table><tr><td><h2><a href=x>Quay</a></h2></td></tr><tr><td>Hi,<br>all.<ul><li>One</li><li>Two</li></ul>"
        "</td></tr></table><p style='DISPLAY: none'>Unseen</p>"
        "<table><tr><th>Ship<th>Built<tr><td>Alma<td></table>10<sup>6</sup> kg"
    )
    text = mail(f"Content-Type: text/html\n\n{page}").text
    assert text == "Quay\n\nHi,\nall.\n\nOne\nTwo\n\nShip: Alma; Built: –\n\n10⁶ kg"


def test_what_is_attached_is_named() -> None:
    parts = "".join(
        f"--b\nContent-Type: {kind}\n{disposition}\n\nxx\n"
        for kind, disposition in [
            ("image/png", "Content-Disposition: inline; filename=dot.png"),
            ("image/png", 'Content-Disposition: attachment; filename="=?utf-8?Q?B=C3=BCro.png?="'),
            ("text/plain", "Content-Disposition: attachment; filename=a.txt"),
            ("application/pgp-signature", "X: y"),
            ("text/calendar", "X: y"),
        ]
    )
    parsed = mail(f"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nIt sails.\n{parts}--b--\n")
    assert (parsed.text, parsed.notes) == (
        "It sails.",
        ("3 attachments were left out: Büro.png, a.txt, text/calendar",),
    )


@pytest.mark.parametrize(
    ("rest", "error"),
    [
        ("Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB", "is encrypted or sealed"),
        ("\n-----BEGIN PGP MESSAGE-----\nhQEM", "is encrypted or sealed"),
        ("Content-Type: multipart/mixed\n\nIt sails.", "is damaged: its parts cannot be told apart"),
        ("\n\n", "holds no text$"),
        (nested(60), "is nested too deeply to be read as a mail"),
    ],
)
def test_what_cannot_be_read_is_refused(rest: str, error: str) -> None:
    with pytest.raises(LoadError, match=error):
        mail(rest)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(cpu_seconds=30)
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize(
    "build",
    [
        lambda: "Subject: " + "=?a?q?" * 200_000 + f"\n{HEAD}\nIt sails.",
        lambda: HEAD + "X: y\n" * 100_000 + "\nIt sails.",
        lambda: f"{HEAD}\n{'>' * 500_000} It sails.",
        lambda: HEAD + "Content-Type: text/plain; format=flowed\n\n" + "so \n" * 200_000 + "It sails.",
        lambda: HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nIt sails.\n" * 20_000,
    ],
    ids="encoded-words headers quotes flow parts".split(),
)
def test_a_huge_mail_is_read_in_seconds(sandbox: Sandbox, build: Build) -> None:
    assert sandbox.parse("mail", Raw("", "", "a.eml", build().encode())).text.endswith("It sails.")


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (lambda: nested(3000), "is nested too deeply to be read; save its text as .txt and add that"),
        (
            lambda: f"{HEAD}Content-Type: text/html\n\n{'<div>' * 50_000}",
            "is nested too deeply to be read as a web page",
        ),
    ],
    ids=["parts", "elements"],
)
def test_a_hostile_mail_costs_only_itself(sandbox: Sandbox, build: Build, error: str) -> None:
    with pytest.raises(LoadError, match=error):
        sandbox.parse("mail", Raw("", "", "a.eml", build().encode()))


@pytest.mark.parametrize(
    ("text", "is_mail"),
    [
        ("From: Ada\nDate: today\n\nIt sails.", True),
        ("Return-Path: <>\nX-Odd: y\n\nIt sails.", True),
        ("From: here to eternity\nis a film of 1953.\n", False),
        ("Title: Quay\nDate: 2024-03-05\n\nIt sails.", False),
        ("From the harbour\nNote: it sails.\n", False),
        ("From: Ada\n", False),
    ],
)
def test_only_the_head_of_a_mail_makes_a_mail(text: str, is_mail: bool) -> None:
    [found] = load_bytes(text.encode(), "note.txt", "x", "x")
    assert isinstance(found, Found | Failure)
    assert (isinstance(found, Found) and found.text == "It sails.") == is_mail
