"""python -m training.bearing read ROWS.npz QUESTIONS.jsonl, then fit ROWS.npz...: what belongs into a long answer.

QUESTIONS are asked over the library of ARTICLE_QA_DATA_DIR. They are a gold set with nuggets, where a sentence belongs
into the answer that states one of them; one with answers, of which reasons and lists are asked, where one belongs that
holds an answer; or questions with a `target`, an answer by people, where one belongs that says much of the same
(`rewrite` is the question in words that stand alone). Where a question cannot be answered none belongs. `fit` writes
qa/plans/bearing.json.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.metrics import holds
from qa.language.text import stems
from qa.models.extractor import load_extractor
from qa.models.kinds import load_kinds
from qa.plans.bearing import FITTED, embedded, features
from qa.plans.points import stretches
from qa.query.query import understand
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from training.logistic import Matrix, logistic
from training.support.measure import auroc

NAMES = (
    "constant answers below_best beside near below_nearest passage first_article words span below_best_span closely"
).split()
KINDS = ("explanation", "list")
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
    settings = Settings.from_env()
    retriever = HybridRetriever.open(settings)
    retriever.extractor = load_extractor(settings)
    tell = load_kinds(settings).tell
    x, y, of, answerable = [], [], [], []
    for line in questions.read_text("utf-8").splitlines():
        row = json.loads(line)
        query = understand(row.get("rewrite") or row["question"], articles=retriever, tell=tell)
        if not ("target" in row or "nuggets" in row or query.kind in KINDS):
            continue
        found = retriever.search(query.text, PASSAGES)
        told = list(stretches(found))
        if told:
            read_closely = retriever.read_closely(query.text, found)
            x.append(features(query, told, embedded(told, retriever), read_closely, retriever))
            y.append([_belongs(sentence.text, row) for sentence in told])
            of += [row["id"].split("<")[0]] * len(told)
            answerable += [row.get("answerable", True)] * len(told)
    np.savez(out, x=np.concatenate(x), y=np.concatenate(y), of=np.array(of), answerable=np.array(answerable))
    print(f"{len(x)} questions, {len(of)} sentences, of which {np.mean(np.concatenate(y)):.3f} belong")


def _belongs(sentence: str, row: Mapping[str, Any]) -> bool:
    if "target" not in row:
        return any(holds(sentence, wordings) for wordings in row.get("nuggets") or [row["answers"]] if wordings)
    said = set(stems(sentence))
    return len(said) >= FEWEST and len(said & set(stems(row["target"]))) >= SHARED * len(said)


@dataclass(frozen=True)
class Rows:
    """What was read of the sentences of a file's questions, a row each, and what questions these are of."""

    name: str
    x: Matrix
    belong: NDArray[np.bool_]
    of: NDArray[np.str_]
    answerable: NDArray[np.bool_]

    @classmethod
    def load(cls, file: Path) -> "Rows":
        with np.load(file) as read:
            return cls(file.stem, read["x"], read["y"], read["of"], read["answerable"])

    @property
    def answered(self) -> "Rows":
        """Those of questions that can be answered."""
        kept = self.answerable
        return Rows(self.name, self.x[kept], self.belong[kept], self.of[kept], kept[kept])

    def likeliest(self) -> tuple[Matrix, NDArray[np.bool_]]:
        """Of each question the logit of the passage that answers likeliest, and whether it can be answered."""
        questions, first = np.unique(self.of, return_index=True)
        most = [self.x[self.of == question, NAMES.index("closely")].max() for question in questions]
        return np.array(most), self.answerable[first]


def fit(files: Sequence[Path], others: Sequence[Path]) -> None:
    """Each file counts alike. The weights and their threshold, which is that of the best F1 on the questions left out,
    are of the questions that can be answered; all tell from which passage on there is an answer. Prints how well
    sentences of these and of other files are told apart, and questions.
    """
    everything = list(map(Rows.load, files))
    sets = [rows.answered for rows in everything]
    x = np.concatenate([rows.x for rows in sets])
    y = np.concatenate([rows.belong for rows in sets]).astype(float)
    of = np.concatenate([rows.of for rows in sets])
    share = np.concatenate([np.full(len(rows.of), len(y) / len(sets) / len(rows.of)) for rows in sets])
    part = {name: n % PARTS for n, name in enumerate(np.random.default_rng(0).permutation(np.unique(of)))}
    parts = np.array([part[name] for name in of])
    left_out = np.zeros(len(y))
    for n in range(PARTS):
        here = parts == n
        left_out[here] = x[here] @ logistic(x[~here], y[~here], share[~here], RIDGE)
    weights = logistic(x, y, share, RIDGE)
    belongs_from = _best(left_out, y, share)
    answers_from = _apart(everything)
    _report("fitted on, each part by the others", x, y.astype(bool), left_out, belongs_from)
    for rows in map(Rows.load, others):
        held = rows.answered
        _report(held.name, held.x, held.belong, held.x @ weights, belongs_from)
        _told_apart(rows, answers_from)
    told_weights = dict(zip(NAMES, weights.round(4).tolist(), strict=True))
    fitted = {"weights": told_weights, "belongs_from": belongs_from, "answers_from": answers_from}
    FITTED.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(FITTED.read_text("utf-8"))


def _apart(sets: Sequence[Rows]) -> float:
    """The logit that tells best which questions can be answered: the share of these that reach it, less that of others
    (Youden 1950), in the mean of the files.
    """
    told = [(most, answerable) for most, answerable in (rows.likeliest() for rows in sets) if not answerable.all()]

    def index(least: float) -> float:
        reach = [(most >= least, answerable) for most, answerable in told]
        return float(
            np.mean([reached[answerable].mean() - reached[~answerable].mean() for reached, answerable in reach])
        )

    return round(max(np.unique(np.concatenate([most for most, _ in told])).tolist(), key=index), 4)


def _told_apart(rows: Rows, answers_from: float) -> None:
    most, answerable = rows.likeliest()
    reached = most >= answers_from
    print(f"{rows.name}: told to be answered {reached[answerable].mean():.3f} of {answerable.sum()} questions", end="")
    print(
        f", {reached[~answerable].mean():.3f} of {(~answerable).sum()} that cannot be" if not answerable.all() else ""
    )


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
