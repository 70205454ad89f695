"""What a web page says of its article, under the public names of facts: title, source, author, days, language."""

from collections.abc import Iterator

from lxml.html import HtmlElement
from trafilatura.settings import Document

from ingest.load.found import is_web_address
from ingest.load.pages.authors import page_author
from ingest.load.pages.dates import page_dates
from ingest.load.pages.headline import is_alike, letters, one_line
from ingest.load.pages.page import Page

FROM_HEADING = "the title is the first heading"
_BETWEEN = "|-–—•·»«›‹:/~⋆*✩"  # a title and the name of its site
_LONGEST_NAME = 60  # characters of a site's name
_MOST_WORDS = 4  # of a site's name that only its host tells
_SHORTEST_HOST = 3  # letters by which it tells


def page_facts(root: HtmlElement, url: str | None, found: Document) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """The facts, and notes of what was guessed; `found` is what trafilatura makes of the page found at `url`."""
    page = Page(root, url)
    dates = page_dates(page)
    hosts = page.hosts
    named = [name for name in _site_names(page, found) if name and not is_web_address(name)]
    names = [*named, *hosts]
    title, notes = _title(page, found.title), dates.notes
    if title and not page.titles:
        notes = (FROM_HEADING, *notes)
    source = next((name for name in (found.sitename, *names) if name and _is_name(name)), None)
    facts = {
        "title": _without_site(title, names, hosts) if title else None,
        "source": source,
        "author": page_author(page, {*map(letters, names), *map(_core, hosts)}, found.author),
        "published_at": dates.published,
        "updated_at": dates.updated,
        "url": found.url,
        "language": page.language,
    }
    return facts, notes


def _title(page: Page, guess: str | None) -> str | None:
    """As it is named for others to show; else the heading of the article, and last what trafilatura finds."""
    heading = one_line(page.heading.text_content()) if page.heading is not None else ""
    named = next(map(one_line, page.root.xpath("//meta[@property='og:title']/@content")), "")
    if named:
        return heading if heading and _is_part(heading, named) else named
    inner = page.root.xpath("//article//h1 | //main//h1")
    if len(inner) == 1:
        return one_line(inner[0].text_content()) or guess
    return heading if heading and is_alike(heading, page.titles) else guess


def _is_part(heading: str, title: str) -> bool:
    """Whether the title is the heading and, apart from it, something else, such as the name of the site."""
    for rest in (title.removeprefix(heading), title[::-1].removeprefix(heading[::-1])):
        if len(rest) < len(title) and (mark := rest.strip()[:1]) and mark in _BETWEEN.replace(":", ""):
            return True
    return False


def _without_site(title: str, names: list[str], hosts: list[str]) -> str:
    """The title without the site's name at either end; a title that is nothing else stays."""
    for name in sorted(names, key=len, reverse=True):
        for turned in (False, True):
            text, end = (title[::-1], name[::-1]) if turned else (title, name)
            rest = text[: -len(end)] if text.casefold().endswith(end.casefold()) else ""
            bare = rest.rstrip(_BETWEEN + " ")
            if bare and " " in rest[len(bare) :] and rest[len(bare) :].strip():
                title = bare[::-1] if turned else bare
    for mark in _BETWEEN:
        rest, _, last = title.rpartition(f" {mark} ")
        if rest.strip() and len(last.split()) <= _MOST_WORDS and _is_of_host(last, hosts):
            return rest.strip()
        first, _, rest = title.partition(f" {mark} ")
        if rest.strip() and len(first.split()) <= _MOST_WORDS and letters(first) in map(_core, hosts):
            return rest.strip()
    return title


def _is_of_host(name: str, hosts: list[str]) -> bool:
    """Whether it is what the host is called: "Harbour News" of harbour-news.example, "CNN.com" of www.cnn.com."""
    written = letters(name)
    return any(
        len(core) >= _SHORTEST_HOST and (written.startswith(core) or written.endswith(core))
        for core in map(_core, hosts)
    )


def _core(host: str) -> str:
    """The longest part of a host's name but the last, which is that of a country or a kind."""
    return letters(max(host.split(".")[:-1], key=len, default=""))


def _site_names(page: Page, found: Document) -> Iterator[str | None]:
    for name in page.root.xpath("//meta[@property='og:site_name' or @name='application-name']/@content"):
        yield one_line(name)
    for node in page.linked_data.articles:
        for publisher in page.linked_data.resolved(node.get("publisher")):
            if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
                yield one_line(publisher["name"])
    yield found.sitename


def _is_name(text: str) -> bool:
    return len(text) <= _LONGEST_NAME and not is_web_address(text) and "©" not in text
