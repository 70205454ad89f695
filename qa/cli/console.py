"""The edge of every command: errors become one line, progress goes to stderr."""

import json
import sys
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from qa.errors import ArticleQAError, FilterError, TagError
from qa.language.days import FIRST_DAY
from qa.language.periods import period
from qa.language.text import is_text
from qa.settings import PREFIX, Settings, variable
from qa.storage.disk import refused
from qa.storage.privacy import keep_private
from qa.telemetry import traces

WRONG_USAGE = 2
INTERRUPTED = 130  # how typer ends a command on Ctrl-C


class _ToldError(SystemExit):
    """The end of a command that has said why."""


def sensible(day: datetime | None) -> datetime | None:
    """A day that can be counted from, as typer's callback."""
    if day and day.date() < FIRST_DAY:
        fail(f"{day.date()} is before {FIRST_DAY}; give a later day", WRONG_USAGE)
    return day


def _end(end: Literal[0, 1]) -> Callable[[str], datetime]:
    """Reads the first or last day of what a user writes for a day or period."""

    def read(words: str) -> datetime:
        days = period(words, date.today())
        if days is None:
            raise typer.BadParameter(f"{words!r} is not a day such as 2026-01-31, yesterday, 'last week' or 2025")
        return datetime.combine(days[end], time())

    return read


def _days(end: Literal[0, 1]) -> Any:
    help_ = f"As 2026-01-31, yesterday, 'last week' or 2025, {'up to its last' if end else 'from its first'} day."
    return typer.Option(metavar="DATE", parser=_end(end), callback=sensible, help=help_)


Since = Annotated[datetime | None, _days(0)]
Until = Annotated[datetime | None, _days(1)]


def run_app(app: typer.Typer) -> None:
    """Run a command; a user sees one line on stderr and an exit code, never a traceback. What it writes is private."""
    keep_private()
    if broken := [argument for argument in sys.argv if not is_text(argument)]:
        fail(f"{broken[0]!r} is not valid UTF-8; write it, or rename the file, and try again", WRONG_USAGE)
    try:
        if variable(f"{PREFIX}TRACES"):
            settings = Settings.from_env()
            traces.begin(str(settings.traces), settings.log_texts)
        app()
    except (FilterError, TagError) as error:
        fail(str(error), WRONG_USAGE)
    except ArticleQAError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped", INTERRUPTED)
    except _ToldError:
        raise
    except SystemExit as end:
        if end.code == INTERRUPTED:
            fail("stopped", INTERRUPTED)
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
    finally:
        traces.finish()


def fail(message: str, code: int = 1) -> NoReturn:
    """Say why on stderr, in one line, and exit with that code."""
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    raise _ToldError(code)


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
