"""What can be asked: POST /api/suggest beside a question, GET /api/questions of the newest articles."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict

from qa.query.question import checked_question
from qa.types import Filters, Suggestion, Turn
from qa.web.api import EXAMPLE, QUIET_SECONDS, EarlierTurn, Restriction, events
from qa.web.auth import asker_of
from qa.web.engine import POLL_SECONDS, Engine, in_thread
from qa.web.fields import Bounded, Line, Text
from qa.web.preparing import Preparer
from qa.web.streaming import EventStream

MOST_NEWEST = 20
LONGEST = 300.0  # seconds in which questions are awaited that are prepared only now


# More could be found, but by a language model elsewhere, which is used only where somebody asks for it.
ON_REQUEST = {"status": "on_request"}
Told = dict[str, Any]


class SuggestBody(Restriction):
    """The question to suggest others for, as it stands alone; what the turns say is not asked for again.

    `articles` are those that its answer was found in, which are searched for where they are not given. `unasked` tells
    that nobody asked for suggestions: then a language model elsewhere is not used for them.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    question: Text
    history: Annotated[tuple[EarlierTurn, ...], Bounded] = ()
    articles: Annotated[tuple[Line, ...], Bounded] = ()
    unasked: bool = False


def routes(engine: Engine, preparer: Preparer) -> APIRouter:
    """The routes that the page asks for questions."""
    router = APIRouter()

    @router.post("/api/suggest", responses={200: {"model": Suggestion}})
    async def suggest(body: SuggestBody, request: Request) -> EventStream:
        """Find up to three other questions that the articles answer, as server-sent events.

        Those that are prepared come at once. Each was written for a fact of an article, and was answered by it.
        """
        found = _found(body, engine, preparer, asker_of(request))
        first = await anext(found, None)  # what is refused at once has a status of its own
        return EventStream(events(first, found, _told), found)

    @router.get("/api/questions")
    async def newest(n: Annotated[int, Query(ge=1, le=MOST_NEWEST)] = 4) -> list[Suggestion]:
        """Questions that the newest articles answer, one of each; none where none is prepared yet."""
        return await in_thread(partial(engine.answerer().related.newest, n))

    return router


async def _found(body: SuggestBody, engine: Engine, preparer: Preparer, asker: str) -> AsyncGenerator[Told | None]:
    """What is prepared, then what is prepared now; None where nothing came for a while."""
    search = await _Search.begun(body, engine, asker)
    for suggestion in await search.nearest(others=False):
        yield asdict(suggestion)
    lacking = await search.lacking()
    on_request = lacking and body.unasked and not engine.answerer().is_resident
    preparer.want([] if on_request else lacking)
    seen, heard, end = preparer.kept, time.monotonic(), time.monotonic() + LONGEST
    while lacking and not on_request and not preparer.gave_up(lacking) and time.monotonic() < end:
        await asyncio.sleep(POLL_SECONDS)
        if preparer.kept != seen:
            seen = preparer.kept
            for suggestion in await search.nearest(others=False):
                yield asdict(suggestion)
        if time.monotonic() - heard > QUIET_SECONDS:
            heard = time.monotonic()
            yield None
        lacking = await search.lacking()
    for suggestion in await search.nearest(others=True):
        yield asdict(suggestion)
    if on_request:
        yield ON_REQUEST


@dataclass
class _Search:
    """What is suggested for one question, and where more could be found."""

    engine: Engine
    asker: str
    question: str
    turns: list[Turn]
    filters: Filters | None
    about: Sequence[str]
    given: list[str] = field(default_factory=list)

    @classmethod
    async def begun(cls, body: SuggestBody, engine: Engine, asker: str) -> "_Search":
        """Raises QuestionError, FilterError, NotReadyError, TooManyError."""
        answerer, question, filters = engine.answerer(), checked_question(body.question), body.filters()
        if filters:
            await in_thread(partial(answerer.check, filters))
        about: Sequence[str] = body.articles
        if not about:
            about = await engine.look_up(asker, partial(answerer.related.found_for, question, filters))
        turns = [Turn(turn.question, turn.answer) for turn in body.history]
        return cls(engine, asker, question, turns, filters, about)

    async def nearest(self, *, others: bool) -> list[Suggestion]:
        """Those prepared questions that were not given yet, perhaps on other articles than those found."""
        near = self.engine.answerer().related.near
        wanted = self.question, self.turns, self.filters, self.about, tuple(self.given)
        found = await self.engine.look_up(self.asker, partial(near, *wanted, others=others))
        self.given += [suggestion.question for suggestion in found]
        return found

    async def lacking(self) -> list[str]:
        """The articles whose preparing could give what is missing; none where nothing is."""
        return await in_thread(partial(self.engine.answerer().related.lacking, self.about, len(self.given)))


async def _told(event: Told) -> Told:
    return event
