"""Sentences of a draft -> sentences with verified citations; what has no support is left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.text import names, numbers, sentences, stem, stems, words
from qa.types import Citation, Evidence, Sentence, Support

MAX_QUOTES = 3
SUPPORTED_SHARE = 0.6  # of a sentence's own words, by weight, that must stand in its quotes
_MARK = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]|\(\s*(?:passages?|sources?)\s+\d+\s*\)", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:according to|based on) (?:the )?(?:passages?|sources?|text)[^,]*,\s*|answer:\s*)", re.IGNORECASE
)

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Quote:
    """A stretch of one passage, cut at sentence borders; offsets count in the article."""

    evidence: Evidence
    start: int
    end: int
    text: str
    stems: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def cut(cls, evidence: Evidence, start: int, end: int) -> "Quote":
        text = evidence.text[start:end]
        return cls(
            evidence,
            evidence.start + start,
            evidence.start + end,
            text,
            frozenset(stems(text)),
            frozenset(numbers(text)),
        )


@dataclass(frozen=True)
class Checked:
    """What is left of a draft: its supported sentences, their citations, and the quotes behind them."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    quotes: tuple[Quote, ...]

    @property
    def text(self) -> str:
        """The answer as it is read, each sentence followed by its marks."""
        return " ".join(s.text + " " + "".join(f"[{number}]" for number in s.citations) for s in self.sentences)


def check(draft: str, question: str, passages: Sequence[Evidence], weights: Weights) -> Checked:
    """Match each sentence of the draft to the quotes that back it; drop those without support.

    `weights` tells how much a stem counts (inverse document frequency; 1 where it is missing).
    """
    quotes = candidates(passages)
    kept: list[Sentence] = []
    used: list[Quote] = []
    for sentence in clean_sentences(draft):
        found = support(sentence, question, quotes, weights)
        if not found:
            continue
        for quote in found:
            if quote not in used:
                used.append(quote)
        numbers_of_quotes = tuple(sorted(used.index(quote) + 1 for quote in found))
        kept.append(Sentence(sentence, numbers_of_quotes, _kind(sentence, question, found)))
    return Checked(tuple(kept), tuple(_citation(n, quote) for n, quote in enumerate(used, 1)), tuple(used))


def clean_sentences(draft: str) -> list[str]:
    """The sentences of a draft without the marks and openings that a model adds."""
    text = _MARK.sub("", draft.replace("**", "")).strip()
    return [_LEAD.sub("", text[start:end]).strip() for start, end in sentences(text)]


def candidates(passages: Sequence[Evidence]) -> list[Quote]:
    """Each sentence and each pair of neighbouring sentences of the passages."""
    quotes = []
    for evidence in passages:
        spans = sentences(evidence.text)
        for i, (start, end) in enumerate(spans):
            quotes.append(Quote.cut(evidence, start, end))
            if i + 1 < len(spans):
                quotes.append(Quote.cut(evidence, start, spans[i + 1][1]))
    return quotes


def support(sentence: str, question: str, quotes: Sequence[Quote], weights: Weights) -> list[Quote]:
    """The fewest, shortest quotes that together back the sentence; none where they do not.

    Every number and every name that the question did not bring must stand in the quotes, every name of the
    question in a quote or in the rest of its passage or title, and most of the other words in the quotes.
    """
    claim = Claim.of(sentence, question)
    chosen: list[Quote] = []
    while len(chosen) < MAX_QUOTES and not claim.met_by(chosen, weights):
        best = max(quotes, key=lambda quote: claim.gain(quote, chosen, weights), default=None)
        if best is None or claim.gain(best, chosen, weights) <= 0:
            break
        chosen.append(best)
    return chosen if claim.met_by(chosen, weights) else []


