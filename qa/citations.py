"""Sentences of a draft -> sentences with verified citations; what has no support is left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.text import names, numbers, sentences, stem, stems, words
from qa.types import Citation, Evidence, Sentence, Support

MAX_QUOTES = 3
TELLING = 10  # words of a question, those that tell most, of which a passage should hold some
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
    return cited(kept, used)


def cited(kept: Sequence[Sentence], quotes: Sequence[Quote]) -> Checked:
    """Sentences with the quotes that their numbers, from 1 on, refer to."""
    return Checked(tuple(kept), tuple(_citation(n, quote) for n, quote in enumerate(quotes, 1)), tuple(quotes))


def clean_sentences(draft: str) -> list[str]:
    """The sentences of a draft without the marks and openings that a model adds."""
    text = _MARK.sub("", draft.replace("**", "")).strip()
    return [_LEAD.sub("", text[start:end]).strip() for start, end in sentences(text)]


def candidates(passages: Sequence[Evidence]) -> list[Quote]:
    """Each sentence and each pair of neighbouring sentences of the passages; headings say nothing."""
    quotes = []
    for evidence in passages:
        spans = sentences(evidence.text)
        headings = [evidence.text.startswith("#", start) for start, _ in spans]
        for i, (start, end) in enumerate(spans):
            if headings[i]:
                continue
            quotes.append(Quote.cut(evidence, start, end))
            if i + 1 < len(spans) and not headings[i + 1]:
                quotes.append(Quote.cut(evidence, start, spans[i + 1][1]))
    return quotes


def support(sentence: str, question: str, quotes: Sequence[Quote], weights: Weights) -> list[Quote]:
    """The fewest, shortest quotes that together back the sentence; none where they do not.

    Every number that the question did not bring must stand in the quotes, every such name there or in a title,
    every name of the question somewhere in the passages of a quoted article, and most other words in the quotes.
    """
    claim = Claim.of(sentence, question)
    context: dict[str, set[str]] = {}
    for evidence in {quote.evidence for quote in quotes}:
        context.setdefault(evidence.article_id, set()).update(stems(evidence.text), facts(evidence))
    chosen: list[Quote] = []
    while len(chosen) < MAX_QUOTES and not claim.met_by(chosen, context, weights):
        best = max(quotes, key=lambda quote: claim.gain(quote, chosen, weights), default=None)
        if best is None or claim.gain(best, chosen, weights) <= 0:
            break
        chosen.append(best)
    return chosen if claim.met_by(chosen, context, weights) else []


@dataclass(frozen=True)
class Claim:
    """What a sentence says, taken apart into what it adds to the question and what it repeats of it."""

    numbers: frozenset[str]
    names: frozenset[str]
    words: frozenset[str]
    repeated_names: frozenset[str]
    asked: frozenset[str]

    @classmethod
    def of(cls, sentence: str, question: str) -> "Claim":
        said, asked = stems(sentence), stems(question)
        named = names(sentence) | (said & names(question))
        new_numbers = numbers(sentence) - numbers(question)
        return cls(*map(frozenset, (new_numbers, named - asked, said - asked, named & asked, asked)))

    def gain(self, quote: Quote, chosen: Sequence[Quote], weights: Weights) -> float:
        """How much of what is still missing the quote brings; a longer quote must bring more."""
        have = {s for other in chosen for s in other.stems}
        values = {number for other in chosen for number in other.numbers}
        title = stems(quote.evidence.title)
        new = (
            _weigh(self.words & quote.stems - have, weights)
            + 3.0 * len(self.numbers & quote.numbers - values)
            + 2.0 * len(self.names & quote.stems - have)
            + 1.0 * bool(self.repeated_names & have) * len(self.repeated_names & (quote.stems | title) - have)
        )
        if chosen and not new:
            return 0.0
        asked = _weigh(self.asked & quote.stems, weights) + 0.5 * _weigh(self.asked & title - quote.stems, weights)
        return new + 0.7 * asked + 0.5 * quote.evidence.score - 0.004 * len(quote.text)

    def met_by(self, chosen: Sequence[Quote], context: Mapping[str, set[str]], weights: Weights) -> bool:
        """Whether the quotes back the sentence; `context` holds the stems of each article's passages and title."""
        if not chosen:
            return False
        have = {s for quote in chosen for s in quote.stems}
        titles = {s for quote in chosen for s in facts(quote.evidence)}
        around = {s for quote in chosen for s in context[quote.evidence.article_id]}
        return (
            self.numbers <= {number for quote in chosen for number in quote.numbers}
            and self.names <= have | titles
            and self.repeated_names <= around
            and _weigh(self.words & have, weights) >= SUPPORTED_SHARE * _weigh(self.words, weights)
        )


def supported_prefix(draft: str, passages: Sequence[Evidence]) -> str:
    """As much of a growing draft as uses only names and numbers of the passages: fit to be shown as a draft."""
    known = {s for p in passages for s in stems(p.text) | stems(p.title)}
    values = {number for p in passages for number in numbers(p.text)}
    text = _MARK.sub("", draft)
    whole = text.rsplit(None, 1)[0] if text and not text[-1].isspace() and " " in text.strip() else ""
    return whole if names(whole) <= known and numbers(whole) <= values else ""


def facts(evidence: Evidence) -> set[str]:
    """The stems of the title and the source, which stand beside each of its quotes."""
    return stems(f"{evidence.title} {evidence.source or ''}")


def surroundings(quotes: Sequence[Quote]) -> set[str]:
    """The stems of the quotes, of the sentences beside them, and of their articles' titles and sources."""
    return {s for quote in quotes for s in facts(quote.evidence) | _neighbourhood(quote)}


def relevance(question: str, passages: Sequence[Evidence], weights: Weights) -> float:
    """The weighted share of the question's words in the passage, with its facts, that holds most of it, in 0..1.

    Of a long question the words that tell most are enough: one about several articles finds few of them in each.
    """
    asked = stems(question)
    shares = (_weigh(asked & (stems(p.text) | facts(p)), weights) for p in passages)
    wanted = sum(sorted((weights.get(s, 1.0) for s in asked), reverse=True)[:TELLING])
    return min(1.0, max(shares, default=0.0) / (wanted or 1.0))


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


def _weigh(found: set[str] | frozenset[str], weights: Weights) -> float:
    return sum(weights.get(s, 1.0) for s in found)
