"""The support model in training: the extractor's layers with one head of three logits."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from qa.models.support import MAX_TOKENS, Claimed
from training.model import Extractor, head
from training.support.pairs import UNSUPPORTED

CLASSES = ("supported", "contradicted", "not_supported")
RANK, DROPOUT = 64, 0.1


class Support(Extractor):
    """Begins with the extractor's updates; `forward` gives the logits of `CLASSES`, (pairs, 3)."""

    def __init__(self, path: Path, begun: Path) -> None:
        super().__init__(path, torch.bfloat16, RANK, DROPOUT)
        self.take_up_updates(begun)
        del self.answers, self.span
        self.support = head(self.encoder.config.hidden_size, len(CLASSES))
        for module in self.encoder.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0  # of the updates alone something is left out

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        hidden = self.encoder(**dict(zip(self.inputs, inputs, strict=True))).last_hidden_state
        return self.support(hidden[:, 0].float())


def read(model: Support, claims: Sequence[Claimed], device: str) -> torch.Tensor:
    """Log-probabilities of `CLASSES`, (claims, 3)."""
    encoded = model.tokenizer(
        *map(list, zip(*(claim.pair for claim in claims), strict=True)),
        truncation="only_second",
        max_length=MAX_TOKENS,
        padding=True,
        return_tensors="pt",
    ).to(device)
    return torch.log_softmax(model(*(encoded[name] for name in model.inputs)), 1)


def loss(said: torch.Tensor, labels: Sequence[str]) -> torch.Tensor:
    """Cross-entropy; where contradicted and not stated are not told apart, of both together."""
    either = torch.logsumexp(said[:, 1:], 1, keepdim=True)
    target = torch.tensor([[*CLASSES, UNSUPPORTED].index(label) for label in labels], device=said.device)
    return nn.functional.nll_loss(torch.cat([said, either], 1), target)
