"""Prepares questions on the articles behind the running server, while nobody asks and nothing is added."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from typing import TYPE_CHECKING

from qa.errors import ArticleNotFound, ArticleQAError
from qa.models.cores import Urgency, urgency
from qa.web.duty import Duty
from qa.web.engine import NEWEST, Engine, NotReadyError, foreseen, one_line

if TYPE_CHECKING:
    from qa.related import Related

MOST_WANTED = 100
LOOK_SECONDS = 20.0  # between two looks for new articles
CHECK_SECONDS = 1.0  # between two looks whether articles are being added
REST_SECONDS = 300.0  # after what cannot be mended here: a disk that is full, a model that is gone

log = logging.getLogger(__name__)


class Preparer:
    """One thread of the lowest urgency: articles that somebody wants questions on come first, then the newest.

    Whoever asks interrupts it within a step of the model. A model elsewhere is only asked where somebody wants it. Of
    several processes one goes on to the newest; what somebody wants, the one that was asked prepares.
    """

    def __init__(self, engine: Engine, is_filled: Callable[[], bool]) -> None:
        self.kept = 0  # questions, so that whoever waits for some need not look for them all the time
        self.trouble = ""
        self._engine = engine
        self._is_filled = is_filled
        self._duty = Duty("questions", lambda: engine.library)
        self._wanted: deque[str] = deque(maxlen=MOST_WANTED)
        self._failed: set[str] = set()
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._checked_at = 0.0

    def start(self) -> None:
        threading.Thread(target=self._work, name="questions", daemon=True).start()

    def stop(self) -> None:
        """End it at its next step; what was prepared is kept."""
        self._stopped.set()
        self._woken.set()
        self._duty.give_up()

    def want(self, article_ids: Collection[str]) -> None:
        """Let these articles come first, in this order."""
        for article_id in article_ids:
            if article_id in self._wanted:
                self._wanted.remove(article_id)
        self._wanted.extendleft(reversed(list(article_ids)))
        self._woken.set()

    def gave_up(self, article_ids: Iterable[str]) -> bool:
        """Whether nothing more is to be hoped for on these articles."""
        return bool(self.trouble) or self._stopped.is_set() or self._failed.issuperset(article_ids)

    def _work(self) -> None:
        urgency.set(Urgency.AHEAD)
        while not self._stopped.is_set():
            try:
                with foreseen():
                    self._go_on()
            except NotReadyError:
                self._stopped.wait(CHECK_SECONDS)
            except ArticleQAError as error:
                self.trouble = one_line(error)
                log.warning("no questions are prepared for %d seconds: %s", REST_SECONDS, self.trouble)
                self._stopped.wait(REST_SECONDS)
                self.trouble = ""

    def _go_on(self) -> None:
        """One article as far as it may go; else wait until there may be something to do."""
        article_id = self._next()
        if article_id is None:
            self._woken.wait(LOOK_SECONDS)
            self._woken.clear()
        elif self._engine.idle.wait(LOOK_SECONDS) and self._nothing_is_added():
            self._prepare(article_id)
        else:
            self._stopped.wait(CHECK_SECONDS)

    def _next(self) -> str | None:
        """The article whose turn it is: one that is wanted, else the newest whose preparing is not over."""
        answerer = self._engine.answerer()
        questions = answerer.related.questions
        waiting = set(questions.waiting(of=list(self._wanted)))
        for article_id in list(self._wanted):
            if article_id in waiting and article_id not in self._failed:
                return article_id
            self._wanted.remove(article_id)
        newest = questions.waiting(newest=NEWEST) if answerer.is_resident and self._duty.take() else []
        return next((article_id for article_id in newest if article_id not in self._failed), None)

    def _prepare(self, article_id: str) -> None:
        answerer = self._engine.answerer()
        related: Related = answerer.related
        try:
            with closing(related.prepare(article_id)) as steps:
                for kept in steps:
                    self.kept += kept is not None
                    if not self._may_go_on(article_id):
                        return
        except ArticleNotFound:  # removed meanwhile
            return
        except ArticleQAError:
            if answerer is self._engine.loaded:  # else its model was ended, and the next one goes on
                raise
        except Exception:
            log.exception("no questions could be prepared on %s", article_id)
            self._failed.add(article_id)

    def _may_go_on(self, article_id: str) -> bool:
        if self._stopped.is_set() or not self._engine.idle or (self._wanted and article_id not in self._wanted):
            return False
        return self._nothing_is_added()

    def _nothing_is_added(self) -> bool:
        """Looked up once in a while, for another process may be adding."""
        if time.monotonic() - self._checked_at > CHECK_SECONDS:
            if self._is_filled():
                return False
            self._checked_at = time.monotonic()
        return True
