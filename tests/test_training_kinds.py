"""The kinds model learns, and what is kept of it tells the same as an ONNX file."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from qa.models.encoder import load_encoder
from qa.models.kinds import MAX_TOKENS, KindsModel
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.quantise import export
from qa.models.weights import ensure
from qa.query.kinds import ASPECTS, KINDS
from qa.settings import Settings
from training import kinds_model
from training.kinds_model import Labelled, _batches, _loss, fit, logits

THINGS = "bees wine trade chess wool mills ferries snow".split()
ROWS = [
    row
    for thing in THINGS
    for row in (
        Labelled(f"When did {thing} come to Orrin?", "fact"),
        Labelled(f"Sum up the article about {thing}", "summary"),
        Labelled(f"How many articles are there about {thing}?", "catalogue", "count"),
        Labelled(f"Which papers write about {thing}?", "catalogue", "sources"),
    )
]


def test_each_question_is_learnt_from_once_in_a_round() -> None:
    batches = list(_batches(ROWS, random.Random(0)))
    assert sorted(row.question for batch in batches for row in batch) == sorted(row.question for row in ROWS)


def test_parts_of_the_catalogue_count_only_where_they_are_asked_for() -> None:
    said = torch.zeros(2, len(KINDS) + len(ASPECTS))
    even = float(np.log(len(KINDS)))
    assert float(_loss(said, [ROWS[0], ROWS[1]])) == pytest.approx(even)
    assert float(_loss(said, [ROWS[0], ROWS[2]])) == pytest.approx(even + float(np.log(len(ASPECTS))) / 2)


@pytest.mark.e2e
def test_what_is_learnt_is_kept_and_told_alike_by_the_graph(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(kinds_model, "AT_ONCE", 4)
    monkeypatch.setattr(kinds_model, "AVERAGED", 0.5)  # over few steps the mean is to hold little of the first ones
    path = ensure(EMBEDDING_MODEL, Settings.from_env().models_dir)
    model = fit(path, ROWS, "a small one")
    model.keep(tmp_path / "kinds")
    export(path, tmp_path / "kinds.onnx", tmp_path / "kinds.safetensors")
    encoder = load_encoder(tmp_path / "kinds.onnx", path / "tokenizer.json", MAX_TOKENS, lambda: None)
    asked = ["Sum up the article about salt", "When did salt come to Orrin?", "Which papers write about salt?"]
    told = np.stack([KindsModel(encoder).tell(question) for question in asked])
    assert [KINDS[n] for n in told[:, : len(KINDS)].argmax(1)] == ["summary", "fact", "catalogue"]
    assert ASPECTS[told[2, len(KINDS) :].argmax()] == "sources"
    np.testing.assert_allclose(told, logits(model, asked), atol=0.02)
