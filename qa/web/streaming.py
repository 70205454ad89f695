"""Server-sent events whose source ends as soon as nobody listens any more."""

from collections.abc import AsyncGenerator
from typing import Any

from fastapi.sse import EventSourceResponse
from starlette.types import Receive, Scope, Send


class EventStream(EventSourceResponse):
    """Closes what the events are made of itself: the garbage collector would do so some time later."""

    def __init__(self, events: AsyncGenerator[bytes], source: AsyncGenerator[Any]) -> None:
        super().__init__(events)
        self._generators = events, source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            for generator in self._generators:
                await generator.aclose()
