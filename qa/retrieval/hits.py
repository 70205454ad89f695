"""Hits: passages, with what a reader makes of them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from langchain_core.documents import Document

from qa.language.orders import plays_a_part
from qa.models.reader import Reading
from qa.query.query import Query
from qa.types import Evidence

READ_CLOSELY = 4  # passages that the extractor sees: the evidence stands in them for 0.98 of SQuAD's questions
FACTS = ("article_id", "title", "source", "published_at", "url", "start", "end", "score", "notes")  # of a passage


@dataclass(frozen=True)
class Hit:
    """A passage, and what the reader makes of it where it read it."""

    evidence: Evidence
    reading: Reading | None = None

    @classmethod
    def of(cls, document: Document) -> "Hit":
        """The passage in a document of a retriever; its metadata holds the facts of Evidence, and perhaps a reading."""
        facts: dict[str, Any] = {name: document.metadata.get(name) for name in FACTS}
        facts["notes"] = tuple(facts["notes"] or ())
        reading = document.metadata.get("reading")
        return cls(Evidence(**facts, text=document.page_content), Reading(**reading) if reading else None)

    def document(self) -> Document:
        """As LangChain knows it."""
        facts: dict[str, Any] = {name: getattr(self.evidence, name) for name in FACTS}
        reading = {"reading": asdict(self.reading)} if self.reading else {}
        return Document(page_content=self.evidence.text, metadata=facts | reading)

    @property
    def answer(self) -> str:
        """The words that it would answer with, none where it did not read."""
        return self.evidence.text[self.reading.start : self.reading.end] if self.reading else ""

    @property
    def touched(self) -> list[tuple[int, int]]:
        """Start and end, in characters of the passage, of the sentences that these words stand in."""
        if self.reading is None:
            return []
        return [span for span in self.evidence.spans if span[0] < self.reading.end and span[1] > self.reading.start]

    @property
    def sentence(self) -> str:
        """The whole sentences that these words stand in."""
        return " ".join(" ".join(self.evidence.text[start:end] for start, end in self.touched).split())

    @property
    def points(self) -> bool:
        """Whether it points at words, and into no sentence that plays a part of the prompt."""
        return bool(self.answer) and not any(plays_a_part(self.evidence.text[a:b]) for a, b in self.touched)

    @property
    def sure(self) -> bool:
        """Whether it finds these words likelier to be the answer than none."""
        return self.reading is not None and self.reading.margin > 0


def pointing(query: Query, read: Sequence[Hit]) -> list[Hit]:
    """Those of the first passages, read by the extractor, that point at words that would answer."""
    return [hit for hit in read[: READ_CLOSELY * query.effort] if hit.points]


def likeliest(hits: Sequence[Hit]) -> Hit | None:
    """The passage in which the reader would find its answer; None where it read none or points at nothing."""
    pointed = [hit for hit in hits if hit.points]
    return max(pointed, key=lambda hit: hit.reading.logit + hit.reading.margin if hit.reading else 0.0, default=None)
