"""python -m training.train: the reader, or the extractor; seeded, on the processor or, where there is one, a GPU."""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from qa.models.manifest import EMBEDDING_MODEL, EXTRACTOR_BASE, Weights
from qa.models.weights import ensure
from qa.settings import Settings
from training.data import PAIR_ONLY, Example, Miner, examples, read_rows
from training.model import MAX_TOKENS, Extractor, Reader, Reading, load_tokenizer, parameters, second

BATCH = 32
SORTED_OVER = 32  # batches that are filled in order of length, so that little is padding
WARM_UP = 0.06
HELD_OUT = 400  # rows, to see how it goes
SAVE_EVERY = 200


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: from which weights, how long, at which rate, and on what.

    spans_only  leaves out the rows that mark no answer
    negatives   the share kept of the first window of a row that does not answer; a second is kept where all are
    answers     the weight of "does it answer" beside that of "where"
    """

    model: type[Reader] | type[Extractor]
    weights: Weights
    steps: int
    rate: float
    spans_only: bool
    negatives: float
    answers: float


RECIPES = {
    "reader": Recipe(Reader, EMBEDDING_MODEL, 1500, 1.2e-4, False, 1.0, 1.0),
    "extractor": Recipe(Extractor, EXTRACTOR_BASE, 1050, 5e-4, True, 0.55, 0.5),
}


def main() -> None:
    options = _options()
    recipe = RECIPES[options.model]
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder = ensure(recipe.weights, Settings.from_env().models_dir)
    tokenizer, model = load_tokenizer(folder), recipe.model(folder).to(device)

    rng = random.Random(options.seed)
    rows = read_rows(options.data)
    rng.shuffle(rows)
    miner = Miner(rows)
    held_out, rows = list(examples(rows[:HELD_OUT], miner, rng)), rows[HELD_OUT:]
    test = [example for group in held_out for example in group]
    rows = [row for row in rows if not (recipe.spans_only and row.file in PAIR_ONLY)]
    stream = _batches(_thinned(examples(rows, miner, rng), recipe.negatives, rng), rng)

    optimizer = torch.optim.AdamW(parameters(model, 0.01), lr=recipe.rate)
    total = options.steps or recipe.steps
    warm = max(1, int(total * WARM_UP))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / total)
    )
    began, losses = time.time(), list[float]()
    model.train()
    for step, batch in zip(range(1, total + 1), stream, strict=False):
        loss = _loss(model, _encoded(tokenizer, batch, device), batch, device, recipe.answers)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        if step % 50 == 0 or step == total:
            _log(options.out, step=step, loss=sum(losses[-50:]) / 50, seconds=round(time.time() - began))
        if step % SAVE_EVERY == 0 or step == total:
            options.out.mkdir(parents=True, exist_ok=True)
            model.keep(options.out / f"{options.model}-{step:05}")
            _log(options.out, step=step, **_measured(model, tokenizer, test, device))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the .jsonl files")
    parser.add_argument("--model", choices=RECIPES, default="reader")
    parser.add_argument("--out", type=Path, default=Path("training/run"))
    parser.add_argument("--steps", type=int, help="of 32 pairs each, in place of the model's own number")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not any(options.data.glob("*.jsonl")):
        parser.error(f"no .jsonl files in {options.data}; name a folder of question-passage pairs")
    return options


def _thinned(groups: Iterator[list[Example]], share: float, rng: random.Random) -> Iterator[list[Example]]:
    """The first example of each row, and a share of the others."""
    if share == 1.0:
        return groups
    return ([e for n, e in enumerate(group) if n == 0 or (n == 1 and rng.random() < share)] for group in groups)


def _batches(groups: Iterator[list[Example]], rng: random.Random) -> Iterator[list[Example]]:
    """Pairs of like length together, in random order."""
    held: list[Example] = []
    for group in groups:
        held += group
        if len(held) >= BATCH * SORTED_OVER:
            held.sort(key=lambda example: len(example.question) + len(example.title) + len(example.window))
            cut = [held[start : start + BATCH] for start in range(0, len(held), BATCH)]
            rng.shuffle(cut)
            yield from cut
            held = []


def _encoded(tokenizer, batch: Sequence[Example], device: str):  # type: ignore[no-untyped-def]
    return tokenizer(
        [example.question for example in batch],
        [second(example.title, example.window) for example in batch],
        truncation="only_second",
        max_length=MAX_TOKENS,
        padding=True,
        pad_to_multiple_of=16,  # few shapes, so that the kernels made for one are used again
        return_tensors="pt",
        return_token_type_ids=True,
    ).to(device)


def _loss(model: Reading, encoded, batch: Sequence[Example], device: str, weight: float) -> torch.Tensor:  # type: ignore[no-untyped-def]
    """Whether it answers, and where: the null answer is the first token, as in SQuAD 2.0."""
    answers, start, end = _read(model, encoded, device)
    target = torch.tensor([float(example.answers) for example in batch], device=device)
    loss = weight * binary_cross_entropy_with_logits(answers, target)
    places = {n: (0, 0) for n, example in enumerate(batch) if not example.answers} | _places(encoded, batch)
    if places:
        told = list(places)
        starts, ends = torch.tensor(list(places.values()), device=device).unbind(-1)
        loss = loss + 0.5 * (cross_entropy(start[told], starts) + cross_entropy(end[told], ends))
    return loss


def _read(model: Reading, encoded, device: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:  # type: ignore[no-untyped-def]
    """What the heads say, of the places only the first token and those of the window."""
    with torch.autocast(device, torch.bfloat16):
        answers, start, end = model(*(encoded[name] for name in model.inputs))
    inside = torch.tensor([[part == 1 for part in encoded.sequence_ids(n)] for n in range(len(answers))], device=device)
    inside[:, 0] = True
    return answers.float(), start.float().masked_fill(~inside, -1e4), end.float().masked_fill(~inside, -1e4)


def _places(encoded, batch: Sequence[Example]) -> dict[int, tuple[int, int]]:  # type: ignore[no-untyped-def]
    """The first and the last token of each marked answer that was not cut off, by the example's number."""
    places = {}
    for n, example in enumerate(batch):
        if example.start is not None and example.end is not None:
            shift = len(second(example.title, "")) if example.title else 0
            first = encoded.char_to_token(n, example.start + shift, 1)
            last = encoded.char_to_token(n, example.end - 1 + shift, 1)
            if first is not None and last is not None:
                places[n] = first, last
    return places


@torch.no_grad()
def _measured(model: Reading, tokenizer, test: Sequence[Example], device: str) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """On rows held out: how often the answering window scores above another, and how often the span is exact."""
    model.eval()
    yes, no, exact, spans = [], [], 0, 0
    for at in range(0, len(test), BATCH):
        batch = test[at : at + BATCH]
        encoded = _encoded(tokenizer, batch, device)
        answers, start, end = _read(model, encoded, device)
        start[:, 0] = end[:, 0] = -1e4
        for example, logit in zip(batch, answers.tolist(), strict=True):
            (yes if example.answers else no).append(logit)
        for n, place in _places(encoded, batch).items():
            spans += 1
            exact += (start[n].argmax().item(), end[n].argmax().item()) == place
    model.train()
    above = sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))
    return {"auc": round(above, 4), "exact": round(exact / spans, 4)}


def _log(out: Path, **facts: float) -> None:
    out.mkdir(parents=True, exist_ok=True)
    line = json.dumps(facts)
    print(line, flush=True)
    with (out / "log.jsonl").open("a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    main()
