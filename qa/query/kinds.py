"""What kind of answer a question asks for, by what a model says of it: see its card, `qa/models/kinds.md`.

Nothing is looked up in lists of words. Where the model is unsure, or is not there, it is a fact.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
from numpy.typing import NDArray

from qa.language.text import words
from qa.query.question import asks_for
from qa.types import Kind

Aspect = Literal["count", "sources", "newest", "oldest", "about", "overview"]  # of the catalogue
Tell = Callable[[str], NDArray[np.float32]]  # the logits of KINDS and ASPECTS

KINDS: tuple[Kind, ...] = get_args(Kind)
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)
FITTED = Path(__file__).with_name("kinds.json")
VALUES: tuple[Kind, ...] = ("fact", "explanation", "list")
ON_A_TOPIC: tuple[Kind, ...] = ("summary", "timeline")
# From this probability on it may be meant: for 4 of 867 plain facts that people asked of Wikipedia and the news.
MAY_BE = 0.1
QUESTION_WORDS = frozenset("who whom whose which what where when".split())


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
class Fitted:
    """What `python -m training.kinds` fitted beside the model.

    thresholds  kind -> the probability from which it is believed
    frame       the stems that stand in many a question about a collection, whatever it is about
    """

    thresholds: dict[Kind, float]
    frame: frozenset[str]

    def read(self, logits: NDArray[np.float32]) -> Asks:
        """The likeliest kind but a fact if it is likely enough, else a fact."""
        probabilities = softmax(logits[: len(KINDS)])
        likeliest, sure = but_a_fact(probabilities)
        kind: Kind = KINDS[int(likeliest)]
        if sure < self.thresholds[kind]:
            kind = "fact"
        aspect = ASPECTS[int(logits[len(KINDS) :].argmax())] if kind == "catalogue" else None
        probable = dict(zip(KINDS, probabilities.tolist(), strict=True))
        others = {*ON_A_TOPIC, *(VALUES if kind in ON_A_TOPIC else ())} - {kind}
        may_be = sorted(
            (each for each in KINDS if each in others and probable[each] >= MAY_BE), key=lambda each: -probable[each]
        )
        debatable = kind == "fact" and probable["opinion"] >= MAY_BE
        return Asks(kind, aspect, tuple(may_be), bool(debatable))


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities; for several questions one row each."""
    parts = np.exp(logits - logits.max(-1, keepdims=True))
    return cast(NDArray[np.float32], parts / parts.sum(-1, keepdims=True))


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
def fitted() -> Fitted:
    """What the package brings."""
    kept = json.loads(FITTED.read_text(encoding="utf-8"))
    return Fitted(kept["thresholds"], frozenset(kept["frame"]))


def asks(question: str, tell: Tell | None) -> Asks:
    """What a question asks for, by what a model tells of it; without one, a fact.

    Two question marks are several questions. What is told for a fact and yet has no word that asks for a time, number,
    name or verdict asks for an explanation.
    """
    if tell is None:
        return PLAIN
    told = fitted().read(tell(question))
    if question.count("?") > 1 and told.kind in VALUES:
        return replace(told, kind="several")
    plain = asks_for(question) is None and not QUESTION_WORDS & set(words(question))
    return replace(told, kind="explanation") if told.kind == "fact" and plain else told
