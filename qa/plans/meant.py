"""Which articles a question on articles means: those it names by their titles, and passages on its topic."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.language.text import stems, weigh
from qa.plans.topic import Topic
from qa.retrieval.retriever import HybridRetriever
from qa.types import Article, Evidence

FITTED = Path(__file__).with_name("meant.json")
TITLE_FROM = 0.6  # of the topic, by weight, in the title of an article that is meant as a whole
WHOLE = 3  # articles that are read as a whole, at most


@dataclass(frozen=True)
class Model:
    """What `python -m training.meant` fitted: a weight for each of the features, and the log odds from which on a
    passage is taken to be on the topic.
    """

    weights: tuple[float, ...]
    fits_from: float


@cache
def fitted(reads: bool) -> Model:
    """The model that the package brings for a retriever with a reader, or for one without."""
    read = json.loads(FITTED.read_text("utf-8"))["reader" if reads else "no_reader"]
    return Model(tuple(read["weights"].values()), read["fits_from"])


@dataclass(frozen=True)
class Meant:
    """The articles that are named as a whole, best first, and passages on the topic; neither where none fits.

    `one` is the article that is named best, where no other is named as well.
    """

    articles: tuple[Article, ...] = ()
    passages: tuple[Evidence, ...] = ()
    one: Article | None = None


def meant(topic: Topic, passages: Sequence[Evidence], retriever: HybridRetriever) -> Meant:
    """The one article that the filters leave, or else what the passages found for a question say of its topic."""
    if topic.filters.article_id:
        article = retriever.library.article(topic.filters.article_id)
        return Meant((article,), one=article)
    if not passages:
        return Meant()
    model, weights = fitted(retriever.reader is not None), retriever.weights(" ".join(topic.words))
    fits = features(topic, passages, retriever) @ np.array(model.weights) >= model.fits_from
    fitting = [passage for passage, ok in zip(passages, fits, strict=True) if ok]
    titled = {p.article_id: share(topic, stems(p.title), weights) for p in fitting}
    named = sorted((a for a in titled if titled[a] >= TITLE_FROM), key=lambda a: -titled[a])[:WHOLE]
    articles = tuple(map(retriever.library.article, named))
    single = bool(named) and (len(named) == 1 or titled[named[0]] > titled[named[1]])
    return Meant(articles, tuple(fitting), articles[0] if single else None)


def share(topic: Topic, found: Set[str], weights: Mapping[str, float]) -> float:
    """Of the words of a topic, by weight, those found, in 0..1."""
    return weigh(topic.stems & found, weights) / (weigh(topic.stems, weights) or 1.0)


def features(topic: Topic, passages: Sequence[Evidence], retriever: HybridRetriever) -> NDArray[np.float64]:
    """What the model reads of each passage, a row each: a constant, how many of the topic's words it holds with its
    title, by weight, how near the topic is to it in meaning, and the log odds by the reader that it answers.
    """
    text = " ".join(topic.words)
    weights = retriever.weights(text)
    held = [share(topic, passage.stems | stems(passage.title), weights) for passage in passages]
    told = np.asarray(retriever.embeddings.embed_documents([passage.text for passage in passages]), np.float64)
    columns = [np.ones(len(passages)), np.array(held), told @ np.asarray(retriever.embed(text), np.float64)]
    if reader := retriever.reader:
        columns.append(np.array([reading.logit for reading in reader.read(text, passages)]))
    return np.stack(columns, axis=1)
