"""The Answerer of the running page, over HTTP: its models are loaded and it holds the index."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import httpx

from qa.errors import FilterError, IndexUnavailable
from qa.settings import Settings
from qa.types import Answer, Answering, Citation, Evidence, Filters, Length, Sentence, Span, Turn

TIMEOUT = httpx.Timeout(10.0, read=600.0)


def announced(settings: Settings, asked: str = "/healthz") -> Iterator[httpx.Client]:
    """A client of each page that serves this data directory, is running, and says yes to what it is asked."""
    for path in (settings.server_file, *sorted(settings.servers_dir.glob("*.json"))):
        if client := _client(path, asked):
            yield client


def _client(path: Path, asked: str) -> httpx.Client | None:
    try:
        page = json.loads(path.read_text())
        headers = {"Authorization": f"Bearer {page['token']}"} if page.get("token") else {}
        client = httpx.Client(base_url=page["url"], headers=headers, timeout=TIMEOUT, trust_env=False)
        return client if client.get(asked, timeout=5.0).status_code == httpx.codes.OK else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, httpx.HTTPError):
        return None


class RemoteAnswerer(Answering):
    """Speaks `/api/ask` and `/api/search` of a page on this machine."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    @classmethod
    def find(cls, settings: Settings) -> "RemoteAnswerer | None":
        """The page that serves this data directory, if one is running and ready."""
        client = next(announced(settings, "/readyz"), None)
        return cls(client) if client else None

    def search(
        self, question: str, k: int = 10, filters: Filters | None = None, as_of: date | None = None
    ) -> tuple[Evidence, ...]:
        body = {"question": question, "k": k, **_given(filters, as_of)}
        try:
            found = _checked(self._client.post("/api/search", json=body))
        except (httpx.HTTPError, ValueError) as error:
            _lost(error)
        return tuple(Evidence(**_tuples(passage)) for passage in found["passages"])

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters | None = None,
        as_of: date | None = None,
        length: Length = "normal",
        without: Collection[Span] = (),
    ) -> Iterator[Answer]:
        body = {
            "question": question,
            "history": [asdict(turn) for turn in history],
            "stream": True,
            "length": length,
            "without": [asdict(span) for span in without],
            **_given(filters, as_of),
        }
        try:
            with self._client.stream("POST", "/api/ask", json=body) as response:
                if response.status_code != 200:
                    response.read()
                    _checked(response)
                answer: Answer | None = None
                for event in _events(response.iter_text()):
                    if event.get("status") != "waiting":
                        answer = _answer(event)
                        yield answer
        except (httpx.HTTPError, ValueError) as error:
            _lost(error)
        if answer is None or answer.status == "answering":
            raise IndexUnavailable("the running page stopped before it had answered; ask again")


def _events(chunks: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The values of server-sent events; only line feeds end a line, for texts hold other separators."""
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        yield from (json.loads(line.removeprefix("data: ")) for line in lines if line.startswith("data: "))


def _given(filters: Filters | None, as_of: date | None) -> dict[str, str]:
    given = {name: value for name, value in asdict(filters).items() if value} if filters else {}
    return given | ({"as_of": as_of.isoformat()} if as_of else {})


def _checked(response: httpx.Response) -> dict[str, Any]:
    value: dict[str, Any] = response.json()
    if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        raise FilterError(str(value["error"]))
    if "error" in value:
        raise IndexUnavailable(str(value["error"]))
    return value


def _lost(error: Exception) -> NoReturn:
    raise IndexUnavailable(f"the running page did not answer ({error}); stop it, or try again") from error


def _answer(value: dict[str, Any]) -> Answer:
    if "error" in value:
        raise IndexUnavailable(str(value["error"]))
    parts: dict[str, type] = {"sentences": Sentence, "citations": Citation, "passages": Evidence, "closest": Citation}
    for name, kind in parts.items():
        value[name] = tuple(kind(**_tuples(part)) for part in value.get(name, ()))
    return Answer(**_tuples(value))


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    """JSON has lists where our types have tuples."""
    return {name: tuple(part) if isinstance(part, list) else part for name, part in value.items()}
