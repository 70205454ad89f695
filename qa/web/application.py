"""Composes the FastAPI application: guard, routes, static files and the Gradio page at `/`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from qa.errors import ArticleNotFound, ArticleQAError, QuestionError
from qa.settings import Settings
from qa.web import api, articles, report, texts
from qa.web.collect import Collector
from qa.web.engine import Engine, one_line
from qa.web.frame import PageFrame
from qa.web.guard import Guard

if TYPE_CHECKING:
    from qa.answer import Answerer

AnswererFactory = Callable[[Settings], "Answerer"]
STATIC = Path(__file__).parent / "static"


def create_app(answerer_factory: AnswererFactory, settings: Settings) -> FastAPI:
    """The application: it answers /healthz at once; the page and then the models are loaded behind it."""
    engine = Engine(partial(answerer_factory, settings))
    frame = PageFrame(partial(_build_page, engine, settings))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with frame.running():
            loading = asyncio.create_task(_load(frame, engine))
            yield
            loading.cancel()

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.stoppable = (engine, frame)
    app.add_middleware(Guard, host=settings.host)
    app.add_exception_handler(ArticleQAError, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.include_router(api.routes(engine))
    app.include_router(articles.routes(engine, Collector(engine, settings)))
    app.include_router(report.routes(settings.report_dir))
    app.mount("/page/texts", StaticFiles(directory=texts.FOLDER))
    app.mount("/page", StaticFiles(directory=STATIC))
    app.add_api_route("/favicon.ico", _icon)
    app.mount("/", frame)
    return app


def _build_page(engine: Engine, settings: Settings) -> FastAPI:
    from qa.web.page import mounted_page

    return mounted_page(engine, settings)


async def _load(frame: PageFrame, engine: Engine) -> None:
    """The page first: it is small, and tells how far the models are."""
    await frame.opened()
    engine.start()


def _problem(_request: Request, error: Exception) -> JSONResponse:
    """A bad question or an unknown id is the client's fault, all others are the server's."""
    faults = {QuestionError: HTTPStatus.UNPROCESSABLE_ENTITY, ArticleNotFound: HTTPStatus.NOT_FOUND}
    return JSONResponse({"error": one_line(error)}, faults.get(type(error), HTTPStatus.SERVICE_UNAVAILABLE))


def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return JSONResponse({"error": "the body is not valid JSON"}, HTTPStatus.BAD_REQUEST)
    where = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"error": f"{where}: {first['msg']}"}, HTTPStatus.UNPROCESSABLE_ENTITY)


def _refused(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, error.status_code)


def _icon() -> FileResponse:
    return FileResponse(STATIC / "icon.svg")
