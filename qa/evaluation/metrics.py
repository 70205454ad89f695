"""The measures of a run, each a plain function over one question or over all.

Answer matching is SQuAD's (Rajpurkar et al. 2016, official evaluation script v2.0): lower case, no punctuation,
no articles, single spaces; F1 counts shared tokens, the best over the accepted answers. It departs from the script in
five ways: typographic punctuation is punctuation, too ("Sweden’s", "“Hello”", "2–1"), a possessive is the name that it
is made of ("Sweden's" is "Sweden"), "&" between words is "and", a compound holds its parts ("a 25,000-seat arena"), and
a list holds in any order (`holds`).
"""

import itertools
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import ir_measures
import numpy as np

from qa.evaluation.gold import Gold
from qa.language.text import sentences
from qa.types import Citation, Evidence

DEPTH = 10
SUPPORTED = 0.5  # the probability from which a sentence or a claim counts as supported
RANKING = {f"hits@{n}": ir_measures.Success @ n for n in (1, 4, 10)} | {
    "mrr@10": ir_measures.RR,
    "ndcg@10": ir_measures.nDCG @ 10,
}
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_MARK = re.compile(r"\[\d+\]")
_COMPOUND = re.compile(r"(?<=\w)[-‑](?=\w)")
_BREAKS = str.maketrans("—…", "  ")  # they stand between words without a space
_AND = {"&": "and"}


def normalise(text: str) -> str:
    """SQuAD's normalisation of an answer, but for what the head of this module names.

    >>> normalise("“Kanye West’s” 1,000 albums of the 1990's")
    'kanye west 1000 albums of 1990s'
    """
    words = text.lower().translate(_BREAKS).split()
    bare = _unpunctuated(" ".join(_AND.get(word) or _unpossessed(word) for word in words))
    return " ".join(_ARTICLES.sub(" ", bare).split())


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether an accepted answer stands in the text, as whole words.

    One that is a list, joined by "and" or commas, holds also where one sentence has each of its parts, in any order.
    "18 January, 1974" is a date, so a wording with commas alone is no list where it has a digit; nor is "Laverne &
    Shirley", which is one name.

    >>> holds("Finland joined with Sweden.", ["Sweden and Finland"])
    True
    """
    padded = [f" {normalise(form)} " for form in (text, _COMPOUND.sub(" ", text))]
    for answer in answers:
        plain, parts = normalise(answer), _parts(answer)
        if plain and any(f" {plain} " in form for form in padded):
            return True
        if parts and any(_has_each(text[start:end], parts) for start, end in sentences(text)):
            return True
    return False


def accuracy(text: str, answers: Sequence[str]) -> float:
    """1 where an accepted answer stands in the answer's text, else 0."""
    return float(holds(unmarked(text), answers))


def stated(nuggets: Iterable[Sequence[str]], texts: Sequence[str]) -> list[bool]:
    """Of each fact whether one of its wordings stands in one of the texts: the answer's, and those of its sentences."""
    return [any(holds(unmarked(text), wordings) for text in texts) for wordings in nuggets]


def redundancy(said: Sequence[str]) -> float:
    """How much sentences repeat earlier ones, in 0..1: the mean, over all but the first, of the highest resemblance to
    an earlier one. There must be two or more.

    Resemblance is |A ∩ B| / |A ∪ B| over pairs of neighbouring words, normalised (Broder 1997, "On the resemblance and
    containment of documents", with shingles of two words).
    """
    pairs = [_shingles(normalise(sentence).split()) for sentence in said]
    highest = [max(len(one & new) / len(one | new) for one in pairs[:n]) for n, new in enumerate(pairs) if n]
    return sum(highest) / len(highest)


def unmarked(text: str) -> str:
    """Without the marks of citations."""
    return _MARK.sub(" ", text)


def _unpossessed(word: str) -> str:
    """A word in lower case without its possessive ending; "1990's" and "A's" have none."""
    bare = word.replace("’", "'")
    while bare and _is_punctuation(bare[-1]):
        bare = bare[:-1]
    owner = _unpunctuated(bare.removesuffix("'s"))
    return owner if bare.endswith("'s") and len(owner) > 1 and not owner.isdigit() else word


def _unpunctuated(text: str) -> str:
    return "".join(char for char in text if not _is_punctuation(char))


def _is_punctuation(char: str) -> bool:
    return char in string.punctuation or unicodedata.category(char).startswith("P")


def _parts(wording: str) -> list[str]:
    """The parts of a list, normalised; none where the wording is no list."""
    listed = wording.replace(", and ", ", ").replace(" and ", ", ")
    if listed == wording and any(char.isdigit() for char in wording):
        return []
    parts = [normalise(part) for part in listed.split(", ")]
    return parts if len(parts) > 1 and all(parts) else []


def _has_each(sentence: str, parts: Sequence[str]) -> bool:
    """Whether each part stands in the sentence, as whole words that no other part takes, the longest first."""
    left = f" {normalise(sentence)} "
    for part in sorted(parts, key=len, reverse=True):
        if f" {part} " not in left:
            return False
        left = left.replace(f" {part} ", " | ", 1)
    return True


def _shingles(words: Sequence[str]) -> set[tuple[str, ...]]:
    """The pairs of neighbouring words; of fewer words than two themselves."""
    return set(itertools.pairwise(words)) or {tuple(words)}


def f1(text: str, answers: Sequence[str]) -> float:
    """Harmonic mean of token precision and recall, the best over the accepted answers, in 0..1."""
    said = normalise(unmarked(text)).split()
    return max((_overlap(said, normalise(answer).split()) for answer in answers), default=0.0)


def _overlap(said: list[str], gold: list[str]) -> float:
    shared = sum((Counter(said) & Counter(gold)).values())
    return 2 * shared / (len(said) + len(gold)) if shared else 0.0


def hit(passage: Evidence, gold: Gold) -> bool:
    """Whether the passage lies in an evidence article and holds the evidence text, an accepted answer or a nugget."""
    if passage.article_id not in gold.sources:
        return False
    evidence = [e.text for e in gold.evidence if e.article_id == passage.article_id]
    wordings = (*gold.answers, *itertools.chain(*gold.nuggets))
    return any(text in passage.text for text in evidence) or holds(passage.text, wordings)


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
    relevant = {gold.id: dict.fromkeys(gold.sources, 1)}
    values = ir_measures.calc_aggregate(RANKING.values(), relevant, {gold.id: found})
    return {name: float(values[measure]) for name, measure in RANKING.items()}


def in_evidence(citation: Citation, gold: Gold) -> bool:
    """Whether the citation lies in an evidence article."""
    return citation.article_id in gold.sources


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of the values does not exceed."""
    return float(np.percentile(values, share * 100, method="inverted_cdf")) if values else None
