"""SHA-256 of files, and marks by which a file that was hashed once is known again without hashing."""

import hashlib
from pathlib import Path

Mark = list[int | str]


def sha256(path: Path) -> str:
    """The digest of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def mark(path: Path, digest: str) -> Mark:
    """Size and time of a file whose digest this was: while they stay, it has not been written."""
    facts = path.stat()
    return [facts.st_size, facts.st_mtime_ns, digest]
