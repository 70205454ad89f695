"""The setting that names what reads passages again, with a real cross-encoder, if an untrained one, from a folder."""

import sys
from pathlib import Path

import pytest

from qa.errors import ModelError
from qa.models.manifest import EMBEDDING_MODEL
from qa.models.reader import Reader
from qa.models.reranker import NamedCrossEncoder, load_reranker
from qa.models.weights import ensure
from qa.settings import Settings
from tests.test_models_reader import ANSWER, OTHER


def tiny(folder: Path, labels: int) -> Path:
    """A BERT of one layer with random weights; its words are the packaged model's."""
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    tokenizer = AutoTokenizer.from_pretrained(ensure(EMBEDDING_MODEL, Settings.from_env().models_dir))
    tokenizer.save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=labels,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def test_the_shipped_reader_is_the_default_and_can_be_left_out() -> None:
    assert isinstance(load_reranker(Settings.from_env({})), Reader)
    assert load_reranker(Settings(reranker="none")) is None


def test_another_cross_encoder_is_named_by_its_folder(tmp_path: Path) -> None:
    model = load_reranker(Settings(reranker=str(tiny(tmp_path, labels=1))))
    assert isinstance(model, NamedCrossEncoder)
    readings = model.read("When was the NORAD agreement signed?", [ANSWER, OTHER])
    assert len({reading.logit for reading in readings}) == 2
    assert all(0 < reading.probability < 1 for reading in readings)
    assert model.read("When?", []) == []


def test_a_classifier_of_pairs_is_no_reranker(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="gives 3 scores a passage"):
        load_reranker(Settings(reranker=str(tiny(tmp_path, labels=3))))


def test_without_torch_it_says_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)  # as if it were not installed
    with pytest.raises(ModelError, match=r"needs sentence_transformers, .*pip install .*\.\[torch\].*ARTICLE_QA"):
        load_reranker(Settings(reranker="some/cross-encoder"))


def test_a_name_that_cannot_be_had_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="unset ARTICLE_QA_RERANKER") as raised:
        load_reranker(Settings(reranker=str(tmp_path / "nowhere")))
    assert "\n" not in str(raised.value)
