"""Web pages saved in one file: which page it is, and where it came from."""

import base64

import pytest

from ingest.load import load_bytes
from ingest.load.found import Found
from ingest.load.pages.saved import saved_from, without_pictures

PAGE = (
    "<html><head><title>Mill</title></head><body><article><h1>Mill</h1><p>It grinds wheat.</p></article></body></html>"
)


def archive(head: str, page_head: str = "Content-Type: text/html\n", page: str = PAGE) -> Found:
    data = f"{head}Content-Type: multipart/related; boundary=b\n\n--b\n{page_head}\n{page}\n--b--\n".encode()
    [found] = load_bytes(data, "saved", "x", "x")
    assert isinstance(found, Found), found
    return found


@pytest.mark.parametrize(
    ("head", "page_head", "url"),
    [
        (
            "MIME-Version: 1.0\nSnapshot-Content-Location: https://mill.example/1\nFrom: <Saved by Blink>\n",
            "Content-Type: text/html\nContent-Location: cid:frame\n",
            "https://mill.example/1",
        ),
        (
            "MIME-Version: 1.0\n",
            "Content-Type: text/html\nContent-Location: https://mill.example/2\n",
            "https://mill.example/2",
        ),
        (
            "Content-Location: https://mill.example/3\nMIME-Version: 1.0\n",
            "Content-Type: text/html\n",
            "https://mill.example/3",
        ),
        ("MIME-Version: 1.0\n", "Content-Type: text/html\nContent-Location: file:///C:/a.htm\n", None),
    ],
)
def test_a_web_archive_says_where_its_page_lay(head: str, page_head: str, url: str | None) -> None:
    found = archive(f"Date: Tue, 5 Mar 2024 10:00:00 +0100\n{head}", page_head)
    assert (found.facts.url, found.facts.title, found.facts.published_at) == (url, "Mill", None)
    assert found.text.endswith("It grinds wheat.")


def test_a_page_without_a_title_has_that_of_the_archive() -> None:
    page = "<p>It grinds wheat.</p>"
    assert archive("MIME-Version: 1.0\nSubject: =?utf-8?Q?M=C3=BChle?=\n", page=page).facts.title == "Mühle"


def test_a_mail_with_pictures_is_no_web_archive() -> None:
    found = archive("From: Ada <ada@example.org>\nDate: Tue, 5 Mar 2024 10:00:00 +0100\n")
    assert (found.facts.author, found.facts.published_at) == ("Ada", "2024-03-05")


@pytest.mark.parametrize(
    ("comment", "address"),
    [
        (
            "\n Page saved with SingleFile \n url: https://mill.example/a?b=1&c \n saved date: Tue",
            "https://mill.example/a?b=1&c",
        ),
        (" saved from url=(0022)https://mill.example/ ", "https://mill.example/"),
        (" saved from url=(0014)about:internet ", None),
        (" Saved from https://mill.example/ at 2024-03-05T10:00:00Z using monolith v2 ", "https://mill.example/"),
        (" Mirrored from mill.example/a.html by HTTrack Website Copier/3.x, Tue ", "https://mill.example/a.html"),
        (" It was saved from ruin. ", None),
    ],
)
def test_a_comment_says_where_a_page_was_saved_from(comment: str, address: str | None) -> None:
    assert saved_from(f"<!DOCTYPE html>\n<html><!--{comment}--><head>".encode()) == address


def test_pictures_within_a_page_are_put_aside() -> None:
    picture = base64.b64encode(bytes(range(256))).decode()
    page = (
        f'<img src=data:image/png;base64,{picture} alt=x><p style="background: url(data:image/gif;base64,{picture})">It'
    )
    short = b'<img src=data:image/png;base64, alt=x><p style="background: url(data:image/gif;base64,)">It'
    assert without_pictures(page.encode()) == short
