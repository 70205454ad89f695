"""python -m ingest backup and restore."""

import time
from pathlib import Path
from typing import Annotated

import typer

from qa.cli.console import print_json
from qa.settings import Settings

BACKUP = """Copy what cannot be made again into a new folder, named by date and time, inside DIR.

That is the library with its vectors, the conversations, gold sets and evaluations, the model that was chosen, and the
users where people sign in; the index is not needed. Keys are not copied. The page and other commands may run meanwhile.
Earlier backups are left alone.

\b
Examples:
  python -m ingest backup ~/backups
  python -m ingest backup /media/disk/backups --json
"""
RESTORE = """Bring a backup back: DIR is its folder, or the folder of several, of which the newest is taken.

It is checked first. The present files are kept aside, in a folder that is named at the end, and the index is built
again. Stop the page before; users are brought back only where there are none. Where ARTICLE_QA_DATABASE_URL names a
PostgreSQL server, articles and conversations are brought there, which must hold none yet.

\b
Examples:
  python -m ingest restore ~/backups
  python -m ingest restore ~/backups/article-qa-2026-01-31-180000 --json
"""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on stdout.")]
Place = Annotated[Path, typer.Argument(metavar="DIR", file_okay=False, help="A folder, made where it is missing.")]
Given = Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="The backup, or several.")]


def backup(folder: Place, as_json: AsJson = False) -> None:
    from ingest.backup import make

    started = time.monotonic()
    made = make(Settings.from_env(), folder.expanduser())
    if as_json:
        print_json(
            {
                "backup": str(made.path),
                "made_at": made.made_at,
                "articles": made.articles,
                "conversations": made.conversations,
                "bytes": made.bytes,
                "seconds": round(time.monotonic() - started, 2),
            }
        )
        return
    print(f"{_counted(made.articles, made.conversations)}, checked: {made.path} ({made.bytes / 1_000_000:.1f} MB)")


def restore(folder: Given, as_json: AsJson = False) -> None:
    from ingest.restore import restore as bring_back

    started = time.monotonic()
    done = bring_back(Settings.from_env(), folder)
    if as_json:
        print_json(
            {
                "restored": str(done.backup.path),
                "made_at": done.backup.made_at,
                "kept_aside": str(done.aside) if done.aside else None,
                "articles": done.articles,
                "conversations": done.conversations,
                "passages": done.passages,
                "seconds": round(time.monotonic() - started, 2),
            }
        )
        return
    print(f"{_counted(done.articles, done.conversations)} of {done.backup.made_at} restored, and the index rebuilt")
    if done.aside:
        print(f"what was there before is kept in {done.aside}")


def _counted(articles: int, conversations: int) -> str:
    return f"{articles} article{_s(articles)} and {conversations} conversation{_s(conversations)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
