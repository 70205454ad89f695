"""python -m tests.bench.summaries DATA …: summaries of articles against their leads of equal length.

DATA is a data folder that `python -m ingest add` filled. Of each, 40 articles of 12 sentences or more, drawn with a
fixed seed, are summarised; the lead is the article's first sentences until they have as many characters. Both are
measured by the same code:

names       of the names that stand in two sentences or more, the share in the summary, each weighed by how many
numbers     of the numbers and dates, the share in the summary, each weighed by the sentences that it stands in
sections    of six stretches of equally many sentences, the share that a sentence of the summary stands in, or comes as
            near to, by cosine with the mean of their vectors, as half of the stretch's own sentences do
redundancy  how much sentences repeat earlier ones (qa.evaluation.metrics)
verbatim    the share of summaries of which every quote is what the article has there
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path

import numpy as np

from qa.evaluation.bootstrap import difference
from qa.evaluation.metrics import redundancy
from qa.index import MemoryIndex
from qa.language.facts import Facts
from qa.library import Library
from qa.models.embeddings import SentenceEmbeddings, load_embeddings
from qa.plans.plan import Stretch, quotable
from qa.plans.summary import Summary
from qa.retrieval.retriever import HybridRetriever
from qa.settings import Settings
from qa.types import Article

SEED = 7
ARTICLES = 40
FEWEST = 12  # sentences of an article
SECTIONS = 6
MEASURES = ("names", "numbers", "sections", "redundancy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+", help="a data folder")
    embeddings = load_embeddings(Settings.from_env())
    for data in parser.parse_args().data:
        library = Library.open(Settings(data_dir=data).library_path)
        index = MemoryIndex(library, embeddings.identity)
        plan = Summary(HybridRetriever(library=library, index=index, embeddings=embeddings))
        runs = [(a, spans, *timed(plan, a)) for a, spans in drawn(library)]
        print(f"\n{data.name}")
        compare(runs, embeddings)
        print("every second one, by which nothing was chosen:")
        compare(runs[1::2], embeddings)
        library.close()


def drawn(library: Library) -> list[tuple[Article, list[Stretch]]]:
    """Articles and their sentences, in a random order that is always the same."""
    ids = sorted(info.id for info in library.articles())
    random.Random(SEED).shuffle(ids)
    texts = ((a, quotable(a.text)) for a in map(library.article, ids))
    return [(a, spans) for a, spans in texts if len(spans) >= FEWEST][:ARTICLES]


def timed(plan: Summary, article: Article) -> tuple[list[Stretch], bool, float]:
    """The stretches of its summary, whether each is quoted as it stands, and the seconds that it took."""
    start = time.perf_counter()
    points = plan.of(article)
    seconds = time.perf_counter() - start
    return [(p.start, p.end) for p in points], all(article.text[p.start : p.end] == p.quote for p in points), seconds


def compare(
    runs: Sequence[tuple[Article, list[Stretch], list[Stretch], bool, float]], embeddings: SentenceEmbeddings
) -> None:
    """Print the means of both, and the difference with its 95 % interval over articles in pairs."""
    ours, leads = [], []
    for article, spans, points, _, _ in runs:
        vectors = embeddings.encode_documents([article.text[slice(*span)] for span in spans])
        ours.append(measures(article.text, spans, vectors, points))
        leads.append(measures(article.text, spans, vectors, lead(spans, sum(end - start for start, end in points))))
    print(f"{'':12}{'summary':>9}{'lead':>9}{'difference':>12}")
    for n, name in enumerate(MEASURES):
        now, before = [(m[n], 1) for m in ours], [(m[n], 1) for m in leads]
        low, high, _ = difference(now, before)
        mine, other = (float(np.mean([value for value, _ in pairs])) for pairs in (now, before))
        print(f"{name:12}{mine:9.3f}{other:9.3f}{mine - other:+12.3f} [{low:+.3f}, {high:+.3f}]")
    long = [(len(spans), seconds) for _, spans, _, _, seconds in runs]
    print(f"verbatim    {np.mean([verbatim for *_, verbatim, _ in runs]):9.3f}")
    print(f"{len(runs)} articles; sentences: median {np.median([n for n, _ in long]):.0f}; ", end="")
    print(f"ms: median {1000 * np.median([s for _, s in long]):.0f}, most {1000 * max(s for _, s in long):.0f}")


def lead(spans: Sequence[Stretch], characters: int) -> list[Stretch]:
    """The first sentences that have this many characters, or a few more."""
    before = np.cumsum([0, *(end - start for start, end in spans)])
    return [span for span, length in zip(spans, before, strict=False) if length < characters]


def measures(text: str, spans: Sequence[Stretch], vectors: np.ndarray, chosen: Sequence[Stretch]) -> tuple[float, ...]:
    """The four, in the order of MEASURES; `vectors` are those of `spans`, among which the chosen ones are."""
    rows = [spans.index(span) for span in chosen]
    facts = [Facts.of(text[slice(*span)]) for span in spans]
    every = frozenset[str]().union(*(f.names for f in facts))
    named = [every & f.words for f in facts]
    counted = [f.numbers | f.days for f in facts]
    return (
        covered(named, rows, fewest=2),
        covered(counted, rows, fewest=1),
        reached(vectors, rows),
        redundancy([text[slice(*span)] for span in chosen]) if len(chosen) > 1 else 0.0,
    )


def covered(held: Sequence[Iterable[Hashable]], rows: Sequence[int], fewest: int) -> float:
    """Of what stands in `fewest` sentences or more, by how many, the share that stands in some of them."""
    count = {fact: n for fact, n in Counter(fact for facts in held for fact in facts).items() if n >= fewest}
    said = {fact for row in rows for fact in held[row]}
    return sum(n for fact, n in count.items() if fact in said) / (sum(count.values()) or 1)


def reached(vectors: np.ndarray, rows: Sequence[int]) -> float:
    """The share of the sections that some of the rows stand in or are near to."""
    sections = np.array_split(np.arange(len(vectors)), SECTIONS)
    found = 0
    for section in sections:
        mean = vectors[section].mean(axis=0)
        near = vectors @ mean >= np.median(vectors[section] @ mean)
        found += any(row in section or near[row] for row in rows)
    return found / len(sections)


if __name__ == "__main__":
    main()
