"""Passages with claims written by hand for training (`written.jsonl`): what each quote states, and what it does not."""

import json
import random
from pathlib import Path

from qa.models.support import Claimed
from training.support.pairs import Pair

WRITTEN = Path(__file__).with_name("written.jsonl")
LABELS = {"yes": "supported", "no": "contradicted", "open": "not_supported"}
ASKED = 0.6  # of the claims come with their question


def written(path: Path, rng: random.Random) -> list[Pair]:
    """All claims of the file. One that is stated and beside the question is not supported as its answer."""
    pairs = []
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        for claim, label in row["claims"]:
            beside = label == "beside" and rng.random() < 0.6
            question = row["question"] if beside or (label != "beside" and rng.random() < ASKED) else ""
            said = "not_supported" if beside else LABELS.get(label, "supported")
            claimed = Claimed(claim, question, row["quote"], row["heading"], row["before"])
            pairs.append(Pair(claimed, said, "written", row["kind"]))
    return pairs
