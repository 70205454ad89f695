"""How a model does on questions held out: as in the program, over the passage that answers and three that seem to."""

import random
from collections.abc import Sequence

import torch

from qa.models.reader import MAX_ANSWER_TOKENS
from training.data import Example, Miner, Row, answering, beside, seeming
from training.model import NONE, Logits, Reading, read

QUESTIONS = 800
SEEMING = 4  # the fourth takes the place of the one that answers, to see what becomes of a question without an answer


def questions(rows: Sequence[Row], miner: Miner) -> list[list[Example]]:
    """A window that answers and SEEMING that do not to each question; the same every time."""
    rng, found = random.Random(5), list[list[Example]]()
    for row in rows:
        if row.answerable and row.accepted and len(found) < QUESTIONS:
            positive = answering(row, rng)
            others = [beside(row, *passage, rng) for passage in seeming(row, miner)[:SEEMING]]
            if positive and len(others) == SEEMING:
                found.append([positive, *others])
    return found


@torch.no_grad()
def measured(model: Reading, test: Sequence[Sequence[Example]], device: str) -> dict[str, float]:
    """Shares of the questions, over the first four windows: `exact` has just the marked words, `guess` words that hold
    them or lie within; and the AUC between questions with the window that answers and without it.
    """
    model.eval()
    exact = guess = 0
    best, without = [], []
    for group in test:
        said, places = read(model, group, device)
        score, starts, ends = _spans(said)
        chosen, place = int(score[:-1].argmax()), places.get(0)
        if chosen == 0 and place:
            start, end = int(starts[0]), int(ends[0])
            exact += (start, end) == place
            guess += (start <= place[0] and end >= place[1]) or (start >= place[0] and end <= place[1])
        best.append(float(score[:-1].max()))
        without.append(float(score[1:].max()))
    model.train()
    above = sum((a > b) + 0.5 * (a == b) for a in best for b in without) / (len(best) * len(without))
    return {"exact": round(exact / len(test), 4), "guess": round(guess / len(test), 4), "auc": round(above, 4)}


def _spans(said: Logits) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What `likeliest` in qa/retrieval/retriever.py compares windows by, and the columns of their likeliest answers."""
    pairs = said.start[:, 1:, None] + said.end[:, None, 1:]
    width = pairs.shape[1]
    allowed = torch.ones(width, width, device=pairs.device).triu() - torch.ones_like(pairs[0]).triu(MAX_ANSWER_TOKENS)
    top, at = pairs.masked_fill(allowed == 0, 2 * NONE).flatten(1).max(1)
    margin = top - said.start[:, 0] - said.end[:, 0]
    return said.answers + margin, at // width + 1, at % width + 1
