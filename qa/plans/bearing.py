"""How probably sentences of the articles answer a question, and belong into an answer of several points."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.language.text import stems
from qa.query.query import Query
from qa.retrieval.hits import Hit
from qa.retrieval.retriever import HybridRetriever
from qa.types import Evidence

Matrix = NDArray[np.float64]
Vectors = NDArray[np.float32]

NEAR = 0.6  # cosine of question and sentence, where there is no reader
STEEP = 10.0
GAP = 3  # characters between neighbours
FITTED = Path(__file__).with_name("bearing.json")
LEAST = 0.001  # probability of a passage that is told from none
LEAST_READ = -12.0  # logits; below it they tell no more, nor above its opposite


@dataclass(frozen=True)
class Model:
    """What `python -m training.bearing` fitted.

    weights       one for each of the features
    belongs_from  the log odds from which on a sentence belongs into the answer
    answered      a weight for each of the signs that passages hold an answer
    """

    weights: tuple[float, ...]
    belongs_from: float
    answered: tuple[float, ...]


@cache
def fitted() -> Model:
    """The model that the package brings."""
    read = json.loads(FITTED.read_text("utf-8"))
    weights, answered = (tuple(read[name].values()) for name in ("weights", "answered"))
    return Model(weights, read["belongs_from"], answered)


def bearing(query: Query, told: Sequence[Evidence], retriever: HybridRetriever) -> list[float]:
    """The log odds by the reader that each answers; without one, how much nearer to the question it is than NEAR."""
    if not told:
        return []
    if reader := retriever.reader:
        return [reading.logit for reading in reader.read(query.text, told)]
    return list(map(float, _by_nearness(_nearness(query, embedded(told, retriever), retriever))))


def embedded(told: Sequence[Evidence], retriever: HybridRetriever) -> Vectors:
    """The vectors of sentences, a row each."""
    said = [" ".join(sentence.text.split()) for sentence in told]
    return np.asarray(retriever.embeddings.embed_documents(said), np.float32)


def answered(query: Query, read: Sequence[Hit]) -> bool:
    """Whether these passages, the best that were found, rather hold an answer than not; not where none was read."""
    return any(hit.reading for hit in read) and bool(signs(query, read) @ np.array(fitted().answered) >= 0)


def signs(query: Query, read: Sequence[Hit]) -> Matrix:
    """What tells whether passages hold an answer: a constant; the logit of the one that answers likeliest as it is read
    closely; the log odds of the one that retrieval thinks the likeliest; and by weight the most of the question's words
    that one holds with its title, since what only nearly answers holds most of them as well.
    """
    closely = max((hit.reading.logit for hit in read if hit.reading), default=LEAST_READ)
    best = _log_odds([max((hit.evidence.score for hit in read), default=0.0)])[0]
    held = [query.share(hit.evidence.stems | stems(hit.evidence.title)) for hit in read]
    return np.array((1.0, closely, best, max(held, default=0.0)))


def belonging(
    query: Query, told: Sequence[Evidence], vectors: Vectors, read: Sequence[Hit], retriever: HybridRetriever
) -> list[int]:
    """Which of these sentences belong into an answer of several points, the one that belongs likeliest first.

    They are all that is looked at for the question: what one is worth depends on the others. `vectors` are theirs, and
    `read` their passages, read closely.
    """
    z = features(query, told, vectors, read, retriever) @ np.array(fitted().weights)
    return [int(row) for row in np.argsort(-z, kind="stable") if z[row] >= fitted().belongs_from]


def features(
    query: Query, told: Sequence[Evidence], vectors: Vectors, read: Sequence[Hit], retriever: HybridRetriever
) -> Matrix:
    """What the model reads of each sentence, a row each: a constant; how probably it answers, by itself and beside the
    best, and how its better neighbour does; how near it is to the question, by itself and beside the nearest; how
    probably its passage answers; whether it is of the first article; how many of the question's words it holds, with
    its title; and where its passage was read closely, the likeliest span within it, by itself and beside the likeliest
    of all, and how probably the passage answers.
    """
    cosines = _nearness(query, vectors, retriever)
    scores = np.array(bearing(query, told, retriever)) if retriever.reader else _by_nearness(cosines)
    spans, closely = read_within(told, read)
    columns = (
        np.ones(len(told)),
        scores,
        scores - scores.max(),
        _beside(told, scores) - scores.max(),
        cosines,
        cosines - cosines.max(),
        _log_odds([sentence.score for sentence in told]),
        np.array([sentence.article_id == told[0].article_id for sentence in told]),
        np.array([query.share(stems(f"{sentence.title} {sentence.text}")) for sentence in told]),
        spans,
        spans - spans.max(),
        closely,
    )
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def read_within(told: Sequence[Evidence], read: Sequence[Hit]) -> tuple[Matrix, Matrix]:
    """Of each sentence the margin of the likeliest span within it, and the logit of its passage: of several passages
    the best; LEAST_READ where none was read closely.
    """
    spans, closely = np.full(len(told), LEAST_READ), np.full(len(told), LEAST_READ)
    for row, sentence in enumerate(told):
        for passage, reading in ((hit.evidence, hit.reading) for hit in read):
            holds = passage.article_id == sentence.article_id and passage.start <= sentence.start < passage.end
            if reading and holds:
                first, last = sentence.start - passage.start, sentence.end - passage.start
                margins = [
                    margin
                    for (start, end), margin in zip(passage.spans, reading.within, strict=False)
                    if start < last and first < end
                ]
                spans[row] = max([spans[row], *margins])
                closely[row] = max(closely[row], reading.logit)
    return np.minimum(spans, -LEAST_READ), closely


def _beside(told: Sequence[Evidence], scores: Matrix) -> Matrix:
    """The score of the better neighbour of each, the lowest of all where it has none."""
    better = np.full(len(told), scores.min())
    for row, (one, other) in enumerate(pairwise(told)):
        if one.article_id == other.article_id and one.start <= other.start <= one.end + GAP:
            better[row] = max(better[row], scores[row + 1])
            better[row + 1] = max(better[row + 1], scores[row])
    return better


def _log_odds(probabilities: Sequence[float]) -> Matrix:
    bounded = np.clip(np.array(probabilities), LEAST, 1 - LEAST)
    return np.asarray(np.log(bounded / (1 - bounded)), np.float64)


def _nearness(query: Query, vectors: Vectors, retriever: HybridRetriever) -> Matrix:
    """The cosine of each sentence with the question."""
    asked = np.asarray(query.vector or retriever.embed(query.text), np.float32)
    return np.asarray(vectors @ asked, np.float64)


def _by_nearness(cosines: Matrix) -> Matrix:
    """What stands for log odds where there is no reader."""
    return STEEP * (cosines - NEAR)
