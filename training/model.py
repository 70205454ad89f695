"""The models that are trained: transformers that say of a question and a window whether it answers, and where."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModel, PreTrainedTokenizerFast

from training.data import Example

MAX_TOKENS = 256
RANK, SCALE, DROPOUT = 32, 2.0, 0.05
NONE = -1e4  # in the place of a logit that is not there


class Reading(nn.Module):
    """Two heads on an encoder (Devlin et al. 2019, section 4.3).

    `forward` gives one logit a pair, "the window answers the question", and one start and one end logit a token.
    """

    inputs: tuple[str, ...] = ("input_ids", "attention_mask")
    tokenizer: PreTrainedTokenizerFast

    def __init__(self, encoder: nn.Module, path: Path) -> None:
        super().__init__()
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(path)
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.answers = head(width, 1)
        self.span = nn.Linear(width, 2)

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = self.encoder(**dict(zip(self.inputs, inputs, strict=True))).last_hidden_state
        start, end = self.span(hidden).unbind(-1)
        return self.answers(hidden[:, 0]).squeeze(-1), start, end

    def keep(self, path: Path) -> None:
        torch.save(self.state_dict(), path.with_suffix(".pt"))

    def take_up(self, path: Path) -> None:
        """Go on from what was kept."""
        self.load_state_dict(torch.load(path, map_location="cpu"))


def head(width: int, outputs: int) -> nn.Sequential:
    """Two layers over the state of a text's first token, which `qa.models.transformer` knows as "0" and "2"."""
    return nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, outputs))


class Whole(Reading):
    """A model that is trained whole, but for the word embeddings: rare words keep what they mean."""

    def __init__(self, path: Path) -> None:
        encoder = AutoModel.from_pretrained(path, add_pooling_layer=False)
        encoder.embeddings.word_embeddings.weight.requires_grad = False
        super().__init__(encoder, path)


class Teacher(Whole):
    """The extractor's base; too large to ship, the others learn from it."""


class Reader(Whole):
    """The embedding model's six layers."""

    inputs = ("input_ids", "attention_mask", "token_type_ids")


class Updated(nn.Module):
    """An encoder that stays as it is, with low-rank updates beside it (Hu et al. 2021, "LoRA"), and heads."""

    encoder: nn.Module

    def keep(self, path: Path) -> None:
        """What was trained: the heads, and `up` and `down` of each updated weight, by its name in the encoder."""
        parts = {f"{name}.weight.up": module.up * SCALE for name, module in self._updates()}
        parts |= {f"{name}.weight.down": module.down for name, module in self._updates()}
        halves = {name: part.detach().half().cpu().contiguous() for name, part in (parts | self._heads()).items()}
        save_file(halves, path.with_suffix(".safetensors"))

    @torch.no_grad()
    def take_up(self, path: Path) -> None:
        self.take_up_updates(path)
        kept = load_file(path)
        for name, head in self._heads().items():
            head.copy_(kept[name])

    @torch.no_grad()
    def take_up_updates(self, path: Path) -> None:
        """Go on from the updates that were kept, whatever the heads were, of this rank or a lower one."""
        kept = load_file(path)
        for name, module in self._updates():
            up, down = kept[f"{name}.weight.up"] / SCALE, kept[f"{name}.weight.down"]
            module.up[:, : up.shape[1]].copy_(up)
            module.down[: len(down)].copy_(down)

    def _updates(self) -> "list[tuple[str, LowRank]]":
        return [(name, module) for name, module in self.encoder.named_modules() if isinstance(module, LowRank)]

    def _heads(self) -> dict[str, torch.Tensor]:
        return {name: p for name, p in self.named_parameters() if not name.startswith("encoder.")}


