"""Composes the FastAPI application: guard, routes, static files and the Gradio page at `/`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from ingest.lock import is_filled
from qa.accounts.conversations import Conversations
from qa.accounts.sessions import Sessions
from qa.errors import ArticleQAError
from qa.evaluation import words
from qa.library import Library
from qa.settings import Settings
from qa.web import (
    api,
    articles,
    conversations,
    evaluations,
    followed,
    gold_files,
    openai_api,
    overview,
    problems,
    reading,
    reference,
    report,
    settings_api,
    shelf,
    signin,
    suggesting,
    texts,
)
from qa.web.auth import Access, SignedIn
from qa.web.collect import Collector
from qa.web.engine import Engine
from qa.web.evaluator import Evaluator
from qa.web.frame import PageFrame
from qa.web.guard import Guard
from qa.web.lookout import Lookout
from qa.web.metrics import Gauges
from qa.web.model_choice import ModelChoice
from qa.web.owner import Owner
from qa.web.preparing import Preparer

if TYPE_CHECKING:
    from qa.answer import Answerer

AnswererFactory = Callable[[Settings], "Answerer"]
BRIEF_THREADS = 8  # for files and short look-ups, each for asyncio and for anyio; queues have threads of their own
STATIC = Path(__file__).parent / "static"


def create_app(answerer_factory: AnswererFactory, settings: Settings) -> FastAPI:
    """The application: it answers /healthz at once; the page and then the models are loaded behind it."""
    sessions = Sessions.open(settings.sessions)
    engine = Engine(partial(answerer_factory, settings), partial(Library.open, settings.library), sessions)
    preparer = Preparer(engine, is_filled(settings.library))
    evaluator = Evaluator(engine, settings)
    access = Access(settings, sessions)
    owner = Owner(settings, access.is_needed)
    kept = Conversations.open(settings.conversations)
    collector = Collector(engine, settings)
    lookout = Lookout(engine, collector, settings)
    frame = PageFrame(partial(_build_page, engine, kept, settings, access.is_needed))

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(BRIEF_THREADS, "brief"))
        current_default_thread_limiter().total_tokens = BRIEF_THREADS
        async with frame.running():
            tasks = asyncio.create_task(_load(frame, engine, preparer)), asyncio.create_task(lookout.keep())
            yield
            for task in tasks:
                task.cancel()
        lookout.stop()
        lookout.following.close()
        kept.close()
        sessions.close()

    app = FastAPI(
        title="article-qa",
        description="Bodies and answers are JSON.",
        responses=problems.TOLD,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.stoppable = (engine, evaluator, frame, preparer, lookout)
    app.state.gauges = Gauges(engine, {**engine.queues, "articles": collector.runs})
    app.state.token = access.token if access.is_needed else None
    if access.is_needed:
        app.add_middleware(SignedIn, access=access)
        app.include_router(signin.routes(access))
    app.add_middleware(Guard, host=settings.host)
    app.add_exception_handler(ArticleQAError, problems.failed)
    app.add_exception_handler(RequestValidationError, problems.invalid)
    app.add_exception_handler(HTTPException, problems.refused)
    app.include_router(api.routes(engine, kept))
    app.include_router(overview.routes(engine))
    app.include_router(suggesting.routes(engine, preparer))
    app.include_router(openai_api.routes(engine))
    app.include_router(conversations.routes(kept))
    app.include_router(reading.routes(engine))
    app.include_router(shelf.routes(engine))
    app.include_router(articles.routes(engine, collector))
    app.include_router(followed.routes(lookout, owner))
    app.include_router(report.routes(settings.report_dir))
    app.include_router(settings_api.routes(engine, ModelChoice(engine, settings, answerer_factory), access, owner))
    app.include_router(evaluations.routes(evaluator))
    app.include_router(gold_files.routes(engine, evaluator, kept))
    app.mount("/page/measures", StaticFiles(directory=words.FOLDER))
    app.mount("/page/texts", StaticFiles(directory=texts.FOLDER))
    app.mount("/page/swagger", StaticFiles(packages=[("fastapi_offline", "static")]))
    app.mount("/page", StaticFiles(directory=STATIC))
    app.add_api_route("/docs", _docs, include_in_schema=False)
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)
    app.mount("/", frame)
    reference.describe(app)
    return app


def _build_page(engine: Engine, kept: Conversations, settings: Settings, signed_in: bool) -> FastAPI:
    from qa.web.page import mounted_page

    return mounted_page(engine, kept, settings, signed_in)


async def _load(frame: PageFrame, engine: Engine, preparer: Preparer) -> None:
    """The page first: it is small, and tells how far the models are."""
    await frame.opened()
    engine.start()
    preparer.start()


def _docs() -> FileResponse:
    return FileResponse(STATIC / "docs.html")


def _icon() -> FileResponse:
    return FileResponse(STATIC / "icon.svg")
