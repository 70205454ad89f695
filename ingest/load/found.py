"""What is read and what readers give: articles as found, facts checked; or the reason why an item is not one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.clean import clean_line
from ingest.load.days import is_day_first, only_day
from ingest.response import Refused
from qa.errors import LoadError
from qa.types import Markup, Visit

if TYPE_CHECKING:
    from ingest.embedded import Embedded

LONGEST_ID = 200
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Address:
    """A page, a document or a feed on the web."""

    url: str


@dataclass(frozen=True)
class Upload:
    """A file that came through the page: `path` is where it lies for now, `name` what the user calls it.

    One that the user's browser read at an address has its `url`, and is the article that would be fetched there.
    """

    name: str
    path: Path
    url: str | None = None

    @property
    def item(self) -> str:
        return self.url or self.name

    @property
    def origin(self) -> str:
        return self.url or f"upload:{self.name}"


@dataclass(frozen=True)
class Failure:
    """An item that could not be added, as the user would name it, and why, in one line.

    `status` is what the server answered, where that is why; `visit` is to be remembered.
    """

    item: str
    error: str
    status: int | None = field(default=None, compare=False)
    visit: "Visit | None" = field(default=None, compare=False)

    @classmethod
    def of(cls, item: object, error: Exception) -> "Failure":
        if isinstance(error, OSError):
            return cls(str(item), f"cannot be read: {error.strerror or error}")
        return cls(str(item), " ".join(str(error).split()), error.status if isinstance(error, Refused) else None)


@dataclass(frozen=True)
class Facts:
    """What the item itself says about its article; the dates are ISO 8601 days."""

    id: str | None = None
    title: str | None = None
    source: str | None = None
    author: str | None = None
    published_at: str | None = None
    updated_at: str | None = None
    url: str | None = None
    language: str | None = None


@dataclass(frozen=True)
class Found:
    """An article as its reader found it, not cleaned and without an identity of its own.

    `origin` is where it lies, the same in every run; `name` is what it is called there, if anything; `notes` say what
    was left out or guessed, and are kept; what is `told` is of its file, and is not; `visit` is to be remembered once
    the article is stored; `markup` is what the text is written in, None for plain text; `embedded` is there where its
    passages were embedded as it was read.
    """

    item: str
    origin: str
    text: str
    facts: Facts
    name: str | None = None
    notes: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    visit: "Visit | None" = None
    markup: "Markup | None" = None
    embedded: "Embedded | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Unchanged:
    """What a reader knows to be as it was, so that there is nothing to store: `count` articles."""

    item: str
    origin: str
    count: int = 1
    visit: "Visit | None" = None


@dataclass(frozen=True)
class FeedMet:
    """At an address the user named lies a feed of this title; None where it is as it was and not read again."""

    address: str
    title: str | None


class FeedFile(LoadError):
    """The item is a feed: it holds no article of its own but names some."""

    def __init__(self, data: bytes) -> None:
        super().__init__("is a feed, not an article")
        self.data = data


def read_facts(given: Mapping[str, object]) -> tuple[Facts, tuple[str, ...]]:
    """Facts under their public names, and notes about what had to be left out: dates, addresses, what is no text.

    Raises LoadError where the id is too long. Names that mean nothing here are ignored.
    """
    notes = []
    texts: dict[str, str | None] = {}
    for name in Facts.__dataclass_fields__:
        value = given.get(name)
        texts[name] = None if value is None else _text(value)
        if texts[name] is None and value and not isinstance(value, str):
            notes.append(f"{name} is not text; left out")
    if (identity := texts["id"]) and len(identity) > LONGEST_ID:
        raise LoadError(f"the id is longer than {LONGEST_ID} characters")
    for name in ("published_at", "updated_at"):
        if day := texts[name]:
            texts[name] = iso_date(day, texts["language"])
            if not texts[name]:
                notes.append(f"{name} {day!r} is not a date such as 2025-03-01; left out")
    if (url := texts["url"]) and not is_web_address(url):
        texts["url"] = None
        notes.append(f"url {url!r} is not a web address; left out")
    return Facts(**texts), tuple(notes)


def _text(value: object) -> str | None:
    """A fact as one line, None where it is none; lists, as of authors, are joined."""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return clean_line(str(value)) or None
    return None


def is_web_address(text: str) -> bool:
    return re.match(r"https?://[^/\s]", text, re.IGNORECASE) is not None


def iso_date(text: str, language: str | None = None) -> str | None:
    """The day as YYYY-MM-DD, where the text names one and nothing else but its weekday and time.

    Read are ISO 8601, mail headers, Unix timestamps in seconds or milliseconds, and days as they are written in
    English or in the language of the tag `language` ("5. März 2024"). 03/05/2024 is read only where the tag names a
    language or country that tells which number is the month.
    """
    if re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", text):
        text = text[:10]
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    languages = (language, "en") if language else ("en",)
    if day := _of_timestamp(text) or only_day(text, languages, is_day_first(languages)):
        return day
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, OverflowError):
        return None


def _of_timestamp(text: str) -> str | None:
    """The day in UTC of a number of seconds or milliseconds since 1970, where that can be an article's."""
    if not re.fullmatch(r"\d{9,13}(?:\.\d+)?", text, re.ASCII):
        return None
    number = float(text)
    latest = datetime.now(UTC).timestamp() + 86_400
    for seconds in (number, number / 1000):
        if _EARLIEST <= seconds <= latest:
            return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    return None
