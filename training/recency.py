"""python -m training.recency --data PAIRS GOLD: how much an article's age tells on whether it answers.

GOLD is a gold set of questions on the news with the day on which each was asked (`as_of`), over the library of
ARTICLE_QA_DATA_DIR. The questions of even weeks are fitted on, those of odd weeks reported. Questions that PAIRS hold
are asked of what happened at any time. Writes qa/query/recency.npz and prints what it found.
"""

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.evaluation.gold import Gold, read_gold
from qa.query.query import understand
from qa.query.recency import EDGES, FITTED, LIKELY, Model, stretch
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from training.data import read_rows
from training.logistic import Matrix, logistic

ASKED = 4_000  # questions of PAIRS
RIDGE = 1.0
FOUND = 12  # passages for each question
SEED = 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    asked = [gold for gold in read_gold(options.gold) if gold.as_of]
    even, odd = ([gold for gold in asked if week(gold) % 2 == half] for half in (0, 1))
    retriever = HybridRetriever.open(Settings.from_env())
    retriever.ages_tell = False  # what is to be fitted is not there yet
    others = random.Random(SEED).sample(sorted({row.question for row in read_rows(options.data)}), ASKED)
    known, unknown = others[::2], others[1::2]
    weights = fit(vectors(retriever, even), vectors(retriever, known))
    ratios = ratios_of(*ages(retriever, even))
    model = Model(retriever.embedder, weights.astype(np.float32), tuple(ratios))
    np.savez(FITTED, embeddings=model.embeddings, weights=model.weights, ratios=np.array(model.ratios))
    for name, found in (("news, even weeks", even), ("news, odd weeks", odd), ("others", known), ("unseen", unknown)):
        told = np.array([model.asks_of_news(vector) for vector in vectors(retriever, found)])
        print(f"{name}: {len(told)} questions, of the news {np.mean(told >= LIKELY):.3f}, mean {told.mean():.3f}")
    print("ratios", dict(zip(("later", *EDGES), [round(ratio, 3) for ratio in ratios], strict=True)))


def week(gold: Gold) -> int:
    """The ISO week of the day on which it is asked."""
    return gold.as_of.isocalendar().week if gold.as_of else 0


def vectors(retriever: HybridRetriever, questions: Sequence[Gold | str]) -> Matrix:
    """A row a question."""
    texts = [each if isinstance(each, str) else each.question for each in questions]
    return np.asarray(retriever.embeddings.embed_documents(texts))


def fit(news: Matrix, others: Matrix) -> Matrix:
    """Weights of logistic regression with a ridge, the constant last; both sides count alike."""
    x = np.vstack([news, others])
    y = np.array([1.0] * len(news) + [0.0] * len(others))
    share = len(x) / 2 * np.where(y == 1.0, 1 / len(news), 1 / len(others))
    return np.roll(logistic(np.hstack([np.ones((len(x), 1)), x]), y, share, RIDGE), -1)


def ages(retriever: HybridRetriever, asked: Sequence[Gold]) -> tuple[Counter[int | None], Counter[int | None]]:
    """How many passages that answer are in each stretch of ages, and how many others that are found; None has those
    whose day is not known.
    """
    answering, others = Counter[int | None](), Counter[int | None]()
    for gold in asked:
        if not gold.answerable or not gold.as_of:
            continue
        right = {evidence.article_id for evidence in gold.evidence} | set(gold.articles)
        query = understand(gold.question, as_of=gold.as_of, articles=retriever)
        found = [hit.evidence for hit in retriever.find(query, FOUND)]
        answering.update({stretch(retriever.library.article(one).published_at, gold.as_of) for one in right})
        others.update(stretch(e.published_at, gold.as_of) for e in found if e.article_id not in right)
    return answering, others


def ratios_of(answering: Counter[int | None], others: Counter[int | None]) -> list[float]:
    """How much likelier each stretch is among those that answer; each is counted once more than it was seen."""
    stretches = range(len(EDGES) + 1)
    right, wrong = ([counts[n] + 1 for n in stretches] for counts in (answering, others))
    return [(r / sum(right)) / (w / sum(wrong)) for r, w in zip(right, wrong, strict=True)]


if __name__ == "__main__":
    main()
