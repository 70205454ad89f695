"""Sentences of a draft -> sentences with verified citations; what has no support is left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.claim import Claim, Quote, Weights, shown_with, weigh
from qa.orders import is_order, unmarked
from qa.text import names, numbers, sentences, stem, stems, words
from qa.types import Citation, Evidence, Sentence, Support

MAX_QUOTES = 3
TELLING = 10  # words of a question, those that tell most, of which a passage should hold some
NEAR = 600  # characters between a quote and another of its article that says who or what it is about
_MARK = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]|\(\s*(?:passages?|sources?)\s+\d+\s*\)", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:according to|based on) (?:the )?(?:passages?|sources?|text)[^,]*,\s*|answer:\s*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Checked:
    """What is left of a draft: its supported sentences, their citations, and the quotes behind them.

    `drafted` is what the model wrote of them, and `grounds` the quotes found for that, before they were cut short.
    """

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    quotes: tuple[Quote, ...]
    drafted: str = ""
    grounds: tuple[Quote, ...] = ()

    @property
    def text(self) -> str:
        """The answer as it is read, each sentence followed by its marks."""
        return " ".join(s.text + " " + "".join(f"[{number}]" for number in s.citations) for s in self.sentences)


def check(draft: str, question: str, passages: Sequence[Evidence], weights: Weights) -> Checked:
    """Match each sentence of the draft to the quotes that back it; write it in their words, or drop it, without.

    `weights` tells how much a stem counts (inverse document frequency; 1 where it is missing).
    """
    quotes = candidates(passages)
    kept: list[Sentence] = []
    used: list[Quote] = []
    drafted: list[str] = []
    grounds: list[Quote] = []
    for text, found, sentence, bearing in _backed(draft, question, passages, quotes, weights):
        if any(text == other.text for other in kept):
            continue
        drafted += [sentence] if sentence not in drafted else []
        grounds += [quote for quote in bearing if quote not in grounds]
        for quote in found:
            if quote not in used:
                used.append(quote)
        numbers_of_quotes = tuple(sorted(used.index(quote) + 1 for quote in found))
        kept.append(Sentence(text, numbers_of_quotes, _kind(text, question, found)))
    return replace(cited(kept, used), drafted=" ".join(drafted), grounds=tuple(grounds))


def cited(kept: Sequence[Sentence], quotes: Sequence[Quote]) -> Checked:
    """Sentences with the quotes that their numbers, from 1 on, refer to."""
    citations = tuple(_citation(n, quote) for n, quote in enumerate(quotes, 1))
    return Checked(tuple(kept), citations, tuple(quotes), " ".join(s.text for s in kept), tuple(quotes))


def _backed(
    draft: str, question: str, passages: Sequence[Evidence], quotes: Sequence[Quote], weights: Weights
) -> Iterator[tuple[str, list[Quote], str, list[Quote]]]:
    """Sentences with the quotes that hold all they say, each after which sentence of the draft and what bears it."""
    for sentence in clean_sentences(draft):
        claim = Claim.of(sentence, question, passages)
        found = support(claim, quotes, weights)
        if claim.held_by(found):
            yield sentence, shortened(claim, found, quotes), sentence, found
        else:
            for quote in rewritten(claim, found, quotes):
                yield " ".join(quote.text.split()), [quote], sentence, found


def clean_sentences(draft: str) -> list[str]:
    """The sentences of a draft without the marks and openings that a model adds."""
    text = unmarked(_MARK.sub("", draft.replace("**", ""))).strip()
    return [_LEAD.sub("", text[start:end]).strip() for start, end in sentences(text)]


def candidates(passages: Sequence[Evidence]) -> list[Quote]:
    """Each sentence and each pair of neighbouring sentences of the passages that tell anything."""
    quotes = []
    for evidence in passages:
        singles = [Quote.cut(evidence, start, end) for start, end in sentences(evidence.text)]
        telling = [not quote.text.startswith("#") and not is_order(quote.text) for quote in singles]
        for i, quote in enumerate(singles):
            if telling[i]:
                quotes.append(quote)
                if i + 1 < len(singles) and telling[i + 1]:
                    quotes.append(quote.with_next(singles[i + 1]))
    return quotes


def support(claim: Claim, quotes: Sequence[Quote], weights: Weights) -> list[Quote]:
    """The fewest, shortest quotes that together bear the claim, and what else of their articles names whom it names.

    None where they do not bear it; where they do, they may still not hold all of its names.
    """
    chosen: list[Quote] = []
    while len(chosen) < MAX_QUOTES and not claim.borne_by(chosen, weights):
        best = max(quotes, key=lambda quote: claim.gain(quote, chosen, weights), default=None)
        if best is None or claim.gain(best, chosen, weights) <= 0:
            break
        chosen.append(best)
    if not claim.borne_by(chosen, weights):
        return []
    while len(chosen) < MAX_QUOTES and (unnamed := claim.unnamed(chosen)):
        near = [quote for quote in quotes if min(map(quote.distance, chosen)) <= NEAR]
        best = max(near, key=lambda q: (len(unnamed & q.stems), -min(map(q.distance, chosen)), -len(q.text)))
        if not unnamed & best.stems:
            break
        chosen.append(best)
    return chosen


def shortened(claim: Claim, found: Sequence[Quote], quotes: Sequence[Quote]) -> list[Quote]:
    """The same quotes without the sentences in which nothing of the claim stands that does not stand in the others."""
    kept = list(found)
    for quote in found:
        others = [other for other in kept if other is not quote]
        within = [other for other in quotes if quote.holds(other) and other is not quote]
        for shorter in ([], *([other] for other in sorted(within, key=lambda q: len(q.text)))):
            if claim.as_much_in([*others, *shorter], kept):
                kept = [*others, *shorter]
                break
    return kept


def rewritten(claim: Claim, found: Sequence[Quote], quotes: Sequence[Quote]) -> list[Quote]:
    """The sentence of the quotes that holds what the claim adds to the question, to be shown in its place.

    Two neighbours where only both do; none for a plain yes or no, which no quote holds.
    """
    if not found or claim.is_verdict:
        return []
    parts = [q for q in quotes if any(whole.holds(q) for whole in found)]
    single = [q for q in parts if not any(q.holds(other) and other is not q for other in parts)]
    neighbours = [q for q in single if found[0].holds(q)]
    for beside in (False, True):
        for choice in (*([quote] for quote in single), neighbours):
            if claim.answered_by(choice, beside=beside):
                return choice
    return []


def supported_prefix(draft: str, passages: Sequence[Evidence]) -> str:
    """As much of a growing draft as uses only names and numbers of the passages: fit to be shown as a draft."""
    known = {s for p in passages for s in stems(p.text) | stems(p.title)}
    values = {number for p in passages for number in numbers(p.text)}
    text = _MARK.sub("", draft)
    whole = text.rsplit(None, 1)[0] if text and not text[-1].isspace() and " " in text.strip() else ""
    return whole if names(whole) <= known and numbers(whole) <= values else ""


def surroundings(quotes: Sequence[Quote]) -> set[str]:
    """The stems of the quotes, of the sentences beside them, and of their articles' titles and sources."""
    return {s for quote in quotes for s in shown_with(quote.evidence) | _neighbourhood(quote)}


def _neighbourhood(quote: Quote) -> set[str]:
    """The stems of the quote and of the sentences before and after it."""
    text, offset = quote.evidence.text, quote.evidence.start
    spans = [(a + offset, b + offset) for a, b in sentences(text)]
    inside = [i for i, (a, b) in enumerate(spans) if a < quote.end and b > quote.start]
    first, last = max(0, inside[0] - 1), min(len(spans) - 1, inside[-1] + 1)
    return stems(text[spans[first][0] - offset : spans[last][1] - offset])


def relevance(question: str, passages: Sequence[Evidence], weights: Weights) -> float:
    """The weighted share of the question's words in the passage, with its facts, that holds most of it, in 0..1.

    Of a long question the words that tell most are enough: one about several articles finds few of them in each.
    """
    asked = stems(question)
    shares = (weigh(asked & (stems(p.text) | shown_with(p)), weights) for p in passages)
    wanted = sum(sorted((weights.get(s, 1.0) for s in asked), reverse=True)[:TELLING])
    return min(1.0, max(shares, default=0.0) / (wanted or 1.0))


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
