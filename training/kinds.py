"""python -m training.kinds --data PAIRS GOLD...: the model that tells kinds of question apart; seeded.

It is trained on training/kinds.jsonl, written for this, and on facts that people asked, of the pairs that the reader
is trained on. GOLD are gold sets of facts: the first half of each helps to fit the thresholds, and of the second half
it is said how many stay facts. Writes qa/models/kinds.safetensors, whose digest goes into qa/models/manifest.py, and
qa/query/kinds.json, and prints the figures of the card.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.language.text import stems
from qa.models.digests import sha256
from qa.models.kinds import ADAPTER
from qa.models.weights import ensure
from qa.query.kinds import ASPECTS, FITTED, KINDS, but_a_fact, softmax
from qa.settings import Settings
from training.data import read_rows
from training.kinds_model import Labelled, fit, logits

WRITTEN = Path(__file__).with_name("kinds.jsonl")
ASKED = 2000  # facts that people asked
SHORT = 5  # words of an answer, at most, whose question asks for a plain fact
OTHERWISE = ("hotpot_sample", "musique_sample")  # files in which questions compare
VERDICTS, VERDICTS_ASKED = "boolq", 500  # the file in which they want Yes or No, and how many of it
FOLDS = 4
PRICE = 5.0  # of a fact that is taken for something else, in such as are rightly told from one
CATALOGUE_PRICE = 3.0  # what is said of the collection is true, and nothing of it is refused
# The plans of these answer a fact as it is answered anyway and add to it, or do so where they find nothing to divide.
HARMLESS = ("explanation", "list", "comparison", "calculation", "several")
HARMLESS_PRICE, HARMLESS_LIKELY = 0.5, 0.3
PRICES = {"catalogue": CATALOGUE_PRICE} | dict.fromkeys(HARMLESS, HARMLESS_PRICE)
LIKELY, SURE = 0.5, 0.98  # lowest and highest threshold that is tried
COMPARISONS = "comparison_query"  # a gold line's type that asks for no plain fact
FRAMED = ("catalogue", "summary", "timeline")  # kinds whose questions say what is wanted, and of what
OFTEN = 4  # questions of one of these in which a word of the frame stands
RATHER = 1.5  # times as often as in questions of other kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    golds: list[Path] = options.gold
    path = ensure(ADAPTER.base, Settings.from_env().models_dir)
    rows = map(json.loads, WRITTEN.read_text("utf-8").splitlines())
    written = [Labelled(row["question"], row["kind"], row.get("catalogue")) for row in rows]
    asked = [Labelled(question, "fact") for question in asked_for_facts(options.data)]

    model = fit(path, [*written, *asked], "the model")
    model.keep(ADAPTER.file)
    print(f"{ADAPTER.file}: {ADAPTER.file.stat().st_size:,} bytes, {sha256(ADAPTER.file)}")
    held = [softmax(logits(model, facts(gold))[:, : len(KINDS)]) for gold in golds]
    seen, unseen = ([each[half::2] for each in held] for half in (0, 1))

    guessed = cross_validated(path, written, asked)
    kinds = softmax(guessed[:, : len(KINDS)])
    y = np.array([KINDS.index(row.kind) for row in written])
    thresholds = thresholds_for(np.vstack([kinds, *seen]), np.concatenate([y, *(np.zeros(len(s), int) for s in seen)]))
    kept = {"thresholds": dict(zip(KINDS, thresholds.tolist(), strict=True)), "frame": frame(written)}
    FITTED.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")

    among = [n for n, row in enumerate(written) if row.catalogue]
    parts = np.array([ASPECTS.index(written[n].catalogue) for n in among])
    table("kinds, unsure or not", KINDS, y, kinds.argmax(1))
    table("kinds, as told", KINDS, y, told(kinds, thresholds))
    table("parts of the catalogue", ASPECTS, parts, guessed[among, len(KINDS) :].argmax(1))
    print("thresholds", kept["thresholds"])
    for gold, probabilities in zip(golds, unseen, strict=True):
        counts = Counter(KINDS[k] for k in told(probabilities, thresholds))
        print(f"{gold.parent.name}: {counts['fact'] / len(probabilities):.4f} facts of {len(probabilities)}", counts)


def asked_for_facts(pairs: Path) -> list[str]:
    """Questions that people asked and that a few words answer, or Yes or No."""
    rows = read_rows(pairs)
    told = [row for row in rows if row.accepted and row.file not in OTHERWISE]
    short = [row.question for row in told if max(len(answer.split()) for answer in row.accepted) <= SHORT]
    verdicts = [row.question for row in rows if row.file == VERDICTS]
    rng = random.Random(0)
    return [
        question
        for questions, count in ((short, ASKED), (verdicts, VERDICTS_ASKED))
        for question in rng.sample(list(dict.fromkeys(questions)), count)
    ]


def facts(gold: Path) -> list[str]:
    """The questions of a gold set that ask for a plain fact."""
    lines = map(json.loads, gold.read_text("utf-8").splitlines())
    return [line["question"] for line in lines if line.get("type") != COMPARISONS]


def cross_validated(path: Path, written: Sequence[Labelled], asked: Sequence[Labelled]) -> "np.ndarray":
    """The logits of each written question by a model that did not see it."""
    order = np.random.default_rng(0).permutation(len(written))
    out = np.zeros((len(written), len(KINDS) + len(ASPECTS)))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        seen = [written[n] for n in np.setdiff1d(order, held)]
        model = fit(path, [*seen, *asked], f"fold {fold + 1} of {FOLDS}")
        out[held] = logits(model, [written[n].question for n in held])
    return out


def thresholds_for(probabilities: "np.ndarray", y: "np.ndarray") -> "np.ndarray":
    """For each kind the probability with the most questions rightly told, less the price of facts taken for it."""
    likeliest, sure = but_a_fact(probabilities)

    def worth(kind: int, least: float) -> float:
        believed = (likeliest == kind) & (sure >= least)
        price = PRICES.get(KINDS[kind], PRICE)
        return float((y[believed] == kind).sum() - price * (y[believed] == 0).sum())

    def best_for(kind: int) -> float:
        lowest = HARMLESS_LIKELY if KINDS[kind] in HARMLESS else LIKELY
        return float(max(np.arange(lowest, SURE + 0.001, 0.01).round(2), key=lambda least: worth(kind, least)))

    return np.array([0.0, *map(best_for, range(1, len(KINDS)))])


def told(probabilities: "np.ndarray", thresholds: "np.ndarray") -> "np.ndarray":
    """The kinds as `qa.query.kinds` tells them: unsure means fact."""
    likeliest, sure = but_a_fact(probabilities)
    return np.where(sure >= thresholds[likeliest], likeliest, 0)


def frame(rows: Sequence[Labelled]) -> list[str]:
    """The stems that many questions about articles have in common, whatever these are about."""
    of = {kind: [stems(row.question) for row in rows if row.kind == kind] for kind in KINDS}
    others = [found for kind in KINDS if kind not in FRAMED for found in of[kind]]
    elsewhere = Counter(s for found in others for s in found)
    return sorted(
        {
            s
            for kind in FRAMED
            for s, count in Counter(s for found in of[kind] for s in found).items()
            if count >= OFTEN and count / len(of[kind]) >= RATHER * elsewhere[s] / len(others)
        }
    )


def table(name: str, labels: Sequence[str], truth: "np.ndarray", guess: "np.ndarray") -> None:
    """Accuracy, and a confusion table as Markdown: a row for what it is, a column for what it was taken for."""
    print(f"\n{name}: accuracy {np.mean(truth == guess):.3f} of {len(truth)}\n")
    print(f"| | {' | '.join(labels)} |\n|---|{'---|' * len(labels)}")
    for i, label in enumerate(labels):
        counts = [int(((truth == i) & (guess == j)).sum()) for j in range(len(labels))]
        print(f"| {label} | {' | '.join(map(str, counts))} |")


if __name__ == "__main__":
    main()
