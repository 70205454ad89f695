"""GET, POST and DELETE /api/gold: the questions that evaluations measure by, from a file, from votes or drafted."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from qa.accounts.conversations import Conversations
from qa.errors import EvaluationError
from qa.evaluation.feedback import candidate
from qa.evaluation.gold import texts_of
from qa.evaluation.gold_sets import GoldSet, Taken
from qa.web.articles import file_name, form_of
from qa.web.auth import user_of
from qa.web.engine import Engine, in_thread
from qa.web.evaluations import NoBody
from qa.web.evaluator import Evaluator
from qa.web.fields import Line

MAX_GOLD = 5_000_000  # bytes of a file
MOST_DRAFTS = 200
SENT = {"type": "object", "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}}}
TAKES = {"requestBody": {"content": {"multipart/form-data": {"schema": SENT}}}}


class DraftBody(BaseModel):
    """How many questions to draft."""

    model_config = ConfigDict(extra="forbid")

    count: Annotated[int, Field(ge=1, le=MOST_DRAFTS)] = 20


@dataclass(frozen=True)
class Begun:
    """The id of a gold set that is being drafted; follow it under /api/evaluations/{id}/events."""

    id: str


def routes(engine: Engine, evaluator: Evaluator, conversations: Conversations) -> APIRouter:
    """The routes for gold sets; GET /api/evaluations lists them."""
    router = APIRouter(prefix="/api/gold", tags=["Evaluations"])

    @router.post("", status_code=HTTPStatus.CREATED, openapi_extra=TAKES)
    async def taken(request: Request, response: Response) -> Taken:
        """Check a file of questions, one JSON object a line, and keep it; of wrong lines each is named, and 200 says
        that nothing was kept.
        """
        name, content = await _sent(request)
        text_of = texts_of(lambda article_id: engine.library.article(article_id))
        found = await in_thread(lambda: evaluator.sets(user_of(request)).take(name, content, text_of))
        response.status_code = HTTPStatus.CREATED if found.gold else HTTPStatus.OK
        return found

    @router.post("/drafts", status_code=HTTPStatus.ACCEPTED)
    async def drafted(body: DraftBody, request: Request) -> Begun:
        """Let the language model draft questions on your articles, each checked against them."""
        return Begun(await in_thread(lambda: evaluator.draft(user_of(request), body.count)))

    @router.post("/votes", status_code=HTTPStatus.CREATED)
    async def voted(body: NoBody, request: Request) -> GoldSet:
        """Make a gold set of the answers that you liked."""
        return await in_thread(lambda: _of_votes(evaluator, conversations, user_of(request)))

    @router.get("/{gold_id}")
    async def file(gold_id: Line, request: Request) -> FileResponse:
        """The file, to be read and mended."""
        path = await in_thread(lambda: evaluator.sets(user_of(request)).path(gold_id))
        return FileResponse(path, filename=path.name, media_type="application/jsonl")

    @router.delete("/{gold_id}")
    async def removed(gold_id: Line, request: Request) -> dict[str, str]:
        """Remove it for good; evaluations that were made with it stay."""
        await in_thread(lambda: evaluator.sets(user_of(request)).remove(gold_id))
        return {"removed": gold_id}

    return router


async def _sent(request: Request) -> tuple[str, bytes]:
    """The name and the content of the one file of a form."""
    async with form_of(request, max_files=1) as form:
        file = next((value for _, value in form.multi_items() if isinstance(value, UploadFile)), None)
        if file is None:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "send a file of questions as multipart/form-data")
        if (file.size or 0) > MAX_GOLD:
            too_large = f"the file is larger than {MAX_GOLD // 1_000_000} MB; divide it"
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, too_large)
        return file_name(file, "questions.jsonl"), await file.read()


def _of_votes(evaluator: Evaluator, conversations: Conversations, owner: str) -> GoldSet:
    """What has no sentence, such as a greeting, asks for none."""
    liked = [vote for vote in conversations.feedback(owner) if vote.turn.vote == "up"]
    answers = [(vote, vote.turn.answer) for vote in liked]
    kept = [candidate(vote) for vote, answer in answers if answer["sentences"] or answer["status"] == "refused"]
    if not kept:
        raise EvaluationError("you have liked no answer yet; give one a thumb up first")
    return evaluator.sets(owner).keep(f"votes-{datetime.now(UTC):%Y-%m-%d}", kept)
