"""Gradio's own application behind the page: what it would serve, and the calls that it tells the page to make."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.accounts.conversations import Conversations
from qa.settings import Settings
from qa.web.engine import Engine
from qa.web.page import mounted_page

EVENT_DATA = {"ask": {"question": "", "narrowed": ""}, "open": {"conversation": ""}}


def gradio_app(folder: Path) -> Any:
    """As it is mounted, with nothing in front of it."""
    engine = Engine(lambda: None, lambda: None)  # type: ignore[arg-type,return-value]
    page = mounted_page(engine, Conversations.open(folder / "conversations"), Settings(data_dir=folder))
    mount: Any = page.routes[-1]
    return mount.app


def routes_of(app: Any) -> Iterator[tuple[str, str]]:
    """Method and path of each route, also of the routers within."""
    for route in app.routes:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if inner is not None and hasattr(inner, "routes"):
            yield from routes_of(inner)
        elif methods := getattr(route, "methods", None):
            yield from ((method, route.path) for method in sorted(methods))
        else:
            yield "GET", str(getattr(route, "path", ""))


@dataclass(frozen=True)
class Called:
    """A function of the page, as Gradio's configuration describes it to the browser."""

    number: int
    name: str
    path: str
    triggers: tuple[int | None, ...]
    data: list[str | None]
    event_data: dict[str, str] | None

    def body(self, **other: Any) -> dict[str, Any]:
        """What the page sends."""
        sent = {"fn_index": self.number, "session_hash": "a-page", "data": self.data, "event_data": self.event_data}
        return {**sent, **other}


def called(config: dict[str, Any]) -> list[Called]:
    """All functions that the page calls."""
    kinds = {component["id"]: component["type"] for component in config["components"]}
    return [
        Called(
            function["id"],
            function["api_name"],
            "/gradio_api/queue/join" if function["queue"] else "/gradio_api/run/predict",
            (None, *(component for component, _ in function["targets"])),
            [None if kinds[component] == "state" else "" for component in function["inputs"]],
            next((EVENT_DATA[event] for _, event in function["targets"] if event in EVENT_DATA), None),
        )
        for function in config["dependencies"]
    ]
