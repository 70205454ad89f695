"""python -m training.meant ARTICLES.jsonl...: how much of a topic must stand in a passage for an article to be meant.

Each file is a library. Of each its own titles are asked for, shortened to their most telling words, and those of the
others, which it does not have. Prints by threshold how many decisions are right: FITS_FROM in qa/plans/meant.py.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from langchain_core.embeddings import DeterministicFakeEmbedding

from ingest.split import split
from qa.index import MemoryIndex
from qa.language.text import content_words, stem, stems
from qa.library import Library
from qa.plans.meant import share
from qa.plans.topic import Topic
from qa.query.query import Query
from qa.retrieval.retriever import HybridRetriever
from qa.types import Article

WORDS = 3  # of a title
ASKED = 100  # titles of each library
PASSAGES = 10
STEPS = [step / 20 for step in range(6, 20)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path, nargs="+")
    collections = [read(path) for path in parser.parse_args().articles]
    own, foreign = [], []
    with TemporaryDirectory() as folder:
        retrievers = [stored(articles, Path(folder) / str(n)) for n, articles in enumerate(collections)]
        asked = [questions(*pair) for pair in zip(collections, retrievers, strict=True)]
        for n, retriever in enumerate(retrievers):
            own += [best(question, retriever) for question in asked[n]]
            foreign += [best(question, retriever) for m, each in enumerate(asked) if m != n for question in each]
    for least in STEPS:
        there, missing = np.mean([s >= least for s in own]), np.mean([s < least for s in foreign])
        print(f"{least:.2f}: found {there:.3f} of {len(own)}, refused {missing:.3f} of {len(foreign)}")


def read(path: Path) -> list[Article]:
    """The articles of a file that have a title."""
    rows = list(map(json.loads, path.read_text("utf-8").splitlines()))
    return [Article(row["id"], row["title"], row["text"], sha256=row["id"]) for row in rows if row["title"]]


def stored(articles: Sequence[Article], folder: Path) -> HybridRetriever:
    """A library of them that is searched by words alone."""
    folder.mkdir()
    library = Library.open(folder / "library.sqlite3")
    for article in articles:
        passages = split(article)
        library.put(article, passages, np.zeros((len(passages), 1), np.float32), origin="", model="none")
    index = MemoryIndex(library, "none")
    index.sync()
    return HybridRetriever(library=library, index=index, embeddings=DeterministicFakeEmbedding(size=1))


def questions(articles: Sequence[Article], retriever: HybridRetriever) -> list[str]:
    """Requests for a summary, by the words of a title that stand in the fewest passages, in the title's order."""
    asked = []
    for article in random.Random(0).sample(articles, min(ASKED, len(articles))):
        weights, words = retriever.weights(article.title), content_words(article.title)
        telling = sorted(words, key=lambda word: -weights.get(stem(word), 0.0))[:WORDS]
        asked.append(f"Summarise the article about {' '.join(word for word in words if word in telling)}")
    return asked


def best(question: str, retriever: HybridRetriever) -> float:
    """The largest share of the topic in any of the passages found, with its title."""
    topic = Topic.of(Query.of(question), ())
    found = retriever.library.evidence(retriever.library.search_text(content_words(question), PASSAGES))
    weights = retriever.weights(str(topic))
    return max((share(topic, p.stems | stems(p.title), weights) for p in found), default=0.0)


if __name__ == "__main__":
    main()
