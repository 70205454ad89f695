"""JSON of read-later services, with the texts that they stored, and the bookmarks of browsers."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.clean import clean_line
from ingest.load.archives.zipped import opened, unpacked
from ingest.load.decode import decode
from ingest.load.found import Failure, is_web_address, iso_date
from ingest.load.lists.entries import Entry, paragraphs
from ingest.load.lists.exports import entries, entry
from ingest.load.raw import LARGEST, Raw
from qa.errors import LoadError

Record = Mapping[str, Any]
Held = Callable[[str], bytes]  # what lies under a name; raises KeyError where nothing does

_WALLABAG = {"is_archived", "is_starred", "hashed_url", "domain_name", "published_by", "reading_time"}
OF_METADATA = ("content", "highlights")  # folders beside the metadata of Omnivore, which is read with them
_NOT_RETRIEVED = "wallabag can't retrieve contents"


def kind_of_json(raw: Raw) -> str | None:
    """The service by the keys of the first object; None where it is none of these."""
    first = _first(raw)
    keys = set(first)
    if {"url", "slug", "savedAt"} <= keys:
        return "omnivore"
    if {"url", "content"} <= keys and (keys & _WALLABAG or ("created_at" in keys and "</" in str(first["content"]))):
        return "wallabag"
    return "browser" if "roots" in keys or {"guid", "children"} <= keys else None


def read_wallabag(raw: Raw) -> Iterator[Entry | Failure]:
    yield from entries(raw, enumerate(_records(raw), 1), _wallabag)


def read_browser(raw: Raw) -> Iterator[Entry | Failure]:
    """A backup of Firefox, or the file in which Chrome keeps its bookmarks."""
    yield from entries(raw, enumerate(_bookmarks(raw), 1), lambda url_title: entry(*url_title))


def read_omnivore(raw: Raw) -> Iterator[Entry | Failure]:
    """One of its files of metadata, with the texts in the folder `content` beside it."""
    beside = raw.content.parent if isinstance(raw.content, Path) else None

    def held(name: str) -> bytes:
        if not beside or not (beside / name).is_file():
            raise KeyError(name)
        return Raw(name, name, name, beside / name).data()

    yield from entries(raw, enumerate(_records(raw), 1), lambda record: _omnivore(record, held))


def read_omnivore_zip(raw: Raw) -> Iterator[Entry | Failure]:
    """The same in one ZIP file."""
    with opened(raw) as archive:

        def read(found: tuple[str, Record]) -> Entry:
            folder, record = found
            return _omnivore(record, lambda name: unpacked(archive, f"{folder}{name}"))

        yield from entries(raw, enumerate(_zipped_records(archive), 1), read)


def count_records(raw: Raw) -> int:
    return len(_records(raw))


def count_bookmarks(raw: Raw) -> int:
    return len(_bookmarks(raw))


def count_zipped(raw: Raw) -> int:
    with opened(raw) as archive:
        return sum(1 for _ in _zipped_records(archive))


def is_metadata(name: str) -> bool:
    """Whether a file is one in which Omnivore tells of articles."""
    file = name.rpartition("/")[2]
    return file.startswith("metadata_") and file.endswith(".json")


def is_omnivore(names: Iterable[str]) -> bool:
    """Whether these are the files of a ZIP file of Omnivore's."""
    return any(map(is_metadata, names)) and any(f"{OF_METADATA[0]}/" in name for name in names)


def _first(raw: Raw) -> Record:
    """The first object of a JSON file, be it all of it or one of a list; nothing where there is one in each line."""
    with raw.open() as file:
        text = file.read(LARGEST + 1).decode("utf-8-sig", "replace").lstrip(" \t\r\n[")
    try:
        first, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return first if isinstance(first, dict) and not text[end:].lstrip().startswith("{") else {}


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise LoadError("is not valid JSON; export it again") from error


def _records(raw: Raw) -> list[Record]:
    return _objects_in(_json(raw.data()))


def _objects_in(data: Any) -> list[Record]:
    return [each for each in (data if isinstance(data, list) else [data]) if isinstance(each, dict)]


def _zipped_records(archive: zipfile.ZipFile) -> Iterator[tuple[str, Record]]:
    """Each with the folder in which its text lies."""
    for name in sorted(filter(is_metadata, archive.namelist())):
        folder = "".join(name.rpartition("/")[:2])
        yield from ((folder, record) for record in _objects_in(_json(unpacked(archive, name))))


def _bookmarks(raw: Raw) -> list[tuple[str, object]]:
    """Address and title of each, folder by folder; scripts and searches are none."""
    found, rest = [], [_json(raw.data())]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            url = node.get("uri") or node.get("url")
            if isinstance(url, str) and is_web_address(url):
                found.append((url, node.get("title") or node.get("name")))
            node = list(node.values())
        if isinstance(node, list):
            rest += [child for child in reversed(node) if isinstance(child, dict | list)]
    return found


def _wallabag(record: Record) -> Entry:
    content = record.get("content")
    markup = content.strip() if isinstance(content, str) else ""
    if _NOT_RETRIEVED in markup[: 2 * len(_NOT_RETRIEVED)]:
        markup = ""
    people = record.get("published_by") or record.get("authors") or record.get("author")
    return _stored(record, markup, people, record.get("published_at"))


def _omnivore(record: Record, held: Held) -> Entry:
    """With its text, else with its highlights or description until the page is fetched."""
    name = Path(str(record.get("slug"))).name  # a file beside the metadata and no other
    try:
        return _stored(record, decode(held(f"content/{name}.html")), record.get("author"), record.get("publishedAt"))
    except KeyError:
        return entry(record.get("url"), record.get("title"), record.get("description"))


def _stored(record: Record, markup: str, people: object, published: object) -> Entry:
    """Its text is all of it, where there is any; raises LoadError where it has neither text nor address."""
    title = record.get("title")
    try:
        listed = entry(record.get("url"), title)
    except LoadError:
        if not markup:
            raise
        listed = Entry(
            str(record.get("id") or title), title=clean_line(title) or None if isinstance(title, str) else None
        )
    names = [who for who in (people if isinstance(people, list) else [people]) if isinstance(who, str) and who.strip()]
    language = record.get("language")
    return Entry(
        listed.id,
        listed.url,
        listed.title,
        clean_line(", ".join(names)) or None,
        published_at=iso_date(published) if isinstance(published, str) else None,
        html=markup if "<" in markup else paragraphs(markup),
        is_full=bool(markup),
        language=language if isinstance(language, str) and language else None,
    )
