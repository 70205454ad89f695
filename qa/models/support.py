"""The support model: tells of a sentence and a quote whether the quote states it. See its model card."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.models.adapter import Adapter
from qa.models.encoder import OnnxEncoder
from qa.models.manifest import EXTRACTOR_BASE, SUPPORT_SHA256
from qa.settings import Settings

MAX_TOKENS = 256
ADAPTER = Adapter(Path(__file__).with_name("support.safetensors"), SUPPORT_SHA256, EXTRACTOR_BASE, MAX_TOKENS)
ANSWERED_BY = " → "  # between a question and the claim that answers it
AFTER = " | "  # between the sentence before a quote and the quote


@dataclass(frozen=True)
class Claimed:
    """A claim with the quote that is to back it.

    claim     one sentence
    question  what it answers; empty to ask only whether it is stated
    quote     the stored words
    heading   title, source and day of the article, as they are shown beside the quote
    before    the sentence before the quote, by which its pronouns are understood
    """

    claim: str
    question: str
    quote: str
    heading: str = ""
    before: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What the model reads: the claim, and what is to back it."""
        asked = f"{self.question}{ANSWERED_BY}{self.claim}" if self.question else self.claim
        quote = f"{self.before}{AFTER}{self.quote}" if self.before else self.quote
        return asked, f"{self.heading}\n{quote}" if self.heading else quote


@dataclass(frozen=True)
class Judgement:
    """Probabilities, which add up to 1, that a quote supports a claim, contradicts it, or leaves it open."""

    supported: float
    contradicted: float
    not_stated: float


class SupportModel:
    """Judges claims by their quotes; safe to share by threads."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder

    def judge(self, claims: Sequence[Claimed]) -> list[Judgement]:
        """One judgement a claim, in the order given."""
        outputs = self._encoder.run(self._encoder.tokenize([claim.pair for claim in claims]))
        return [Judgement(*_softmax([float(logit) for logit in logits])) for (logits,) in outputs]


def load_support(settings: Settings) -> SupportModel:
    """The packaged all-mpnet-base-v2 with the shipped adapter. Raises WeightsError."""
    return SupportModel(ADAPTER.load(settings.models_dir))


def _softmax(logits: Sequence[float]) -> list[float]:
    parts = [math.exp(logit - max(logits)) for logit in logits]
    return [part / sum(parts) for part in parts]
