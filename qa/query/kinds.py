"""What kind of answer a question asks for, told by a model over its embedding. See its card, kinds.md.

Nothing is looked up in lists of words: a question is told by where its embedding lies, that of its first words, its
words by weights that are learnt, and its form. Where the model is unsure, or the library is embedded by another model
than it was fitted on, it is a fact.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from qa.language.text import words
from qa.query.question import asks_for
from qa.types import Kind

Aspect = Literal["count", "sources", "newest", "oldest", "about", "overview"]  # of the catalogue
Embed = Callable[[str], Sequence[float]]

KINDS: tuple[Kind, ...] = get_args(Kind)
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
FITTED = Path(__file__).with_name("kinds.npz")
OPENING = 2  # words that mostly tell what is wanted
VALUES: tuple[Kind, ...] = ("fact", "explanation", "list")
ON_A_TOPIC: tuple[Kind, ...] = ("summary", "timeline")
# From this probability on it may be meant: for 23 of 800 plain facts that people asked of Wikipedia and the news.
MAY_BE = 0.1
QUESTION_WORDS = frozenset("who whom whose which what where when".split())
HASHED = 512  # places that words are hashed to
_WORD = re.compile(r"\w+|[^\w\s]")
SCALE = 5.0  # of unit vectors, so that one ridge suits them and what is read from the form


@dataclass(frozen=True)
class Asks:
    """What is asked for; of the catalogue also which part of it.

    `otherwise` is what else it may well ask for, the likeliest first: what is on a topic, and where that is asked for
    also what wants a value; `debatable` is a fact that may well be a matter of opinion.
    """

    kind: Kind = "fact"
    aspect: Aspect | None = None
    otherwise: tuple[Kind, ...] = ()
    debatable: bool = False

    @property
    def alone(self) -> bool:
        """Whether it means the same whatever was said before: "Thanks!", "How many articles are there?"."""
        return self.kind == "greeting" or self.aspect in ("count", "sources", "overview")


PLAIN = Asks()


@dataclass(frozen=True)
class Classifier:
    """Multinomial logistic regression: `weights` has a row a feature and a column a label."""

    weights: NDArray[np.float32]

    def probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """One for each label; for several questions one row each."""
        logits = features @ self.weights
        parts = np.exp(logits - logits.max(-1, keepdims=True))
        return cast(NDArray[np.float32], parts / parts.sum(-1, keepdims=True))


@dataclass(frozen=True)
class Model:
    """What `python -m training.kinds` fitted, on the vectors of the model called `embeddings`.

    thresholds  kind -> the probability from which it is believed
    frame       the stems that stand in many a question about a collection, whatever it is about
    """

    embeddings: str
    kinds: Classifier
    thresholds: dict[Kind, float]
    aspects: Classifier
    frame: frozenset[str]

    def asks(self, features: NDArray[np.float32]) -> Asks:
        """The likeliest kind but a fact if it is likely enough, else a fact."""
        probabilities = self.kinds.probabilities(features)
        likeliest, sure = but_a_fact(probabilities)
        kind: Kind = KINDS[int(likeliest)]
        if sure < self.thresholds[kind]:
            kind = "fact"
        aspect = ASPECTS[int(self.aspects.probabilities(features).argmax())] if kind == "catalogue" else None
        probable = dict(zip(KINDS, probabilities.tolist(), strict=True))
        others = {*ON_A_TOPIC, *(VALUES if kind in ON_A_TOPIC else ())} - {kind}
        may_be = sorted((each for each in others if probable[each] >= MAY_BE), key=lambda each: -probable[each])
        debatable = kind == "fact" and probable["opinion"] >= MAY_BE
        return Asks(kind, aspect, tuple(may_be), bool(debatable))


def but_a_fact(probabilities: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The places of the likeliest kinds but facts, and how sure these are: one for each question.

    Of a kind on a topic it counts that it is any of these.
    """
    others = np.array(probabilities)
    others[..., KINDS.index("fact")] = 0.0
    likeliest, topical = others.argmax(-1), [KINDS.index(kind) for kind in ON_A_TOPIC]
    sure = np.where(np.isin(likeliest, topical), others[..., topical].sum(-1), others.max(-1))
    return likeliest, cast(NDArray[np.float32], sure)


@cache
def fitted() -> Model:
    """The model that the package brings."""
    with np.load(FITTED) as data:
        return Model(
            str(data["embeddings"]),
            Classifier(data["kinds"].astype(np.float32)),
            dict(zip(KINDS, data["thresholds"].tolist(), strict=True)),
            Classifier(data["aspects"].astype(np.float32)),
            frozenset(data["frame"].tolist()),
        )


def asks(question: str, vector: Sequence[float], embed: Embed, embeddings: str) -> Asks:
    """What a question asks for; `vector` is its embedding, by the model called `embeddings`, as `embed` makes more.

    Two question marks are several questions. What is told for a fact and yet has no word that asks for a time, number,
    name or verdict asks for an explanation.
    """
    if embeddings != fitted().embeddings:
        return PLAIN
    told = fitted().asks(features(question, vector, embed(opening(question))))
    if question.count("?") > 1 and told.kind in VALUES:
        return replace(told, kind="several")
    plain = asks_for(question) is None and not QUESTION_WORDS & set(words(question))
    return replace(told, kind="explanation") if told.kind == "fact" and plain else told


def opening(question: str) -> str:
    """The first words."""
    return " ".join(question.lower().split()[:OPENING])


def features(question: str, vector: Sequence[float], opening: Sequence[float]) -> NDArray[np.float32]:
    """What the model reads of a question: a constant, its form, both vectors, and its words, hashed."""
    words = question.split()
    form = (
        1.0,
        math.log1p(len(words)) / 3,
        question.rstrip().endswith("?"),
        question[:1].isupper(),
        any(word[0].isupper() for word in words[1:]),
        any(c.isdigit() for c in question),
    )
    parts = (np.multiply(SCALE, part) for part in (vector, opening, hashed(question)))
    return np.concatenate([form, *parts]).astype(np.float32)


def hashed(question: str) -> NDArray[np.float32]:
    """Which words and signs a question has, each at a place that its hash tells (Weinberger et al. 2009); of length 1.

    An embedding tells what a question is about; this tells its "and", "who" and "?".
    """
    found = np.zeros(HASHED, np.float32)
    found[[crc32(word.encode()) % HASHED for word in _WORD.findall(question.lower())]] = 1.0
    return found / max(float(np.linalg.norm(found)), 1.0)
