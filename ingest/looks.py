"""One look at a feed or folder that is followed: what is new comes into the library, what came of it is noted."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.addresses import parse
from ingest.load.found import is_web_address
from ingest.lock import looking
from ingest.pipeline import AddReport, Encoder, Reporter, add
from ingest.watch import FolderKeeper
from qa.errors import LoadError
from qa.library import Library
from qa.library.following import Followable, Followed, Following, Outcome

if TYPE_CHECKING:
    from ingest.fetch import Fetcher

GONE = "the server says that it is gone for good (410), so it is paused; resume it should it come back"


def place_of(what: str) -> tuple[str, Followable]:
    """What is to be followed, in its one normal form, and what it is; raises LoadError where it is neither."""
    if is_web_address(what):
        return str(parse(what)), "feed"
    folder = Path(what).expanduser()
    try:
        if folder.is_dir():
            return str(folder.resolve()), "folder"
    except OSError as error:
        raise LoadError(f"{what} cannot be read: {error.strerror}") from error
    raise LoadError(f"{what} is neither a folder nor a web address; an address begins with https://")


class Looker:
    """Looks at what is followed, with the library and the models of whoever asks."""

    def __init__(
        self,
        following: Following,
        library: Library,
        encoder: Callable[[], Encoder],
        fetcher: Callable[[], "Fetcher"],
        is_wanted: Callable[[], bool] = lambda: False,
    ) -> None:
        """`is_wanted` says whether somebody waits for the library: then a look gives way."""
        self._following = following
        self._library = library
        self._encoder = encoder
        self._fetcher = fetcher
        self._is_wanted = is_wanted

    def keeper(self, folder: str) -> FolderKeeper:
        """Of a folder; the same one should be used for as long as its changes are followed."""
        return FolderKeeper(Path(folder), self._library, self._encoder, self._fetcher)

    def look(
        self,
        number: int,
        since: str,
        reporter: Reporter,
        wait: Callable[[], None],
        keeper: FolderKeeper | None = None,
        changed: Sequence[Path] = (),
    ) -> Followed:
        """Look at one of them, unless that was done by another process `since` that time; how it stands afterwards.

        `wait` is called where another process is looking; what it raises ends the attempt. Of a folder only what has
        `changed` is looked at, where that is known. Raises NotFollowed where it is followed no more, and as `add` does.
        """
        with looking(self._library, wait):
            followed = self._following.get(number)
            if followed.looked_at and followed.looked_at > since:
                return followed
            try:
                if followed.kind == "feed":
                    return self._feed(followed, reporter)
                keeper = keeper or self.keeper(followed.address)
                report = keeper.follow(changed or [Path(followed.address)], reporter, self._is_wanted)
            except LoadError as error:
                return self._following.fail(number, str(error))
            return self._following.note(number, outcome_of(report), None)

    def _feed(self, followed: Followed, reporter: Reporter) -> Followed:
        report = add(
            [followed.address],
            self._library,
            self._encoder,
            reporter,
            fetcher=self._fetcher,
            left_out=self._following.was_removed,
            is_wanted=self._is_wanted,
        )
        if report.feeds:
            return self._following.note(followed.id, outcome_of(report), report.feeds[0].title)
        failure = report.failed[0]
        is_gone = failure.status == HTTPStatus.GONE
        return self._following.fail(followed.id, GONE if is_gone else failure.error, gone=is_gone)


def outcome_of(report: AddReport) -> Outcome:
    """How many articles became what."""
    known = len(report.unchanged) + len(report.duplicates)
    return Outcome(len(report.added), len(report.updated), known, len(report.removed), len(report.failed))
