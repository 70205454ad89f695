"""Items -> articles in the library: load, clean, split, embed, store, a batch at a time.

An article is stored whole or not at all, and what is stored already is skipped: a run that was
interrupted is resumed by running it again.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ingest.identity import Catalogue
from ingest.load import count, expand, load
from ingest.load.found import Failure, Found
from ingest.split import split
from qa.errors import IndexMismatch, LoadError
from qa.library import Library, Vectors
from qa.types import Article, Passage

BATCH_ARTICLES = 64
BATCH_PASSAGES = 1000


class Encoder(Protocol):
    """The embedding model, as far as it is needed here; `progress` is told how many texts are done."""

    @property
    def identity(self) -> str: ...

    def encode_documents(self, texts: list[str], progress: Callable[[int], None] | None = None) -> Vectors: ...


class Reporter(Protocol):
    """Who is told how a run goes."""

    def warn(self, message: str) -> None: ...

    def progress(self, done: float, total: int, passages: int) -> None:
        """So many of all articles are dealt with, and so many passages were embedded for them."""


@dataclass(frozen=True)
class Duplicate:
    """An article that was not stored, for the library holds the same text as `of`."""

    id: str
    of: str


@dataclass(frozen=True)
class AddReport:
    """What became of the items, by article id."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    duplicates: tuple[Duplicate, ...]
    failed: tuple[Failure, ...]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Stopped(KeyboardInterrupt):
    """Ctrl-C, with the report of what was kept."""

    def __init__(self, report: AddReport) -> None:
        super().__init__()
        self.report = report


def add(items: Sequence[str], library: Library, encoder: Callable[[], Encoder], reporter: Reporter) -> AddReport:
    """Bring the library up to date with files and folders; one bad item never stops the others.

    `encoder` is called once there is something to embed. Raises IndexMismatch where the library was
    embedded by another model, Stopped on Ctrl-C.
    """
    run = _Run(library, encoder, reporter)
    try:
        run.work(items)
    except KeyboardInterrupt:
        raise Stopped(run.report()) from None
    return run.report()


def reembed(library: Library, encoder: Encoder, reporter: Reporter) -> int:
    """Split and embed anew what another model embedded; the number of articles. Resumes where it stopped."""
    stale = library.embedded_otherwise(encoder.identity)
    origins = {info.id: info.origin for info in library.articles()}
    done, passages = 0, 0
    for start in range(0, len(stale), BATCH_ARTICLES):
        articles = [library.article(article_id) for article_id in stale[start : start + BATCH_ARTICLES]]
        batch = [_Pending(article, split(article), origins[article.id]) for article in articles]
        for pending in _store(batch, library, encoder):
            done, passages = done + 1, passages + len(pending.passages)
            reporter.progress(done, len(stale), passages)
    return done


@dataclass(frozen=True)
class _Pending:
    """An article ready to be embedded and stored; `former` is the id it had until now, if another."""

    article: Article
    passages: list[Passage]
    origin: str
    verdict: str = "updated"
    former: str | None = None


def _store(
    batch: Sequence[_Pending], library: Library, encoder: Encoder, progress: Callable[[int], None] | None = None
) -> Iterator[_Pending]:
    """Embed the passages of a batch, titles in front, in one call; yield each article once it is stored."""
    texts = [f"{p.article.title}\n{s.text}" if p.article.title else s.text for p in batch for s in p.passages]
    vectors = encoder.encode_documents(texts, progress)
    start = 0
    for pending in batch:
        end = start + len(pending.passages)
        library.put(
            pending.article, pending.passages, vectors[start:end], origin=pending.origin, model=encoder.identity
        )
        if pending.former:
            library.remove(pending.former)
        start = end
        yield pending


@dataclass
class _Run:
    """One call of `add`: the batch being filled, and what became of the items so far."""

    library: Library
    load_encoder: Callable[[], Encoder]
    reporter: Reporter
    encoder: Encoder | None = None
    batch: list[_Pending] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=lambda: {"added": [], "updated": [], "unchanged": []})
    duplicates: list[Duplicate] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    total: int = 0
    done: int = 0
    passages: int = 0
    started: float = field(default_factory=time.monotonic)

    def work(self, items: Sequence[str]) -> None:
        catalogue = Catalogue(self.library)
        targets = list(expand(items))
        self.failed += [target for target in targets if isinstance(target, Failure)]
        files = [target for target in targets if isinstance(target, Path)]
        self.total = sum(count(path) for path in files)
        for path in files:
            for found in load(path):
                self._take(found, catalogue)
        self._flush()

    def report(self) -> AddReport:
        added, updated, unchanged = (tuple(ids) for ids in self.ids.values())
        seconds = round(time.monotonic() - self.started, 2)
        return AddReport(added, updated, unchanged, tuple(self.duplicates), tuple(self.failed), seconds)

    def _take(self, found: Found | Failure, catalogue: Catalogue) -> None:
        pending = self._place(found, catalogue)
        if pending is None:
            self.done += 1
            self.reporter.progress(self.done, self.total, self.passages)
            return
        self.batch.append(pending)
        if len(self.batch) >= BATCH_ARTICLES or sum(len(p.passages) for p in self.batch) >= BATCH_PASSAGES:
            self._flush()

    def _place(self, found: Found | Failure, catalogue: Catalogue) -> _Pending | None:
        """The item ready to be stored, where it is new or changed; else note what it is."""
        if isinstance(found, Failure):
            self.failed.append(found)
            return None
        for warning in found.warnings:
            self.reporter.warn(f"{found.item}: {warning}")
        try:
            placed = catalogue.place(found)
        except LoadError as error:
            self.failed.append(Failure.of(found.item, error))
            return None
        article = placed.article
        if placed.verdict == "unchanged":
            self.ids["unchanged"].append(article.id)
        elif placed.verdict == "duplicate":
            self.duplicates.append(Duplicate(article.id, placed.other or ""))
        else:
            return _Pending(article, split(article), found.origin, placed.verdict, placed.other)
        return None

    def _flush(self) -> None:
        """Embed and store the batch."""
        if not self.batch:
            return
        batch, self.batch = self.batch, []
        size = sum(len(pending.passages) for pending in batch)

        def embedded(passages: int) -> None:
            share = passages / size * len(batch)
            self.reporter.progress(self.done + share, self.total, self.passages + passages)

        for pending in _store(batch, self.library, self._ready_encoder(), embedded):
            self.ids[pending.verdict].append(pending.article.id)
            self.done += 1
        self.passages += size

    def _ready_encoder(self) -> Encoder:
        if self.encoder is None:
            self.encoder = self.load_encoder()
            if self.library.embedded_otherwise(self.encoder.identity):
                raise IndexMismatch(
                    f"the library was embedded by another model than {self.encoder.identity};"
                    " run `python -m ingest rebuild`, then add again"
                )
        return self.encoder
