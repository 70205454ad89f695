"""An item before it is read: its bytes, and what is known about it from outside."""

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import BinaryIO

from ingest.load.decode import telling_sample
from ingest.load.found import Facts, Found, read_facts
from qa.errors import LoadError

LARGEST = 50_000_000
HEAD = 65_536
Step = Callable[[int, int], None]


def unheard(page: int, pages: int) -> None:
    pass


def too_large(what: str = "") -> LoadError:
    return LoadError(f"{what}is larger than {LARGEST // 1_000_000} MB, the most one article may have; split it")


@dataclass(frozen=True)
class Raw:
    """`name` hints at the format; `url` is where it was fetched from and `charset` what the server said of it.

    `notes` say what was left out of it before it came here.
    `step` is told by its reader that a page of so many, counted from 0, is read now, where each takes long.
    `columns` are those that the user names for facts, by their public names.
    """

    item: str
    origin: str
    name: str
    content: Path | bytes
    url: str | None = None
    charset: str | None = None
    notes: tuple[str, ...] = ()
    step: Step = unheard
    columns: Mapping[str, str] = field(default_factory=dict)

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")

    def head(self) -> bytes:
        """Its first bytes, enough to tell what it is."""
        with self.open() as file:
            return file.read(HEAD)

    def telling_sample(self) -> bytes:
        """The part that tells the encoding of a text."""
        with self.open() as file:
            return telling_sample(file)

    def tail(self) -> bytes:
        """Its last bytes, where a ZIP file names its entries."""
        with self.open() as file:
            file.seek(max(0, file.seek(0, io.SEEK_END) - HEAD))
            return file.read()

    def data(self) -> bytes:
        """All of it, where it holds one article; raises LoadError where that would be too large."""
        with self.open() as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise too_large()
        return data

    def suffix(self) -> str:
        return PurePath(self.name).suffix.lower()

    def found(self, text: str, given: Mapping[str, object], notes: tuple[str, ...] = ()) -> Found:
        """The article of an item that holds one; `notes` are its reader's."""
        facts, left_out = self._facts(given)
        return Found(self.item, self.origin, text, facts, PurePath(self.name).stem or None, (*notes, *left_out))

    def part(self, number: int, key: str) -> tuple[str, str]:
        """Item and origin of one article of several, the one of that number, which `key` names in every run."""
        digest = hashlib.sha256(key.encode(errors="replace")).hexdigest()[:12]
        return f"{self.item}:{number}", f"{self.origin}#{digest}"

    def row(
        self, number: int, given: Mapping[str, object], notes: tuple[str, ...] = (), key: str | None = None
    ) -> Found:
        """One article of several, in the line of that number, or the one of it; raises LoadError where it has no text.

        `key` tells it from the others in every run; without one its id does, or its text.
        """
        text = given.get("text")
        if not isinstance(text, str) or not text.strip():
            raise LoadError('has no "text"')
        facts, left_out = self._facts(given)
        key = key or facts.id or hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
        return Found(f"{self.item}:{number}", f"{self.origin}#{key}", text, facts, None, (*notes, *left_out))

    def _facts(self, given: Mapping[str, object]) -> tuple[Facts, tuple[str, ...]]:
        facts, notes = read_facts(given)
        return replace(facts, url=facts.url or self.url), notes
