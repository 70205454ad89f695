"""What a run measures, and the report that its rows make: the same for the command and for the page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.evaluation.gold import Gold
from qa.evaluation.journal import Journal, head_of
from qa.library import Library

if TYPE_CHECKING:
    from qa.evaluation.summary import Row


@dataclass(frozen=True)
class Measurement:
    """The questions of a gold set, and the model that answers them; None for retrieval alone."""

    gold: str
    questions: Sequence[Gold]
    model: str | None
    judge: str | None = None

    def made_of(self) -> dict[str, Any]:
        """What stands at the head of a report."""
        head = {"gold": self.gold, "model": self.model, "retrieval_only": self.model is None}
        return head | ({"judge": self.judge} if self.judge else {})

    def fingerprint(self, library: Library) -> dict[str, Any]:
        """What a stopped run must share with the one that goes on: the head, the questions and the library's state."""
        digest = sha256("\n".join(gold.model_dump_json() for gold in self.questions).encode())
        return self.made_of() | {"questions": digest.hexdigest()[:16], "revision": library.revision()}

    def journal(self, folder: Path, library: Library) -> Journal:
        """The rows so far, in a folder; raises GoldError where another run stands there unfinished."""
        return Journal(folder, self.fingerprint(library))

    def goes_on(self, folder: Path, library: Library) -> bool:
        """Whether the unfinished run in a folder measures just this, or there is none."""
        head = head_of(folder)
        return head is None or head == json.loads(json.dumps(self.fingerprint(library)))

    def report(self, rows: "Sequence[Row]") -> dict[str, Any]:
        """`run.json`; where questions are missing it says that the run was cut short."""
        from qa.evaluation.summary import summarise

        made = {"made_at": datetime.now(UTC).isoformat(timespec="seconds")} | self.made_of()
        cut = {"cut_short": {"asked": len(rows), "of": len(self.questions)}} if len(rows) < len(self.questions) else {}
        return made | cut | summarise(rows)
