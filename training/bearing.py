"""python -m training.bearing read ROWS.npz QUESTIONS.jsonl, then fit ROWS.npz...: what belongs into a long answer.

QUESTIONS are asked over the library of ARTICLE_QA_DATA_DIR. They are a gold set with nuggets, where a sentence belongs
into the answer that states one of them; one with answers, of which reasons and lists are asked, where one belongs that
holds an answer; or questions with a `target`, an answer by people, where one belongs that says much of the same
(`rewrite` is the question in words that stand alone). Where a question cannot be answered none belongs.

Whether passages hold an answer at all is told from questions that can be answered and that cannot, among them the same
ones over what is left without the articles in which something belongs. `fit` writes qa/plans/bearing.json.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.metrics import holds
from qa.language.text import stems
from qa.models.extractor import load_extractor
from qa.models.kinds import load_kinds
from qa.plans.bearing import FITTED, embedded, features, signs
from qa.plans.points import stretches
from qa.query.query import Query, understand
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Evidence
from training.logistic import Matrix, logistic
from training.support.measure import auroc

NAMES = (
    "constant answers below_best beside near below_nearest passage first_article words span below_best_span closely"
).split()
SIGNS = "constant closely best words".split()
KINDS = ("explanation", "list")
IN_POINTS = (*KINDS, "comparison", "several")
PASSAGES = 10
FURTHER = 3  # times as many are read where some are left out
SHARED = 0.5  # of the words of a sentence, that stand in the answer that people gave
FEWEST = 4  # words of such a sentence
RIDGE = 1.0
LOG_ODDS = [round(float(np.log(step / (100 - step))), 4) for step in range(1, 100)]  # of each hundredth
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
    x, y, of, answerable, told_by, answers = [], [], [], [], [], []
    for line in questions.read_text("utf-8").splitlines():
        row = json.loads(line)
        query = understand(row.get("rewrite") or row["question"], articles=retriever, tell=tell)
        if not ("target" in row or "nuggets" in row or query.kind in KINDS):
            continue
        found = [hit.evidence for hit in retriever.find(query, PASSAGES)]
        told = list(stretches(found))
        if not told:
            continue
        can_be = row.get("answerable", True)
        read_closely = retriever.read_closely(query.text, found)
        x.append(features(query, told, embedded(told, retriever), read_closely, retriever))
        y.append([_belongs(sentence.text, row) for sentence in told])
        of += [row["id"].split("<")[0]] * len(told)
        answerable += [can_be] * len(told)
        if query.kind in IN_POINTS:
            told_by.append(signs(query, read_closely))
            answers.append(can_be)
            if can_be and (left := _without_answers(query, row, retriever)):
                told_by.append(signs(query, retriever.read_closely(query.text, left)))
                answers.append(False)
    np.savez(
        out,
        x=np.concatenate(x),
        y=np.concatenate(y),
        of=np.array(of),
        answerable=np.array(answerable),
        signs=np.array(told_by),
        answers=np.array(answers),
    )
    print(f"{len(x)} questions, {len(of)} sentences, of which {np.mean(np.concatenate(y)):.3f} belong")


def _without_answers(query: Query, row: Mapping[str, Any], retriever: HybridRetriever) -> list[Evidence]:
    """What would be found without the articles in which something belongs."""
    further = retriever.model_copy(update={"read": FURTHER * retriever.read})
    found = [hit.evidence for hit in further.find(query, FURTHER * PASSAGES)]
    answering = {sentence.article_id for sentence in stretches(found) if _belongs(sentence.text, row)}
    return [passage for passage in found if passage.article_id not in answering][:PASSAGES]


def _belongs(sentence: str, row: Mapping[str, Any]) -> bool:
    if "target" not in row:
        return any(holds(sentence, wordings) for wordings in row.get("nuggets") or [row["answers"]] if wordings)
    said = set(stems(sentence))
    return len(said) >= FEWEST and len(said & set(stems(row["target"]))) >= SHARED * len(said)


@dataclass(frozen=True)
class Rows:
    """What was read of the sentences of a file's questions, a row each, and what questions these are of; and the signs
    that passages hold an answer, a row for each time that a question was asked, with whether they do.
    """

    name: str
    x: Matrix
    belong: NDArray[np.bool_]
    of: NDArray[np.str_]
    answerable: NDArray[np.bool_]
    signs: Matrix
    answers: NDArray[np.bool_]

    @classmethod
    def load(cls, file: Path) -> "Rows":
        with np.load(file) as read:
            return cls(file.stem, *(read[name] for name in ("x", "y", "of", "answerable", "signs", "answers")))

    @property
    def answered(self) -> "Rows":
        """Those of questions that can be answered."""
        kept = self.answerable
        return replace(self, x=self.x[kept], belong=self.belong[kept], of=self.of[kept], answerable=kept[kept])


def fit(files: Sequence[Path], others: Sequence[Path]) -> None:
    """Each file counts alike. The weights of sentences and their threshold, which is that of the best F1 on the
    questions left out, are of the questions that can be answered. Prints how well sentences of these and of other files
    are told apart, and questions.
    """
    everything = list(map(Rows.load, files))
    sets = [rows.answered for rows in everything]
    x = np.concatenate([rows.x for rows in sets])
    y = np.concatenate([rows.belong for rows in sets]).astype(float)
    of = np.concatenate([rows.of for rows in sets])
    share = _alike([len(rows.of) for rows in sets])
    part = {name: n % PARTS for n, name in enumerate(np.random.default_rng(0).permutation(np.unique(of)))}
    parts = np.array([part[name] for name in of])
    left_out = np.zeros(len(y))
    for n in range(PARTS):
        here = parts == n
        left_out[here] = x[here] @ logistic(x[~here], y[~here], share[~here], RIDGE)
    weights = logistic(x, y, share, RIDGE)
    belongs_from = _best(left_out, y, share)
    answered = _apart(everything)
    _report("fitted on, each part by the others", x, y.astype(bool), left_out, belongs_from)
    for rows in (*everything, *map(Rows.load, others)):
        held = rows.answered
        _report(held.name, held.x, held.belong, held.x @ weights, belongs_from)
        _told_apart(rows, answered)
    fitted = {
        "weights": dict(zip(NAMES, weights.round(4).tolist(), strict=True)),
        "belongs_from": belongs_from,
        "answered": dict(zip(SIGNS, answered.round(4).tolist(), strict=True)),
    }
    FITTED.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")
    print(FITTED.read_text("utf-8"))


def _alike(counts: Sequence[int]) -> Matrix:
    """What each row of files of so many rows weighs, so that each file counts alike and the mean is 1."""
    return np.repeat([sum(counts) / len(counts) / count for count in counts], counts)


def _apart(sets: Sequence[Rows]) -> Matrix:
    """The weights of the signs; each file counts alike."""
    signed, answers = np.concatenate([rows.signs for rows in sets]), np.concatenate([rows.answers for rows in sets])
    share = _alike([len(rows.answers) for rows in sets])
    return logistic(signed, answers.astype(float), share, RIDGE)


def _told_apart(rows: Rows, weights: Matrix) -> None:
    z = rows.signs @ weights
    reached, has = z >= 0, rows.answers
    print(
        f"{rows.name}: told to hold an answer {reached[has].mean():.3f} of {has.sum()} that do, "
        f"{reached[~has].mean():.3f} of {(~has).sum()} that do not, AUROC {auroc(has, z):.3f}"
    )


def _report(name: str, x: Matrix, belong: NDArray[np.bool_], z: Matrix, belongs_from: float) -> None:
    kept = z >= belongs_from
    right = float((kept & belong).sum())
    print(
        f"{name}: AUROC of the reader alone {auroc(belong, x[:, 1]):.3f}, of all {auroc(belong, z):.3f}; kept "
        f"{kept.mean():.3f}, precision {right / kept.sum():.3f}, recall {right / belong.sum():.3f}"
    )


def _best(z: Matrix, y: Matrix, share: Matrix) -> float:
    """The log odds that give the best F1."""

    def f1(least: float) -> float:
        kept = z >= least
        hits = float((share * kept * y).sum())
        return 2 * hits / float((share * (kept + y)).sum())

    return max(LOG_ODDS, key=f1)


if __name__ == "__main__":
    main()
