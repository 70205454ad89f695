"""python -m training.embedder: the embedding model, fine-tuned to find passages by questions; seeded, a GPU is used.

Each question is trained with the window that answers it and such as the model itself takes for near, all scored by a
teacher, the extractor on a GPU and the reader on a processor: its similarities are to be distributed as those scores
(KL divergence, as in the recipes of BGE, Xiao et al. 2023), and the answering window is to be nearer than those of
other questions (InfoNCE, van den Oord et al. 2018). The word embeddings stay as they are.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import AutoModel, PreTrainedTokenizerFast

from qa.language.text import stems
from qa.models.extractor import ADAPTER
from qa.models.manifest import EMBEDDING_MODEL, EXTRACTOR_BASE
from qa.models.reader import load_reader
from qa.models.weights import ensure
from qa.settings import Settings
from qa.types import Evidence
from training.data import Example, Row, held_out, read_rows, windows
from training.model import Extractor, parameters, read, second
from training.train import log

WARM_UP = 0.08
SHARPNESS = 20.0  # of similarities, as all-MiniLM-L6-v2 was trained
TEACHER = 0.5  # of the teacher's logits, which spread wide
AS_GOOD = 2.0  # a window whose logit is no farther behind that of the answering one may answer as well
MAX_TOKENS = 256
AT_ONCE = 32  # texts, that are of about one length
HELD_OUT = 40  # one in so many windows, with its questions, to see how it goes
BESIDE = 6_000  # windows among which those are looked for
LOGGED, KEPT, READ_BETWEEN = 25, 130, 512  # steps, steps, questions

Pool = Sequence[tuple[str, str]]  # windows: title and text
Logits = Callable[[str, Pool], list[float]]  # question, windows -> of the probability that each answers


@dataclass(frozen=True)
class Recipe:
    """How it is trained on a device: batches of so many questions, so many steps, at which rate.

    Of each question `mined` windows are scored that the model takes for near; in a batch there are `taken` of them, the
    nearest ones among these.
    """

    questions: int
    steps: int
    rate: float
    mined: int
    taken: int
    nearest: int


RECIPES = {"cuda": Recipe(128, 520, 8e-5, 10, 7, 4), "cpu": Recipe(16, 1000, 3e-5, 6, 4, 2)}


@dataclass(frozen=True)
class Asked:
    """A question and the place of the window that answers it; then those of others, and the logits of all of them."""

    question: str
    answered_at: int
    others: tuple[int, ...] = ()
    logits: tuple[float, ...] = ()


class Embedder(nn.Module):
    """Mean pooling and normalisation over MiniLM's six layers: texts -> unit vectors (texts, 384)."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(path)
        self.encoder = AutoModel.from_pretrained(path, add_pooling_layer=False)
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
        parts = [self._vectors([texts[n] for n in order[k : k + AT_ONCE]]) for k in range(0, len(order), AT_ONCE)]
        vectors = torch.cat(parts)
        return vectors[torch.argsort(torch.tensor(order, device=vectors.device))]

    def _vectors(self, texts: list[str]) -> torch.Tensor:
        device = self.encoder.device
        encoded = self.tokenizer(texts, truncation=True, max_length=MAX_TOKENS, padding=True, return_tensors="pt")
        encoded = encoded.to(device)
        with torch.autocast(device.type, torch.bfloat16):
            hidden = self.encoder(**encoded).last_hidden_state.float()
        mask = encoded["attention_mask"].unsqueeze(-1).float()
        return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)

    def keep(self, path: Path) -> None:
        """What was trained, in float16: an adapter of the packaged model."""
        trained = {name: part for name, part in self.encoder.named_parameters() if part.requires_grad}
        save_file({name: part.detach().half().cpu().contiguous() for name, part in trained.items()}, path)

    def take_up(self, path: Path) -> None:
        """Go on from what was kept."""
        self.encoder.load_state_dict(load_file(path), strict=False)


