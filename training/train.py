"""python -m training.train: a teacher, and by it the extractor and the reader; seeded, on a GPU or the processor."""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import torch

from qa.models.manifest import EMBEDDING_MODEL, EXTRACTOR_BASE, Weights
from qa.models.weights import ensure
from qa.settings import Settings
from training.data import PAIR_ONLY, Example, Miner, Row, examples, held_out, read_rows
from training.export import checkpoints
from training.loss import marked, taught
from training.measure import measured, questions
from training.model import Extractor, Reader, Teacher, parameters, read

WINDOWS = 96  # in a batch, or a few more: those of a question stay together
AT_ONCE = {"cuda": WINDOWS, "cpu": 16}  # of these, for want of memory
SORTED_OVER = 24  # batches that are filled in order of length, so that little is padding
WARM_UP = 0.06
HELD_OUT = 40  # one in so many passages, with all its questions, to see how it goes
SAVE_EVERY = 500


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: from which weights, how long, at which rate, and what its losses count.

    begun     the model whose last checkpoint it goes on from
    marked    the weight of the marked answers
    taught    the weight of what the teacher says; 0 without one, and then rows without a marked answer are left out
    """

    model: type[Teacher] | type[Reader] | type[Extractor]
    weights: Weights
    steps: int
    rate: float
    begun: str | None = None
    marked: float = 1.0
    taught: float = 0.0


RECIPES = {
    "teacher": Recipe(Teacher, EXTRACTOR_BASE, 2700, 4e-5),
    "apprentice": Recipe(Extractor, EXTRACTOR_BASE, 2450, 4e-4),
    "extractor": Recipe(Extractor, EXTRACTOR_BASE, 4400, 3e-4, begun="apprentice", marked=0.7, taught=1.0),
    "reader": Recipe(Reader, EMBEDDING_MODEL, 8000, 3e-4, marked=0.5, taught=1.0),
}


def main() -> None:
    options = _options()
    rows = read_rows(options.data)
    miner = Miner(rows)
    test = questions([row for row in rows if held_out(row.passage, HELD_OUT)], miner)
    rows = [row for row in rows if not held_out(row.passage, HELD_OUT)]
    for name in options.model:
        train(name, options, rows, miner, test)


def train(
    name: str, options: argparse.Namespace, rows: Sequence[Row], miner: Miner, test: Sequence[Sequence[Example]]
) -> None:
    """One model, with checkpoints and a log on the way. Ends the program where what it learns from is not there."""
    recipe = RECIPES[name]
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    models_dir = Settings.from_env().models_dir
    model = recipe.model(ensure(recipe.weights, models_dir))
    if recipe.begun:
        model.take_up(checkpoints(options.run, recipe.begun)[-1])
    model.to(device)
    teacher = None
    if recipe.taught:
        teacher = Teacher(ensure(EXTRACTOR_BASE, models_dir))
        teacher.take_up(checkpoints(options.run, "teacher")[-1])
        teacher.to(device).eval().requires_grad_(False)

    learnt = [row for row in rows if recipe.taught or row.file not in PAIR_ONLY]
    stream = _batches(learnt, miner, random.Random(options.seed))

    optimizer = torch.optim.AdamW(parameters(model, 0.01), lr=recipe.rate, betas=(0.9, 0.98))
    total = options.steps or recipe.steps
    warm = max(1, int(total * WARM_UP))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * (1 - step / total)
    )
    began, losses = time.time(), list[float]()
    model.train()
    for step, groups in zip(range(1, total + 1), stream, strict=False):
        losses.append(0.0)
        windows = sum(map(len, groups))
        for part in _cut(groups, AT_ONCE[device]):
            batch = [example for group in part for example in group]
            said, places = read(model, batch, device)
            loss = recipe.marked * marked(said, places, part)
            if teacher:
                with torch.no_grad():
                    heard, _ = read(teacher, batch, device)
                loss = loss + recipe.taught * taught(said, heard)
            loss = loss * len(batch) / windows
            loss.backward()
            losses[-1] += loss.item()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        if step % 50 == 0 or step == total:
            log(options.run, name, step=step, loss=mean(losses[-50:]), seconds=round(time.time() - began))
        if step % SAVE_EVERY == 0 or step == total:
            model.keep(options.run / f"{name}-{step:05}")
            log(options.run, name, step=step, **measured(model, test, device))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the .jsonl files")
    parser.add_argument("--model", choices=RECIPES, nargs="*", default=list(RECIPES), help="in this order; else all")
    parser.add_argument("--run", type=Path, default=Path("training/run"), help="the folder for checkpoints and the log")
    parser.add_argument("--steps", type=int, help="batches, in place of each model's own number")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not any(options.data.glob("*.jsonl")):
        parser.error(f"no .jsonl files in {options.data}; name a folder of question-passage pairs")
    options.run.mkdir(parents=True, exist_ok=True)
    return options


def _batches(rows: Sequence[Row], miner: Miner, rng: random.Random) -> Iterator[list[list[Example]]]:
    """Groups of like length together, in random order, over and over."""
    rows, held = list(rows), list[list[Example]]()
    while rows:
        rng.shuffle(rows)
        for group in examples(rows, miner, rng):
            held.append(group)
            if sum(map(len, held)) >= WINDOWS * SORTED_OVER:
                held.sort(key=lambda group: max(len(e.question) + len(e.title) + len(e.window) for e in group))
                cut = _cut(held, WINDOWS)
                rng.shuffle(cut)
                yield from cut
                held = []


def _cut(groups: Sequence[list[Example]], windows: int) -> list[list[list[Example]]]:
    """In stretches of at least so many windows, but for the last."""
    cut: list[list[list[Example]]] = [[]]
    for group in groups:
        if sum(map(len, cut[-1])) >= windows:
            cut.append([])
        cut[-1].append(group)
    return cut


def log(run: Path, name: str, **facts: float) -> None:
    """One line on standard output and in the log of a run."""
    line = json.dumps({"model": name, **facts})
    print(line, flush=True)
    with (run / "log.jsonl").open("a") as file:
        file.write(line + "\n")


if __name__ == "__main__":
    main()
