"""The reader: one small transformer over question and window that says whether the answer is there, and where."""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModel, PreTrainedTokenizerFast

MAX_TOKENS = 256
QUESTION_TOKENS = 48


class Reader(nn.Module):
    """Two heads on the embedding model's six layers (Devlin et al. 2019, section 4.3).

    `forward` gives one logit a pair, "the window answers the question", and one start and one end logit a token.
    """

    def __init__(self, encoder_path: Path, attention: str = "sdpa") -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(encoder_path, attn_implementation=attention, add_pooling_layer=False)
        width = self.encoder.config.hidden_size
        self.answers = nn.Sequential(nn.Linear(width, width), nn.Tanh(), nn.Linear(width, 1))
        self.span = nn.Linear(width, 2)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        start, end = self.span(hidden).unbind(-1)
        return self.answers(hidden[:, 0]).squeeze(-1), start, end


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
