"""Which articles a question on articles means: those it names by their titles, and passages on its topic."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from qa.language.text import stems, weigh
from qa.plans.topic import Topic
from qa.retrieval.retriever import HybridRetriever
from qa.types import Article, Evidence

FITS_FROM = 0.75  # of the topic, by weight, that must stand in a passage with its title; by training.meant
TITLE_FROM = 0.6  # of the topic, by weight, in the title of an article that is meant as a whole
WHOLE = 3  # articles that are read as a whole, at most


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
    weights = retriever.weights(str(topic))
    fitting = [p for p in passages if share(topic, p.stems | stems(p.title), weights) >= FITS_FROM]
    titled = {p.article_id: share(topic, stems(p.title), weights) for p in fitting}
    named = sorted((a for a in titled if titled[a] >= TITLE_FROM), key=lambda a: -titled[a])[:WHOLE]
    articles = tuple(map(retriever.library.article, named))
    single = bool(named) and (len(named) == 1 or titled[named[0]] > titled[named[1]])
    return Meant(articles, tuple(fitting), articles[0] if single else None)


def share(topic: Topic, found: Set[str], weights: Mapping[str, float]) -> float:
    """Of the words of a topic, by weight, those found, in 0..1."""
    return weigh(topic.stems & found, weights) / (weigh(topic.stems, weights) or 1.0)
