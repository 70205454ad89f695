"""The quotes that bear most on a question, an article each: for questions about several articles, of which no single
quote states the answer."""

import re
from collections.abc import Sequence

from qa.grounding.citations import MAX_QUOTES, Backing, candidates, clean_sentences
from qa.grounding.claim import Claim, Quote, Weights, share
from qa.language.text import contains, stem, stems, weigh, words
from qa.query.query import Query
from qa.types import Evidence

# Of the question's words, by weight, and of its names, the shares that must stand in the quotes, their titles and their
# sources. A question that describes somebody in other words than the articles do finds fewer of them.
OF_VERDICT = (0.5, 0.8)
OF_NAME = (0.4, 0.5)


def name(draft: str, query: Query, passages: Sequence[Evidence], weights: Weights) -> Backing | None:
    """The bare name that a draft adds to what it repeats of the question, with what two articles or more say of whoever
    has it; None where it adds anything else, or the quotes are not about the question.
    """
    sentence = next(iter(clean_sentences(draft)), "")
    claim = Claim.of(sentence, query, passages)
    said = _side_by_side(sentence, claim.new_names)
    if not said or claim.words != claim.new_names or claim.new_numbers:
        return None
    last = stem(words(said)[-1])
    found = bearing([q for q in candidates(passages) if last in q.stems], query, weights, OF_NAME)
    if len(found) > 1 and any(contains(quote.text, said) for quote in found):
        return Backing(f"{said}.", tuple(found))
    return None


def bearing(
    quotes: Sequence[Quote], query: Query, weights: Weights, least: tuple[float, float] = OF_VERDICT
) -> list[Quote]:
    """Of each article one quote, as long as it brings words of the question that those before did not; none where they
    hold less of all words and of the names than `least`.
    """
    found = _bearing(query.stems, quotes, weights)
    shown = {s for quote in found for s in quote.shown}
    of_all, of_names = share(query.stems, shown, weights), share(query.stems & query.names, shown, weights)
    return found if of_all >= least[0] and of_names >= least[1] else []


def _side_by_side(sentence: str, named: frozenset[str]) -> str:
    """The names as the sentence writes them, with small words between them; empty where other words are."""
    places = [word for word in re.finditer(r"[\w’'-]+", sentence) if stems(word[0]) <= named]
    run = sentence[places[0].start() : places[-1].end()] if named and places else ""
    return run if stems(run) <= named else ""


def _bearing(asked: frozenset[str], quotes: Sequence[Quote], weights: Weights) -> list[Quote]:
    """Of each article one quote, as long as it brings words of the question that those before did not."""
    chosen: list[Quote] = []
    missing = set(asked)
    while quotes and len(chosen) < MAX_QUOTES:
        best = max(quotes, key=lambda quote: weigh(missing & quote.shown, weights) - 0.001 * len(quote.text))
        if not missing & best.shown:
            break
        chosen.append(best)
        missing -= best.shown
        quotes = [quote for quote in quotes if quote.evidence.article_id != best.evidence.article_id]
    return chosen
