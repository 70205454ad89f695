"""POST /api/articles, GET and DELETE /api/articles/ID: more articles, one of them whole, and less."""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from ingest.addresses import parse
from ingest.clean import clean_line
from ingest.load.found import Upload, is_web_address
from ingest.report import AddReport
from ingest.response import name_of
from qa.errors import ArticleQAError, LoadError
from qa.library import Library, Named, Shelf, Tags
from qa.types import Article
from qa.web.api import event
from qa.web.auth import asker_of
from qa.web.collect import Collector, Run, discard, told
from qa.web.engine import Engine, in_thread
from qa.web.fields import Line, read_body

MAX_FILE = 50_000_000
MAX_FILES = 100
LONGEST_NAME = 200
SEND = 'send files as multipart/form-data, or {"url": …} as JSON'


@dataclass(frozen=True)
class ShownArticle(Article):
    """An article with its number of passages, its tags, and the other articles that tell its story."""

    passages: int = 0
    tags: tuple[str, ...] = ()
    same_story: Sequence[Named] = ()


class AddBody(BaseModel):
    """The address of a page, a document or a feed; `stream` asks for server-sent events."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"url": "https://example.org/feed.xml"}]})

    url: Line
    stream: bool = False


# What a browser sends where the article is the page that it shows: its HTML, and the page's address.
ADDRESS = {"type": "string", "format": "uri"}
FILES = {"type": "array", "items": {"type": "string", "contentMediaType": "application/octet-stream"}}
TAKEN = {
    "content": {
        "application/json": {"schema": AddBody.model_json_schema()},
        "multipart/form-data": {"schema": {"type": "object", "properties": {"files": FILES, "url": ADDRESS}}},
    }
}


def routes(engine: Engine, collector: Collector) -> APIRouter:
    """The routes for articles; the page uses them too."""
    router = APIRouter(prefix="/api/articles")

    @router.get("/{article_id:path}")
    async def shown(article_id: Line) -> ShownArticle:
        """One article, whole."""
        return await in_thread(lambda: _shown(engine.library, article_id))

    @router.delete("/{article_id:path}")
    async def removed(article_id: Line) -> dict[str, str]:
        """Remove an article and all that came of it."""
        await in_thread(lambda: engine.library.remove(article_id))
        return {"removed": article_id}

    @router.post("", responses={200: {"model": AddReport}}, openapi_extra={"requestBody": TAKEN})
    async def added(request: Request) -> Response:
        """Add files, a web address, or with its `url` the HTML that a browser has of a page.

        With `stream` it is told as server-sent events how far it is.
        """
        place = collector.enter(asker_of(request))
        try:
            stream, items = await _sent(request)
        except BaseException:
            place.leave()
            raise
        run = collector.add(items, place)
        if stream:
            return EventSourceResponse(_events(run))
        async for last in run:
            report = last
        assert isinstance(report, AddReport)
        return JSONResponse(report.to_json())

    return router


def _shown(library: Library, article_id: str) -> ShownArticle:
    article = library.article(article_id)
    tags, others = Tags.beside(library).of(article_id), Shelf.beside(library).same_story(article_id)
    return ShownArticle(**vars(article), passages=len(library.passages(article_id)), tags=tags, same_story=others)


async def _sent(request: Request) -> tuple[bool, Sequence[str | Upload]]:
    """Whether it is to be told how far it is, and what is to be added."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with form_of(request) as form:
            return form.get("stream") == "true", await asyncio.to_thread(_uploads, form)
    body = _body(await request.body())
    return body.stream, [body.url]


@asynccontextmanager
async def form_of(request: Request, max_files: int | None = None) -> AsyncIterator[FormData]:
    """What was sent as a form; raises HTTPException where it cannot be read in the charset that it names."""
    try:
        form = await request.form(max_files=max_files or MAX_FILES)
    except UnicodeError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"the form cannot be read in its charset; {SEND}") from error
    try:
        yield form
    finally:
        await form.close()


def _body(sent: bytes) -> AddBody:
    """A web address and nothing else: what has another form would be a file of this machine."""
    body = read_body(AddBody, sent)
    if not is_web_address(body.url):
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "url: give a web address; it begins with https://")
    return body


def _address(form: FormData, files: Sequence[UploadFile]) -> str | None:
    """The address of the page whose HTML was sent, in its normal form, where one was."""
    if (given := form.get("url")) is None:
        return None
    if len(files) > 1:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "url: an address goes with one file, the page found there")
    try:
        return str(parse(_body(json.dumps({"url": str(given)}).encode()).url))
    except LoadError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"url: {error}") from error


def _uploads(form: FormData) -> list[Upload]:
    """The files of a form, each in a place of its own that its name has no part in."""
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if not files:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"there is no file in it; {SEND}")
    for file in files:
        if (file.size or 0) > MAX_FILE:
            raise HTTPException(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"{file_name(file)} is larger than {MAX_FILE // 1_000_000} MB; add it with `python -m ingest add PATH`",
            )
    url = _address(form, files)
    uploads: list[Upload] = []
    try:
        for file in files:
            handle, path = tempfile.mkstemp(prefix="article-qa-")
            uploads.append(Upload(name_of(url, "text/html") if url else file_name(file), Path(path), url))
            with os.fdopen(handle, "wb") as kept:
                shutil.copyfileobj(file.file, kept)
    except OSError as error:
        discard(uploads)
        raise HTTPException(
            HTTPStatus.INSUFFICIENT_STORAGE, f"the files could not be kept: {error.strerror}; make room and try again"
        ) from error
    return uploads


def file_name(file: UploadFile, unnamed: str = "unnamed") -> str:
    """The last part of what the user calls it, on one line."""
    name = clean_line(file.filename or "").replace("\\", "/").rpartition("/")[2]
    return name[-LONGEST_NAME:] or unnamed


async def _events(run: Run) -> AsyncIterator[bytes]:
    """Server-sent events; the last one holds the report or an error."""
    try:
        async for happened in run:
            yield event(told(happened))
    except ArticleQAError as error:
        yield event(told(error))
