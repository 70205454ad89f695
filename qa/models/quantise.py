"""A transformer from its safetensors file to int8 ONNX: `python quantise.py FOLDER TARGET [ADAPTER]`.

Run in a process of its own by `qa.models.quantised`; it imports nothing from this project. Without an adapter the graph
gives a sentence's vector, with one what the adapter's heads read.

Weights are int8 with a scale for each output channel (one scale for all had a cosine to float32 of 0.953 in place of
0.994), in seven bits, because processors without VNNI add two products in 16 bits and overflow with eight.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from torch import nn


class Sentence(nn.Module):
    """Mean pooling and normalisation (Reimers and Gurevych 2019): `vector` (batch, dim)."""

    outputs = ("vector",)

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


class Headed(nn.Module):
    """An encoder with the heads of an adapter, by name."""

    outputs: tuple[str, ...]

    def __init__(self, encoder: nn.Module, heads: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = heads

    def hidden(self, input_ids: Any, attention_mask: Any) -> Any:
        return self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    def classified(self, hidden: Any, name: str) -> Any:
        """What the two layers of a head make of the first token."""
        linear, heads = nn.functional.linear, self.heads
        first = torch.tanh(linear(hidden[:, 0], heads[f"{name}.0.weight"], heads[f"{name}.0.bias"]))
        return linear(first, heads[f"{name}.2.weight"], heads[f"{name}.2.bias"])


class Span(Headed):
    """Whether a passage answers a question, and where (Devlin et al. 2019): `answers` (batch), `start` and `end`
    (batch, tokens).
    """

    outputs = ("answers", "start", "end")

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        hidden = self.hidden(input_ids, attention_mask)
        answers = self.classified(hidden, "answers").squeeze(-1)
        span = nn.functional.linear(hidden, self.heads["span.weight"], self.heads["span.bias"])
        start, end = span.unbind(-1)
        return answers, start, end


class Support(Headed):
    """Whether a quote states a claim: `support` (batch, 3)."""

    outputs = ("support",)

    def forward(self, input_ids: Any, attention_mask: Any) -> Any:
        return self.classified(self.hidden(input_ids, attention_mask), "support")


def adapted(encoder: nn.Module, adapter: Path) -> Span | Support:
    """The encoder with an adapter's low-rank updates added to its weights (Hu et al. 2021, "LoRA"), and its heads.

    A weight named W is updated by the product of `W.up` (out, rank) and `W.down` (rank, in).
    """
    from safetensors.torch import load_file

    parts = {name: part.float() for name, part in load_file(adapter).items()}
    weights = dict(encoder.named_parameters())
    with torch.no_grad():
        for name in [name.removesuffix(".up") for name in parts if name.endswith(".up")]:
            weights[name].add_(parts.pop(f"{name}.up") @ parts.pop(f"{name}.down"))
    return (Support if "support.0.weight" in parts else Span)(encoder, parts)


def export(folder: Path, target: Path, adapter: Path | None) -> None:
    """The float32 graph."""
    from transformers import AutoModel

    # onnxruntime knows eager attention's pattern and fuses it: 1.4 times as fast as the other one exported
    encoder = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
    model = adapted(encoder, adapter) if adapter else Sentence(encoder)
    example = torch.ones(2, 7, dtype=torch.int64)
    torch.onnx.export(
        model.eval(),
        (example, example),
        target,
        dynamo=False,  # the newer exporter needs two more packages
        opset_version=17,
        input_names=["input_ids", "attention_mask"],
        output_names=list(model.outputs),
        dynamic_axes={
            name: {0: "batch"} if name in ("vector", "answers", "support") else {0: "batch", 1: "tokens"}
            for name in ("input_ids", "attention_mask", *model.outputs)
        },
    )


def quantise(source: Path, target: Path) -> None:
    """Weights of matrix products to int8; activations are scaled as they come."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
    )


def main() -> None:
    folder, target, *adapter = map(Path, sys.argv[1:])
    with TemporaryDirectory(dir=target.parent, prefix=".exporting-") as scratch:
        export(folder, Path(scratch) / "float32.onnx", adapter[0] if adapter else None)
        quantise(Path(scratch) / "float32.onnx", target)


if __name__ == "__main__":
    main()
