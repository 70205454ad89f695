"""The reader: a small cross-encoder that tells whether a passage answers a question, and where. See its model card."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qa.models.encoder import OnnxEncoder, Outputs, load_encoder
from qa.models.manifest import EMBEDDING_MODEL, READER_SHA256
from qa.models.weights import ensure, require_shipped
from qa.settings import Settings
from qa.types import Evidence

if TYPE_CHECKING:
    from tokenizers import Encoding

MODEL = Path(__file__).with_name("reader.onnx")
MAX_TOKENS = 256
MAX_ANSWER_TOKENS = 30
SPANS_TRIED = 10


@dataclass(frozen=True)
class Reading:
    """What the reader makes of one passage.

    logit       of the probability that the passage answers the question
    start, end  where the likeliest answer stands in the passage's text, in characters
    margin      how much likelier that span is than none, as a difference of logits
    """

    logit: float
    start: int
    end: int
    margin: float

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-self.logit))


class Reader:
    """Reads questions and passages together; safe to share by threads."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder

    def read(self, question: str, passages: Sequence[Evidence]) -> list[Reading]:
        """One reading a passage, in the order given."""
        pairs = [(question, f"{passage.title}\n{passage.text}") for passage in passages]
        encodings = self._encoder.tokenize(pairs)
        outputs = self._encoder.run(encodings)
        return [
            _reading(encoding, output, len(passage.title) + 1)
            for encoding, output, passage in zip(encodings, outputs, passages, strict=True)
        ]


def load_reader(settings: Settings, model: Path = MODEL) -> Reader:
    """The shipped reader, with the tokenizer of the packaged embedding model, which it was trained from."""
    tokenizer = ensure(EMBEDDING_MODEL, settings.models_dir) / "tokenizer.json"

    def mend() -> None:
        if model == MODEL:
            require_shipped(MODEL, READER_SHA256)
        ensure(EMBEDDING_MODEL, settings.models_dir, thorough=True)

    return Reader(load_encoder(model, tokenizer, MAX_TOKENS, mend))


def _reading(encoding: "Encoding", outputs: Outputs, title: int) -> Reading:
    """The best start and end of at most MAX_ANSWER_TOKENS within the passage's own tokens (Devlin et al. 2019)."""
    answers, start, end = outputs
    own = [
        at
        for at, (sequence, (first, _)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if sequence == 1 and first >= title
    ]
    logit = float(answers)
    if not own:
        return Reading(logit, 0, 0, -math.inf)
    starts = sorted(own, key=lambda at: -start[at])[:SPANS_TRIED]
    ends = sorted(own, key=lambda at: -end[at])[:SPANS_TRIED]
    pairs = [(s, e) for s in starts for e in ends if s <= e < s + MAX_ANSWER_TOKENS] or [(starts[0], starts[0])]
    first, last = max(pairs, key=lambda pair: float(start[pair[0]] + end[pair[1]]))
    margin = float(start[first] + end[last] - start[0] - end[0])
    return Reading(logit, encoding.offsets[first][0] - title, encoding.offsets[last][1] - title, margin)
