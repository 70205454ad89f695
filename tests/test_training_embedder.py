"""How the embedding model is trained, with a model small enough to check by eye."""

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from qa.models.encoder import load_encoder
from qa.models.quantise import export
from tests.test_training import BRIDGE, FERRY, SIZES, save
from training.data import read_rows, windows
from training.embedder import Asked, Embedder, Recipe, loss, measured, questions, train

RECIPE = Recipe(questions=16, steps=3, rate=3e-5, mined=4, taken=4, nearest=2)
LONG = " ".join(f"Sentence number {n} says that the bridge is still there and carries people." for n in range(20))


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    torch.manual_seed(3)
    return save(BertModel(BertConfig(**SIZES), add_pooling_layer=False), tmp_path / "bert", "</s>")


def test_a_passage_is_cut_into_whole_sentences() -> None:
    parts = windows(LONG)
    assert len(parts) > 1
    assert " ".join(parts) == LONG
    assert all(part.endswith(".") and len(part) <= 700 for part in parts)


def test_a_question_goes_with_the_window_that_answers_it(tmp_path: Path) -> None:
    far = BRIDGE | {"id": "3", "passage": f"{LONG} {BRIDGE['passage']}"}
    (tmp_path / "squad.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (BRIDGE, FERRY, far)))
    asked, pool = questions(read_rows(tmp_path))
    assert len(asked) == 2, "the ferry's passage does not answer"
    assert all("1931" in pool[one.answered_at][1] for one in asked)
    assert {title for title, _ in pool} == {"Varga", "Lomond"}


class Prepared:
    """Gives the vectors that it was told to."""

    def __init__(self, vectors: dict[str, list[float]]) -> None:
        self._vectors = vectors

    def __call__(self, texts: list[str]) -> torch.Tensor:
        return torch.nn.functional.normalize(torch.tensor([self._vectors[text] for text in texts]), dim=1)


def test_the_loss_is_small_where_the_right_window_is_nearest() -> None:
    texts = ["yes", "near", "far", "farther", "farthest"]
    batch = [Asked("q", 0, (1, 2, 3, 4), (20.0, *[-20.0] * 4))]
    right = Prepared({"q": [1.0, 0.0], "yes": [1.0, 0.0]} | {text: [0.0, 1.0] for text in texts[1:]})
    wrong = Prepared({"q": [1.0, 0.0], "yes": [0.0, 1.0]} | {text: [1.0, 0.0] for text in texts[1:]})
    assert float(loss(right, batch, texts, RECIPE, random.Random(1))) < 0.1  # type: ignore[arg-type]
    assert float(loss(wrong, batch, texts, RECIPE, random.Random(1))) > 10  # type: ignore[arg-type]
    as_good = [Asked("q", 0, (1, 2, 3, 4), (6.0,) * 5)]
    alike = Prepared({"q": [1.0, 0.0]} | {text: [1.0, 0.0] for text in texts})
    said = float(loss(alike, as_good, texts, RECIPE, random.Random(1)))  # type: ignore[arg-type]
    assert said == pytest.approx(0, abs=1e-3), "what answers as well is no counterexample"


def test_what_is_kept_embeds_as_it_did(tmp_path: Path, bert: Path) -> None:
    model = Embedder(bert)
    texts = ["When did the Varga bridge open ?", "It opened in 1931 .", "the Lomond ferry", "a ferry", "1931", "bridge"]
    before = model.eval()(texts).detach()
    taught = [Asked(texts[0], 1, (2, 3, 4, 5), (4.0, -4.0, -4.0, -4.0, -4.0))] * 16
    train(model, taught, texts, RECIPE, tmp_path, random.Random(1))
    after = model.eval()(texts).detach()
    assert (after - before).abs().max() > 1e-4
    kept = tmp_path / "embedder-00003.safetensors"
    again = Embedder(bert)
    again.take_up(kept)
    assert torch.allclose(again.eval()(texts).detach(), after, atol=0.01)
    export(bert, tmp_path / "embedder.onnx", kept)
    encoder = load_encoder(tmp_path / "embedder.onnx", bert / "tokenizer.json", 32, lambda: None)
    made = torch.tensor([vector.tolist() for (vector,) in encoder.run(encoder.tokenize(texts))])
    assert torch.allclose(made, after, atol=0.02), "bfloat16 in training, float32 in use"


def test_the_share_of_questions_whose_window_comes_first(bert: Path) -> None:
    texts = ["It opened in 1931 .", "the Lomond ferry", "a ferry"]
    found = measured(Embedder(bert), [Asked("It opened in 1931 .", 0)], texts, [1, 2])
    assert found == {"hits@1": 1.0, "hits@4": 1.0, "hits@10": 1.0}
