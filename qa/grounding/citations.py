"""Sentences of a draft -> the quotes that could back them, held to their names, numbers, days and quotations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from qa.grounding.claim import Claim, Quote, Weights, shown_with
from qa.language.orders import plays_a_part, unmarked
from qa.language.text import names, numbers, sentences, stem, stems, words
from qa.query.query import Query
from qa.types import Citation, Evidence, Sentence, Support

MAX_QUOTES = 3
TRIED = 3  # quotes that are tried by themselves
TELLING = 10  # words of a question, those that tell most, of which a passage should hold some
NEAR = 600  # characters between a quote and another of its article that says who or what it is about
_MARK = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]|\(\s*(?:passages?|sources?)\s+\d+\s*\)", re.IGNORECASE)
_LEAD = re.compile(
    r"^(?:(?:according to|based on) (?:the )?(?:passages?|sources?|text)[^,]*,\s*|answer:\s*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Backing:
    """Words that may be shown, the draft's own or those of a quote, and the quotes that would be cited for them."""

    text: str
    quotes: tuple[Quote, ...]
    own: bool = True


@dataclass(frozen=True)
class Checked:
    """What is left of a draft: its supported sentences, their citations, and the quotes behind them.

    `support` is how probably the quotes state that it is the answer, of the sentences the least.
    """

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    quotes: tuple[Quote, ...]
    support: float

    @property
    def text(self) -> str:
        """The answer as it is read, each sentence followed by its marks."""
        return marked(self.sentences)


def marked(told: Sequence[Sentence]) -> str:
    """Sentences as they are read, each followed by its marks."""
    return " ".join(sentence.marked for sentence in told)


def cited(kept: Sequence[Sentence], quotes: Sequence[Quote], support: float) -> Checked:
    """Sentences with the quotes that their numbers, from 1 on, refer to."""
    citations = tuple(_citation(n, quote) for n, quote in enumerate(quotes, 1))
    return Checked(tuple(kept), citations, tuple(quotes), support)


def clean_sentences(draft: str) -> list[str]:
    """The sentences of a draft without the marks and openings that a model adds, and without headings."""
    text = unmarked(_MARK.sub("", draft.replace("**", ""))).strip()
    told = (text[start:end].strip() for start, end in sentences(text))
    return [_LEAD.sub("", said) for said in told if not said.startswith("#")]


def candidates(passages: Sequence[Evidence], said: str | None = None) -> list[Quote]:
    """Each sentence and each pair of neighbouring sentences of the passages that tell anything.

    None ends with a question, which tells something only together with the sentence after it: see `tells`.
    """
    quotes = []
    for evidence in passages:
        singles = [Quote.cut(evidence, start, end) for start, end in evidence.spans]
        telling = [not quote.text.startswith("#") and not plays_a_part(quote.text) for quote in singles]
        ending = [own and tells(quote.text, said) for own, quote in zip(telling, singles, strict=True)]
        for i, quote in enumerate(singles):
            if ending[i]:
                quotes.append(quote)
            if telling[i] and i + 1 < len(singles) and ending[i + 1]:
                quotes.append(quote.with_next(singles[i + 1]))
    return quotes


def tells(sentence: str, said: str | None = None) -> bool:
    """Whether a sentence is no question: one that ends with `said`, words that a model is sure answer, and has others
    before them, ends with a name such as "Who Keeps the Keys?".
    """
    answer, whole = words(said or ""), words(sentence)
    return not sentence.endswith("?") or (0 < len(answer) < len(whole) and whole[-len(answer) :] == answer)


def backings(claim: Claim, sentence: str, quotes: Sequence[Quote], weights: Weights) -> list[Backing]:
    """What could be shown for a sentence: its own words with quotes that hold its names, numbers, days and quotations;
    and the words of quotes that hold what it adds to the question.
    """
    near = sorted(quotes, key=lambda quote: -claim.gain(quote, (), weights))[:TRIED]
    found = gathered(claim, quotes, weights)
    own = [*(some for n in range(1, len(found) + 1) for some in combinations(found, n)), *((quote,) for quote in near)]
    held = [some for some in own if claim.fully_in(some)]
    backed = [Backing(sentence, some) for whole in held for some in (whole, _shortened(claim, whole, quotes))]
    return list(dict.fromkeys([*backed, *_in_their_words(claim, [*found, *near], quotes)]))


