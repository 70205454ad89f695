"""Ask questions over a library of articles; every sentence of an answer is backed by a checked quote.

from qa import Answerer, Settings
"""

from typing import TYPE_CHECKING

from qa import settings as settings  # first of all: it keeps libraries from calling home
from qa.settings import Settings

if TYPE_CHECKING:
    from qa.answer import Answerer

__all__ = ["Answerer", "Settings"]


def __getattr__(name: str) -> object:
    """The Answerer brings LangChain and Chroma, which take seconds: it is imported when it is asked for."""
    if name == "Answerer":
        from qa.answer import Answerer

        return Answerer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
