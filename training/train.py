"""python -m training.train: fine-tune the reader; seeded, on the processor or, where there is one, a GPU."""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from qa.models.manifest import EMBEDDING_MODEL
from qa.models.weights import ensure
from qa.settings import Settings
from training.data import Example, Miner, examples, read_rows
from training.model import MAX_TOKENS, Reader, load_tokenizer, parameters, second

BATCH = 32
SORTED_OVER = 32  # batches that are filled in order of length, so that little is padding
RATE = 1.2e-4
WARM_UP = 0.06
HELD_OUT = 400  # rows, to see how it goes
SAVE_EVERY = 200


def main() -> None:
    options = _options()
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder = ensure(EMBEDDING_MODEL, Settings.from_env().models_dir)
    tokenizer, model = load_tokenizer(folder), Reader(folder).to(device)
    model.encoder.embeddings.word_embeddings.weight.requires_grad = False  # rare words keep what they mean

    rng = random.Random(options.seed)
    rows = read_rows(options.data)
    rng.shuffle(rows)
    miner = Miner(rows)
    held_out, rows = list(examples(rows[:HELD_OUT], miner, rng)), rows[HELD_OUT:]
    test = [example for group in held_out for example in group]
    stream = _batches(examples(rows, miner, rng), rng)

    optimizer = torch.optim.AdamW(parameters(model, 0.01), lr=RATE)
    total, warm = options.steps, max(1, int(options.steps * WARM_UP))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / total)
    )
    began, losses = time.time(), list[float]()
    model.train()
    for step, batch in zip(range(1, total + 1), stream, strict=False):
        loss = _loss(model, _encoded(tokenizer, batch, device), batch, device)
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
            torch.save(model.state_dict(), options.out / f"reader-{step:05}.pt")
            _log(options.out, step=step, **_measured(model, tokenizer, test, device))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the .jsonl files")
    parser.add_argument("--out", type=Path, default=Path("training/run"))
    parser.add_argument("--steps", type=int, default=1500, help="of 32 pairs each")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    if not any(options.data.glob("*.jsonl")):
        parser.error(f"no .jsonl files in {options.data}; name a folder of question-passage pairs")
    return options


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


def _loss(model: Reader, encoded, batch: Sequence[Example], device: str) -> torch.Tensor:  # type: ignore[no-untyped-def]
    """Whether it answers, and where: the null answer is the first token, as in SQuAD 2.0."""
    with torch.autocast(device, torch.bfloat16):
        answers, start, end = model(encoded["input_ids"], encoded["attention_mask"], encoded["token_type_ids"])
    answers, start, end = answers.float(), start.float(), end.float()
    outside = (encoded["attention_mask"] == 0) | (encoded["token_type_ids"] == 0)
    outside[:, 0] = False
    start, end = start.masked_fill(outside, -1e4), end.masked_fill(outside, -1e4)
    target = torch.tensor([float(example.answers) for example in batch], device=device)
    loss = binary_cross_entropy_with_logits(answers, target)
    starts, ends, told = [], [], []
    for n, example in enumerate(batch):
        first = last = 0 if not example.answers else None
        if example.start is not None and example.end is not None:
            shift = len(second(example.title, "")) if example.title else 0
            first = encoded.char_to_token(n, example.start + shift, 1)
            last = encoded.char_to_token(n, example.end - 1 + shift, 1)
        if first is not None and last is not None:
            told.append(n)
            starts.append(first)
            ends.append(last)
    if told:
        loss = loss + 0.5 * (
            cross_entropy(start[told], torch.tensor(starts, device=device))
            + cross_entropy(end[told], torch.tensor(ends, device=device))
        )
    return loss


@torch.no_grad()
def _measured(model: Reader, tokenizer, test: Sequence[Example], device: str) -> dict[str, float]:  # type: ignore[no-untyped-def]
    """On rows held out: how often the answering window scores above another, and how often the span is exact."""
    model.eval()
    yes, no, exact, spans = [], [], 0, 0
    for at in range(0, len(test), BATCH):
        batch = test[at : at + BATCH]
        encoded = _encoded(tokenizer, batch, device)
        with torch.autocast(device, torch.bfloat16):
            answers, start, end = model(encoded["input_ids"], encoded["attention_mask"], encoded["token_type_ids"])
        outside = (encoded["attention_mask"] == 0) | (encoded["token_type_ids"] == 0)
        first = start.float().masked_fill(outside, -1e4).argmax(-1)
        last = end.float().masked_fill(outside, -1e4).argmax(-1)
        for n, example in enumerate(batch):
            (yes if example.answers else no).append(answers[n].item())
            if example.start is not None and example.end is not None:
                shift = len(second(example.title, "")) if example.title else 0
                spans += 1
                exact += first[n].item() == encoded.char_to_token(n, example.start + shift, 1) and last[
                    n
                ].item() == encoded.char_to_token(n, example.end - 1 + shift, 1)
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
