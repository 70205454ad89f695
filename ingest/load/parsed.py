"""What a parser makes of the bytes of one document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.load.found import iso_date


@dataclass(frozen=True)
class Parsed:
    """The text, and the facts under their public names."""

    text: str
    given: Mapping[str, str | None]


def likely_date(text: str | None) -> str | None:
    """The day as YYYY-MM-DD, where the text tells one that can be an article's: not in the future."""
    day = iso_date(text) if text else None
    return day if day and day <= (date.today() + timedelta(days=1)).isoformat() else None
