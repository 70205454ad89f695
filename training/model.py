"""The reader and the extractor: transformers that say of a question and a window whether it answers, and where."""

import math
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import AutoModel, PreTrainedTokenizerFast

MAX_TOKENS = 256
RANK, SCALE = 16, 2.0
UPDATED_FROM = 2  # the extractor's layers below stay as they are, and are not trained through


class Reading(nn.Module):
    """Two heads on an encoder (Devlin et al. 2019, section 4.3).

    `forward` gives one logit a pair, "the window answers the question", and one start and one end logit a token.
    """

    inputs: tuple[str, ...]

    def __init__(self, encoder: nn.Module, width: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.answers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))
        self.span = nn.Linear(width, 2)

    def forward(self, *inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = self.encoder(**dict(zip(self.inputs, inputs, strict=True))).last_hidden_state
        start, end = self.span(hidden).unbind(-1)
        return self.answers(hidden[:, 0]).squeeze(-1), start, end


class Reader(Reading):
    """The embedding model's six layers, trained whole."""

    inputs = ("input_ids", "attention_mask", "token_type_ids")

    def __init__(self, encoder_path: Path, attention: str = "sdpa") -> None:
        encoder = AutoModel.from_pretrained(encoder_path, attn_implementation=attention, add_pooling_layer=False)
        encoder.embeddings.word_embeddings.weight.requires_grad = False  # rare words keep what they mean
        super().__init__(encoder, encoder.config.hidden_size)

    def keep(self, path: Path) -> None:
        torch.save(self.state_dict(), path.with_suffix(".pt"))


class Extractor(Reading):
    """Twelve larger layers that stay as they are, with low-rank updates beside them (Hu et al. 2021, "LoRA")."""

    inputs = ("input_ids", "attention_mask")

    def __init__(self, encoder_path: Path) -> None:
        encoder = AutoModel.from_pretrained(
            encoder_path, add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        encoder.requires_grad_(False)
        for layer in encoder.encoder.layer[UPDATED_FROM:]:
            for name, linear in [(n, m) for n, m in layer.named_modules() if isinstance(m, nn.Linear)]:
                parent, _, own = name.rpartition(".")
                setattr(layer.get_submodule(parent), own, LowRank(linear))
        for module in encoder.modules():
            if isinstance(module, nn.Linear):
                module.to(torch.bfloat16)
        super().__init__(encoder, encoder.config.hidden_size)

    def keep(self, path: Path) -> None:
        """What was trained: the heads, and `up` and `down` of each updated weight, by its name in the encoder."""
        updates = {name: module for name, module in self.encoder.named_modules() if isinstance(module, LowRank)}
        parts = {f"{name}.weight.up": module.up * SCALE for name, module in updates.items()}
        parts |= {f"{name}.weight.down": module.down for name, module in updates.items()}
        heads = {name: p for name, p in self.named_parameters() if not name.startswith("encoder.")}
        halves = {name: part.detach().half().cpu().contiguous() for name, part in (parts | heads).items()}
        save_file(halves, path.with_suffix(".safetensors"))


class LowRank(nn.Module):
    """A linear layer plus the product of two thin matrices, which begins at nothing."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.up = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        update = nn.functional.linear(nn.functional.linear(hidden, self.down), self.up)
        return torch.add(self.base(hidden), update, alpha=SCALE)


def load_tokenizer(encoder_path: Path) -> PreTrainedTokenizerFast:
    tokenizer = PreTrainedTokenizerFast.from_pretrained(encoder_path)
    tokenizer.model_max_length = MAX_TOKENS
    return tokenizer


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
