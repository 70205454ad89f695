"""BERT (Devlin et al. 2019) and MPNet (Song et al. 2020) as ONNX graphs, made of their weights without torch.

In float32 they give what transformers' own models give. Where onnxruntime fuses operators depends on how the graph is
written, and in int8 every rounding counts: a change here changes vectors in their third digit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper

OPSET, IR_VERSION = 20, 9  # what onnxruntime 1.17 or newer reads
LOWEST = float(np.finfo(np.float32).min)
FARTHEST = 128  # tokens: from there on MPNet tells no distances apart

Weights = dict[str, npt.NDArray[np.float32]]


@dataclass(frozen=True)
class Family:
    """What differs between families of encoders: inputs, the number of the first position, names within a layer."""

    inputs: tuple[str, ...]
    first_position: int
    query: str
    key: str
    value: str
    output: str
    norm: str


BERT = Family(
    inputs=("input_ids", "attention_mask", "token_type_ids"),
    first_position=0,
    query="attention.self.query",
    key="attention.self.key",
    value="attention.self.value",
    output="attention.output.dense",
    norm="attention.output.LayerNorm",
)
MPNET = Family(
    inputs=("input_ids", "attention_mask"),
    first_position=2,
    query="attention.attn.q",
    key="attention.attn.k",
    value="attention.attn.v",
    output="attention.attn.o",
    norm="attention.LayerNorm",
)
FAMILIES = {"bert": BERT, "mpnet": MPNET}


class Graph:
    """An ONNX graph that grows by one operation a call; tensors are known by their names."""

    def __init__(self, inputs: Sequence[str]) -> None:
        axes = ["batch", "tokens"]
        self._model = onnx.ModelProto(ir_version=IR_VERSION, opset_import=[helper.make_opsetid("", OPSET)])
        self._graph = self._model.graph  # it grows in place, for its weights are large
        self._graph.name = "transformer"
        self._graph.input.extend(helper.make_tensor_value_info(name, onnx.TensorProto.INT64, axes) for name in inputs)

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """What an operator of ONNX makes of its inputs."""
        result = f"{operator}_{len(self._graph.node)}"
        self._graph.node.append(helper.make_node(operator, inputs, [result], result, **attributes))
        return result

    def constant(self, value: npt.ArrayLike) -> str:
        """Whole numbers (axes, shapes) as int64, others as float32."""
        array = np.asarray(value)
        array = array.astype(np.int64 if array.dtype.kind == "i" else np.float32)
        name = f"constant_{len(self._graph.initializer)}"
        self._graph.initializer.append(onnx.numpy_helper.from_array(array, name))
        return name

    def save(self, target: Path, outputs: Mapping[str, str]) -> None:
        """Write it down; `outputs` name the tensors that it gives."""
        for name, tensor in outputs.items():
            self._graph.node.append(helper.make_node("Identity", [tensor], [name]))
            self._graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        onnx.save(self._model, target)


class Transformer:
    """The graph of an encoder of this configuration, with its weights by the names that transformers gives them."""

    def __init__(self, config: Mapping[str, Any], weights: Weights) -> None:
        self._family = FAMILIES[config["model_type"]]
        self._config = config
        self._weights = weights
        self._graph = Graph(self._family.inputs)
        self._hidden = self._encoded()

    def vector(self) -> dict[str, str]:
        """Mean pooling and normalisation (Reimers and Gurevych 2019): `vector` (batch, width)."""
        g = self._graph
        mask = g("Unsqueeze", g("Cast", "attention_mask", to=onnx.TensorProto.FLOAT), g.constant([2]))
        tokens = g.constant([1])
        total = g("ReduceSum", g("Mul", self._hidden, mask), tokens, keepdims=0)
        mean = g("Div", total, g("ReduceSum", mask, tokens, keepdims=0))
        return {"vector": g("LpNormalization", mean, axis=1, p=2)}

    def span(self) -> dict[str, str]:
        """Whether a passage answers a question, and where (Devlin et al. 2019): `answers` (batch), `start` and `end`
        (batch, tokens).
        """
        g = self._graph
        answers = g("Squeeze", self._classified("answers"), g.constant([1]))
        both = self._linear(self._hidden, "span")
        start, end = (g("Gather", both, g.constant(column), axis=2) for column in (0, 1))
        return {"answers": answers, "start": start, "end": end}

    def support(self) -> dict[str, str]:
        """Whether a quote states a claim: `support` (batch, 3)."""
        return {"support": self._classified("support")}

    def kinds(self) -> dict[str, str]:
        """What kind of answer a question asks for: `kinds` (batch, kinds and parts of the catalogue)."""
        return {"kinds": self._classified("kinds")}

    def save(self, target: Path, outputs: Mapping[str, str]) -> None:
        """Write the graph down with these outputs."""
        self._graph.save(target, outputs)

    def _classified(self, head: str) -> str:
        """What the two layers of a head make of the first token."""
        g, first = self._graph, self._graph("Gather", self._hidden, self._graph.constant(0), axis=1)
        return self._exact(g("Tanh", self._exact(first, f"{head}.0")), f"{head}.2")

    def _encoded(self) -> str:
        """The states of the last layer (batch, tokens, width)."""
        g, bias = self._graph, self._attention_bias()
        states = self._embedded()
        for number in range(self._config["num_hidden_layers"]):
            layer = f"encoder.layer.{number}."
            attended = self._linear(self._attended(states, layer, bias), layer + self._family.output)
            states = self._norm(g("Add", attended, states), layer + self._family.norm)
            wide = g("Gelu", self._linear(states, f"{layer}intermediate.dense"))
            narrow = self._linear(wide, f"{layer}output.dense")
            states = self._norm(g("Add", narrow, states), f"{layer}output.LayerNorm")
        return states

    def _embedded(self) -> str:
        """Words, positions, and in a BERT which of two texts a token belongs to (batch, tokens, width)."""
        g, weights = self._graph, self._weights
        states = g("Gather", g.constant(weights["embeddings.word_embeddings.weight"]), "input_ids")
        table = weights["embeddings.position_embeddings.weight"][self._family.first_position :]
        if self._family is BERT:
            texts = g.constant(weights["embeddings.token_type_embeddings.weight"])
            states = g("Add", states, g("Gather", texts, "token_type_ids"))
            positions = self._positions()
        else:
            positions = g("Sub", g("CumSum", "attention_mask", g.constant(1)), g.constant(1))
        return self._norm(g("Add", states, g("Gather", g.constant(table), positions)), "embeddings.LayerNorm")

    def _positions(self) -> str:
        """0, 1, 2 … (tokens)."""
        g = self._graph
        count = g("Gather", g("Shape", "input_ids"), g.constant(1))
        return g("Range", g.constant(0), count, g.constant(1))

    def _attended(self, states: str, layer: str, bias: str) -> str:
        """Scaled dot-product attention (Vaswani et al. 2017), all heads side by side (batch, tokens, width)."""
        g, heads = self._graph, self._config["num_attention_heads"]
        size = self._config["hidden_size"] // heads

        def split(name: str, order: Sequence[int]) -> str:
            apart = g("Reshape", self._linear(states, layer + name), g.constant([0, 0, heads, size]))
            return g("Transpose", apart, perm=order)

        query, key = split(self._family.query, [0, 2, 1, 3]), split(self._family.key, [0, 2, 3, 1])
        scores = g("Add", g("Mul", g("MatMul", query, key), g.constant(1 / math.sqrt(size))), bias)
        mixed = g("MatMul", g("Softmax", scores, axis=-1), split(self._family.value, [0, 2, 1, 3]))
        # "-1" and not "0": onnxruntime, no longer sure of the shape, rounds the sum that follows as it always has here
        return g("Reshape", g("Transpose", mixed, perm=[0, 2, 1, 3]), g.constant([0, -1, heads * size]))

    def _attention_bias(self) -> str:
        """What is added to the scores: nothing is attended to beyond a text's end, and MPNet knows distances."""
        g = self._graph
        real = g("Cast", g("Unsqueeze", "attention_mask", g.constant([1, 2])), to=onnx.TensorProto.BOOL)
        masked = g("Where", real, g.constant(0.0), g.constant(LOWEST))
        table = self._weights.get("encoder.relative_attention_bias.weight")
        if table is None:
            return masked
        most = self._config["max_position_embeddings"]
        positions = self._positions()
        distances = g("Sub", g("Unsqueeze", positions, g.constant([0])), g("Unsqueeze", positions, g.constant([1])))
        known = g.constant(table[buckets(np.arange(-most, most + 1), len(table))])
        by_distance = g("Gather", known, g("Add", distances, g.constant(most)))
        return g("Add", g("Transpose", by_distance, perm=[2, 0, 1]), masked)

    def _linear(self, states: str, name: str) -> str:
        """A layer whose weights are quantised."""
        g, weight = self._graph, self._weights[f"{name}.weight"]
        return g("Add", g("MatMul", states, g.constant(weight.T)), g.constant(self._weights[f"{name}.bias"]))

    def _exact(self, states: str, name: str) -> str:
        """A layer that stays in float32, for its weights are made by nodes, which are left alone."""
        weight, bias = (onnx.numpy_helper.from_array(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._graph(
            "Gemm", states, self._graph("Constant", value=weight), self._graph("Constant", value=bias), transB=1
        )

    def _norm(self, states: str, name: str) -> str:
        scale, shift = (self._graph.constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self._graph("LayerNormalization", states, scale, shift, epsilon=self._config["layer_norm_eps"])


def buckets(distances: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """The bucket of each distance from a token to another, wider farther away (Raffel et al. 2020, "T5").

    The upper half of the `count` buckets is for tokens that come later.
    """
    half = count // 2
    exact = half // 2
    away = np.abs(distances)
    with np.errstate(divide="ignore"):
        growing = np.log(away.astype(np.float32) / exact) / math.log(FARTHEST / exact) * (half - exact)
    far = np.minimum(exact + np.maximum(growing, 0).astype(np.int64), half - 1)
    return np.where(distances > 0, half, 0) + np.where(away < exact, away, far)
