"""GET /api/articles/ID/layout: what the reader needs of one article beside its text."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match

from qa.web.engine import Engine, foreseen
from qa.web.fields import Line
from qa.web.layout import Layout, layout


class PartRoute(APIRoute):
    """A part of an article by the last segment of the path, unless that is the end of an id: `a%2Flayout` is one."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        part = self.path[self.path.rindex("/") :].encode()
        return super().matches(scope) if scope["raw_path"].endswith(part) else (Match.NONE, {})


def routes(engine: Engine) -> APIRouter:
    """The routes for parts of articles; they go before the one for whole articles."""
    router = APIRouter(prefix="/api/articles/{article_id:path}", route_class=PartRoute)

    @router.get("/layout")
    async def laid_out(article_id: Line) -> Layout:
        """How an article is laid out: headings, lists, tables and the like, their words by offsets into its text."""
        with foreseen():
            return await asyncio.to_thread(lambda: layout(engine.library.article(article_id)))

    return router
