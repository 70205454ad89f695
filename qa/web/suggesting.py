"""What can be asked: POST /api/suggest beside a question, GET /api/questions of the newest articles."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict

from qa.types import Suggestion, Turn
from qa.web.api import EXAMPLE, EarlierTurn, Restriction, events, growing
from qa.web.auth import asker_of
from qa.web.engine import Engine
from qa.web.fields import Bounded, Text
from qa.web.streaming import EventStream

MOST_NEWEST = 20


class SuggestBody(Restriction):
    """The question to suggest others for, as it stands alone; what the turns say is not asked for again."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    question: Text
    history: Annotated[tuple[EarlierTurn, ...], Bounded] = ()


def routes(engine: Engine) -> APIRouter:
    """The routes that the page asks for questions."""
    router = APIRouter()

    @router.post("/api/suggest", responses={200: {"model": Suggestion}})
    async def suggest(body: SuggestBody, request: Request) -> EventStream:
        """Find up to three other questions that the articles answer, as server-sent events.

        Each was written for a fact of an article, and the fact was found again by the question alone.
        """
        turns = [Turn(turn.question, turn.answer) for turn in body.history]
        found = growing(engine.suggest(body.question, turns, body.filters(), asker=asker_of(request)))
        first = await anext(found, None)  # what is refused at once has a status of its own
        return EventStream(events(first, found, _as_json), found)

    @router.get("/api/questions")
    async def newest(n: Annotated[int, Query(ge=1, le=MOST_NEWEST)] = 4) -> list[Suggestion]:
        """Questions that the newest articles answer, one of each; none where none is prepared yet."""
        return await engine.newest_questions(n)

    return router


async def _as_json(suggestion: Suggestion) -> dict[str, Any]:
    return asdict(suggestion)
