"""Pages that are no article are refused with what to do next; what was not read of others is noted."""

from pathlib import Path

import pytest

from ingest.load.found import Failure
from tests.test_load_html import page, read

LINE = "The harbour office of Varga keeps a list of the ships that used the northern quay, with their years. "
SAVE = "save it from the browser and add that file"
BROWSER = f"asks for a browser instead of showing its text; {SAVE}"
APP = "<div id='root'></div><script src='app.js'></script>"


@pytest.mark.parametrize(
    ("head", "body", "error"),
    [
        (
            "",
            f"{APP}<noscript>You need to enable JavaScript to run this app.</noscript>",
            f"holds no text; if the page shows some, {SAVE}",
        ),
        ("", f"{APP}<p>Please enable JavaScript to see this page.</p>", BROWSER),
        (
            "<title>Just a moment...</title>",
            "<h1>gazette.example</h1><p>Checking if the site connection is secure. Enable JavaScript and cookies.</p>",
            BROWSER,
        ),
        (
            "<title>Attention Required! | Security check</title>",
            "<div class='g-recaptcha'></div><p>Complete the captcha to go on to the page that you asked for.</p>",
            BROWSER,
        ),
        (
            "<title>Page not found | The Gazette</title>",
            "<h1>Page not found</h1><p>The page that you are looking for was moved.</p>",
            f"says “Page not found”; look up its address, or if the browser shows the article, {SAVE}",
        ),
        (
            "<title>The Gazette</title>",
            "<main><h1>Oops! Error 404</h1><p>It seems that nothing stands here. Try a search?</p></main>",
            f"says “Oops! Error 404”; look up its address, or if the browser shows the article, {SAVE}",
        ),
        (
            "<meta http-equiv='refresh' content='0; url=https://gazette.example/new'>",
            "<p>You are being taken on.</p>",
            "only leads on to another page; add the address that the browser then shows",
        ),
        (
            "<title>Sign in</title>",
            "<h1>Sign in</h1><p>Use the name you gave us.</p><form><input type='password'></form>",
            f"asks to sign in; do so in the browser, {SAVE}",
        ),
    ],
)
def test_what_stands_in_for_an_article_is_refused(tmp_path: Path, head: str, body: str, error: str) -> None:
    path = tmp_path / "a.html"
    assert read(path, f"<html><head>{head}</head><body>{body}</body></html>") == Failure(str(path), error)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("404: what a page not found tells of the web", LINE * 9),
        ("JavaScript turns thirty", "JavaScript, which browsers have had for thirty years, needs no cookies. " + LINE),
        ("Why browsers ask whether you are human", "A captcha asks readers to prove that they are human. " * 12),
        ("Access denied to the northern quay", "Access to the northern quay was denied to the ferry. " + LINE),
        ("A moment", LINE * 2),
        ("Quay repairs begin", LINE),
    ],
)
def test_articles_about_such_pages_and_short_ones_are_read(tmp_path: Path, title: str, text: str) -> None:
    html = f"<title>{title} | The Gazette</title><article><h1>{title}</h1><p>{text}</p></article>"
    found = page(tmp_path / "a.html", html)
    assert text.strip() in found.text
    assert found.notes == ()


@pytest.mark.parametrize(
    ("head", "text"),
    [
        ("", LINE * 9),
        ("<meta property='og:type' content='article'>", LINE),
    ],
)
def test_what_may_be_an_article_after_all_is_read_with_a_note(tmp_path: Path, head: str, text: str) -> None:
    found = page(tmp_path / "a.html", f"<head><title>404</title>{head}</head><article><h1>404</h1><p>{text}</p>")
    [note] = found.notes
    assert note.startswith("may be no article: ")
    assert "“404”" in note


PAYWALL = "may be cut by a paywall; if the browser shows more, save the page from there and add that file"


@pytest.mark.parametrize(
    ("head", "body", "notes"),
    [
        ("", "", ()),
        ('<script type="application/ld+json">{"isAccessibleForFree": false}</script>', "", (PAYWALL,)),
        ('<script type="application/ld+json">[{"isAccessibleForFree" : "False"}]</script>', "", (PAYWALL,)),
        ('<script type="application/ld+json">{"isAccessibleForFree": true}</script>', "", ()),
        ("<meta property='article:content_tier' content='locked'>", "", (PAYWALL,)),
        ("", "<div class='paywall-box'><p>Subscribe to read on</p></div>", (PAYWALL,)),
        (
            "",
            "<p>The list begins with the Alma, which was built in 1920 and …</p>",
            ("ends in the middle; the rest may stand on another page",),
        ),
        (
            "",
            "<iframe title='Ships' src='https://charts.example/7'></iframe><iframe src='/like' height=20></iframe>",
            ("1 embedded page was not read (charts.example)",),
        ),
        (
            "",
            "<figure><video src='a.mp4'></video></figure><audio src='b.mp3'></audio>",
            ("2 recordings were not read",),
        ),
        ("", "<figure><img src='quay.jpg' alt='The quay'></figure>", ("1 picture was not read, beside little text",)),
        ("", "<img src='x.gif' width=1 height=1>", ()),
    ],
)
def test_notes_of_what_was_left_out(tmp_path: Path, head: str, body: str, notes: tuple[str, ...]) -> None:
    story = f"<article><h1>Ships</h1><p>{LINE}</p>{body}</article>"
    html = f"<html><head><title>Ships</title>{head}</head><body>{story}</body></html>"
    assert page(tmp_path / "a.html", html).notes == notes


def test_a_long_text_is_not_said_to_be_cut(tmp_path: Path) -> None:
    head = '<script type="application/ld+json">{"isAccessibleForFree": false}</script>'
    assert page(tmp_path / "a.html", f"<head>{head}</head><article><p>{LINE * 25}</p></article>").notes == ()
