"""WACZ: a ZIP file of WARC files and a list of those of their addresses that are pages."""

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from ingest.load.archives.warc import Archived, Pages, archived, parts
from ingest.load.archives.zipped import opened
from ingest.load.found import Failure
from ingest.load.raw import LARGEST, Raw
from qa.errors import LoadError

_LISTS = ("pages/pages.jsonl", "pages/extraPages.jsonl")


def is_wacz(names: Iterable[str]) -> bool:
    return any(map(_is_archive, names))


def read_wacz(raw: Raw) -> Iterator[Raw | Failure]:
    """The pages of all its WARC files; a failure for each that is listed and not there."""
    with opened(raw) as archive:
        yield from parts(raw, _archived(archive))


def count_wacz(raw: Raw) -> int:
    return sum(1 for _ in read_wacz(raw))


def _archived(archive: zipfile.ZipFile) -> Iterator[Archived | LoadError]:
    pages = Pages(_listed(archive))
    for name in filter(_is_archive, archive.namelist()):
        try:
            with archive.open(name) as part:
                yield from archived(part, pages)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
            yield LoadError(f"{name} is damaged or locked")
    for url in pages.missing():
        yield LoadError(f"{url}: is listed as a page, but not archived with status 200")


def _is_archive(name: str) -> bool:
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))


def _listed(archive: zipfile.ZipFile) -> Iterator[str]:
    for name in _LISTS:
        if name not in archive.namelist():
            continue
        with archive.open(name) as part:
            while line := part.readline(LARGEST):
                try:
                    page = json.loads(line)
                except (ValueError, RecursionError):
                    continue
                if isinstance(page, dict) and isinstance(page.get("url"), str):
                    yield page["url"]
