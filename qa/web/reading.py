"""GET /api/articles/ID/layout and /summary: what the reader needs of one article beside its text."""

from collections.abc import MutableMapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import Match

from qa.types import Answer
from qa.web.auth import asker_of
from qa.web.engine import Engine, in_thread
from qa.web.fields import Line
from qa.web.layout import Layout, layout
from qa.web.summarizing import Summarizer

LAYOUT = TypeAdapter(Layout)


class PartRoute(APIRoute):
    """A part of an article by the last segment of the path, unless that is the end of an id: `a%2Flayout` is one."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        part = self.path[self.path.rindex("/") :].encode()
        return super().matches(scope) if scope["raw_path"].endswith(part) else (Match.NONE, {})


def routes(engine: Engine) -> APIRouter:
    """The routes for parts of articles; they go before the one for whole articles."""
    router = APIRouter(prefix="/api/articles/{article_id:path}", route_class=PartRoute)
    summarizer = Summarizer(engine)

    @router.get("/layout", responses={200: {"model": Layout}})
    async def laid_out(article_id: Line) -> Response:
        """How an article is laid out: headings, lists, tables and the like, their words by offsets into its text."""

        def made() -> bytes:  # of a long one, writing it down takes as long as laying it out
            return LAYOUT.dump_json(layout(engine.library.article(article_id)))

        return Response(await in_thread(made), media_type="application/json")

    @router.get("/summary", responses={200: {"model": Answer}})
    async def summed_up(article_id: Line, request: Request) -> JSONResponse:
        """The sentences that say most of an article, each with its quote; refused where it is short.

        It is made the first time, and of a changed text again.
        """
        return JSONResponse(await summarizer.of(article_id, asker=asker_of(request)))

    return router
