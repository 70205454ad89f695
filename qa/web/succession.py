"""The Answerer that answers now, and those before it that still have questions to answer."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qa.answer import Answerer


class Succession:
    """Ends the model of one that was replaced as soon as the last question put to it is over.

    It belongs to the event loop; `now` may be read anywhere.
    """

    def __init__(self) -> None:
        self.now: Answerer | None = None
        self._asked: Counter[Answerer] = Counter()

    @contextmanager
    def asked(self, answerer: "Answerer") -> Iterator[None]:
        """A question is put to it while the context is open."""
        self._asked[answerer] += 1
        try:
            yield
        finally:
            self._asked[answerer] -= 1
            self._dismiss(answerer)

    def replace(self, answerer: "Answerer") -> None:
        """From now on this one answers."""
        before, self.now = self.now, answerer
        if before:
            self._dismiss(before)

    def _dismiss(self, answerer: "Answerer") -> None:
        if self._asked[answerer]:
            return
        del self._asked[answerer]
        if answerer is not self.now:
            threading.Thread(target=answerer.end_model, name="end of a model", daemon=True).start()
