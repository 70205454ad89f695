"""What the reader is trained on, made of rows small enough to check by eye."""

import json
import random
from pathlib import Path

import pytest

from training.data import Miner, examples, read_rows
from training.export import checkpoints

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
    assert checkpoints(tmp_path)[-1].name == "reader-01500.pt"
