"""The files of a folder that may be articles."""

import os
from collections.abc import Iterator
from pathlib import Path

from ingest.load.found import Failure
from ingest.load.lists.read_later import OF_METADATA, is_metadata
from qa.extensions import FORMATS, installed

# What lies beside articles, as in the folder of a saved page, and never is one.
NEVER_ARTICLES = frozenset(
    ".avif .bmp .gif .heic .ico .jpeg .jpg .png .svg .tif .tiff .webp .aac .avi .flac .m4a .mkv .mov .mp3 .mp4 .ogg"
    " .wav .webm .7z .bz2 .gz .rar .tar .tgz .xz .zip .zst .css .eot .ini .js .map .otf .ttf .woff .woff2 .bak .db"
    " .lock .log .pyc .sqlite3 .tmp".split()
)


def never_article(path: Path) -> bool:
    """Whether its suffix tells that it is none; a format that another package adds may be one."""
    suffix = path.suffix.lower()
    if path.name.lower().endswith(".warc.gz"):
        return False
    return suffix in NEVER_ARTICLES and all(suffix != f".{each.name}" for each in installed(FORMATS))


def walk(folder: Path) -> Iterator[Path | Failure]:
    """Its regular files, recursively, sorted; hidden ones and links that lead out of it are left alone."""
    root = folder.resolve()
    unreadable: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unreadable.append):
        within = OF_METADATA if any(map(is_metadata, files)) else ()
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in within)
        for name in sorted(files):
            path = Path(parent, name)
            if name.startswith(".") or never_article(path) or not path.is_file():
                continue
            if not path.is_symlink() or path.resolve().is_relative_to(root):
                yield path
    for error in unreadable:
        yield Failure.of(error.filename, error)
