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
from qa.types import Evidence, Stretch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from tokenizers import Encoding

    Logits = npt.NDArray[np.float32]

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
    within      the same of the likeliest span within each stretch that was asked for
    """

    logit: float
    start: int
    end: int
    margin: float
    within: tuple[float, ...] = ()

    @property
    def probability(self) -> float:
        return 1 / (1 + math.exp(-self.logit))


class Reader:
    """Reads questions and passages together; safe to share by threads."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder

    def read(
        self, question: str, passages: Sequence[Evidence], within: Sequence[Sequence[Stretch]] | None = None
    ) -> list[Reading]:
        """One reading a passage, in the order given; `within` are stretches of each, in characters of its text."""
        pairs = [(question, f"{passage.title}\n{passage.text}") for passage in passages]
        encodings = self._encoder.tokenize(pairs)
        outputs = self._encoder.run(encodings)
        return [
            _reading(encoding, output, len(passage.title) + 1, stretches)
            for encoding, output, passage, stretches in zip(
                encodings, outputs, passages, within or [()] * len(passages), strict=True
            )
        ]


def load_reader(settings: Settings, model: Path = MODEL) -> Reader:
    """The shipped reader, with the tokenizer of the packaged embedding model, which it was trained from."""
    tokenizer = ensure(EMBEDDING_MODEL, settings.models_dir) / "tokenizer.json"

    def mend() -> None:
        if model == MODEL:
            require_shipped(MODEL, READER_SHA256)
        ensure(EMBEDDING_MODEL, settings.models_dir, thorough=True)

    return Reader(load_encoder(model, tokenizer, MAX_TOKENS, mend))


def _reading(encoding: "Encoding", outputs: Outputs, title: int, within: Sequence[Stretch]) -> Reading:
    """The likeliest span within the passage's own tokens, and within each of these stretches."""
    answers, start, end = outputs
    own = [
        (at, first - title, last - title)
        for at, (sequence, (first, last)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True))
        if sequence == 1 and first >= title
    ]
    logit = float(answers)
    if not own:
        return Reading(logit, 0, 0, -math.inf)
    none = float(start[0] + end[0])

    def likeliest(low: int, high: int) -> tuple[float, int, int]:
        """How much likelier than none, from where, to where."""
        tokens = [at for at, first, last in own if low <= first and last <= high]
        margin, first, last = _span(tokens, start, end)
        return margin - none, first, last

    margin, first, last = likeliest(0, own[-1][2])
    places = encoding.offsets
    margins = tuple(likeliest(low, high)[0] for low, high in within)
    return Reading(logit, places[first][0] - title, places[last][1] - title, margin, margins)


def _span(tokens: Sequence[int], start: "Logits", end: "Logits") -> tuple[float, int, int]:
    """The likeliest start and end of at most MAX_ANSWER_TOKENS among these tokens (Devlin et al. 2019), with the sum of
    their logits, which is minus infinity where there are none.
    """
    if not tokens:
        return -math.inf, 0, 0
    starts = sorted(tokens, key=lambda at: -start[at])[:SPANS_TRIED]
    ends = sorted(tokens, key=lambda at: -end[at])[:SPANS_TRIED]
    pairs = [(s, e) for s in starts for e in ends if s <= e < s + MAX_ANSWER_TOKENS] or [(starts[0], starts[0])]
    first, last = max(pairs, key=lambda pair: float(start[pair[0]] + end[pair[1]]))
    return float(start[first] + end[last]), first, last
