"""What a provider's failure means for whoever asked, in one sentence that says what to do next.

The packages of providers share no error class, but most are generated alike (openai, anthropic, groq, mistralai …):
a `status_code` where the server answered, and names such as APITimeoutError where it did not.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from qa.errors import ArticleQAError, ProviderError
from qa.models.keys import hidden

TIMEOUT_SECONDS = 60.0  # of silence
CONNECT_SECONDS = 5.0
MAX_RETRIES = 2  # of what had not begun to answer: connections, 408, 409, 429 and 5xx, with growing pauses

_TOO_LONG = re.compile(
    r"context.{0,20}(?:length|window|size)|too many tokens|prompt is too long|maximum.{0,20}tokens", re.I
)
_TIMEOUT = re.compile(r"time(?:d )?-?out", re.IGNORECASE)
_BROKEN = re.compile(r"ConnectionReset|RemoteProtocolError|ReadError|IncompleteRead|ChunkedEncodingError")
_UNREACHED = re.compile(r"Connect(?:ion)?(?:Error|Refused)|NameResolution")
_OF_STATUS = {
    HTTPStatus.UNAUTHORIZED: (
        "its key is missing or wrong; set it under Settings, or in the provider's variable, such as OPENAI_API_KEY"
    ),
    HTTPStatus.FORBIDDEN: "this key may not use it; choose another model, or another key",
    HTTPStatus.NOT_FOUND: "there is no such model, or no such address; check the model's name and the server's address",
    HTTPStatus.TOO_MANY_REQUESTS: "it takes no more questions for now; wait a minute, or look at your account's limits",
}


@contextmanager
def provider_errors(name: str) -> Iterator[None]:
    """Whatever a provider's package raises, while it loads or answers, leaves as a one-line ProviderError."""
    try:
        yield
    except ArticleQAError:
        raise
    except Exception as error:
        raise ProviderError(f"the model {name} cannot answer: {reason(error)}") from error


def reason(error: Exception) -> str:
    """What went wrong, and what to do next, without whose fault it is."""
    status, kind, said = getattr(error, "status_code", None), _kinds(error), str(error)
    if _TOO_LONG.search(said):
        return "question and passages are longer than it reads; ask more briefly, or choose a model that reads more"
    if isinstance(status, int):
        if status in _OF_STATUS:
            return _OF_STATUS[HTTPStatus(status)]
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"its server failed (status {status}); try again, and if this goes on look at the server's log"
    if _TIMEOUT.search(kind):
        return f"it said nothing for {TIMEOUT_SECONDS:.0f} seconds; try again, or choose a faster model"
    if _BROKEN.search(kind):
        return "the connection broke while it answered; ask again"
    if _UNREACHED.search(kind):
        return "its server cannot be reached; is it running, and is its address right?"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return hidden(lines[0]) if lines else type(error).__name__


def _kinds(error: BaseException | None) -> str:
    """The names of an error's classes and of those it came from: clients wrap what the connection said."""
    names: list[str] = []
    while error is not None and len(names) < 20:
        names += [
            kind.__name__ for kind in type(error).__mro__ if issubclass(kind, Exception) and kind is not Exception
        ]
        error = error.__cause__ or error.__context__
    return " ".join(names)
