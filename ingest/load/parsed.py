"""What a parser makes of the bytes of one document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.load.found import iso_date


@dataclass(frozen=True)
class Parsed:
    """The text, the facts under their public names, and notes of what was left out or guessed, each one line."""

    text: str
    given: Mapping[str, str | None]
    notes: tuple[str, ...] = ()


def likely_date(text: str | None, language: str | None = None) -> str | None:
    """The day as YYYY-MM-DD, where the text tells one that can be an article's: not in the future."""
    day = iso_date(text, language) if text else None
    return day if day and day <= (date.today() + timedelta(days=1)).isoformat() else None
