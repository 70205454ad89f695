"""python -m training.bearing read ROWS.npz QUESTIONS.jsonl, then fit ROWS.npz...: what belongs into a long answer.

QUESTIONS are asked over the library of ARTICLE_QA_DATA_DIR. They are a gold set with nuggets, where a sentence belongs
into the answer that states one of them, or questions with a `target`, an answer by people, where one belongs that says
much of the same (`rewrite` is the question in words that stand alone). `fit` writes qa/plans/bearing.json.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.metrics import holds
from qa.language.text import stems
from qa.plans.bearing import FITTED, embedded, features
from qa.plans.points import stretches
from qa.query.query import understand
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from training.logistic import Matrix, logistic
from training.support.measure import auroc

NAMES = "constant answers below_best beside near below_nearest passage first_article words".split()
PASSAGES = 10
SHARED = 0.5  # of the words of a sentence, that stand in the answer that people gave
FEWEST = 4  # words of such a sentence
RIDGE = 1.0
PARTS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    reading = commands.add_parser("read", help="ask questions, and write what was read of each sentence")
    reading.add_argument("rows", type=Path)
    reading.add_argument("questions", type=Path)
    reading.set_defaults(run=lambda options: read(options.rows, options.questions))
    fitting = commands.add_parser("fit", help="fit the weights")
    fitting.add_argument("rows", type=Path, nargs="+")
    fitting.add_argument("--report", type=Path, nargs="*", default=(), help="rows that are not fitted on")
    fitting.set_defaults(run=lambda options: fit(options.rows, options.report))
    options = parser.parse_args()
    options.run(options)


def read(out: Path, questions: Path) -> None:
    retriever = HybridRetriever.open(Settings.from_env())
    x, y, of = [], [], []
    for line in questions.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not (row.get("target") or row.get("nuggets")):
            continue
        query = understand(row.get("rewrite") or row["question"], articles=retriever)
        told = list(stretches(retriever.search(query.text, PASSAGES)))
        if told:
            x.append(features(query, told, embedded(told, retriever), retriever))
            y.append([_belongs(sentence.text, row) for sentence in told])
            of += [row["id"].split("<")[0]] * len(told)
    np.savez(out, x=np.concatenate(x), y=np.concatenate(y), of=np.array(of))
    print(f"{len(x)} questions, {len(of)} sentences, of which {np.mean(np.concatenate(y)):.3f} belong")


def _belongs(sentence: str, row: Mapping[str, Any]) -> bool:
    if "target" not in row:
        return any(holds(sentence, wordings) for wordings in row["nuggets"])
    said = set(stems(sentence))
    return len(said) >= FEWEST and len(said & set(stems(row["target"]))) >= SHARED * len(said)


def fit(files: Sequence[Path], others: Sequence[Path]) -> None:
    """Each file counts alike. The threshold is that of the best F1 on the questions left out. Prints how well sentences
    of these and of other files are told apart.
    """
    sets = [np.load(file) for file in files]
    x = np.concatenate([one["x"] for one in sets])
    y = np.concatenate([one["y"] for one in sets]).astype(float)
    of = np.concatenate([one["of"] for one in sets])
    share = np.concatenate([np.full(len(one["y"]), len(y) / len(sets) / len(one["y"])) for one in sets])
    part = {name: n % PARTS for n, name in enumerate(np.random.default_rng(0).permutation(np.unique(of)))}
    parts = np.array([part[name] for name in of])
    left_out = np.zeros(len(y))
    for n in range(PARTS):
        here = parts == n
        left_out[here] = x[here] @ logistic(x[~here], y[~here], share[~here], RIDGE)
    weights = logistic(x, y, share, RIDGE)
    belongs_from = _best(left_out, y, share)
    _report("fitted on, each part by the others", x, y.astype(bool), left_out, belongs_from)
    for file in others:
        with np.load(file) as one:
            _report(file.stem, one["x"], one["y"].astype(bool), one["x"] @ weights, belongs_from)
    told_weights = dict(zip(NAMES, weights.round(4).tolist(), strict=True))
    FITTED.write_text(json.dumps({"weights": told_weights, "belongs_from": belongs_from}, indent=2) + "\n", "utf-8")
    print(FITTED.read_text("utf-8"))


def _report(name: str, x: Matrix, belong: NDArray[np.bool_], z: Matrix, belongs_from: float) -> None:
    kept = z >= belongs_from
    right = float((kept & belong).sum())
    print(
        f"{name}: AUROC of the reader alone {auroc(belong, x[:, 1]):.3f}, of all {auroc(belong, z):.3f}; kept "
        f"{kept.mean():.3f}, precision {right / kept.sum():.3f}, recall {right / belong.sum():.3f}"
    )


def _best(z: Matrix, y: Matrix, share: Matrix) -> float:
    """The log odds that give the best F1, in steps of a hundredth of the probability."""
    steps = [round(float(np.log(step / (100 - step))), 4) for step in range(1, 100)]

    def f1(least: float) -> float:
        kept = z >= least
        hits = float((share * kept * y).sum())
        return 2 * hits / float((share * (kept + y)).sum())

    return max(steps, key=f1)


if __name__ == "__main__":
    main()
