"""Items as the user names them -> articles as found; one reader per format.

A new format is a reader in `READERS`, under the name by which `sniff` knows its content. What could do harm while it is
parsed (anything but plain text) is a module with `parse(raw: Raw) -> Parsed` in `worker.PARSERS`, read by `read_apart`.
Formats of other packages (`qa.extensions`) are known by their suffix and go first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from ingest.load.archives.wacz import count_wacz, read_wacz
from ingest.load.archives.warc import count_warc, read_warc
from ingest.load.folder import walk
from ingest.load.found import Address, Failure, FeedFile, Found, Upload, is_web_address
from ingest.load.lists import bookmarks
from ingest.load.lists.entries import Entry
from ingest.load.lists.links import count_links, count_works, read_highlights, read_links
from ingest.load.lists.opml import count_feeds, read_opml
from ingest.load.lists.read_later import (
    count_bookmarks,
    count_records,
    count_zipped,
    read_browser,
    read_omnivore,
    read_omnivore_zip,
    read_wallabag,
)
from ingest.load.mails.mbox import count_mails, read_mbox
from ingest.load.plain.text import read_markdown, read_text
from ingest.load.raw import Raw, Step, unheard
from ingest.load.records.csv_file import count_rows, csv_columns, read_csv
from ingest.load.records.json_file import json_columns, read_json
from ingest.load.records.jsonl import count_lines, jsonl_columns, read_jsonl
from ingest.load.records.names import missing
from ingest.load.sandbox import read_apart
from ingest.load.sniff import sniff
from qa.errors import ExtensionError, LoadError
from qa.extensions import FORMATS, Extension, extension
from qa.language.text import is_text

Target = Path | Upload | Address
Reading = Found | Failure | Entry | Address
Reader = Callable[[Raw], Iterator[Reading | Raw]]


def _read_feed(raw: Raw) -> Iterator[Found]:
    raise FeedFile(raw.data())


READERS: dict[str, Reader] = {
    "bookmarks": bookmarks.read_bookmarks,
    "browser": read_browser,
    "csv": read_csv,
    "docx": partial(read_apart, "docx"),
    "epub": partial(read_apart, "epub"),
    "feed": _read_feed,
    "highlights": read_highlights,
    "html": partial(read_apart, "html"),
    "json": read_json,
    "jsonl": read_jsonl,
    "links": read_links,
    "mail": partial(read_apart, "mail"),
    "markdown": read_markdown,
    "mbox": read_mbox,
    "mhtml": partial(read_apart, "mhtml"),
    "odt": partial(read_apart, "odt"),
    "omnivore": read_omnivore,
    "omnivore-zip": read_omnivore_zip,
    "opml": read_opml,
    "org": partial(read_apart, "org"),
    "pdf": partial(read_apart, "pdf"),
    "rst": partial(read_apart, "rst"),
    "rtf": partial(read_apart, "rtf"),
    "text": read_text,
    "wacz": read_wacz,
    "wallabag": read_wallabag,
    "warc": read_warc,
}
COUNTS: dict[str, Callable[[Raw], int]] = {  # of formats with many articles
    "bookmarks": bookmarks.count_links,
    "browser": count_bookmarks,
    "csv": count_rows,
    "highlights": count_works,
    "jsonl": count_lines,
    "links": count_links,
    "mbox": count_mails,
    "omnivore": count_records,
    "omnivore-zip": count_zipped,
    "opml": count_feeds,
    "wacz": count_wacz,
    "wallabag": count_records,
    "warc": count_warc,
}
COLUMNS = {"csv": csv_columns, "json": json_columns, "jsonl": jsonl_columns}
NO_COLUMNS: Mapping[str, str] = {}


def expand(items: Iterable[str | Upload]) -> Iterator[Target | Failure]:
    """What lies behind the items, each once, in order; what cannot be read is a failure."""
    seen: set[object] = set()
    for item in items:
        for target in map(_named, _targets(item)):
            key = target.resolve() if isinstance(target, Path) else target
            if isinstance(target, Failure) or key not in seen:
                seen.add(key)
                yield target


def _targets(item: str | Upload) -> Iterator[Target | Failure]:
    if isinstance(item, Upload):
        yield item
        return
    path = Path(item)
    try:
        if is_web_address(item):
            yield Address(item)
        elif "://" in item and not path.exists():
            yield Failure(item, "is no address that can be fetched; use one that begins with http:// or https://")
        elif path.is_dir():
            yield from walk(path)
        elif not path.exists():
            yield Failure(item, "no such file or folder")
        elif not path.is_file():
            yield Failure(item, "is not a regular file")
        else:
            yield path
    except (OSError, ValueError) as error:  # a name too long, or with a NUL
        yield Failure.of(item, error)


def _named(target: Target | Failure) -> Target | Failure:
    """A file whose name cannot be written down is a failure under a name that can."""
    name = target.item if isinstance(target, Failure) else str(target)
    if is_text(name):
        return target
    error = target.error if isinstance(target, Failure) else "its name is not valid UTF-8; rename it"
    return Failure(name.encode("utf-8", "replace").decode(), error)


def load(target: Path | Upload, columns: Mapping[str, str] = NO_COLUMNS, step: Step = unheard) -> Iterator[Reading]:
    """The articles of a file; where it fails as a whole, one failure that says why. Raises FeedFile for a feed.

    Of articles that are elsewhere the entry or address, which `ingest.load.web` reads. `columns` are those of CSV and
    JSON that the user names for facts, by their public names. `step(page, pages)` is told which page of a scan is read
    now.
    """
    return load_raw(replace(raw_of(target, columns), step=step))


def load_bytes(
    data: bytes, name: str, item: str, origin: str, *, url: str | None = None, charset: str | None = None
) -> Iterator[Reading]:
    """The articles of what was fetched from `url`; `name` only hints at the format. Raises FeedFile for a feed."""
    return load_raw(Raw(item, origin, name, data, url, charset))


def count(target: Target, columns: Mapping[str, str] = NO_COLUMNS) -> int:
    """How many articles the target may hold, to tell how far a run has come; what cannot be read is told by `load`."""
    if isinstance(target, Address):
        return 1
    raw = raw_of(target, columns)
    try:
        counted = None if _added(raw) else COUNTS.get(sniff(raw))
        return counted(raw) if counted else 1
    except Exception:
        return 1


def check_columns(items: Iterable[str], columns: Mapping[str, str]) -> None:
    """Raises LoadError where a file lacks a column that the user names, or where none of the items has columns."""
    files = [target for target in expand(items) if isinstance(target, Path)]
    kinds = [(raw, kind) for raw in (raw_of(file, columns) for file in files) if (kind := kind_of(raw)) in COLUMNS]
    if not kinds:
        raise LoadError("none of the items is a CSV, JSON or JSON Lines file")
    for raw, kind in kinds:
        try:
            absent = missing(COLUMNS[kind](raw), columns)
        except (LoadError, OSError):  # `load` tells of it
            continue
        if absent:
            raise LoadError(f"{raw.item} {absent}")


def kind_of(raw: Raw) -> str:
    """Its format; of what cannot be read `load` tells."""
    try:
        return "" if _added(raw) else sniff(raw)
    except (LoadError, OSError):
        return ""


def raw_of(target: Path | Upload, columns: Mapping[str, str]) -> Raw:
    if isinstance(target, Upload):
        return Raw(target.item, target.origin, target.name, target.path, target.url, columns=columns)
    return Raw(str(target), str(target.resolve()), target.name, target, columns=columns)


def _added(raw: Raw) -> Extension | None:
    """The format that another package adds for its suffix."""
    return extension(FORMATS, raw.suffix().removeprefix("."))


def load_raw(raw: Raw) -> Iterator[Reading]:
    for result in read_raw(raw):
        if isinstance(result, Raw):
            yield from load_part(result)
        else:
            yield result


def load_part(part: Raw) -> Iterator[Found | Failure]:
    """What an archive holds at an address. It names no others: nobody asked for those."""
    try:
        for result in read_raw(part):
            if not isinstance(result, Found | Failure):
                raise LoadError("is a list or an archive itself, not an article")
            if isinstance(result, Failure):
                yield replace(result, error=f"{part.url}: {result.error}")
            else:
                yield replace(result, notes=(*part.notes, *result.notes))
    except LoadError as error:
        yield Failure(part.item, f"{part.url}: {error}")


def read_raw(raw: Raw) -> Iterator[Reading | Raw]:
    try:
        added = _added(raw)
        if added:
            with added.at_work():
                yield from added.load()(raw)
        else:
            yield from READERS[sniff(raw)](raw)
    except FeedFile:
        raise
    except (ExtensionError, LoadError, OSError) as error:
        yield Failure.of(raw.item, error)
    except Exception as error:  # a fault of ours costs this file and no other
        yield Failure(raw.item, f"cannot be read ({type(error).__name__}), which is a fault of article-qa; report it")
