"""A transformer from its safetensors file to int8 ONNX: `python -m qa.models.quantise FOLDER TARGET [ADAPTER]`.

Run in a process of its own by `qa.models.quantised`. Without an adapter the graph gives a sentence's vector, with one
what the adapter's heads read.

Weights are int8 with a scale for each output channel (one scale for all had a cosine to float32 of 0.953 in place of
0.994), in seven bits, because processors without VNNI add two products in 16 bits and overflow with eight.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

from qa.models.transformer import Transformer, Weights


def adapted(weights: Weights, adapter: Weights) -> Weights:
    """The weights with an adapter's low-rank updates added to them (Hu et al. 2021, "LoRA"), and its heads and
    whole weights in place of theirs.

    A weight named W is updated by the product of `W.up` (out, rank) and `W.down` (rank, in), which is taken in float64:
    so it comes out the same on every machine.
    """
    result = weights | {name: part for name, part in adapter.items() if not name.endswith((".up", ".down"))}
    for name in [name.removesuffix(".up") for name in adapter if name.endswith(".up")]:
        update = adapter[f"{name}.up"].astype(np.float64) @ adapter[f"{name}.down"].astype(np.float64)
        result[name] = (weights[name] + update).astype(np.float32)
    return result


def read(file: Path) -> Weights:
    """The weights of a safetensors file, by name."""
    parts = load_file(file)
    return {name: part.astype(np.float32, copy=False) for name, part in parts.items() if part.dtype.kind == "f"}


def export(folder: Path, target: Path, adapter: Path | None) -> None:
    """The float32 graph."""
    weights = read(folder / "model.safetensors")
    weights = adapted(weights, read(adapter)) if adapter else weights
    model = Transformer(json.loads((folder / "config.json").read_text()), weights)
    heads = {"support.0.weight": model.support, "span.weight": model.span, "kinds.0.weight": model.kinds}
    outputs = next((head for name, head in heads.items() if name in weights), model.vector)
    model.save(target, outputs())


def quantise(source: Path, target: Path) -> None:
    """Weights of matrix products to int8; activations are scaled as they come."""
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
