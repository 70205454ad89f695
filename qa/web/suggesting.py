"""POST /api/suggest: what else could be asked, each question as soon as it is found."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import ConfigDict

from qa.types import Suggestion, Turn
from qa.web.api import EXAMPLE, EarlierTurn, Restriction, events, growing
from qa.web.auth import asker_of
from qa.web.engine import Engine
from qa.web.fields import Bounded, Text
from qa.web.streaming import EventStream


class SuggestBody(Restriction):
    """The question to suggest others for, as it stands alone; what the turns say is not asked for again."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    question: Text
    history: Annotated[tuple[EarlierTurn, ...], Bounded] = ()


def routes(engine: Engine) -> APIRouter:
    """The route that the page asks for further questions."""
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

    return router


async def _as_json(suggestion: Suggestion) -> dict[str, Any]:
    return asdict(suggestion)
