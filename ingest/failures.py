"""What could not be added is kept in the library, until it can or is gone from where it was."""

from collections.abc import Iterable
from pathlib import Path

from ingest.load import Target
from ingest.load.found import Address, Failure, Upload, is_web_address
from qa.library import Library


class FailureLog:
    """The failures of the library and of this run, each under a name that holds in every folder."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known = library.failed_targets()
        self._targets: set[str] = set()
        self._failed: dict[str, str] = {}

    def note(self, failure: Failure, target: Target | None) -> None:
        """Keep a failure; `target` is None for an item that is no file or folder at all, which is only told."""
        if target is None:
            return
        place = name_of(target)
        shown = str(target) if isinstance(target, Path) else target.item if isinstance(target, Upload) else target.url
        rest = failure.item.removeprefix(shown)
        item = failure.item if rest == failure.item else place + rest
        self._failed[item] = place
        self._library.record_failure(item, place, failure.error)

    def any_in(self, target: Target) -> bool:
        """Whether something of a target failed in this run."""
        return name_of(target) in self._failed.values()

    def through(self, target: Target) -> None:
        """A target was read to its end: forget what failed in it before and does no longer."""
        place = name_of(target)
        self._targets.add(place)
        self._forget(item for item, known in self._known.items() if known == place)

    def finish(self, items: Iterable[str | Upload]) -> None:
        """All items were read: forget what failed in their folders and is no longer there."""
        folders = [Path(item).resolve() for item in items if isinstance(item, str) and not is_web_address(item)]
        self._forget(
            item
            for item, target in self._known.items()
            if target not in self._targets and any(Path(target).is_relative_to(folder) for folder in folders)
        )

    def forget_gone(self, folder: Path) -> None:
        """Forget what failed in files of a folder that are no longer there."""
        files = {item: Path(target) for item, target in self._known.items()}
        self._forget(item for item, file in files.items() if file.is_relative_to(folder) and not file.exists())

    def _forget(self, items: Iterable[str]) -> None:
        if gone := set(items) - self._failed.keys():
            self._library.forget_failures(gone)


def name_of(target: Target) -> str:
    """What a target is called, the same in every run."""
    if isinstance(target, Address):
        return target.url
    return target.origin if isinstance(target, Upload) else str(target.resolve())