def main() -> None:
    options = _options()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    settings = Settings.from_env()
    model = Embedder(ensure(EMBEDDING_MODEL, settings.models_dir)).to(device)
    if options.begun:
        model.take_up(options.begun)
    asked, pool = questions(read_rows(options.data))
    test = [one for one in asked if held_out(pool[one.answered_at][1], HELD_OUT)]
    known = [one for one in asked if not held_out(pool[one.answered_at][1], HELD_OUT)]
    recipe = replace(RECIPES[device], steps=options.steps or RECIPES[device].steps)
    chosen = rng.sample(known, min(len(known), recipe.steps * recipe.questions))
    texts = [second(*window) for window in pool]
    log(options.run, "embedder", questions=len(chosen), of=len(known), test=len(test), windows=len(pool))
    vectors = encoded(model, texts)
    beside = rng.sample(range(len(pool)), min(len(pool), BESIDE))
    log(options.run, "embedder", step=0, **measured(model, test, texts, beside))
    logits = by_extractor(settings) if device == "cuda" else by_reader(settings)
    taught = mined(model, logits, chosen, pool, vectors, recipe.mined, options.run)
    train(model, taught, texts, recipe, options.run, rng)
    log(options.run, "embedder", step=recipe.steps, **measured(model, test, texts, beside))


def train(
    model: Embedder, taught: Sequence[Asked], texts: Sequence[str], recipe: Recipe, run: Path, rng: random.Random
) -> None:
    """Goes through the questions, in batches, until the steps are done; keeps what was learnt every KEPT steps."""
    steps, size = recipe.steps, recipe.questions
    optimizer = torch.optim.AdamW(parameters(model, 0.01), lr=recipe.rate, betas=(0.9, 0.98))
    warm = int(steps * WARM_UP) + 1
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min(1.0, (n + 1) / warm) * (1 - n / steps))
    began, losses = time.time(), list[float]()
    model.train()
    for step in range(1, steps + 1):
        first = (step - 1) * size % (len(taught) - size + 1)
        lost = loss(model, taught[first : first + size], texts, recipe, rng)
        lost.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(lost.item())
        if step % LOGGED == 0:
            log(run, "embedder", step=step, loss=mean(losses[-LOGGED:]), seconds=round(time.time() - began))
        if step % KEPT == 0 or step == steps:
            model.keep(run / f"embedder-{step:05}.safetensors")


def loss(
    model: Embedder, batch: Sequence[Asked], texts: Sequence[str], recipe: Recipe, rng: random.Random
) -> torch.Tensor:
    """Of the teacher's distribution over a question's own windows, and of its answer among those of all questions."""
    chosen = [_taken(one, recipe, rng) for one in batch]
    count, width = len(batch), len(chosen[0])
    places = torch.tensor([place for some in chosen for place, _ in some])
    logits = torch.tensor([[logit for _, logit in some] for some in chosen])
    vectors = model([*(one.question for one in batch), *(texts[place] for place in places)])
    similar = SHARPNESS * vectors[:count] @ vectors[count:].T
    rows = torch.arange(count)
    own = similar.view(count, count, width)[rows, rows]
    target = torch.softmax(TEACHER * logits.to(similar.device), 1)
    taught = nn.functional.kl_div(torch.log_softmax(own, 1), target, reduction="batchmean")
    first = rows * width
    excused = places[None] == places[first][:, None]  # the same window, asked for twice
    excused.view(count, count, width)[rows, rows] |= logits > logits[:, :1] - AS_GOOD
    excused[rows, first] = False
    nearest = nn.functional.cross_entropy(
        similar.masked_fill(excused.to(similar.device), -1e4), first.to(similar.device)
    )
    return taught + nearest


def _taken(one: Asked, recipe: Recipe, rng: random.Random) -> list[tuple[int, float]]:
    """The answering window and some others, the nearest ones among them, each with its logit."""
    near = recipe.nearest
    numbers = [*range(near), *rng.sample(range(near, len(one.others)), recipe.taken - near)]
    return [(one.answered_at, one.logits[0]), *((one.others[n], one.logits[n + 1]) for n in numbers)]


