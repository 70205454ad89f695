"""Items as the user names them -> articles as found; one reader per format.

A new format is a module with a reader and a line in `READERS`.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ingest.load.folder import walk
from ingest.load.found import Failure, Found, is_web_address
from ingest.load.html import read_html
from ingest.load.jsonl import count_lines, read_jsonl
from ingest.load.text import read_markdown, read_text
from qa.errors import LoadError

Reader = Callable[[Path], Iterator[Found | Failure]]

READERS: dict[str, Reader] = {
    ".htm": read_html,
    ".html": read_html,
    ".jsonl": read_jsonl,
    ".markdown": read_markdown,
    ".md": read_markdown,
    ".txt": read_text,
}


def expand(items: Iterable[str]) -> Iterator[Path | Failure]:
    """The files behind the items, each once, in order; what cannot be one is a failure."""
    seen: set[Path] = set()
    for item in items:
        for target in _files(item):
            if isinstance(target, Failure):
                yield target
            elif (resolved := target.resolve()) not in seen:
                seen.add(resolved)
                yield target


def _files(item: str) -> Iterator[Path | Failure]:
    path = Path(item)
    try:
        if is_web_address(item):
            yield Failure(item, "web addresses are not supported yet; save the page as .html and add the file")
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


def load(path: Path) -> Iterator[Found | Failure]:
    """The articles of a file; where the file fails as a whole, one failure that says why."""
    try:
        yield from _reader(path)(path)
    except (LoadError, OSError) as error:
        yield Failure.of(path, error)


def count(path: Path) -> int:
    """How many articles the file may hold, to tell how far a run has come."""
    try:
        return count_lines(path) if path.suffix.lower() == ".jsonl" else 1
    except OSError:
        return 1


def _reader(path: Path) -> Reader:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        what = f"cannot read {suffix} files yet" if suffix else "has no suffix that tells its format"
        raise LoadError(f"{what}; supported are {', '.join(READERS)}")
    return READERS[suffix]
