"""An ONNX file small enough to work out by hand: it adds up token ids, and passes each on."""

import threading
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from qa.models.encoder import OnnxEncoder

WORDS = {"[PAD]": 0, "[SEP]": 1, "ferry": 2, "bridge": 3, "mill": 5, "quay": 7}
MAX_TOKENS = 6


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    folder = tmp_path_factory.mktemp("encoder")
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[PAD]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="$A", pair="$A [SEP] $B:1", special_tokens=[("[SEP]", 1)])
    tokenizer.enable_padding(length=128)  # as published files have it; the encoder undoes it
    tokenizer.save(str(folder / "tokenizer.json"))
    _save(folder / "model.onnx")
    return OnnxEncoder(folder / "model.onnx", folder / "tokenizer.json", MAX_TOKENS)


def _save(path: Path) -> None:
    """`each` is a token's id, 100 more in the second text of a pair; `total` is their sum."""
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in names]
    outputs = [
        helper.make_tensor_value_info("total", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("each", TensorProto.INT64, ["batch", "tokens"]),
    ]
    nodes = [
        helper.make_node("Constant", [], ["hundred"], value_int=100),
        helper.make_node("Constant", [], ["axis"], value_ints=[1]),
        helper.make_node("Mul", ["token_type_ids", "hundred"], ["second"]),
        helper.make_node("Add", ["input_ids", "second"], ["marked"]),
        helper.make_node("Mul", ["marked", "attention_mask"], ["each"]),
        helper.make_node("ReduceSum", ["each", "axis"], ["total"], keepdims=0),
    ]
    graph = helper.make_graph(nodes, "sums", inputs, outputs)
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)


def totals(encoder: OnnxEncoder, texts: list[str] | list[tuple[str, str]]) -> list[int]:
    return [int(total) for total, _ in encoder.run(encoder.tokenize(texts))]


def test_outputs_come_in_the_order_given(encoder: OnnxEncoder) -> None:
    assert totals(encoder, ["ferry", "ferry bridge mill", "", "mill bridge"]) == [2, 10, 0, 8]


def test_outputs_by_token_are_as_long_as_their_text(encoder: OnnxEncoder) -> None:
    outputs = encoder.run(encoder.tokenize(["ferry", "ferry bridge mill"]))
    assert [each.tolist() for _, each in outputs] == [[2], [2, 3, 5]]


def test_texts_are_cut_to_what_the_encoder_reads(encoder: OnnxEncoder) -> None:
    assert totals(encoder, ["ferry " * 500]) == [2 * MAX_TOKENS]


def test_pairs_are_told_apart(encoder: OnnxEncoder) -> None:
    assert totals(encoder, [("ferry", "mill quay")]) == [2 + 1 + 105 + 107]


def test_tokens_keep_the_place_they_came_from(encoder: OnnxEncoder) -> None:
    (encoding,) = encoder.tokenize(["ferry  mill"])
    assert encoding.offsets == [(0, 5), (7, 11)]


def test_nothing_in_is_nothing_out(encoder: OnnxEncoder) -> None:
    assert encoder.run(encoder.tokenize([])) == []


def test_threads_may_share_it(encoder: OnnxEncoder) -> None:
    texts = [" ".join(list(WORDS)[2:][: n % 5]) for n in range(200)]
    wanted = totals(encoder, texts)
    found: list[list[int]] = []
    threads = [threading.Thread(target=lambda: found.append(totals(encoder, texts))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [wanted] * 8
