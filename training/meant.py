"""python -m training.meant read ROWS.npz GOLD OTHER_GOLD, then fit ROWS.npz...: whether an article is on a topic.

The library of ARTICLE_QA_DATA_DIR is asked for the topics of questions that it answers, those of GOLD, and of others,
those of OTHER_GOLD; a topic is the words of a question. `fit` writes qa/plans/meant.json: weights by which the passages
of an article that answers are told from those that are found for what no article answers, and the log odds that keep
REFUSED of the topics of others out. Of each file the even questions are fitted on, the odd ones reported.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.evaluation.gold import read_gold
from qa.plans.meant import FITTED, features
from qa.plans.topic import Topic
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from training.logistic import Matrix, logistic

NAMES = ("constant", "words", "near", "reader")
ASKED = 150  # questions of each gold set
PASSAGES = 10
REFUSED = 0.95
BY_WORDS = 0.75  # the share of a topic's words that the figures are compared with
RIDGE = 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    reading = commands.add_parser("read", help="ask for topics, and write what was read of each passage")
    reading.add_argument("rows", type=Path)
    reading.add_argument("gold", type=Path)
    reading.add_argument("other", type=Path)
    reading.set_defaults(run=lambda options: read(options.rows, options.gold, options.other))
    fitting = commands.add_parser("fit", help="fit the weights")
    fitting.add_argument("rows", type=Path, nargs="+")
    fitting.set_defaults(run=lambda options: fit(options.rows))
    options = parser.parse_args()
    options.run(options)


def read(out: Path, gold: Path, other: Path) -> None:
    retriever = HybridRetriever.open(Settings.from_env())
    x: list[Matrix] = []
    asked: list[int] = []  # the question of each row
    there: list[bool] = []  # whether the library answers it
    for number, (question, articles) in enumerate([*_questions(gold), *((text, ()) for text, _ in _questions(other))]):
        topic = Topic.of(Query.of(question), ())
        found = retriever.search(" ".join(topic.words), PASSAGES) if topic.words else []
        kept = [passage for passage in found if not articles or passage.article_id in articles]
        if kept:
            x.append(features(topic, kept, retriever))
            asked += [number] * len(kept)
            there += [bool(articles)] * len(kept)
    np.savez(out, x=np.concatenate(x), asked=np.array(asked), there=np.array(there))
    print(f"{len(x)} topics, {len(asked)} passages")


def _questions(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Some of its questions that can be answered, each with the articles that do."""
    answered = [gold for gold in read_gold(path) if gold.answerable and gold.sources]
    chosen = random.Random(0).sample(answered, min(ASKED, len(answered)))
    return [(gold.question, tuple(gold.sources)) for gold in chosen]


def fit(files: Sequence[Path]) -> None:
    sets = [dict(np.load(file)) for file in files]
    told = {"reader": _fitted(sets, len(NAMES)), "no_reader": _fitted(sets, len(NAMES) - 1)}
    FITTED.write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    print(FITTED.read_text("utf-8"))


def _fitted(sets: Sequence[dict[str, Matrix]], width: int) -> dict[str, object]:
    """Each set counts alike, and so do in each what is there and what is not."""
    even, odd = (
        [{name: rows[one["asked"] % 2 == half] for name, rows in one.items()} for one in sets] for half in (0, 1)
    )
    share = [np.where(one["there"], 1 / one["there"].sum(), 1 / (~one["there"]).sum()) for one in even]
    x, y = (np.concatenate([one[name] for one in even]) for name in ("x", "there"))
    weight = np.concatenate(share) * len(y) / np.concatenate(share).sum()
    weights = logistic(x[:, :width], y.astype(float), weight, RIDGE)
    others = np.concatenate([_best(one, weights)[1] for one in even])
    fits_from = float(np.quantile(others, REFUSED))
    for name, half in (("even", even), ("odd", odd)):
        for number, one in enumerate(half, 1):
            own, other = _best(one, weights)
            print(
                f"{width - 1} features, set {number}, {name}: found {np.mean(own >= fits_from):.3f} of {len(own)}, "
                f"refused {np.mean(other < fits_from):.3f} of {len(other)}"
            )
            words_own, words_other = _best(one, np.array([0.0, 1.0] + [0.0] * (width - 2)))
            print(f"  by words alone: {np.mean(words_own >= BY_WORDS):.3f}, {np.mean(words_other < BY_WORDS):.3f}")
    return {"weights": dict(zip(NAMES, weights.round(4).tolist(), strict=False)), "fits_from": round(fits_from, 4)}


def _best(one: dict[str, Matrix], weights: Matrix) -> tuple[Matrix, Matrix]:
    """The best passage of each topic that is there, and of each that is not."""
    z = one["x"][:, : len(weights)] @ weights
    best = {number: z[one["asked"] == number].max() for number in np.unique(one["asked"])}
    there = {number: one["there"][one["asked"] == number][0] for number in best}
    return tuple(np.array([z for number, z in best.items() if there[number] == kind]) for kind in (True, False))  # type: ignore[return-value]


if __name__ == "__main__":
    main()
