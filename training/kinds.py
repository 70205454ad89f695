"""python -m training.kinds --data PAIRS GOLD...: the model that tells kinds of question apart.

It is fitted on training/kinds.jsonl, written for this, and on facts that people asked, of the pairs that the reader
is trained on. GOLD are gold sets of facts: the first half of each helps to fit the thresholds, and of the second half
it is said how many stay facts. Writes qa/query/kinds.npz and prints the figures of its card.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qa.language.text import stems
from qa.models.embeddings import SentenceEmbeddings, load_embeddings
from qa.query.kinds import ASPECTS, FITTED, KINDS, Classifier, but_a_fact, features, opening
from qa.settings import Settings
from training.data import read_rows

WRITTEN = Path(__file__).with_name("kinds.jsonl")
ASKED = 2000  # facts that people asked
SHORT = 5  # words of an answer, at most, whose question asks for a plain fact
OTHERWISE = ("hotpot_sample", "musique_sample")  # files in which questions compare
VERDICTS, VERDICTS_ASKED = "boolq", 500  # the file in which they want Yes or No, and how many of it
RIDGE = 2.0
FOLDS = 5
STEPS = 200  # of the fit, by which it hardly moves any more
PRICE = 5.0  # of a fact that is taken for something else, in such as are rightly told from one
CATALOGUE_PRICE = 3.0  # what is said of the collection is true, and nothing of it is refused
# The plans of these answer a fact as it is answered anyway and add to it, or do so where they find nothing to divide.
HARMLESS = ("explanation", "list", "comparison", "calculation", "several")
HARMLESS_PRICE, HARMLESS_LIKELY = 0.5, 0.3
PRICES = {"catalogue": CATALOGUE_PRICE} | dict.fromkeys(HARMLESS, HARMLESS_PRICE)
LIKELY, SURE = 0.5, 0.98  # lowest and highest threshold that is tried
COMPARISONS = "comparison_query"  # a gold line's type that asks for no plain fact
FRAMED = ("catalogue", "summary", "timeline")  # kinds whose questions say what is wanted, and of what
OFTEN = 3  # questions of one of these in which a word of the frame stands
RATHER = 1.5  # times as often as in questions of other kinds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    golds: list[Path] = options.gold
    embeddings = load_embeddings(Settings.from_env())
    rows = [json.loads(line) for line in WRITTEN.read_text("utf-8").splitlines()]
    x = read(embeddings, [row["question"] for row in rows])
    y = np.array([KINDS.index(row["kind"]) for row in rows])
    asked = read(embeddings, asked_for_facts(options.data))
    weights, guessed = fit(*with_facts(x, y, asked), len(KINDS)), cross_validated(x, y, len(KINDS), asked)

    real = [read(embeddings, facts(path)) for path in golds]
    held = [Classifier(weights).probabilities(each) for each in real]
    seen, unseen = ([each[half::2] for each in held] for half in (0, 1))
    thresholds = thresholds_for(
        np.vstack([guessed, *seen]), np.concatenate([y, *(np.zeros(len(s), int) for s in seen)])
    )

    among = [i for i, row in enumerate(rows) if "catalogue" in row]
    parts = np.array([ASPECTS.index(rows[i]["catalogue"]) for i in among])
    np.savez_compressed(
        FITTED,
        embeddings=np.array(embeddings.identity),
        kinds=weights.astype(np.float16),
        thresholds=thresholds,
        aspects=fit(x[among], parts, len(ASPECTS)).astype(np.float16),
        frame=np.array(frame(rows)),
    )
    table("kinds, unsure or not", KINDS, y, guessed.argmax(1))
    table("kinds, as told", KINDS, y, told(guessed, thresholds))
    table("parts of the catalogue", ASPECTS, parts, cross_validated(x[among], parts, len(ASPECTS)).argmax(1))
    print("thresholds", dict(zip(KINDS, thresholds.tolist(), strict=True)))
    for path, probabilities in zip(golds, unseen, strict=True):
        counts = Counter(KINDS[k] for k in told(probabilities, thresholds))
        print(f"{path.parent.name}: {counts['fact'] / len(probabilities):.4f} facts of {len(probabilities)}", counts)


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


def with_facts(x: "np.ndarray", y: "np.ndarray", asked: "np.ndarray") -> "tuple[np.ndarray, np.ndarray]":
    """The features and labels with those of more facts."""
    return np.vstack([x, asked]), np.concatenate([y, np.zeros(len(asked), int)])


def facts(gold: Path) -> list[str]:
    """The questions of a gold set that ask for a plain fact."""
    lines = map(json.loads, gold.read_text("utf-8").splitlines())
    return [line["question"] for line in lines if line.get("type") != COMPARISONS]


def read(embeddings: SentenceEmbeddings, questions: Sequence[str]) -> "np.ndarray":
    """The features, a row a question."""
    vectors = embeddings.encode_documents(questions)
    first = list(dict.fromkeys(map(opening, questions)))
    openings = dict(zip(first, embeddings.encode_documents(first), strict=True))
    return np.stack([features(q, v, openings[opening(q)]) for q, v in zip(questions, vectors, strict=True)])


def fit(x: "np.ndarray", y: "np.ndarray", labels: int) -> "np.ndarray":
    """The weights, a row a feature and a column a label, with a ridge on all but the constant."""
    truth = np.eye(labels)[y]
    ridge = np.full((x.shape[1], 1), RIDGE)
    ridge[0] = 0.0

    def loss(flat: "np.ndarray") -> "tuple[float, np.ndarray]":
        weights = flat.reshape(x.shape[1], labels)
        logits = x @ weights
        total = np.logaddexp.reduce(logits, axis=1)
        gradient = x.T @ (np.exp(logits - total[:, None]) - truth) + ridge * weights
        return float((total - (logits * truth).sum(1)).sum() + (ridge * weights**2).sum() / 2), gradient.ravel()

    start = np.zeros(x.shape[1] * labels)
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x).reshape(
        -1, labels
    )


def cross_validated(x: "np.ndarray", y: "np.ndarray", labels: int, asked: "np.ndarray | None" = None) -> "np.ndarray":
    """The probabilities of each question by a model that did not see it; facts only learned from are `asked`."""
    asked = x[:0] if asked is None else asked
    order = np.random.default_rng(0).permutation(len(y))
    out = np.zeros((len(y), labels))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        seen = np.setdiff1d(order, held)
        out[held] = Classifier(fit(*with_facts(x[seen], y[seen], asked), labels)).probabilities(x[held])
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


def frame(rows: "Sequence[dict[str, str]]") -> list[str]:
    """The stems that many questions about articles have in common, whatever these are about."""
    of = {kind: [stems(row["question"]) for row in rows if row["kind"] == kind] for kind in KINDS}
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
