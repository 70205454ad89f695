"""GET /api/overview: what the library holds at a glance, what came since a visit, and what its articles are about."""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from qa.library import Named
from qa.library.overview import Holdings, Overview, Source
from qa.library.topics import Topic, topics
from qa.web.engine import Engine, in_thread

TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00\z"  # as `added_at`
SINCE = "When one was here last: `now` of an earlier overview. `fresh` counts the articles that came after it."
LOOKED_AT = 1_000  # articles by which topics are found
SHIPPED = frozenset({"Article QA Explainers", "Article QA Newsdesk"})  # the sources of the shipped articles
EXAMPLES = (  # about these
    "Who met the Alberta Prosperity Project?",
    "How many signatures did the counter-petition get?",
    "What share voted No in Quebec's 1995 referendum?",
    "What did the United States offer for Greenland in 1946?",
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Glance:
    """What there is `now`; `step` is what has to be done before questions are answered, `problem` why they cannot be.

    `fresh` articles came since the time that was given, one more than 1,000 where it is more;
    `topics` are None until they are found; `examples` are questions that a library of the shipped articles answers.
    """

    now: str
    step: str
    problem: str
    articles: int
    sources: tuple[Source, ...]
    all_sources: int
    first_day: str | None
    last_day: str | None
    newest: tuple[Named, ...]
    fresh: int | None
    topics: tuple[Topic, ...] | None
    examples: tuple[str, ...]


class Glances:
    """Each made once for a revision of the library; topics are found in a thread, one at a time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._overview: Overview | None = None
        self._topics: tuple[int, tuple[Topic, ...]] | None = None  # of a revision
        self._finding: threading.Thread | None = None

    def glance(self, since: str | None) -> Glance:
        """What there is now; raises LibraryError."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        holdings = Holdings.beside(self._engine.library)
        overview = self._current(holdings)
        shipped = sum(source.articles for source in overview.sources if source.name in SHIPPED)
        return Glance(
            now,
            self._engine.step,
            self._engine.problem,
            overview.articles,
            overview.sources,
            overview.all_sources,
            overview.first_day,
            overview.last_day,
            overview.newest,
            holdings.fresh(since) if since else None,
            self._found(holdings, overview),
            EXAMPLES if shipped == overview.articles else (),
        )

    def _current(self, holdings: Holdings) -> Overview:
        with self._lock:
            if self._overview is None or self._overview.revision != holdings.revision():
                self._overview = holdings.overview()
            return self._overview

    def _found(self, holdings: Holdings, overview: Overview) -> tuple[Topic, ...] | None:
        with self._lock:
            if self._topics and self._topics[0] == overview.revision:
                return self._topics[1]
            if self._finding is None:
                self._finding = threading.Thread(target=self._find, args=(holdings, overview), daemon=True)
                self._finding.start()
            return None

    def _find(self, holdings: Holdings, overview: Overview) -> None:
        found: tuple[Topic, ...] = ()
        try:
            found = topics(holdings.sample(LOOKED_AT), [source.name for source in overview.sources])
        except Exception:
            log.exception("no topics are shown")
        with self._lock:
            self._topics, self._finding = (overview.revision, found), None


def routes(engine: Engine) -> APIRouter:
    """The route that the page greets by."""
    router, glances = APIRouter(), Glances(engine)

    @router.get("/api/overview")
    async def overview(since: Annotated[str | None, Query(pattern=TIME, description=SINCE)] = None) -> Glance:
        """What the library holds: how much, of whom, of which days, what came last and since a time, and its topics."""
        return await in_thread(partial(glances.glance, since))

    return router
