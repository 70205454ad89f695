"""What the reader is trained on, made of rows small enough to check by eye."""

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import AutoModel, MPNetConfig, MPNetModel

from qa.models.quantise import adapted
from training.data import Miner, examples, read_rows
from training.export import checkpoints
from training.model import Extractor

BRIDGE = {
    "id": "1",
    "title": "Varga",
    "question": "When did the Varga bridge open?",
    "passage": "The Varga bridge was long disputed. It opened in 1931. Since then it has carried people to Kovin.",
    "answers": ["1931"],
    "answerable": True,
}
FERRY = {
    "id": "2",
    "title": "Lomond",
    "question": "When did the Lomond ferry open?",
    "passage": "The Lomond ferry carries people where no bridge is. Its captain is Ian Reid, who never leaves.",
    "answers": [],
    "answerable": False,
}


def test_examples_answer_where_they_say_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "squad.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (BRIDGE, FERRY)))
    rows = read_rows(tmp_path)
    seen = set()
    for seed in range(40):
        for example in (e for group in examples(rows, Miner(rows), random.Random(seed)) for e in group):
            marked = None if example.start is None else example.window[example.start : example.end]
            assert marked == ("1931" if example.answers else None)
            is_asked = example.question.rstrip(" ?") == "When did the Varga bridge open"
            assert example.answers or not is_asked or "1931" not in example.window
            seen.add((example.answers, "Varga" in example.question, "Lomond ferry" in example.window))
    assert {(True, True, False), (False, False, True), (False, True, True)} <= seen, "an answer, none, one of elsewhere"


def test_the_last_checkpoint_is_the_one_of_most_steps(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="train first"):
        checkpoints(tmp_path)
    for step in (1500, 200):
        (tmp_path / f"reader-{step:05}.pt").touch()
    (tmp_path / "extractor-01050.safetensors").touch()
    assert checkpoints(tmp_path)[-1].name == "reader-01500.pt"
    assert checkpoints(tmp_path, "extractor")[-1].name == "extractor-01050.safetensors"


def test_what_is_kept_of_the_extractor_reads_as_it_did(tmp_path: Path) -> None:
    torch.manual_seed(3)
    sizes = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 32, "num_hidden_layers": 4}
    MPNetModel(MPNetConfig(vocab_size=50, **sizes), add_pooling_layer=False).save_pretrained(tmp_path)
    trained = Extractor(tmp_path).float().eval()
    ids = torch.randint(4, 50, (2, 9))
    before = trained(ids, torch.ones_like(ids))
    for name, parameter in trained.named_parameters():
        if name.endswith(".up"):
            torch.nn.init.normal_(parameter, std=0.2)
    trained.keep(tmp_path / "extractor-00001")
    base = AutoModel.from_pretrained(tmp_path, dtype=torch.float32, add_pooling_layer=False)
    kept = adapted(base, tmp_path / "extractor-00001.safetensors").eval()
    after, read = trained(ids, torch.ones_like(ids)), kept(ids, torch.ones_like(ids))
    for untrained, expected, given in zip(before, after, read, strict=True):
        torch.testing.assert_close(given, expected, atol=0.02, rtol=0.02)
        assert not torch.allclose(untrained, expected, atol=0.05), "the updates count"
