"""What the commands print for people: the articles, the state of the library, the outcome of a run."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ingest.report import AddReport
from qa.library import ArticleInfo, LibraryStats
from qa.library.following import Followed, Outcome

WIDE = 200  # characters, where no terminal says how wide it is
MOST_NOTED = 10  # articles with notes that `status` names
# What the table of articles shows, where at least one has it.
_COLUMNS = {
    "id": "id",
    "title": "title",
    "source": "source",
    "author": "author",
    "date": "published_at",
    "updated": "updated_at",
    "language": "language",
    "story": "story",
    "tags": "tags",
    "passages": "passages",
}
_WHOLE = ("id", "date", "updated")
_OUTCOME = {"added": "new", "updated": "changed", "known": "known", "removed": "gone", "failed": "failed"}


def print_articles(articles: Sequence[ArticleInfo]) -> None:
    """The table of the articles; `story` is the id of the first of its near copies."""
    columns = {name: fact for name, fact in _COLUMNS.items() if any(getattr(a, fact) for a in articles)}
    table = Table(*(Column(name, no_wrap=name in _WHOLE) for name in columns), box=None)
    for article in articles:
        cells = (_cell(getattr(article, fact)) for fact in columns.values())
        table.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def print_followed(followed: Sequence[Followed]) -> None:
    """The table of what is followed; times are those of this machine."""
    table = Table("what", "every", Column("looked at", no_wrap=True), "what came of it", Column("next", no_wrap=True))
    table.box = None
    for each in followed:
        what = f"{each.title}\n{each.address}" if each.title else each.address
        every = f"{each.minutes} min" if each.minutes else "as it changes"
        came = outcome(each.outcome) if each.error is None else f"{each.error} (failed {each.failures} times)"
        coming = "paused" if each.paused else _local(each.next_at) or "as it changes"
        table.add_row(*(Text(cell) for cell in (what, every, _local(each.looked_at) or "never", came, coming)))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def outcome(came: Outcome | None) -> str:
    """How many articles became what: "3 new, 40 known"."""
    counts = asdict(came) if came else {}
    return ", ".join(f"{counts[name]} {word}" for name, word in _OUTCOME.items() if counts.get(name)) or "nothing new"


def _local(time: str | None) -> str:
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M}" if time else ""


def _cell(value: str | int | tuple[str, ...] | None) -> str:
    return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def status(stats: LibraryStats, index: str, index_dir: Path) -> dict[str, Any]:
    """What `status --json` prints."""
    facts = asdict(stats)
    del facts["models"]
    failed, noted = facts.pop("failed"), facts.pop("noted")
    index_bytes = sum(path.stat().st_size for path in index_dir.rglob("*") if path.is_file())
    model = ", ".join(stats.models) or None
    state = {"embedding_model": model, "index": index, "index_bytes": index_bytes}
    return {**facts, **state, "failed": failed, "noted": noted}


def status_lines(facts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in facts.items():
        if name == "failed":
            yield f"failed: {len(value)}"
            yield from (f"  {failed['item']}: {failed['error']}" for failed in value)
        elif name == "noted":
            yield f"with notes: {len(value)}"
            yield from (f"  {noted['id']}: {' · '.join(noted['notes'])}" for noted in value[:MOST_NOTED])
            if len(value) > MOST_NOTED:
                yield f"  and {len(value) - MOST_NOTED} more; `status --json` names all"
        elif name.endswith("bytes"):
            yield f"{'library' if name == 'bytes' else 'index'} on disk: {value / 1_000_000:.1f} MB"
        else:
            shown = ", ".join(value) if isinstance(value, tuple) else value
            yield f"{name.replace('_', ' ')}: {'-' if shown in (None, '') else shown}"
    if facts["pending"]:
        yield "what is pending: run the same `add` again, or `rebuild` where that was stopped"


def summary(report: AddReport) -> Iterator[str]:
    """How many of each kind, and which articles tell the same story as others."""
    counts = {name: len(value) for name, value in asdict(report).items() if name not in ("seconds", "feeds")}
    said = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
    yield f"{said or 'no articles found'} in {report.seconds:.1f} s"
    yield from (f"near copy: {copy.id} tells the same story as {copy.of}" for copy in report.near_copies)


def changes(report: AddReport) -> Iterator[str]:
    """One line for each article that a watched folder changed."""
    for verdict in ("added", "updated", "removed"):
        yield from (f"{verdict}: {article_id}" for article_id in getattr(report, verdict))
