"""GET, POST and DELETE /api/evaluations: how good the answers are, measured beside the running page."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel, ConfigDict, Field

from qa.errors import EvaluationNotFound
from qa.evaluation.gold_sets import MOST_QUESTIONS, GoldSet
from qa.evaluation.runs import COMMAND, Run
from qa.web.api import KEEP_ALIVE, event
from qa.web.auth import user_of
from qa.web.engine import in_thread
from qa.web.evaluating import Job, Progress
from qa.web.evaluator import Evaluator
from qa.web.fields import Line
from qa.web.report import sandboxed
from qa.web.texts import chosen

LOOK_SECONDS = 0.5  # between two looks at how far a job is
QUIET_LOOKS = 4  # without news, after which the connection is kept alive


class NoBody(BaseModel):
    """Nothing has to be said."""

    model_config = ConfigDict(extra="forbid")


class EvaluationBody(BaseModel):
    """The gold set to measure by, the first so many of its questions, and whether the model is left out."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"gold": "my-questions", "limit": 20}]})

    gold: Line
    limit: Annotated[int, Field(ge=1, le=MOST_QUESTIONS)] | None = None
    retrieval_only: bool = False


@dataclass(frozen=True)
class Listed:
    """Your evaluations and gold sets, the latest first, what is being worked on, and whether somebody else's is."""

    runs: list[Run]
    gold: list[GoldSet]
    job: Progress | None
    is_taken: bool


def routes(evaluator: Evaluator) -> APIRouter:
    """The routes for evaluations; every one sees those of its user only, and the report of the command."""
    router = APIRouter(prefix="/api/evaluations", tags=["Evaluations"])

    @router.get("")
    async def listed(request: Request) -> Listed:
        """Your evaluations, your gold sets, and how far a running one is."""
        return await in_thread(lambda: _listed(evaluator, user_of(request)))

    @router.post("", status_code=HTTPStatus.CREATED)
    async def begun(body: EvaluationBody, request: Request) -> Run:
        """Begin one; readers' questions go first. One runs at a time (409)."""
        how = user_of(request), body.gold, body.limit, body.retrieval_only
        return await in_thread(lambda: evaluator.measure(*how))

    @router.get("/compare")
    async def compared(now: Line, before: Line, request: Request) -> dict[str, Any]:
        """What changed from one to another: the measures with intervals, and the questions."""
        return await in_thread(lambda: evaluator.runs(user_of(request)).compare(now, before))

    @router.get("/{evaluation_id}")
    async def shown(evaluation_id: Line, request: Request) -> Run:
        """One evaluation: how far it came, and its main measures."""
        return await in_thread(lambda: evaluator.runs(user_of(request)).get(evaluation_id))

    @router.get("/{evaluation_id}/events")
    async def followed(evaluation_id: Line, request: Request) -> Response:
        """Server-sent events: `{"progress": …}` each time that changes, at last `{"ended": …}` or `{"error": …}`.

        Of the draft of a gold set, too, by the id of the set.
        """
        job = evaluator.job(user_of(request))
        if job is None or job.id != evaluation_id:
            raise EvaluationNotFound(f"running evaluation {evaluation_id[:40]!r}")
        return EventSourceResponse(_events(evaluator, job))

    @router.post("/{evaluation_id}/cancel")
    async def cancelled(evaluation_id: Line, body: NoBody, request: Request) -> dict[str, str]:
        """End it now; what was measured is kept, marked as cut short, and can go on."""
        await in_thread(lambda: evaluator.cancel(user_of(request), evaluation_id))
        return {"cancelled": evaluation_id}

    @router.post("/{evaluation_id}/resume")
    async def resumed(evaluation_id: Line, body: NoBody, request: Request) -> Run:
        """Go on with one that was cut short; 409 where articles or model have changed since."""
        return await in_thread(lambda: evaluator.resume(user_of(request), evaluation_id))

    @router.delete("/{evaluation_id}")
    async def removed(evaluation_id: Line, request: Request) -> dict[str, str]:
        """Remove it for good; one that is running is cancelled first."""
        await in_thread(lambda: evaluator.remove(user_of(request), evaluation_id))
        return {"removed": evaluation_id}

    @router.get("/{evaluation_id}/report")
    async def reported(evaluation_id: Line, request: Request, lang: Line = "") -> HTMLResponse:
        """The whole report as a page, in the language of `lang` or of the browser."""
        language = chosen(lang, request.headers.get("accept-language")).language
        return sandboxed(await in_thread(lambda: _report(evaluator, user_of(request), evaluation_id, language)))

    @router.get("/{evaluation_id}/files/{name}")
    async def file(evaluation_id: Line, name: Literal["run.json", "report.md"], request: Request) -> Response:
        """A file of the report, such as the run.json that `evaluate --baseline` takes."""
        path = await in_thread(lambda: evaluator.runs(user_of(request)).folder(evaluation_id) / name)
        if not path.is_file():
            raise EvaluationNotFound(f"report of evaluation {evaluation_id[:40]!r} yet")
        return FileResponse(path, filename=name)

    return router


def _listed(evaluator: Evaluator, owner: str) -> Listed:
    job = evaluator.job(owner)
    progress = job.progress() if job and not job.is_over else None
    return Listed(evaluator.runs(owner).all(), evaluator.sets(owner).all(), progress, evaluator.is_taken)


def _report(evaluator: Evaluator, owner: str, evaluation_id: str, language: str) -> bytes:
    from qa.evaluation.report import page

    runs = evaluator.runs(owner)
    if evaluation_id == COMMAND:
        return (runs.folder(COMMAND) / "report.html").read_bytes()
    return page(runs.report(evaluation_id), language).encode()


async def _events(evaluator: Evaluator, job: Job) -> AsyncIterator[bytes]:
    told, quiet = None, 0
    while not job.is_over and not evaluator.is_stopping:
        progress = await asyncio.to_thread(job.progress)
        if progress != told:
            told, quiet = progress, 0
            yield event({"progress": dataclasses.asdict(progress)})
        elif (quiet := quiet + 1) % QUIET_LOOKS == 0:
            yield KEEP_ALIVE
        await asyncio.sleep(LOOK_SECONDS)
    if job.is_over:
        yield event({"error": job.problem} if job.problem else {"ended": job.id})
