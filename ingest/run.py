"""One run: items are read one by one, placed, embedded in batches, stored, and each is told of as it is settled."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.batch import Batch, Pending, store
from ingest.copies import NearCopies
from ingest.embedded import Encoder, OneModel
from ingest.failures import FailureLog, name_of
from ingest.feeds import parse_feed
from ingest.identity import Catalogue, file_of
from ingest.load import Reading, Target, count, expand
from ingest.load.found import Address, Failure, FeedFile, FeedMet, Found, Unchanged, Upload
from ingest.load.lists.entries import Entry, limited
from ingest.report import AddReport, Duplicate, GaveWay, Reporter, Verdict
from ingest.split import split
from ingest.workplace import Workplace
from qa.errors import LoadError
from qa.library import Library
from qa.library.known import Known
from qa.telemetry.stages import happened
from qa.types import Visit

if TYPE_CHECKING:
    from ingest.fetch import Fetcher

Read = Found | Failure | Unchanged | Address | FeedMet


class Run:
    """One call of `pipeline.add`: the batch being filled, and what became of the items so far."""

    def __init__(
        self,
        library: Library,
        load_encoder: Callable[[], Encoder],
        reporter: Reporter,
        open_fetcher: Callable[[], "Fetcher"],
        limit: int | None,
        columns: Mapping[str, str],
        left_out: Callable[[str], bool] | None,
        is_wanted: Callable[[], bool],
        workplace: Workplace,
    ) -> None:
        self.library = library
        self.reporter = reporter
        self.limit = limit
        self.columns = columns
        self._left_out = left_out
        self._is_wanted = is_wanted
        self._model = OneModel(library, load_encoder)
        self._open_fetcher = open_fetcher
        self._workplace = workplace
        self._files: Iterator[Iterator[Reading]] = iter(())
        self._fetcher: Fetcher | None = None
        self._catalogue = Catalogue(library)
        self._near = NearCopies.of(library)
        self._failures = FailureLog(library)
        self._batch = Batch()
        self._visits: list[Visit] = []  # of feeds whose entries are in the batch
        self._started = time.monotonic()
        self._total = self._done = self._passages = 0
        self._ids: dict[str, list[str]] = {"added": [], "updated": [], "unchanged": []}
        self._duplicates: list[Duplicate] = []
        self._near_copies: list[Duplicate] = []
        self._failed: list[Failure] = []
        self._removed: list[str] = []
        self._feeds: list[FeedMet] = []
        self._read: set[Path] = set()
        self._met: set[str] = set()
        self._warned: set[tuple[str, str]] = set()  # what was said of a target is not said of each of its articles
        self._named: set[str] = set()  # addresses

    def work(self, items: Sequence[str | Upload]) -> None:
        targets = []
        for target in expand(items):
            if isinstance(target, Failure):
                self._fail(target)
            else:
                targets.append(target)
        self._named = {target.url for target in targets if isinstance(target, Address)}
        files = [target for target in targets if not isinstance(target, Address)]
        self._files = self._workplace.load(files, self.columns, self._at_page)
        expected = [count(target, self.columns) for target in targets]
        self._total = sum(expected)
        self.library.note_run(self._total, 0)
        for target, number in zip(targets, expected, strict=True):
            self._work_on(target, number)
        self._flush()
        self._failures.finish(items)
        self.library.note_run(0, 0)

    def prune(self, paths: Sequence[Path]) -> None:
        """Remove the articles of these files, and of files in these folders, that are gone from there.

        Their file is gone, or it was read and holds them no longer.
        """
        known = Known.beside(self.library)
        for path in {path.resolve() for path in paths}:
            for article_id, origin in known.below(str(path), is_folder=path.is_dir()).items():
                file = file_of(origin)
                if file and origin not in self._met and (file in self._read or not file.exists()):
                    self.library.remove(article_id)
                    self._removed.append(article_id)
            self._failures.forget_gone(path)

    def report(self) -> AddReport:
        added, updated, unchanged = (tuple(ids) for ids in self._ids.values())
        return AddReport(
            added,
            updated,
            unchanged,
            tuple(self._duplicates),
            tuple(self._near_copies),
            tuple(self._failed),
            round(time.monotonic() - self._started, 2),
            tuple(self._removed),
            tuple(self._feeds),
        )

    def _work_on(self, target: Target, expected: int, is_listed: bool = False) -> None:
        left = expected
        for found in self._readings(target):
            if isinstance(found, FeedMet):
                self._feeds.append(found)
                continue
            number = found.count if isinstance(found, Unchanged) else 1
            self._total += max(0, number - left)
            left = max(0, left - number)
            if isinstance(found, Address) and not is_listed:
                self._follow(found)
            elif isinstance(found, Address):  # a chain of lists might never end
                self._take(Failure(found.url, f"is named by a list in a list; add {name_of(target)}"), target)
            else:
                self._take(found, target)
            if self._is_wanted():
                self._flush()
                raise GaveWay(self.report())
        self._total -= left
        self._failures.through(target)
        if isinstance(target, Path) and not self._failures.any_in(target):
            self._read.add(target.resolve())

    def _follow(self, address: Address) -> None:
        """What a list names is added as if the user had named it, once."""
        if address.url in self._named:
            self._total -= 1
        else:
            self._named.add(address.url)
            self._work_on(address, 1, is_listed=True)

    def _readings(self, target: Target) -> Iterator[Read]:
        if isinstance(target, Address):
            from ingest.load.web import load_address

            yield from load_address(target, self._ready_fetcher(), self.library, self.limit, self._left_out)
            return
        item = target.item if isinstance(target, Upload) else str(target)
        try:
            for result in limited(next(self._files), self.limit):
                if isinstance(result, Entry):
                    from ingest.load.web import load_entry

                    where = item, name_of(target)
                    yield from load_entry(result, self._ready_fetcher(), self.library, *where, holder="export")
                else:
                    yield result
        except FeedFile as file:
            from ingest.load.web import load_feed

            try:
                feed = parse_feed(file.data, None)
            except LoadError as error:
                yield Failure.of(item, error)
            else:
                yield from load_feed(feed, self._ready_fetcher(), self.library, self.limit, item, name_of(target))

    def _at_page(self, page: int, pages: int) -> None:
        self.reporter.progress(self._done + page / pages, self._total, self._passages)

    def _take(self, found: Found | Failure | Unchanged, target: Target) -> None:
        """Note what an item is, or put it into the batch; the batch is stored when it is large or old enough."""
        if isinstance(found, Unchanged):
            self._leave(found, target)
        elif isinstance(found, Failure):
            self._fail(found, target)
        elif pending := self._place(found, target):
            self._batch.put(pending)
        self.reporter.progress(self._done, self._total, self._passages)
        if self._batch.is_full:
            self._flush()

    def _place(self, found: Found, target: Target) -> Pending | None:
        """The item ready to be stored, where it is new or changed; else note what it is."""
        self._met.add(found.origin)
        for note in (*found.told, *found.notes):
            if (said := (name_of(target), note)) not in self._warned:
                self._warned.add(said)
                self.reporter.warn(f"{found.item}: {note}")
        try:
            placed = self._catalogue.place(found)
        except LoadError as error:
            self._fail(Failure.of(found.item, error), target)
            return None
        article = placed.article
        if placed.verdict in ("added", "updated"):
            likeness = self._near.place(article.id, article.text, placed.other)
            where, passages = (found.origin, found.item), split(article)
            if found.embedded:
                self._model.accept(found.embedded, article, passages)
            return Pending(
                article, passages, *where, placed.verdict, placed.other, likeness, found.visit, found.embedded
            )
        if placed.moved:
            self.library.move(article.id, found.origin)
        if placed.noted:
            self.library.note(article.id, article.notes)
        if placed.verdict == "duplicate":
            self._duplicates.append(Duplicate(article.id, placed.other or ""))
        else:
            self._ids["unchanged"].append(article.id)
        self._settle(found.item, placed.verdict, placed.other or article.id, found.visit)
        return None

    def _leave(self, found: Unchanged, target: Target) -> None:
        """What its reader knows to be as it was. A feed's own visit waits for its entries, and is void if one fails."""
        self._met.add(found.origin)
        if found.count:
            known = self._catalogue.id_of(found.origin)
            ids = (known,) if known else self.library.visited_articles(found.origin)
            self._ids["unchanged"] += ids
            self._settle(found.item, "unchanged", "".join(ids[:1]), found.visit, found.count)
        elif found.visit and not self._failures.any_in(target):
            self._visits.append(found.visit)

    def _fail(self, failure: Failure, target: Target | None = None) -> None:
        self._failed.append(failure)
        if target is None:
            happened("article", "failed")
            self.reporter.settled(failure.item, "failed", failure.error)
        else:
            if failure.visit:
                self.library.remember(failure.visit)
            self._failures.note(failure, target)
            self._settle(failure.item, "failed", failure.error)

    def _settle(self, item: str, verdict: Verdict, detail: str, visit: Visit | None = None, number: int = 1) -> None:
        if visit:
            self.library.remember(visit, detail or None)
        self._done += number
        happened("article", verdict, number=number)
        self.reporter.settled(item, verdict, detail)

    def _flush(self) -> None:
        """Embed and store the batch."""
        if batch := self._batch.take():
            self._embed(batch)
            self.library.note_run(self._total, self._done)
        for visit in self._visits:
            self.library.remember(visit)
        self._visits.clear()

    def _embed(self, batch: list[Pending]) -> None:
        size = sum(len(pending.passages) for pending in batch)
        before = self._done

        def embedded(passages: int) -> None:
            share = passages / size * len(batch)
            self.reporter.progress(before + share, self._total, self._passages + passages)

        for pending in store(batch, self.library, self._model.ready, embedded):
            self._ids[pending.verdict].append(pending.article.id)
            if pending.likeness and pending.likeness.near:
                self._near_copies.append(Duplicate(pending.article.id, pending.likeness.near[0]))
            self._settle(pending.item, pending.verdict, pending.article.id, pending.visit)
        self._near.stored()
        self._passages += size

    def _ready_fetcher(self) -> "Fetcher":
        if self._fetcher is None:
            self._fetcher = self._open_fetcher()
        return self._fetcher
