"""What services and browsers export: addresses to fetch, or texts where they are stored, as the entries of a feed are.

Their dates of saving are not those of the articles and are not read.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ingest.clean import clean_line
from ingest.load.found import Failure, is_web_address
from ingest.load.lists.entries import Entry, paragraphs
from ingest.load.raw import Raw
from qa.errors import LoadError

Record = TypeVar("Record")


def entry(url: object, title: object, about: object = "") -> Entry:
    """An address to fetch; `about` stands in where its page is gone. Raises LoadError for what is no web address."""
    if not isinstance(url, str) or not is_web_address(url := url.strip()):
        raise LoadError(
            f"has no web address{f' but {url[:80]!r}' if isinstance(url, str) and url else ''}; nothing to fetch"
        )
    named = clean_line(title) if isinstance(title, str) else ""
    return Entry(
        url, url, None if named in ("", url) else named, html=paragraphs(about) if isinstance(about, str) else ""
    )


def entries(
    raw: Raw, records: Iterable[tuple[int, Record]], read: Callable[[Record], Entry]
) -> Iterator[Entry | Failure]:
    """Each address once, a failure in place of each record without; raises LoadError where there are no records."""
    seen: set[str] = set()
    number = 0
    for number, record in records:
        try:
            found = read(record)
        except LoadError as error:
            yield Failure.of(f"{raw.item}:{number}", error)
            continue
        if found.id not in seen:
            seen.add(found.id)
            yield found
    if not number:
        raise LoadError("names no web address")
