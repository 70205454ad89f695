"""What may be shown of a draft: a model judges each sentence by the quotes that would be cited for it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Protocol

from qa.grounding.across import bearing, name
from qa.grounding.citations import Backing, Checked, backings, candidates, cited, clean_sentences, kind_of, tells
from qa.grounding.claim import Claim, Quote, Weights
from qa.grounding.confidence import THRESHOLDS, Thresholds
from qa.language.text import contains
from qa.models.support import Claimed, Judgement
from qa.query.query import Query
from qa.types import Evidence, Sentence

AS_WELL = 0.05  # by how much less probable a sentence may be by fewer quotes
VERDICTS = ("Yes.", "No.")
LIKELIER = 0.5  # than not: a verdict is not shown alone, and what else is known of it makes the confidence
_VERDICT = re.compile(r"^\W*(yes|no)\b[\s.,:;!–—-]*", re.IGNORECASE)


@dataclass(frozen=True)
class Scored:
    """What could be shown, and how probably its quotes state that it is the answer."""

    backing: Backing
    support: float

    @property
    def stated(self) -> float:
        """How probably its quotes state it, whatever is asked: their own words certainly."""
        return self.support if self.backing.own else 1.0

    def length(self) -> tuple[int, int]:
        return len(self.backing.quotes), sum(len(quote.text) for quote in self.backing.quotes)


class Judge(Protocol):
    """Tells of claims whether their quotes state them."""

    def judge(self, claims: Sequence[Claimed]) -> list[Judgement]: ...


class Verifier:
    """Checks drafts by a support model; safe to share by threads."""

    def __init__(self, judge: Judge, thresholds: Thresholds = THRESHOLDS) -> None:
        self._judge = judge
        self._thresholds = thresholds

    def check(
        self, draft: str, query: Query, passages: Sequence[Evidence], weights: Weights, said: str | None = None
    ) -> list[Checked]:
        """What could be shown for a draft: first its own sentences that their quotes support, each with the fewest that
        support it as well; then the words of each quote that may answer and holds what a sentence adds to the question.

        Names, numbers, days and quotations are held to the quotes besides. Where the question asks for Yes or No, that
        is said which the quotes support, before what they say, and nothing else is offered; where it may ask for an
        opinion, or for what is to be worked out, only what quotes say. Of a draft of several sentences none has to
        answer by itself, but all together. `weights` tells how much a stem counts (inverse document frequency; 1 where
        it is missing). A quote that holds `said`, the words of another model that is sure of them, may answer whatever
        the support model thinks of it.
        """
        quotes = candidates(passages, said)
        plain = [text for text in map(without_verdict, clean_sentences(draft)) if text and tells(text, said)]
        options = [backings(Claim.of(text, query, passages), text, quotes, weights) for text in plain]
        one_answer = query.kind == "fact" and len(plain) == 1
        judged = scored(self._judge, [backing for some in options for backing in some], query.text, one_answer)
        if query.kind == "fact" and len(plain) > 1:
            judged = self._as_one_answer(judged, query.text)
        own, quoted = self._own(judged), self._quoted(judged, said)
        debated = query.yes_or_no and query.asks.debatable
        own_may_do = not debated and query.kind != "calculation"
        if query.yes_or_no and not debated:
            backed = own or quoted[:1]
            used = list(dict.fromkeys(quote for one in backed for quote in one.backing.quotes))
            found = [self._verdict(query.text, backed, used or bearing(quotes, query, weights))]
        else:
            said_plainly = own or self._named(draft, query, passages, weights)
            found = [said_plainly if own_may_do else [], *([one] for one in quoted)]
        return [_assembled(backed, query) for backed in found if backed]

    def _as_one_answer(self, judged: Sequence[Scored], question: str) -> list[Scored]:
        """With the odds of a draft's own sentences averaged with those that all of them that are stated answer the
        question together.
        """
        stated = self._own(judged)
        if not stated:
            return list(judged)
        quotes = tuple(dict.fromkeys(quote for one in stated for quote in one.backing.quotes))
        together = Backing(" ".join(one.backing.text for one in stated), quotes)
        (whole,) = self._judge.judge([claimed(together, question)])
        return [
            replace(one, support=between(one.support, whole.supported)) if one.backing.own else one for one in judged
        ]

    def _named(self, draft: str, query: Query, passages: Sequence[Evidence], weights: Weights) -> list[Scored]:
        """The name that several articles together support."""
        across = name(draft, query, passages, weights)
        return self._own(scored(self._judge, [across], query.text)) if across else []

    def _verdict(self, question: str, backed: Sequence[Scored], quotes: Sequence[Quote]) -> list[Scored]:
        """What is shown with the Yes or No before it that the quotes support; without it where they support neither.

        Where nothing is shown yet, the quotes themselves, if they support either.
        """
        if not quotes:
            return []
        verdicts = [Backing(said, tuple(quotes), own=False) for said in VERDICTS]
        said = max(scored(self._judge, verdicts, question), key=attrgetter("support"))
        if said.support < LIKELIER:
            return list(backed)
        backed = backed or [Scored(Backing(" ".join(q.text.split()), (q,), own=False), said.support) for q in quotes]
        first, *others = backed
        told = replace(first.backing, text=f"{said.backing.text} {first.backing.text}", own=True)
        return [Scored(told, min(first.support, said.support)), *others]

    def _own(self, judged: Sequence[Scored]) -> list[Scored]:
        """The draft's own sentences that are supported, each with the fewest quotes that support it as well."""
        options: dict[str, list[Scored]] = {}
        for one in judged:
            if one.backing.own and one.support >= self._thresholds.supported_from:
                options.setdefault(one.backing.text, []).append(one)
        return [_fewest(some) for some in options.values()]

    def _quoted(self, judged: Sequence[Scored], said: str | None) -> list[Scored]:
        """Words of quotes that may answer, the likeliest first."""
        found: dict[str, Scored] = {}
        for one in sorted(judged, key=attrgetter("support"), reverse=True):
            likely = one.support >= self._thresholds.quoted_from
            if not one.backing.own and (likely or (said and contains(one.backing.text, said))):
                found.setdefault(one.backing.text, one)
        return list(found.values())