@dataclass(frozen=True)
class Claim:
    """What a sentence says, taken apart: numbers and names, words that are its own, words of the question."""

    numbers: frozenset[str]
    names: frozenset[str]
    own: frozenset[str]
    asked: frozenset[str]

    @classmethod
    def of(cls, sentence: str, question: str) -> "Claim":
        said, asked = stems(sentence), stems(question)
        return cls(frozenset(numbers(sentence)), frozenset(names(sentence)), frozenset(said - asked), frozenset(asked))

    def gain(self, quote: Quote, chosen: Sequence[Quote], weights: Weights) -> float:
        """How much of what is still missing the quote brings; longer quotes must bring more."""
        have = _union(chosen)
        values = {number for other in chosen for number in other.numbers}
        own = _weigh((self.own & quote.stems) - have, weights)
        hard = 3.0 * len((self.numbers & quote.numbers) - values) + 2.0 * len(
            (self.names - self.asked) & quote.stems - have
        )
        if not own + hard and chosen:
            return 0.0
        context = quote.stems | stems(quote.evidence.title)
        asked = _weigh(self.asked & quote.stems, weights) + 0.5 * _weigh((self.asked & context) - quote.stems, weights)
        return own + hard + 0.7 * asked + 0.5 * quote.evidence.score - 0.004 * len(quote.text)

    def met_by(self, chosen: Sequence[Quote], weights: Weights) -> bool:
        if not chosen:
            return False
        have = _union(chosen)
        around = have | {s for quote in chosen for s in stems(quote.evidence.title) | stems(quote.evidence.text)}
        return (
            self.numbers <= {number for quote in chosen for number in quote.numbers}
            and self.names - self.asked <= have
            and self.names & self.asked <= around
            and _weigh(self.own & have, weights) >= SUPPORTED_SHARE * _weigh(self.own, weights)
        )


def supported_prefix(draft: str, passages: Sequence[Evidence]) -> str:
    """As much of a growing draft as uses only names and numbers of the passages: fit to be shown as a draft."""
    known = {s for p in passages for s in stems(p.text) | stems(p.title)}
    values = {number for p in passages for number in numbers(p.text)}
    text = _MARK.sub("", draft)
    whole = text.rsplit(None, 1)[0] if text and not text[-1].isspace() and " " in text.strip() else ""
    return whole if names(whole) <= known and numbers(whole) <= values else ""


def relevance(question: str, quotes: Sequence[Quote], weights: Weights) -> float:
    """The weighted share of the question's words that stand around the quotes or in their titles, in 0..1."""
    asked = stems(question)
    total = _weigh(asked, weights)
    around = {s for quote in quotes for s in _neighbourhood(quote) | stems(quote.evidence.title)}
    return _weigh(asked & around, weights) / total if total else 0.0


def max_relevance(question: str, passages: Sequence[Evidence], weights: Weights) -> float:
    """The same share for the one passage, with its title, that holds most of it."""
    asked = stems(question)
    shares = (_weigh(asked & (stems(p.text) | stems(p.title)), weights) for p in passages)
    return max(shares, default=0.0) / (_weigh(asked, weights) or 1.0)


def _neighbourhood(quote: Quote) -> set[str]:
    """The stems of the quote and of the sentences before and after it."""
    text, offset = quote.evidence.text, quote.evidence.start
    spans = [(a + offset, b + offset) for a, b in sentences(text)]
    inside = [i for i, (a, b) in enumerate(spans) if a < quote.end and b > quote.start]
    first, last = max(0, inside[0] - 1), min(len(spans) - 1, inside[-1] + 1)
    return stems(text[spans[first][0] - offset : spans[last][1] - offset])


def _kind(sentence: str, question: str, quotes: Sequence[Quote]) -> Support:
    """`quoted` where the words that the sentence adds to the question stand in one quote, side by side."""
    asked = stems(question)
    own = [stem(word) for word in words(sentence)]
    while own and own[0] in asked:
        own.pop(0)
    run = " ".join(own)
    return "quoted" if any(run in " ".join(stem(word) for word in words(q.text)) for q in quotes) else "supported"


def _citation(number: int, quote: Quote) -> Citation:
    e = quote.evidence
    return Citation(number, e.article_id, e.title, e.source, e.published_at, e.url, quote.text, quote.start, quote.end)


def _union(quotes: Sequence[Quote]) -> set[str]:
    return {s for quote in quotes for s in quote.stems}


def _weigh(found: set[str] | frozenset[str], weights: Weights) -> float:
    return sum(weights.get(s, 1.0) for s in found)
