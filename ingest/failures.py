"""What could not be added is kept in the library, until it can or is gone from where it was."""

from collections.abc import Iterable
from pathlib import Path

from ingest.load import Target
from ingest.load.found import Address, Failure, Upload, is_web_address
from qa.library import Library
from qa.library.known import Known


class FailureLog:
    """The failures of the library and of this run, each under a name that holds in every folder."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known = Known.beside(library)
        self._targets: set[str] = set()
        self._failed: set[str] = set()
        self._failed_in: set[str] = set()  # targets

    def note(self, failure: Failure, target: Target | None) -> None:
        """Keep a failure; `target` is None for an item that is no file or folder at all, which is only told."""
        if target is None:
            return
        place = name_of(target)
        shown = str(target) if isinstance(target, Path) else target.item if isinstance(target, Upload) else target.url
        rest = failure.item.removeprefix(shown)
        item = failure.item if rest == failure.item else place + rest
        self._failed.add(item)
        self._failed_in.add(place)
        self._library.record_failure(item, place, failure.error)

    def any_in(self, target: Target) -> bool:
        """Whether something of a target failed in this run."""
        return name_of(target) in self._failed_in

    def through(self, target: Target) -> None:
        """A target was read to its end: forget what failed in it before and does no longer."""
        place = name_of(target)
        self._targets.add(place)
        self._forget(self._known.failed_of(place))

    def finish(self, items: Iterable[str | Upload]) -> None:
        """All items were read: forget what failed in their folders and is no longer there."""
        for path in {Path(item).resolve() for item in items if isinstance(item, str) and not is_web_address(item)}:
            failed = self._known.failed_below(str(path))
            self._forget(item for item, target in failed.items() if target not in self._targets)

    def forget_gone(self, path: Path) -> None:
        """Forget what failed in a file, or in files of a folder, that are no longer there."""
        failed = self._known.failed_below(str(path))
        self._forget(item for item, target in failed.items() if not Path(target).exists())

    def _forget(self, items: Iterable[str]) -> None:
        if gone := set(items) - self._failed:
            self._library.forget_failures(gone)


def name_of(target: Target) -> str:
    """What a target is called, the same in every run."""
    if isinstance(target, Address):
        return target.url
    return target.origin if isinstance(target, Upload) else str(target.resolve())
