"""python -m training.support.train: the support model; seeded, on a GPU in minutes, a weaker one on two cores.

With --begun it goes on from an adapter for a second round, in which half of the claims are near misses.
"""

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import torch

from qa.models.extractor import ADAPTER
from qa.models.manifest import EXTRACTOR_BASE
from qa.models.weights import ensure
from qa.settings import Settings
from training.data import read_rows
from training.model import parameters
from training.support.answers import from_questions
from training.support.frames import frames
from training.support.model import Support, loss, read
from training.support.near_misses import NEAR_MISSES, near_misses, passages
from training.support.pairs import Pair, for_training, framed, from_passages, is_held_out, judged
from training.support.verdicts import verdicts
from training.support.written import WRITTEN, written
from training.train import log

SORTED_OVER = 16  # batches filled in order of length
WARM_UP = 0.05
SHARES = {"judged": 0.20, "frames": 0.10, "edits": 0.04, "questions": 0.14, "written": 0.45, "verdicts": 0.07}
AT_ONCE = 32  # claims measured
MEASURED = 60  # held-out claims of each source
SAVE_EVERY = 0.2  # of the way


@dataclass(frozen=True)
class Recipe:
    """Claims in a batch, batches, the highest rate, and the share of each pool in a batch."""

    batch: int
    steps: int
    rate: float
    shares: Mapping[str, float]


RECIPES = {
    "cpu": Recipe(32, 1100, 4e-4, SHARES),
    "cuda": Recipe(96, 2500, 4e-4, SHARES),
    "second": Recipe(32, 800, 2e-4, {"near misses": 0.5} | {name: share / 2 for name, share in SHARES.items()}),
}


def main() -> None:
    options = _options()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = Support(ensure(EXTRACTOR_BASE, Settings.from_env().models_dir), ADAPTER.file).to(device)
    if options.begun:
        model.take_up(options.begun)
    pools, test = material(options.data, options.written, rng)
    log(options.run, "support", **{name: len(pool) for name, pool in pools.items()})
    recipe = RECIPES["second" if options.begun else device]
    steps = options.steps or recipe.steps
    optimizer = torch.optim.AdamW(parameters(model, 0.01), lr=recipe.rate, betas=(0.9, 0.98))
    warm = max(1, int(steps * WARM_UP))
    began, losses = time.time(), list[float]()

    def done(step: int) -> float:
        return max(step / steps, (time.time() - began) / 60 / options.minutes)

    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - done(step))
    )
    first = _resumed(options.run, model, optimizer, schedule)
    rng = random.Random(options.seed + first)
    stream = batches(pools, recipe.shares, rng, recipe.batch)
    save_every = max(1, int(steps * SAVE_EVERY))
    model.train()
    for step in range(first + 1, steps + 1):
        pairs = next(stream)
        said = read(model, [pair.claimed for pair in pairs], device)
        lost = loss(said, [pair.label for pair in pairs])
        lost.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(lost.item())
        if step % 25 == 0:
            log(
                options.run, "support", step=step, loss=round(mean(losses[-25:]), 4), seconds=round(time.time() - began)
            )
        if step % save_every == 0 or done(step) >= 1:
            model.keep(options.run / f"support-{step:05}")
            torch.save((step, optimizer.state_dict(), schedule.state_dict()), options.run / "resume.pt")
            log(options.run, "support", step=step, **measured(model, test, device))
        if done(step) >= 1:
            break


