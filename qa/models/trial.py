"""Whether a language model answers: one short question, of which no article is part."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.errors import ArticleQAError, ProviderError
from qa.models.provider import provider_errors

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

QUESTION = "Name the seven days of the week."
SECONDS = 20.0  # for all of it; a server may load its model first


@dataclass(frozen=True)
class Trial:
    """What came of it.

    model    how the model is called where it answered
    first    seconds until its first words
    total    seconds until its last
    words    how many it wrote
    problem  why it did not answer, in one line; empty where it did
    """

    model: str = ""
    first: float = 0.0
    total: float = 0.0
    words: int = 0
    problem: str = ""


def tried(name: str, load: "Callable[[], BaseChatModel]", seconds: float = SECONDS) -> Trial:
    """Load a model and ask it; raises nothing that a model can cause, and returns in time."""
    trials: list[Trial] = []
    thread = threading.Thread(target=lambda: trials.append(_asked(name, load, seconds)), name="trial", daemon=True)
    thread.start()
    thread.join(seconds)
    return trials[0] if trials else Trial(problem=_too_slow(name, seconds))


def _asked(name: str, load: "Callable[[], BaseChatModel]", seconds: float) -> Trial:
    try:
        with provider_errors(name):
            model, started, first, said, known = load(), time.monotonic(), 0.0, "", ""
            for chunk in model.stream(QUESTION):
                now = time.monotonic() - started
                if now > seconds:
                    return Trial(problem=_too_slow(name, seconds))
                said += chunk.text
                first = first or (now if said.strip() else 0.0)
                known = str(chunk.response_metadata.get("model_name") or known)
            if not said.strip():
                raise ProviderError(f"the model {name} cannot answer: it wrote nothing; choose another model")
            return Trial(known or name, first, time.monotonic() - started, len(said.split()))
    except ArticleQAError as error:
        return Trial(problem=" ".join(str(error).split()))


def _too_slow(name: str, seconds: float) -> str:
    return (
        f"the model {name} did not answer within {seconds:.0f} seconds; "
        "if it was being loaded, try again, else choose a faster one"
    )
