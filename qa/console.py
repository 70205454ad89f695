"""The edge of every command: errors become one line, progress goes to stderr."""

import json
import sys
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa.disk import refused
from qa.errors import ArticleQAError
from qa.privacy import keep_private

INTERRUPTED = 130  # how typer ends a command on Ctrl-C


def run_app(app: typer.Typer) -> None:
    """Run a command; a user sees one line on stderr and an exit code, never a traceback. What it writes is private."""
    keep_private()
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
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        if not refused(error):
            raise
        fail(f"cannot write {error.filename or 'the output'} ({error.strerror}); make room, or choose another place")


def fail(message: str) -> None:
    """Say why on stderr, in one line, and exit with 1."""
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(1)


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
