"""The measures of a run, each a plain function over one question or over all.

Answer matching is SQuAD's (Rajpurkar et al. 2016, official evaluation script v2.0): lower case, no punctuation,
no articles, single spaces; F1 counts shared tokens, the best over the accepted answers.
"""

import math
import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

from qa.evaluation.gold import Gold
from qa.types import Citation, Evidence

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARK = re.compile(r"\[\d+\]")


def normalise(text: str) -> str:
    """SQuAD's normalisation of an answer."""
    plain = "".join(char for char in text.lower() if char not in string.punctuation)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether an accepted answer stands in the text, as whole words."""
    padded = f" {normalise(text)} "
    return any(f" {normalise(answer)} " in padded for answer in answers if normalise(answer))


def accuracy(text: str, answers: Sequence[str]) -> float:
    """1 where an accepted answer stands in the answer's text, else 0."""
    return float(holds(_MARK.sub(" ", text), answers))


def f1(text: str, answers: Sequence[str]) -> float:
    """Harmonic mean of token precision and recall, the best over the accepted answers, in 0..1."""
    said = normalise(_MARK.sub(" ", text)).split()
    return max((_overlap(said, normalise(answer).split()) for answer in answers), default=0.0)


def _overlap(said: list[str], gold: list[str]) -> float:
    shared = sum((Counter(said) & Counter(gold)).values())
    return 2 * shared / (len(said) + len(gold)) if shared else 0.0


def hit(passage: Evidence, gold: Gold) -> bool:
    """Whether the passage lies in an evidence article and holds the evidence text or an accepted answer."""
    evidence = [e.text for e in gold.evidence if e.article_id == passage.article_id]
    return bool(evidence) and (any(text in passage.text for text in evidence) or holds(passage.text, gold.answers))


def first_hit(passages: Sequence[Evidence], gold: Gold) -> int | None:
    """Rank of the first hit among the passages, from 1."""
    return next((rank for rank, passage in enumerate(passages, 1) if hit(passage, gold)), None)


def reciprocal_rank(passages: Sequence[Evidence], gold: Gold, n: int = 10) -> float:
    """1 / rank of the first hit among the first n, else 0."""
    rank = first_hit(passages[:n], gold)
    return 1 / rank if rank else 0.0


def ndcg(passages: Sequence[Evidence], gold: Gold, n: int = 10) -> float:
    """Normalised discounted cumulative gain at n (Järvelin and Kekäläinen 2002), in 0..1.

    Each evidence article brings a gain of 1 at its first hit; ideal is one after the other from rank 1.
    """
    seen: set[str] = set()
    gain = 0.0
    for rank, passage in enumerate(passages[:n], 1):
        if passage.article_id not in seen and hit(passage, gold):
            seen.add(passage.article_id)
            gain += 1 / math.log2(rank + 1)
    articles = len({e.article_id for e in gold.evidence})
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(articles, n) + 1))
    return gain / ideal if ideal else 0.0


def in_evidence(citation: Citation, gold: Gold) -> bool:
    """Whether the citation lies in an evidence article."""
    return citation.article_id in {e.article_id for e in gold.evidence}


def mean(values: Iterable[float]) -> float | None:
    """The mean, or None where there is nothing to average."""
    found = list(values)
    return sum(found) / len(found) if found else None


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
