"""The graphs of small BERTs and MPNets with random weights give what transformers gives, to float32's last digits."""

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import save_file
from transformers import AutoModel, BertConfig, BertModel, MPNetConfig, MPNetModel
from transformers.models.mpnet.modeling_mpnet import MPNetEncoder

from qa.models.quantise import export
from qa.models.transformer import buckets

SIZES = {
    "hidden_size": 16,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "vocab_size": 50,
    "max_position_embeddings": 320,
}
IDS = torch.randint(4, 50, (2, 300), generator=torch.Generator().manual_seed(1))
MASK = torch.ones_like(IDS)
IDS[1, 200:], MASK[1, 200:] = 1, 0  # the second text is shorter


@pytest.fixture(params=["bert", "mpnet"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    torch.manual_seed(3)
    model = (
        BertModel(BertConfig(**SIZES, initializer_range=0.2), add_pooling_layer=False)
        if request.param == "bert"
        else MPNetModel(MPNetConfig(**SIZES, initializer_range=0.2), add_pooling_layer=False)
    )
    model.save_pretrained(tmp_path)
    return tmp_path


def said(graph: Path, **inputs: torch.Tensor) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run(None, {each.name: inputs[each.name].numpy() for each in session.get_inputs()})


@torch.no_grad()
def hidden(folder: Path, **inputs: torch.Tensor) -> torch.Tensor:
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager").eval()
    if model.config.model_type == "mpnet":
        inputs.pop("token_type_ids")
    return model(**inputs).last_hidden_state


def test_a_text_and_a_shorter_one_in_its_batch_become_the_same_vectors(folder: Path, tmp_path: Path) -> None:
    inputs = {"input_ids": IDS, "attention_mask": MASK, "token_type_ids": torch.zeros_like(IDS)}
    export(folder, tmp_path / "graph.onnx", None)
    states, mask = hidden(folder, **inputs), MASK.unsqueeze(-1)
    expected = torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=1)
    (vectors,) = said(tmp_path / "graph.onnx", **inputs)
    np.testing.assert_allclose(vectors, expected, atol=2e-6)


@pytest.mark.parametrize("head", ["support", "kinds"])
def test_heads_and_updates_of_an_adapter_are_read(folder: Path, tmp_path: Path, head: str) -> None:
    updated = "encoder.layer.1.output.dense.weight"
    shapes = {"0.weight": (16, 16), "0.bias": (16,), "2.weight": (3, 16), "2.bias": (3,)}
    parts = {f"{head}.{name}": torch.randn(shape) for name, shape in shapes.items()}
    up, down = torch.randn(16, 2), torch.randn(2, 32)
    save_file(parts | {f"{updated}.up": up, f"{updated}.down": down}, tmp_path / "adapter")
    export(folder, tmp_path / "graph.onnx", tmp_path / "adapter")
    model = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    with torch.no_grad():
        dict(model.named_parameters())[updated].add_(up @ down)
    model.save_pretrained(tmp_path / "updated")
    inputs = {"input_ids": IDS[:1], "attention_mask": MASK[:1], "token_type_ids": torch.ones_like(IDS[:1])}
    first = hidden(tmp_path / "updated", **inputs)[:, 0]
    linear = torch.nn.functional.linear
    first = torch.tanh(linear(first, parts[f"{head}.0.weight"], parts[f"{head}.0.bias"]))
    expected = linear(first, parts[f"{head}.2.weight"], parts[f"{head}.2.bias"])
    (logits,) = said(tmp_path / "graph.onnx", **inputs)
    np.testing.assert_allclose(logits, expected, atol=1e-4)


def test_distances_are_told_apart_as_mpnet_learnt_them() -> None:
    distances = torch.arange(-600, 601)
    expected = MPNetEncoder.relative_position_bucket(distances, num_buckets=32)
    np.testing.assert_array_equal(buckets(distances.numpy(), 32), expected)