def questions(rows: Sequence[Row]) -> tuple[list[Asked], list[tuple[str, str]]]:
    """Questions with the window that answers each, and all windows with their titles."""
    titles = {row.passage: row.title.replace("_", " ") for row in sorted(rows, key=lambda row: bool(row.title))}
    cut = {passage: windows(passage) for passage in titles}
    places = {window: n for n, window in enumerate(dict.fromkeys(w for some in cut.values() for w in some))}
    told = {window: titles[passage] for passage, some in cut.items() for window in some}
    asked = []
    for row in rows:
        within = [w for w in cut[row.passage] if not row.accepted or any(a in w for a in row.accepted)]
        if row.answerable and within:
            own = stems(row.question)
            asked.append(Asked(row.question, places[max(within, key=lambda w: len(own & stems(w)))]))
    return asked, [(told[window], window) for window in places]


@torch.no_grad()
def encoded(model: Embedder, texts: Sequence[str]) -> torch.Tensor:
    """Without gradients; the model is left in evaluation mode."""
    return model.eval()(texts)


def mined(
    model: Embedder,
    logits: Logits,
    chosen: Sequence[Asked],
    pool: Pool,
    vectors: torch.Tensor,
    count: int,
    run: Path,
) -> list[Asked]:
    """With the windows that the model takes for nearest, and what the teacher says of each."""
    asked = encoded(model, [one.question for one in chosen])
    near = torch.cat([(part @ vectors.T).topk(count + 1).indices for part in asked.split(1024)]).tolist()
    found = []
    for one, places in zip(chosen, near, strict=True):
        others = [n for n in places if n != one.answered_at][:count]
        said = logits(one.question, [pool[n] for n in (one.answered_at, *others)])
        found.append(Asked(one.question, one.answered_at, tuple(others), tuple(said)))
        if len(found) % READ_BETWEEN == 0 or len(found) == len(chosen):
            log(run, "embedder", mined=len(found), of=len(chosen))
    return found


def by_reader(settings: Settings) -> Logits:
    """As the shipped reader says, on the processor."""
    reader = load_reader(settings)

    def logits(question: str, windows: Pool) -> list[float]:
        passages = [Evidence("", title, None, None, None, 0, len(text), text, 0.0) for title, text in windows]
        return [reading.logit for reading in reader.read(question, passages)]

    return logits


def by_extractor(settings: Settings) -> Logits:
    """As the shipped extractor says, on the GPU."""
    extractor = Extractor(ensure(EXTRACTOR_BASE, settings.models_dir))
    extractor.take_up(ADAPTER.file)
    extractor.to("cuda").eval().requires_grad_(False)

    def logits(question: str, windows: Pool) -> list[float]:
        said, _ = read(extractor, [Example(question, *some, True) for some in windows], "cuda")
        return list(said.answers.tolist())

    return logits


def measured(model: Embedder, test: Sequence[Asked], texts: Sequence[str], beside: Sequence[int]) -> dict[str, float]:
    """How often the window that answers is among the first, of those of the test and some others."""
    places = sorted({*(one.answered_at for one in test), *beside})
    row = {place: n for n, place in enumerate(places)}
    near = encoded(model, [one.question for one in test]) @ encoded(model, [texts[n] for n in places]).T
    own = near.gather(1, torch.tensor([[row[one.answered_at]] for one in test], device=near.device))
    rank = (near > own).sum(1).float()
    return {f"hits@{k}": round((rank < k).float().mean().item(), 4) for k in (1, 4, 10)}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of question-passage pairs")
    parser.add_argument("--begun", type=Path, help="the checkpoint to go on from")
    parser.add_argument("--run", type=Path, default=Path("training/run"), help="the folder for checkpoints and the log")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    return options


if __name__ == "__main__":
    main()
