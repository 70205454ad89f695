"""The bookmarklet in a real browser: a page of another origin hands itself over, and is added where one says so."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.library import Library
from tests.e2e.room import no_barriers
from tests.e2e.test_articles_page import open_articles

__all__ = ["open_articles"]  # a fixture
pytestmark = pytest.mark.e2e

Open = Callable[[str, int], Page]
TITLE = "The kiln <img src=x onerror=document.title='owned'>"
SHOWN = "The kiln of Dunmore burnt lime for the fields until 1954, when the last keeper left it for the town."
# What another page may try: opens our window, sends these messages once it is asked to, and keeps what it hears.
TRY = """([add, messages]) => {
  window.heard = [];
  const opened = open(add);
  addEventListener("message", ({ data }) => {
    heard.push(data);
    for (const message of messages) {
      if (message?.html === "LARGE") message.html = "x".repeat(50_000_001);
      opened.postMessage(message, "*");
    }
  });
}"""


class Site(BaseHTTPRequestHandler):
    """Shows its article to who is signed in, and lets no page of its own run, send or load anything."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        text = SHOWN if "session=ada" in self.headers.get("Cookie", "") else "Sign in to read on."
        title = TITLE.replace("<", "&lt;")
        page = f"<!doctype html><title>{title}</title><img src=/pixel><article><p>{text}</p></article>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", "default-src 'none'; form-action 'none'; connect-src 'none'")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[type[Site]]:
    handler = type("Site", (Site,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    yield handler
    server.shutdown()
    server.server_close()


@pytest.fixture
def read(browser: Browser, site: type[Site]) -> Iterator[Page]:
    """The article of the other site, as one reads it who is signed in there."""
    context = browser.new_context(viewport={"width": 1280, "height": 780})
    context.add_cookies([{"name": "session", "value": "ada", "url": site.url}])
    page = context.new_page()
    page.goto(f"{site.url}/lime/kiln?day=3#top")
    yield page
    context.close()


def opened_by(page: Page, script: str, *given: object) -> Page:
    with page.expect_popup() as popup:
        page.evaluate(script, *given)
    return popup.value


def bookmarklet(page: Page) -> str:
    page.get_by_role("link", name="Articles", exact=True).click()
    href = page.get_by_role("link", name="Add to my articles").get_attribute("href")
    assert href
    assert href.startswith("javascript:")
    return unquote(href.removeprefix("javascript:"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_page_one_reads_is_added_with_its_text_and_address(
    scheme: str,
    width: int,
    open_articles: Open,
    read: Page,
    site: type[Site],
    library: Library,
    keep_picture: Callable[[Page, str], None],
) -> None:
    ours = open_articles(scheme, width)
    code = bookmarklet(ours)
    keep_picture(ours, f"{scheme}-{width}-bookmarklet")
    window = opened_by(read, code)
    window.set_viewport_size({"width": width, "height": 780})
    window.emulate_media(color_scheme=scheme)
    box = window.locator("#shelf .receive")
    expect(box.locator("h2")).to_be_focused()
    expect(box.locator(".title")).to_have_text(TITLE)
    expect(box.locator(".address")).to_have_text(read.url)
    expect(box.locator(".origin")).to_have_text(site.url)
    expect(box.locator(".words")).to_have_text(str(len(SHOWN.split())))
    expect(box.get_by_role("button", name="Add")).to_be_disabled()
    assert len(library.articles()) == 3, "nothing is stored before one says so"
    expect(box.get_by_role("button", name="Add")).to_be_enabled()
    no_barriers(window)
    assert window.evaluate("document.documentElement.scrollWidth") <= width
    keep_picture(window, f"{scheme}-{width}-receive")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    state = window.locator(".batch > ol > li .state")
    expect(state).to_have_text(f"Added: {TITLE}")
    expect(box).to_be_hidden()
    article = library.article("kiln")
    assert (article.title, article.text) == (TITLE, SHOWN)
    assert article.url == library.origins()["kiln"] == f"{site.url}/lime/kiln?day=3"
    assert window.title() == "Ask your articles"
    again = opened_by(read, code)
    again.locator("#shelf .receive").get_by_role("button", name="Add").click()
    expect(again.locator(".batch > ol > li .state")).to_have_text("Unchanged since it was added")
    assert [path for path in site.asked if path != "/favicon.ico"] == ["/lime/kiln?day=3"], "nothing of it is fetched"


def test_what_is_left_is_not_kept(open_articles: Open, read: Page, library: Library) -> None:
    window = opened_by(read, bookmarklet(open_articles("light", 1280)))
    expect(window.locator(".receive .title")).to_have_text(TITLE)
    with window.expect_event("close"):
        window.get_by_role("button", name="Leave it").click()
    assert len(library.articles()) == 3


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("<p>Text", "Refused: what was sent is no page of the web."),
        (None, "Refused: what was sent is no page of the web."),
        ({"url": "{site}/a", "title": "T"}, "Refused: what was sent is no page of the web."),
        ({"url": "file:///etc/passwd", "title": "", "html": ""}, "Refused: what was sent is no page of the web."),
        ({"url": "javascript:alert(1)", "title": "", "html": ""}, "Refused: what was sent is no page of the web."),
        (
            {"url": "https://bank.example/", "title": "Bank", "html": "<p>Lies"},
            "Refused: {site} sent a page that says its address is https://bank.example/.",
        ),
        (
            {"url": "http://127.0.0.1:1024/", "title": "Port", "html": "<p>Lies"},
            "Refused: {site} sent a page that says its address is http://127.0.0.1:1024/.",
        ),
        ({"url": "{site}/a", "title": "", "html": "LARGE"}, "Refused: the page is larger than 50 MB."),
    ],
)
def test_what_is_no_page_of_its_sender_is_refused(
    message: object, said: str, open_articles: Open, read: Page, site: type[Site], library: Library
) -> None:
    add = f"{open_articles('light', 1280).url.split('#')[0]}#/add"
    if isinstance(message, dict):
        message = {name: text.replace("{site}", site.url) for name, text in message.items()}
    window = opened_by(read, TRY, [add, [message]])
    box = window.locator("#shelf .receive")
    expect(box.locator("[role=status]")).to_have_text(said.format(site=site.url))
    expect(box.locator(".take")).to_be_hidden()
    expect(box.locator("dl")).to_be_hidden()
    assert len(library.articles()) == 3
    assert read.evaluate("heard") == ["article-qa: ready"], "nothing else is told to the other page"


def test_only_one_message_is_taken_and_only_from_the_window_that_opened_ours(
    open_articles: Open, read: Page, library: Library
) -> None:
    add = f"{open_articles('light', 1280).url.split('#')[0]}#/add"
    first = {"url": read.url, "title": "First", "html": "<p>One two three"}
    window = opened_by(read, TRY, [add, [first, {**first, "title": "Second"}]])
    box = window.locator("#shelf .receive")
    expect(box.locator("[role=status]")).to_have_text(
        "Refused: another page was sent after this one. Only the first is taken."
    )
    expect(box.locator(".title")).to_have_text("First")
    expect(box.locator(".words")).to_have_text("3")
    window.evaluate(
        """(data) => dispatchEvent(new MessageEvent("message",
            { data, origin: "https://evil.example", source: new MessageChannel().port1 }))""",
        first,
    )
    expect(box.locator("[role=status]")).to_have_text(
        "Refused: https://evil.example is not the page that opened this window."
    )
    expect(box.locator(".title")).to_have_text("First")
    assert len(library.articles()) == 3


def test_another_site_cannot_send_a_page_past_the_window(
    open_articles: Open, browser: Browser, site: type[Site], library: Library
) -> None:
    """What the window is for: a form of another site, with all that it could fill in, is turned away."""
    ours = open_articles("light", 1280).url.split("#")[0]
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(site.url)
    status = page.evaluate(
        """async ([ours, url]) => {
          const body = new FormData();
          body.append("files", new Blob(["<p>Lies"], { type: "text/html" }), "page.html");
          body.append("url", url);
          return (await fetch(`${ours}api/articles`, { method: "POST", body, mode: "no-cors" })).type;
        }""",
        [ours, f"{site.url}/"],
    )
    assert status == "opaque"
    assert len(library.articles()) == 3
    context.close()


def test_where_no_window_brings_a_page_it_says_what_to_do(open_articles: Open) -> None:
    page = open_articles("light", 360)
    page.evaluate("location.hash = '#/add'")
    box = page.locator("#shelf .receive")
    expect(box.locator("[role=status]")).to_contain_text("Save it in the browser and add the file below.")
    no_barriers(page)
    box.get_by_role("button", name="Leave it").click()
    expect(box).to_be_hidden()


def test_the_link_can_be_copied_by_keyboard(open_articles: Open) -> None:
    page = open_articles("light", 1280)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = bookmarklet(page)
    page.get_by_label("Address of a page or a feed").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Add to my articles")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".bring [role=status]")).to_have_text("Copied; make a bookmark with this as its address.")
    assert unquote(page.evaluate("navigator.clipboard.readText()")) == f"javascript:{code}"
