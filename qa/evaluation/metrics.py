"""The measures of a run, each a plain function over one question or over all.

Answer matching is SQuAD's (Rajpurkar et al. 2016, official evaluation script v2.0): lower case, no punctuation,
no articles, single spaces; F1 counts shared tokens, the best over the accepted answers.
"""

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

import ir_measures
import numpy as np

from qa.evaluation.gold import Gold
from qa.types import Citation, Evidence

DEPTH = 10
SUPPORTED = 0.5  # the probability from which a sentence or a claim counts as supported
RANKING = {f"hits@{n}": ir_measures.Success @ n for n in (1, 4, 10)} | {
    "mrr@10": ir_measures.RR,
    "ndcg@10": ir_measures.nDCG @ 10,
}
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


def ranking(passages: Sequence[Evidence], gold: Gold) -> dict[str, float]:
    """hits@1, hits@4, hits@10, MRR@10 and nDCG@10 of one ranking, each in 0..1, by ir-measures (MacAvaney et al. 2022).

    An evidence article counts once, at its first hit, with a gain of 1; the ideal has one after the other from rank 1.
    """
    found: dict[str, float] = {}
    for rank, passage in enumerate(passages[:DEPTH], 1):
        first = passage.article_id not in found and hit(passage, gold)
        found[passage.article_id if first else f"#{rank}"] = 1 / rank
    relevant = {gold.id: {evidence.article_id: 1 for evidence in gold.evidence}}
    values = ir_measures.calc_aggregate(RANKING.values(), relevant, {gold.id: found})
    return {name: float(values[measure]) for name, measure in RANKING.items()}


def in_evidence(citation: Citation, gold: Gold) -> bool:
    """Whether the citation lies in an evidence article."""
    return citation.article_id in {e.article_id for e in gold.evidence}


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed."""
    return float(np.percentile(values, share * 100, method="inverted_cdf")) if values else None
