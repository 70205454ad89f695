"""python -m ingest follow, followed, refresh, pause, resume and unfollow."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.in_step import embed_anew, encoder, fetcher, opened, say, sync
from qa.cli.console import INTERRUPTED, fail, print_json
from qa.errors import ArticleQAError

if TYPE_CHECKING:
    from qa.library import Library
    from qa.library.following import Followed, Following
    from qa.settings import Settings

FOLLOW = """Follow a feed or a folder: look at it now, and again and again from then on.

While the page runs it looks at feeds hourly, or as --every says, and at folders whenever something changes in them:
what is gone from a folder is removed. Without it, `refresh` looks at all of them.

\b
Examples:
  python -m ingest follow https://example.org/news/feed.xml
  python -m ingest follow https://example.org/rare.xml --every 1440
  python -m ingest follow articles/
"""
REFRESH = """Look now at what is followed: at those that are named, or at all that are not paused.

\b
Examples:
  python -m ingest refresh                       as for cron
  python -m ingest refresh https://example.org/news/feed.xml
"""
NOTHING = "nothing is followed; `python -m ingest follow URL|FOLDER` begins"


def _sensible(minutes: int | None) -> int | None:
    """A time between two looks that is neither impolite nor forgotten, as typer's callback."""
    from qa.library.following import LONGEST, SHORTEST

    if minutes is not None and not SHORTEST <= minutes <= LONGEST:
        raise typer.BadParameter(f"{minutes} is not between {SHORTEST} and {LONGEST}")
    return minutes


What = Annotated[str, typer.Argument(metavar="URL|FOLDER", help="A feed, or a folder.")]
Each = Annotated[list[str], typer.Argument(metavar="WHAT...", help="What is followed, as `followed` shows it.")]
Some = Annotated[list[str] | None, typer.Argument(metavar="WHAT...", help="Only these; paused ones, too.")]
Every = Annotated[
    int | None,
    typer.Option(metavar="MINUTES", callback=_sensible, help="Between two looks at a feed; 60 if not given."),
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]


def follow(what: What, every: Every = None) -> None:
    from ingest.looks import place_of

    address, kind = place_of(what)
    settings, library, following = _opened()
    is_new = all(known.address != address for known in following.list())
    followed = following.follow(address, kind, every)
    [seen] = _looked([followed], settings, library, following)
    if seen.error and is_new:
        following.unfollow(seen.id)
        fail(f"{address}: {seen.error}; it is not followed")
    print("\n".join(_told([seen])))
    if seen.error:
        sys.exit(1)


def followed(as_json: AsJson = False) -> None:
    """List what is followed: when it was looked at, what came of it, and when it is next."""
    from ingest import tables

    *_, following = _opened()
    all_of_them = following.list()
    if as_json:
        print_json([each.to_json() for each in all_of_them])
    elif all_of_them:
        tables.print_followed(all_of_them)
    else:
        say(NOTHING)


def refresh(what: Some = None) -> None:
    settings, library, following = _opened()
    named = _named(what, following) if what else [each for each in following.list() if not each.paused]
    if not named:
        say(NOTHING if not following.list() else "all that is followed is paused; `python -m ingest resume WHAT`")
        return
    seen = _looked(named, settings, library, following)
    print("\n".join(_told(seen)))
    if any(each.error for each in seen):
        sys.exit(1)


def pause(what: Each) -> None:
    """Look no more at what is named, until `resume`."""
    _change(what, lambda following, each: following.change(each.id, paused=True), "paused")


def resume(what: Each) -> None:
    """Look again at what was paused, the next time that it is due."""
    _change(what, lambda following, each: following.change(each.id, paused=False), "followed again")


def unfollow(what: Each) -> None:
    """Follow no more what is named. Its articles stay."""
    _change(what, lambda following, each: following.unfollow(each.id), "not followed any more; its articles stay")


def _opened() -> "tuple[Settings, Library, Following]":
    from qa.library.following import Following

    settings, library = opened()
    return settings, library, Following.beside(library)


def _change(what: list[str], change: "Callable[[Following, Followed], object]", said: str) -> None:
    *_, following = _opened()
    for each in _named(what, following):
        change(following, each)
        print(f"{each.address}: {said}")


def _named(what: Iterable[str], following: "Following") -> "list[Followed]":
    """As the user names them; a folder that is gone by now still has its name. Raises NotFollowed."""
    from ingest.looks import place_of

    known = {each.address for each in following.list()}
    found = {}
    for name in what:
        try:
            address = name if name in known else place_of(name)[0]
        except ArticleQAError:
            address = name
        found[address] = following.find(address)
    return list(found.values())


def _looked(
    wanted: "list[Followed]", settings: "Settings", library: "Library", following: "Following"
) -> "list[Followed]":
    """Look at them one after the other; how each stands afterwards."""
    from ingest.lock import LOOKING
    from ingest.looks import Looker
    from ingest.pipeline import Stopped, Unwritable
    from ingest.progress import ConsoleReporter
    from qa.library.following import time_of

    embed_anew(settings, library)
    looker = Looker(following, library, encoder(settings), fetcher(settings))
    since, before, ended = time_of(datetime.now(UTC)), library.revision(), ("", 0)
    seen: list[Followed] = []
    with ConsoleReporter("looking") as reporter:
        try:
            seen.extend(looker.look(each.id, since, reporter, lambda: reporter.warn(LOOKING)) for each in wanted)
        except Stopped:
            ended = "stopped", INTERRUPTED
        except Unwritable as stop:
            ended = str(stop), 1
    if library.revision() > before:
        sync(settings, library)
    if ended[0]:
        fail(f"{ended[0]}; what was added is kept, `python -m ingest refresh` goes on from there", ended[1])
    return seen


def _told(seen: "Iterable[Followed]") -> Iterable[str]:
    from ingest.tables import outcome

    for each in seen:
        yield f"{each.name}: {each.error or outcome(each.outcome)}"
