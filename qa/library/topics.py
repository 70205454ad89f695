"""What articles are about: words of their titles whose articles lie nearer to one another than chance would have it.

A name such as "bird flu" stands in titles of articles that are alike, "the" and "new" in those of any: how alike they
are is told by the vectors that the library holds anyway, so no list of words is needed, in whatever language.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.library.overview import Sample
from qa.library.records import Vectors

FEWEST = 8  # articles, of which fewer have no topics
MOST = 8  # topics
LEAST = 3  # articles of a topic
LONGEST = 3  # words of a name
DRAWS = 200  # random groups, by which it is known how alike articles are that chance brought together

_WORD = re.compile(r"\w(?:[\w'’.-]*\w)?")


@dataclass(frozen=True)
class Topic:
    """Words that stand in titles, and how many of the articles looked at have them."""

    name: str
    articles: int


def topics(sample: Sample, not_named: Collection[str]) -> tuple[Topic, ...]:
    """The clearest topics first, each mostly of other articles than those before it; `not_named` are no topics.

    Of n phrases that mean nothing, the one whose articles are most alike by chance is about sqrt(2 ln n) standard
    deviations from the mean (Donoho and Johnstone 1994): what is not further away says nothing.
    """
    if len(sample.titles) < FEWEST:
        return ()
    forms, holders = _phrases(sample.titles)
    others = " ".join(name.casefold() for name in not_named)
    anywhere = _anywhere(sample.texts)
    groups = {
        phrase: held
        for phrase, held in holders.items()
        if len(held) >= LEAST and phrase not in others and not anywhere.intersection(_ends(phrase))
    }
    alike = _Alikeness(sample.vectors)
    scores = {phrase: alike.score(held) for phrase, held in groups.items()}
    bar = math.sqrt(2 * math.log(max(2, len(groups))))
    clear = [p for p in groups if scores[p] > bar and _whole(p, groups, alike)]
    return tuple(
        Topic(forms[phrase].most_common(1)[0][0], len(groups[phrase])) for phrase in _apart(clear, groups, scores)
    )


def _phrases(titles: Sequence[str]) -> tuple[Mapping[str, Counter[str]], Mapping[str, list[int]]]:
    """Runs of words in titles, casefolded: in which forms each stands, and in which titles."""
    forms: dict[str, Counter[str]] = defaultdict(Counter)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        words = list(_WORD.finditer(title))
        for first in range(len(words)):
            for last in range(first, min(first + LONGEST, len(words))):
                if last > first and title[words[last - 1].end() : words[last].start()] != " ":
                    break
                form = title[words[first].start() : words[last].end()]
                forms[form.casefold()][form] += 1
                if holders[form.casefold()][-1:] != [number]:
                    holders[form.casefold()].append(number)
    return forms, holders


def _anywhere(texts: Sequence[str]) -> set[str]:
    """Words that stand in more than half of the texts, so tell nothing: their weight in BM25 is below zero."""
    counted = Counter(word for text in texts for word in set(_WORD.findall(text.casefold())))
    return {word for word, count in counted.items() if 2 * count > len(texts)}


def _ends(phrase: str) -> tuple[str, str]:
    words = _WORD.findall(phrase)
    return words[0], words[-1]


class _Alikeness:
    """How alike groups of articles are, by the mean cosine of their pairs."""

    def __init__(self, vectors: Vectors) -> None:
        self._vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        self._random = np.random.default_rng(0)
        self._chance: dict[int, tuple[float, float]] = {}
        self.usual = self.of(range(len(vectors)))

    def of(self, group: Sequence[int]) -> float:
        total = self._vectors[list(group)].sum(axis=0)
        return float((total @ total - len(group)) / (len(group) * (len(group) - 1)))

    def score(self, group: Sequence[int]) -> float:
        """Standard deviations from the mean of random groups of its size."""
        size = len(group)
        if size not in self._chance:
            count = len(self._vectors)
            draws = [self.of(self._random.choice(count, size, replace=False).tolist()) for _ in range(DRAWS)]
            self._chance[size] = float(np.mean(draws)), float(np.std(draws))
        mean, deviation = self._chance[size]
        return (self.of(group) - mean) / deviation if deviation > 1e-6 else 0.0


def _whole(phrase: str, groups: Mapping[str, Sequence[int]], alike: _Alikeness) -> bool:
    """Whether its first and last words belong to it: each by itself is nearer to the phrase than to any article."""
    between = (alike.of(groups[phrase]) + alike.usual) / 2
    return all(end in groups and alike.of(groups[end]) > between for end in _ends(phrase))


def _apart(clear: Sequence[str], groups: Mapping[str, Sequence[int]], scores: Mapping[str, float]) -> list[str]:
    """One after the other the phrase that says most of articles that none before it has; of several the longest."""
    chosen: list[str] = []
    told: set[int] = set()
    left = list(clear)
    while left and len(chosen) < MOST:
        fresh = {phrase: len(set(groups[phrase]) - told) / len(groups[phrase]) for phrase in left}
        best = max(left, key=lambda phrase: (round(scores[phrase] * fresh[phrase], 3), len(phrase)))
        left.remove(best)
        new = fresh[best] * len(groups[best])
        if new < LEAST or fresh[best] < 0.5 or any(best in name or name in best for name in chosen):
            continue
        chosen.append(best)
        told |= set(groups[best])
    return chosen