class Extractor(Updated, Reading):
    """Twelve larger layers that stay as they are, with low-rank updates beside them."""

    def __init__(
        self, path: Path, dtype: torch.dtype = torch.float32, rank: int = RANK, dropout: float = DROPOUT
    ) -> None:
        encoder = AutoModel.from_pretrained(path, dtype=dtype, add_pooling_layer=False)
        update(encoder, rank, dropout, torch.bfloat16)
        super().__init__(encoder, path)


def update(encoder: nn.Module, rank: int, dropout: float, dtype: torch.dtype) -> None:
    """Freeze an encoder and put a low-rank update beside each linear layer, whose own weights become `dtype`."""
    encoder.requires_grad_(False)
    for layer in encoder.encoder.layer:
        for name, linear in [(n, m) for n, m in layer.named_modules() if isinstance(m, nn.Linear)]:
            parent, _, own = name.rpartition(".")
            setattr(layer.get_submodule(parent), own, LowRank(linear.to(dtype), rank, dropout))


class LowRank(nn.Module):
    """A linear layer plus the product of two thin matrices, which begins at nothing."""

    def __init__(self, base: nn.Linear, rank: int, dropout: float) -> None:
        super().__init__()
        self.base = base
        self.dropout = dropout
        self.down = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, rank))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        down, up = self.down.to(hidden.dtype), self.up.to(hidden.dtype)
        thin = nn.functional.linear(nn.functional.dropout(hidden, self.dropout, self.training), down)
        return torch.add(self.base(hidden), nn.functional.linear(thin, up), alpha=SCALE)


@dataclass(frozen=True)
class Logits:
    """What a model says of a batch, laid out alike whatever its tokenizer puts between question and window.

    answers     (pairs)
    start, end  (pairs, 1 + tokens of the window), the first for "nowhere"; NONE beyond a window's end
    """

    answers: torch.Tensor
    start: torch.Tensor
    end: torch.Tensor


def read(model: Reading, batch: Sequence[Example], device: str) -> tuple[Logits, dict[int, tuple[int, int]]]:
    """The logits, and by example the columns of the first and the last token of each marked answer not cut off."""
    encoded = model.tokenizer(
        [example.question for example in batch],
        [second(example.title, example.window) for example in batch],
        truncation="only_second",
        max_length=MAX_TOKENS,
        padding=True,
        pad_to_multiple_of=16,  # few shapes, so that the kernels made for one are used again
        return_tensors="pt",
        return_token_type_ids=True,
    ).to(device)
    with torch.autocast(device, torch.bfloat16):
        answers, start, end = model(*(encoded[name] for name in model.inputs))
    parts = [encoded.sequence_ids(n) for n in range(len(batch))]
    begin = [part.index(1) for part in parts]
    first = torch.tensor(begin, device=device)
    count = torch.tensor([part.count(1) for part in parts], device=device)
    column = torch.arange(int(count.max()) + 1, device=device)
    at = torch.where(column == 0, 0, first[:, None] + column - 1).clamp(max=start.shape[1] - 1)
    beyond = column > count[:, None]
    laid = Logits(
        answers.float(),
        start.float().gather(1, at).masked_fill(beyond, NONE),
        end.float().gather(1, at).masked_fill(beyond, NONE),
    )
    places = {}
    for n, example in enumerate(batch):
        if example.start is not None and example.end is not None:
            shift = len(second(example.title, "")) if example.title else 0
            begins = encoded.char_to_token(n, example.start + shift, 1)
            ends = encoded.char_to_token(n, example.end - 1 + shift, 1)
            if begins is not None and ends is not None:
                places[n] = begins - begin[n] + 1, ends - begin[n] + 1
    return laid, places


def second(title: str, window: str) -> str:
    """What stands in the second segment."""
    return f"{title}\n{window}" if title else window


def parameters(model: nn.Module, decay: float) -> Sequence[dict[str, object]]:
    """Weight decay for matrices only."""
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    return [
        {"params": [p for _, p in trained if p.ndim > 1], "weight_decay": decay},
        {"params": [p for _, p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
