"""Logs on stderr: plain lines for people, or JSON lines for programs; no question or text stands in them unasked."""

import logging
import traceback
from collections.abc import Mapping
from types import TracebackType

from qa.errors import SettingsError
from qa.settings import PREFIX, Settings
from qa.telemetry.traces import MISSING

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
_log = logging.getLogger("qa.telemetry.questions")
_texts = False


def begin(settings: Settings) -> None:
    """Log warnings of all, and what the web application says. Raises SettingsError where a package is missing."""
    global _texts
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("qa.web").setLevel(logging.INFO)
    if settings.log == "json":
        _texts = settings.log_texts
        _log.setLevel(logging.INFO)
        lines = _lines(settings.log_texts)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(lines)


def question(facts: Mapping[str, object], texts: Mapping[str, object]) -> None:
    """A line of its own for a question that is over, where lines are for programs."""
    _log.info("question", extra={**facts, **texts} if _texts else facts)


def _lines(texts: bool) -> logging.Formatter:
    try:
        from pythonjsonlogger.json import JsonFormatter
    except ImportError as error:
        raise SettingsError(f"{PREFIX}LOG=json {MISSING}") from error

    class Lines(JsonFormatter):
        """What an unforeseen error says of itself may hold a text: its type and where it arose are told."""

        def formatException(self, ei: ExcInfo) -> str:  # noqa: N802
            if texts or ei[0] is None:
                return str(super().formatException(ei))
            return "".join([*traceback.format_tb(ei[2]), ei[0].__name__])

    names = {"levelname": "level", "name": "logger"}
    return Lines("%(levelname)s %(name)s %(message)s", rename_fields=names, timestamp="time")