def material(
    folder: Path, file: Path, rng: random.Random, measured: int = MEASURED
) -> tuple[dict[str, list[Pair]], list[Pair]]:
    """What is learnt from, by kind of origin, and what is held out, of each source so many claims at most."""
    rows, all_frames = read_rows(folder), frames()
    near = near_misses(NEAR_MISSES, passages(rows, file), random.Random(7))
    claims = [*judged(folder), *written(file, rng)]
    learnt = for_training([*claims, *written(file, rng)], rng)  # once more, with other questions left out
    known = [frame for frame in all_frames if not is_held_out(frame.text)]
    pools = {
        "judged": [pair for pair in learnt if pair.source != "written"],
        "written": [pair for pair in learnt if pair.source == "written"],
        "frames": framed(known, 40, rng),
        "edits": from_passages(rows, 20_000, rng),
        "questions": from_questions(rows, 60_000, rng),
        "near misses": near[False],
    }
    pools["verdicts"] = list(verdicts([*pools["written"], *pools["frames"], *pools["edits"]], rng))
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for pair in claims:
        if is_held_out(pair.claimed.quote):
            by_source[pair.source].append(pair)
    by_source["near misses"] = near[True]
    by_source["verdicts"] = list(verdicts(by_source["written"], rng))
    test = [pair for found in by_source.values() for pair in rng.sample(found, min(measured, len(found)))]
    return pools, test + framed([frame for frame in all_frames if is_held_out(frame.text)], 2, rng)


def batches(
    pools: Mapping[str, Sequence[Pair]], shares: Mapping[str, float], rng: random.Random, size: int
) -> Iterator[list[Pair]]:
    """Of each pool its share, over and over; claims of like length together, in random order."""
    streams = {name: _endless(pools[name], rng) for name in shares}
    while True:
        chosen = rng.choices(list(streams), [shares[name] for name in streams], k=size * SORTED_OVER)
        held = sorted((next(streams[name]) for name in chosen), key=lambda pair: sum(map(len, pair.claimed.pair)))
        cut = [held[n : n + size] for n in range(0, len(held), size)]
        rng.shuffle(cut)
        yield from cut


def _endless(pool: Sequence[Pair], rng: random.Random) -> Iterator[Pair]:
    while True:
        yield from rng.sample(pool, len(pool))


@torch.no_grad()
def measured(model: Support, test: Sequence[Pair], device: str) -> dict[str, float]:
    """Balanced accuracy of supported or not, by source."""
    model.eval()
    right: dict[str, dict[bool, list[bool]]] = defaultdict(lambda: defaultdict(list))
    ordered = sorted(test, key=lambda pair: sum(map(len, pair.claimed.pair)))
    for n in range(0, len(ordered), AT_ONCE):
        part = ordered[n : n + AT_ONCE]
        says = read(model, [pair.claimed for pair in part], device)[:, 0].exp() > 0.5
        for pair, said in zip(part, says.tolist(), strict=True):
            supported = pair.label == "supported"
            right[pair.source][supported].append(said == supported)
    model.train()
    return {source: round(mean(map(mean, found.values())), 3) for source, found in sorted(right.items())}


def _resumed(
    run: Path, model: Support, optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR
) -> int:
    """The step of the last checkpoint, taken up; 0 without one."""
    path = run / "resume.pt"
    if not path.exists():
        return 0
    step, *states = torch.load(path)
    model.take_up(run / f"support-{step:05}.safetensors")
    for part, state in zip((optimizer, schedule), states, strict=True):
        part.load_state_dict(state)
    return step


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with support_*.jsonl and the pairs")
    parser.add_argument("--written", type=Path, default=WRITTEN, help="the file of written passages with claims")
    parser.add_argument("--begun", type=Path, help="an adapter to go on from, with a --run of its own")
    parser.add_argument("--run", type=Path, default=Path("training/run"), help="the folder for checkpoints and the log")
    parser.add_argument(
        "--steps", type=int, help="batches, in place of 2,500 on a GPU, 1,100 without one, 800 after --begun"
    )
    parser.add_argument("--minutes", type=float, default=120, help="when to end at the latest, the rate fallen to 0")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not any(options.data.glob("support_*.jsonl")):
        parser.error(f"no support_*.jsonl files in {options.data}; name a folder of claims with quotes")
    options.run.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    main()
