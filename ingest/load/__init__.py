"""Items as the user names them -> articles as found; one reader per format.

A new format is a module with a reader and a line in `READERS`.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingest.load.folder import walk
from ingest.load.found import Address, Failure, FeedFile, Found, Upload, is_web_address
from ingest.load.html import read_html
from ingest.load.jsonl import count_lines, read_jsonl
from ingest.load.raw import Raw
from ingest.load.text import read_markdown, read_text
from qa.errors import LoadError

Target = Path | Upload | Address
Reader = Callable[[Raw], Iterator[Found | Failure]]

READERS: dict[str, Reader] = {
    ".htm": read_html,
    ".html": read_html,
    ".jsonl": read_jsonl,
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".txt": read_text,
}


def expand(items: Iterable[str | Upload]) -> Iterator[Target | Failure]:
    """What lies behind the items, each once, in order; what cannot be read is a failure."""
    seen: set[object] = set()
    for item in items:
        for target in _targets(item):
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


def load(target: Path | Upload) -> Iterator[Found | Failure]:
    """The articles of a file; where it fails as a whole, one failure that says why. Raises FeedFile for a feed."""
    return _load(_raw(target))


def load_bytes(
    data: bytes, name: str, item: str, origin: str, *, url: str | None = None, charset: str | None = None
) -> Iterator[Found | Failure]:
    """The articles of what was fetched from `url`; `name` only hints at the format. Raises FeedFile for a feed."""
    return _load(Raw(item, origin, name, data, url, charset))


def count(target: Target) -> int:
    """How many articles the target may hold, to tell how far a run has come."""
    if isinstance(target, Address):
        return 1
    raw = _raw(target)
    try:
        return count_lines(raw) if raw.suffix() == ".jsonl" else 1
    except OSError:
        return 1


def _raw(target: Path | Upload) -> Raw:
    if isinstance(target, Upload):
        return Raw(target.name, f"upload:{target.name}", target.name, target.path)
    return Raw(str(target), str(target.resolve()), target.name, target)


def _load(raw: Raw) -> Iterator[Found | Failure]:
    try:
        yield from _reader(raw)(raw)
    except FeedFile:
        raise
    except (LoadError, OSError) as error:
        yield Failure.of(raw.item, error)


def _reader(raw: Raw) -> Reader:
    suffix = raw.suffix()
    if suffix not in READERS:
        what = f"cannot read {suffix} files yet" if suffix else "has no suffix that tells its format"
        raise LoadError(f"{what}; supported are {', '.join(READERS)}")
    return READERS[suffix]
