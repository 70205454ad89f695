"""What reads the first passages of a search again: the shipped reader, another by name, or nothing."""

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from qa.errors import ExtensionError, ModelError
from qa.extensions import RERANKERS, Extension, extension
from qa.models.hub import load_named
from qa.models.reader import Reading, load_reader
from qa.settings import EMBEDDED, Settings
from qa.types import Evidence

NONE = "none"


@runtime_checkable
class Reranker(Protocol):
    """Reads the first passages of a search with the question; several threads may ask at once."""

    def read(self, question: str, passages: Sequence[Evidence]) -> Sequence[Reading]:
        """One reading a passage, in the order given; those of a higher logit go first."""


class NamedCrossEncoder:
    """Any cross-encoder of sentence-transformers with one output; it ranks passages but points at no words in them."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = threading.Lock()  # its tokenizer refuses a second thread

    def read(self, question: str, passages: Sequence[Evidence]) -> list[Reading]:
        """One reading a passage, in the order given; the spans are empty."""
        import torch

        if not passages:
            return []
        pairs = [(question, f"{passage.title}\n{passage.text}") for passage in passages]
        with self._lock:
            logits = self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        return [Reading(float(logit), 0, 0, -math.inf) for logit in logits]


class AddedReranker:
    """The reranker of another package, whose faults become ExtensionErrors of one line."""

    def __init__(self, added: Extension, settings: Settings) -> None:
        self._added = added
        with added.at_work():
            self._reranker: Reranker = added.load()(settings)

    def read(self, question: str, passages: Sequence[Evidence]) -> list[Reading]:
        with self._added.at_work():
            readings = list(self._reranker.read(question, passages))
        if len(readings) != len(passages):
            raise ExtensionError(
                f"the {self._added} gave {len(readings)} readings of {len(passages)} passages; "
                "update or uninstall that package"
            )
        return readings


def load_reranker(settings: Settings) -> Reranker | None:
    """The chosen one; only a name not kept before is asked for at the hub. Raises ModelError, ExtensionError."""
    if settings.reranker == NONE:
        return None
    if settings.reranker == EMBEDDED:
        return load_reader(settings)
    added = extension(RERANKERS, settings.reranker)
    return AddedReranker(added, settings) if added else _named(settings.reranker)


def _named(name: str) -> NamedCrossEncoder:
    def load(local_files_only: bool) -> Any:
        from sentence_transformers import CrossEncoder

        return CrossEncoder(name, local_files_only=local_files_only)

    model = load_named(load, f"reranker {name}", "ARTICLE_QA_RERANKER")
    if model.config.num_labels != 1:
        raise ModelError(f"{Path(name).name} gives {model.config.num_labels} scores a passage; a reranker gives one")
    return NamedCrossEncoder(model)
