"""Web pages saved with all that belongs to them (.mhtml, .mht): the page itself, by the reader of web pages.

The day in the head is that on which it was saved, and no date of the article.
"""

from dataclasses import replace
from email.message import Message

from ingest.load.found import is_web_address
from ingest.load.mails.mime import charset, content, header, message_of
from ingest.load.pages import html
from ingest.load.parsed import Parsed
from ingest.load.raw import Raw
from qa.errors import LoadError

_PAGES = ("text/html", "application/xhtml+xml")


def parse(raw: Raw) -> Parsed:
    """The article of the page; raises LoadError where there is none."""
    message = message_of(raw.data())
    page = _page(message)
    if page is None:
        raise LoadError("holds no web page; open it in a browser, save the page as HTML and add that")
    addresses = (header(message, "snapshot-content-location"), header(page, "content-location"))
    url = next(filter(is_web_address, (*addresses, header(message, "content-location"))), raw.url)
    parsed = html.parse(Raw("", "", raw.name, content(page), url, charset(page)))
    title = parsed.given.get("title") or header(message, "subject")
    return replace(parsed, given={**parsed.given, "title": title})


def _page(message: Message) -> Message | None:
    """The part that `start` names, else the first page."""
    pages = [part for part in message.walk() if part.get_content_type() in _PAGES]
    start = message.get_param("start")
    return next(
        (page for page in pages if start and page.get("content-id", "").strip() == start), next(iter(pages), None)
    )
