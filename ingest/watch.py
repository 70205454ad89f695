"""A folder and the library in step: what is new or changed is added, what is gone is removed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from ingest.load.folder import never_article
from ingest.pipeline import AddReport, Encoder, Reporter, add
from ingest.report import Verdict
from qa.errors import LoadError
from qa.library import Library

if TYPE_CHECKING:
    from watchfiles import Change

    from ingest.fetch import Fetcher

QUIET_MS = 300  # a change is taken up once nothing more has happened for so long,
PATIENCE_MS = 3000  # or after that time in any case
ASK_MS = 500


def changes(folder: Path, stop: Event | None = None) -> Iterator[list[Path]]:
    """First the folder itself, then what has changed in it, until told to stop; no change in between is missed."""
    from watchfiles import watch

    root = folder.resolve()

    def may_be_article(_: "Change", changed: str) -> bool:
        path = Path(changed)
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        return not hidden and not never_article(path)

    seen = watch(
        root,
        watch_filter=may_be_article,
        debounce=PATIENCE_MS,
        step=QUIET_MS,
        rust_timeout=ASK_MS,
        yield_on_timeout=True,
        stop_event=stop,
    )
    next(seen)  # it looks from now on
    yield [root]
    for changed in seen:
        if changed:
            yield sorted({Path(path) for _, path in changed})


class FolderWatch:
    """Collects what changes in a folder, in a thread of its own, until it is stopped."""

    def __init__(self, folder: Path, told: Callable[[], None]) -> None:
        """`told` is called, in that thread, where there is something to take."""
        self.has_begun = False  # to see changes
        self.problem = ""  # why it sees no more of them
        self._folder = folder
        self._told = told
        self._changed: set[Path] = set()
        self._lock = Lock()
        self._stop = Event()
        Thread(target=self._collect, name="watch", daemon=True).start()

    @property
    def is_due(self) -> bool:
        """Whether something changed, or nothing is seen any more."""
        return bool(self._changed or self.problem)

    def take(self) -> list[Path]:
        """What has changed since the last time; at first the folder itself."""
        with self._lock:
            changed, self._changed = sorted(self._changed), set()
        return changed

    def put(self, changed: Iterable[Path]) -> None:
        """Have this taken again."""
        with self._lock:
            self._changed.update(changed)

    def stop(self) -> None:
        self._stop.set()

    def _collect(self) -> None:
        try:
            for changed in changes(self._folder, self._stop):
                self.put(changed)
                self.has_begun = True
                self._told()
        except Exception as error:
            self.has_begun = True
            self.problem = f"its changes cannot be seen ({' '.join(str(error).split())})"
            self._told()


class FolderKeeper:
    """Brings changes of a folder into the library."""

    def __init__(
        self, folder: Path, library: Library, encoder: Callable[[], Encoder], fetcher: Callable[[], "Fetcher"]
    ) -> None:
        self._root = folder.resolve()
        self._library = library
        self._encoder = encoder
        self._fetcher = fetcher
        self._copies: set[str] = set()  # not stored while the article that they copy is there

    def follow(
        self, changed: Sequence[Path], reporter: Reporter, is_wanted: Callable[[], bool] = lambda: False
    ) -> AddReport:
        """Add what is there of the changed files and folders, remove what is gone.

        Exact copies are looked at again each time, for the article that they copy may be gone. Raises
        LoadError where the whole folder is gone, as after an unmount: nothing is removed then. Where somebody waits
        for the library it raises GaveWay.
        """
        if not self._root.is_dir():
            raise LoadError(f"{self._root} is gone; what the library holds of it is kept")
        candidates = [*changed, *(_file(item) for item in sorted(self._copies))]
        there = [str(path) for path in candidates if path.exists() and path.resolve().is_relative_to(self._root)]
        return add(
            there,
            self._library,
            self._encoder,
            _CopyKeeper(reporter, self._copies),
            fetcher=self._fetcher,
            prune=candidates,
            is_wanted=is_wanted,
        )


class _CopyKeeper:
    """Hands everything on to a reporter, and keeps in mind which items are exact copies."""

    def __init__(self, reporter: Reporter, copies: set[str]) -> None:
        self.warn = reporter.warn
        self.progress = reporter.progress
        self._settled = reporter.settled
        self._copies = copies

    def settled(self, item: str, verdict: Verdict, detail: str) -> None:
        (self._copies.add if verdict == "duplicate" else self._copies.discard)(item)
        self._settled(item, verdict, detail)


def _file(item: str) -> Path:
    """The file of an item, which may be a line of it."""
    file, mark, line = item.rpartition(":")
    return Path(file if mark and line.isdecimal() else item)
