"""What a run tells: item by item while it goes on, and at its end."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from ingest.load.found import Failure, FeedMet
from qa.errors import ClusterError, LibraryError

Verdict = Literal["added", "updated", "unchanged", "duplicate", "failed"]


class Reporter(Protocol):
    """Who is told how a run goes."""

    def warn(self, message: str) -> None: ...

    def progress(self, done: float, total: int, passages: int) -> None:
        """So many of all articles are dealt with, and so many passages were embedded for them."""

    def settled(self, item: str, verdict: Verdict, detail: str) -> None:
        """An item is dealt with; `detail` is the id of its article (of the one it copies), or why it failed."""


@dataclass(frozen=True)
class Duplicate:
    """An article that says the same as `of`."""

    id: str
    of: str


@dataclass(frozen=True)
class AddReport:
    """What became of the items, by article id.

    `duplicates` are exact copies and not stored; `near_copies` are, and were added or updated. Only a watched
    folder has articles `removed`. `feeds` are the addresses at which feeds lie.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    near_copies: tuple[Duplicate, ...] = ()
    failed: tuple[Failure, ...] = ()
    seconds: float = 0.0
    removed: tuple[str, ...] = ()
    feeds: tuple[FeedMet, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether the index has something to catch up with."""
        return bool(self.added or self.updated or self.removed)

    def to_json(self) -> dict[str, Any]:
        """The public form, as `add --json` prints it."""
        told = {name: value for name, value in asdict(self).items() if name != "removed"}
        return told | {"failed": [{"item": failure.item, "error": failure.error} for failure in self.failed]}


class Unwritable(LibraryError):
    """The library would take no more, with the report of what was kept."""

    def __init__(self, message: str, report: AddReport) -> None:
        super().__init__(message)
        self.report = report


class CutOff(ClusterError):
    """The cluster did no more, with the report of what was kept."""

    def __init__(self, message: str, report: AddReport) -> None:
        super().__init__(message)
        self.report = report


class GaveWay(Exception):
    """The run ended early because it was asked to, with the report of what was kept; run again, it goes on."""

    def __init__(self, report: AddReport) -> None:
        super().__init__()
        self.report = report


class Stopped(KeyboardInterrupt):
    """Ctrl-C, with the report of what was kept."""

    def __init__(self, report: AddReport) -> None:
        super().__init__()
        self.report = report
