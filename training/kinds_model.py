"""The model that tells kinds of question apart, as it is trained: low-rank updates of the embedding model's layers."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoModel, PreTrainedTokenizerFast

from qa.models.kinds import MAX_TOKENS
from qa.query.kinds import ASPECTS, KINDS
from training.model import Updated, head, update

RANK, DROPOUT = 16, 0.05
EPOCHS, AT_ONCE = 4, 32
RATE, RATE_OF_HEAD, DECAY, WARM_UP = 1e-3, 5e-4, 0.01, 0.1
AVERAGED = 0.995  # of the mean of the weights stays at each step (Tarvainen and Valpola 2017): one run is like another
SMOOTHING = 0.1  # what of a label is spread over all (Szegedy et al. 2016): people would not agree on each
UNMARKED = 0.15  # of the questions lose their question mark each time they are read
SORTED_OVER = 20  # batches that are filled in order of length


@dataclass(frozen=True)
class Labelled:
    """A question, its kind, and of the catalogue which part it asks for."""

    question: str
    kind: str
    catalogue: str | None = None


class KindsOfQuestion(Updated):
    """`forward` gives logits, (questions, kinds and parts of the catalogue)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(path)
        self.encoder = AutoModel.from_pretrained(path, add_pooling_layer=False)
        update(self.encoder, RANK, DROPOUT, torch.float32)
        self.kinds = head(self.encoder.config.hidden_size, len(KINDS) + len(ASPECTS))

    def forward(self, questions: Sequence[str]) -> torch.Tensor:
        encoded = self.tokenizer(
            list(questions), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
        )
        logits: torch.Tensor = self.kinds(self.encoder(**encoded).last_hidden_state[:, 0])
        return logits


def fit(path: Path, learnt: Sequence[Labelled], name: str) -> KindsOfQuestion:
    """A model of these questions, from the weights at `path`; seeded, its progress is printed under `name`."""
    torch.manual_seed(0)
    rng = random.Random(0)
    model = KindsOfQuestion(path).train()
    mean = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(AVERAGED))
    updates = [p for p in model.encoder.parameters() if p.requires_grad]
    groups = [{"params": updates, "lr": RATE}, {"params": model.kinds.parameters(), "lr": RATE_OF_HEAD}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = EPOCHS * -(-len(learnt) // AT_ONCE)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (WARM_UP * steps), 1 - step / steps)
    )
    for epoch in range(EPOCHS):
        total = 0.0
        for batch in _batches(learnt, rng):
            loss = _loss(model([_typed(row.question, rng) for row in batch]), batch)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            mean.update_parameters(model)
            total += loss.item() * len(batch) / len(learnt)
        print(f"{name}: {epoch + 1} of {EPOCHS} times over {len(learnt):,} questions, loss {total:.3f}", flush=True)
    kept: KindsOfQuestion = mean.module
    return kept.eval()


@torch.no_grad()
def logits(model: KindsOfQuestion, questions: Sequence[str]) -> "np.ndarray":
    """A row a question, as `qa.models.kinds.KindsModel` tells them."""
    parts = [questions[n : n + AT_ONCE] for n in range(0, len(questions), AT_ONCE)]
    return np.vstack([model(part).numpy() for part in parts])


def _loss(said: torch.Tensor, batch: Sequence[Labelled]) -> torch.Tensor:
    """Cross-entropy of the kinds, and of the parts among questions on the catalogue."""
    kinds = torch.tensor([KINDS.index(row.kind) for row in batch])
    loss = nn.functional.cross_entropy(said[:, : len(KINDS)], kinds, label_smoothing=SMOOTHING)
    asked = [n for n, row in enumerate(batch) if row.catalogue]
    if not asked:
        return loss
    parts = torch.tensor([ASPECTS.index(batch[n].catalogue) for n in asked])
    return loss + nn.functional.cross_entropy(said[asked, len(KINDS) :], parts) * len(asked) / len(batch)


def _batches(rows: Sequence[Labelled], rng: random.Random) -> Iterator[list[Labelled]]:
    """All rows in a new order, those of about one length together."""
    shuffled = rng.sample(rows, len(rows))
    for start in range(0, len(rows), AT_ONCE * SORTED_OVER):
        near = sorted(shuffled[start : start + AT_ONCE * SORTED_OVER], key=lambda row: len(row.question))
        batches = [near[n : n + AT_ONCE] for n in range(0, len(near), AT_ONCE)]
        yield from rng.sample(batches, len(batches))


def _typed(question: str, rng: random.Random) -> str:
    return question.rstrip("?. ") if rng.random() < UNMARKED else question