def gathered(claim: Claim, quotes: Sequence[Quote], weights: Weights) -> list[Quote]:
    """The fewest, shortest quotes that together hold the claim's names and numbers, best first; they may not suffice.

    Where a name is still missing, the quote near them that brings it is among them.
    """
    chosen: list[Quote] = []
    while len(chosen) < MAX_QUOTES and not claim.additions_in_context(chosen):
        best = max(quotes, key=lambda quote: claim.gain(quote, chosen, weights), default=None)
        if best is None or claim.gain(best, chosen, weights) <= 0:
            break
        chosen.append(best)
    while chosen and len(chosen) < MAX_QUOTES and (unnamed := claim.unnamed(chosen)):
        near = [quote for quote in quotes if min(map(quote.distance, chosen)) <= NEAR]
        best = max(near, key=lambda q: (len(unnamed & q.stems), -min(map(q.distance, chosen)), -len(q.text)))
        if not unnamed & best.stems:
            break
        chosen.append(best)
    return chosen


def _shortened(claim: Claim, found: Sequence[Quote], quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """The same quotes without the sentences in which nothing of the claim stands that does not stand in the others."""
    kept = list(found)
    for quote in found:
        others = [other for other in kept if other is not quote]
        within = [other for other in quotes if quote.holds(other) and other is not quote]
        for shorter in sorted(within, key=lambda q: len(q.text)):
            if claim.as_much_in([*others, shorter], kept):
                kept = [*others, shorter]
                break
    return tuple(kept)


def _in_their_words(claim: Claim, found: Sequence[Quote], quotes: Sequence[Quote]) -> Iterator[Backing]:
    """The sentences of the quotes that hold what the claim adds to the question."""
    for whole in dict.fromkeys(found):
        parts = [quote for quote in quotes if whole.holds(quote)]
        for quote in parts:
            single = not any(quote.holds(other) and other is not quote for other in parts)
            if single and claim.additions_in([quote]):
                yield Backing(" ".join(quote.text.split()), (quote,), own=False)


def supported_prefix(draft: str, passages: Sequence[Evidence]) -> str:
    """As much of a growing draft as uses only names and numbers of the passages: fit to be shown as a draft."""
    known = {s for p in passages for s in p.stems | stems(p.title)}
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
    spans = [(a + offset, b + offset) for a, b in quote.evidence.spans]
    inside = [i for i, (a, b) in enumerate(spans) if a < quote.end and b > quote.start]
    first, last = max(0, inside[0] - 1), min(len(spans) - 1, inside[-1] + 1)
    return stems(text[spans[first][0] - offset : spans[last][1] - offset])


def relevance(query: Query, passages: Sequence[Evidence]) -> float:
    """The weighted share of the question's words in the passage, with its facts, that holds most of it, in 0..1.

    Of a long question the words that tell most are enough: one about several articles finds few of them in each.
    """
    found = (query.weight(query.stems & (p.stems | shown_with(p))) for p in passages)
    wanted = sum(sorted((query.weights.get(s, 1.0) for s in query.stems), reverse=True)[:TELLING])
    return min(1.0, max(found, default=0.0) / (wanted or 1.0))


def kind_of(sentence: str, query: Query, quotes: Sequence[Quote]) -> Support:
    """`quoted` where the words that the sentence adds to the question stand in one quote, side by side."""
    own = [stem(word) for word in words(sentence)]
    while own and own[0] in query.stems:
        own.pop(0)
    run = " ".join(own)
    return "quoted" if any(run in " ".join(stem(word) for word in words(q.text)) for q in quotes) else "supported"


def _citation(number: int, quote: Quote) -> Citation:
    e = quote.evidence
    facts = e.article_id, e.title, e.source, e.published_at, e.url
    return Citation(number, *facts, quote.text, quote.start, quote.end, e.notes)
