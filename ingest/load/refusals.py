"""Pages that a site refuses: while their feed is followed they are asked for once a day, not with every look."""

from datetime import UTC, datetime, timedelta

from ingest.load.found import Failure, Unchanged
from ingest.response import Refused, TryAgain
from qa.errors import LoadError
from qa.types import Visit

HELD = "held"  # mark of an entry whose text stands in for its page, with the time where that was refused
AGAIN = timedelta(days=1)
_FAILED = "failed"  # mark of an entry that gave nothing at all, with the time; why stands in place of an origin


def mark_of(visit: Visit | None) -> tuple[str, str]:
    """The mark of what was remembered, and the origin of what was found; both empty where nothing was."""
    mark, _, origin = ((visit and visit.digest) or "").partition(" ")
    return mark, origin


def is_held(visit: Visit | None) -> bool:
    """Whether a text stands in for a page that is to be asked for again."""
    return mark_of(visit)[0].partition(":")[0] == HELD


def held_mark(error: LoadError) -> str:
    """Of an entry whose text stands in for a page that could not be had."""
    return HELD if _may_pass(error) else f"{HELD}:{_now()}"


def failed_visit(key: str, error: LoadError) -> Visit | None:
    """What to remember of an entry that never gave anything; None where it may with the next look."""
    return None if _may_pass(error) else Visit(key, digest=f"{_FAILED}:{_now()} {' '.join(str(error).split())}")


def is_failed(visit: Visit | None) -> bool:
    """Whether an entry never gave anything."""
    return visit is None or (visit.digest or "").startswith(f"{_FAILED}:")


def put_off(visit: Visit | None, name: str) -> Failure | Unchanged | None:
    """What an entry is, called `name`, that is not to be asked for again yet; None where it may be."""
    mark, rest = mark_of(visit)
    kind, _, time = mark.partition(":")
    if kind not in (HELD, _FAILED) or not time or datetime.fromisoformat(time) < datetime.now(UTC) - AGAIN:
        return None
    return Failure(name, rest) if kind == _FAILED else Unchanged(name, rest)


def _may_pass(error: LoadError) -> bool:
    return isinstance(error, TryAgain) or (isinstance(error, Refused) and error.status >= 500)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
