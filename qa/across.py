"""Answers of a word or a name over the quotes that bear most on the question, an article each: for questions about
several articles, of which no single quote states the answer."""

import re
from collections.abc import Sequence

from qa.citations import MAX_QUOTES, Checked, candidates, cited, clean_sentences
from qa.claim import Claim, Quote, Weights, share, weigh
from qa.text import contains, names, stem, stems, words
from qa.types import Evidence, Sentence

# Of the question's words, by weight, and of its names, the shares that must stand in the quotes, their titles and their
# sources. A question that describes somebody in other words than the articles do finds fewer of them.
OF_VERDICT = (0.5, 0.8)
OF_NAME = (0.4, 0.5)
_VERDICT = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


def verdict(draft: str, question: str, passages: Sequence[Evidence], weights: Weights) -> Checked | None:
    """The bare Yes or No of a draft with its quotes; None where it gives none, or the quotes are not about it all.

    No quote states a verdict on two articles, so none of the draft's other words are kept: the reader sees what each
    article says of the question.
    """
    said = _VERDICT.match(draft)
    return _over(candidates(passages), f"{said[1].capitalize()}.", question, weights, OF_VERDICT) if said else None


def name(draft: str, question: str, passages: Sequence[Evidence], weights: Weights) -> Checked | None:
    """The bare name that a draft adds to what it repeats of the question, with what two articles or more say of whoever
    has it; None where it adds anything else, or the quotes are not about the question.
    """
    sentence = next(iter(clean_sentences(draft)), "")
    claim = Claim.of(sentence, question, passages)
    said = _side_by_side(sentence, claim.new_names)
    if not said or claim.words != claim.new_names or claim.new_numbers:
        return None
    last = stem(words(said)[-1])
    found = _over([q for q in candidates(passages) if last in q.stems], f"{said}.", question, weights, OF_NAME)
    if found and len(found.quotes) > 1 and any(contains(quote.text, said) for quote in found.quotes):
        return found
    return None


def _side_by_side(sentence: str, named: frozenset[str]) -> str:
    """The names as the sentence writes them, with small words between them; empty where other words are."""
    places = [word for word in re.finditer(r"[\w’'-]+", sentence) if stems(word[0]) <= named]
    run = sentence[places[0].start() : places[-1].end()] if named and places else ""
    return run if stems(run) <= named else ""


def _over(
    quotes: Sequence[Quote], text: str, question: str, weights: Weights, least: tuple[float, float]
) -> Checked | None:
    asked = stems(question)
    bearing = _bearing(asked, quotes, weights)
    told = {s for quote in bearing for s in quote.shown}
    of_all, of_names = share(asked, told, weights), share(asked & names(question), told, weights)
    if of_all < least[0] or of_names < least[1]:
        return None
    return cited((Sentence(text, tuple(range(1, len(bearing) + 1)), "supported"),), bearing)


def _bearing(asked: set[str], quotes: Sequence[Quote], weights: Weights) -> list[Quote]:
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
