"""The edge of every command: errors become one line, progress goes to stderr."""

import json
import sys
from datetime import datetime
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa.errors import ArticleQAError
from qa.language.days import FIRST_DAY
from qa.language.text import is_text
from qa.storage.disk import refused
from qa.storage.privacy import keep_private

WRONG_USAGE = 2
INTERRUPTED = 130  # how typer ends a command on Ctrl-C


def sensible(day: datetime | None) -> datetime | None:
    """A day that can be counted from, as typer's callback."""
    if day and day.date() < FIRST_DAY:
        fail(f"{day.date()} is before {FIRST_DAY}; give a later day", WRONG_USAGE)
    return day


Day = Annotated[
    datetime | None, typer.Option(metavar="DATE", formats=["%Y-%m-%d"], callback=sensible, help="As 2026-01-31.")
]


def run_app(app: typer.Typer) -> None:
    """Run a command; a user sees one line on stderr and an exit code, never a traceback. What it writes is private."""
    keep_private()
    if broken := [argument for argument in sys.argv if not is_text(argument)]:
        fail(f"{broken[0]!r} is not valid UTF-8; write it, or rename the file, and try again", WRONG_USAGE)
    try:
        app()
    except ArticleQAError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped")
    except SystemExit as end:
        if end.code == INTERRUPTED:
            fail("stopped")
        raise
    except UnicodeDecodeError:
        fail("what was typed is not valid UTF-8; write it again")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        if not refused(error):
            raise
        fail(f"cannot write {error.filename or 'the output'} ({error.strerror}); make room, or choose another place")


def fail(message: str, code: int = 1) -> NoReturn:
    """Say why on stderr, in one line, and exit with that code."""
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)


def print_json(value: Any) -> None:
    """The one JSON value of a command run with --json."""
    json.dump(value, sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def progress() -> Progress:
    """A progress bar with count and time left, on stderr; silent where stderr is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )
