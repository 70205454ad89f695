"""Summaries of articles for those who open them: made the first time, one after the other, and kept in the library."""

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Any

from qa.errors import LibraryError
from qa.library import Summaries
from qa.models.cores import Urgency
from qa.web.engine import Engine, foreseen, one_line
from qa.web.scheduler import Bounds, Queue

if TYPE_CHECKING:
    from qa.answer import Answerer

BOUNDS = Bounds(at_once=1, waiting=16, patience=60, longest=60, usual=2)  # whoever opens an article reads it meanwhile

log = logging.getLogger(__name__)


class Summarizer:
    """Gives the summary of an article in its public form; what waits for an answer goes first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue = Queue("summary", BOUNDS, Urgency.ARTICLES)

    async def of(self, article_id: str, *, asker: str) -> dict[str, Any]:
        """The summary, or a refusal where the article has none.

        Raises ArticleNotFound, TooManyError, and where it has yet to be made NotReadyError.
        """
        with foreseen():
            if kept := await asyncio.to_thread(self._kept, article_id):
                return kept
            return await self._queue.do(asker, partial(self._made, self._engine.answerer(), article_id))

    def _kept(self, article_id: str) -> dict[str, Any] | None:
        library = self._engine.library
        return Summaries.beside(library).of(library.article(article_id).id)

    def _made(self, answerer: "Answerer", article_id: str) -> dict[str, Any]:
        if kept := self._kept(article_id):  # it was made for whoever came before
            return kept
        article = answerer.library.article(article_id)
        made = answerer.summary(article_id).to_json()
        try:
            Summaries.beside(answerer.library).keep(article, made)
        except LibraryError as error:
            log.warning("a summary could not be kept: %s", one_line(error))
        return made