def scored(judge: Judge, backings: Sequence[Backing], question: str, one_answer: bool = True) -> list[Scored]:
    """How probably each is supported, all judged in one batch.

    A draft's own words are judged as the answer to the question and by themselves, and the odds of both averaged: what
    a quote states it states whatever is asked (5 % of 260 wrong drafts pass with 0.79 of the right ones, with the
    question alone 0.71). Where a question has no one answer, as "Tell me about the mill", by themselves alone. Of a
    quote's words only whether they answer is in question.
    """
    asked = [claimed(backing, question if one_answer or not backing.own else "") for backing in backings]
    own = zip(asked, backings, strict=True) if one_answer else ()
    alone = [replace(claim, question="") for claim, backing in own if backing.own]
    judged = [judgement.supported for judgement in (judge.judge([*asked, *alone]) if asked else ())]
    by_themselves = iter(judged[len(asked) :])
    return [
        Scored(backing, between(support, next(by_themselves)) if backing.own and one_answer else support)
        for backing, support in zip(backings, judged[: len(asked)], strict=True)
    ]


def between(one: float, other: float) -> float:
    """The probability whose odds are the geometric mean of two."""
    yes, no = math.sqrt(one * other), math.sqrt((1 - one) * (1 - other))
    return yes / (yes + no) if yes or no else 0.5


def without_verdict(sentence: str) -> str:
    """What a sentence says beside its Yes or No."""
    plain = _VERDICT.sub("", sentence)
    return plain[:1].upper() + plain[1:] if plain != sentence else sentence


def says_the_same(one: str, other: str) -> bool | None:
    """Whether two texts begin with the same Yes or No; None where either begins with neither."""
    said = [found[1].lower() for text in (one, other) if (found := _VERDICT.match(text))]
    return said[0] == said[1] if len(said) == 2 else None


def claimed(backing: Backing, question: str) -> Claimed:
    """As the model is to judge it."""
    first, *_ = quotes = sorted(backing.quotes, key=lambda quote: (quote.evidence.article_id, quote.start))
    text = " ".join(" ".join(quote.text.split()) for quote in quotes)
    return Claimed(backing.text, question, text, heading(first.evidence), before(first))


def heading(evidence: Evidence) -> str:
    """Title, source and day, as they stand beside a quote."""
    told = ", ".join(filter(None, (evidence.source, evidence.published_at)))
    return f"{evidence.title} ({told})" if told else evidence.title


def before(quote: Quote) -> str:
    """The sentence before a quote, empty where it begins its passage."""
    text, offset = quote.evidence.text, quote.evidence.start
    ended = [text[start:end] for start, end in quote.evidence.spans if end + offset <= quote.start]
    return " ".join(ended[-1].split()) if ended else ""


def _assembled(backed: Sequence[Scored], query: Query) -> Checked:
    """The quotes numbered in the order in which they come."""
    used = list(dict.fromkeys(quote for one in backed for quote in one.backing.quotes))
    told = []
    for one in backed:
        marks = tuple(sorted(used.index(quote) + 1 for quote in one.backing.quotes))
        kind = kind_of(one.backing.text, query, one.backing.quotes)
        told.append(Sentence(one.backing.text, marks, kind, round(one.stated, 4)))
    return cited(told, used, min(one.support for one in backed))


def _fewest(options: Sequence[Scored]) -> Scored:
    most = max(option.support for option in options)
    return min((option for option in options if option.support >= most - AS_WELL), key=Scored.length)
