"""Yes or no: the model's verdict over the quotes that bear most on the question, an article each."""

import re
from collections.abc import Sequence

from qa.citations import MAX_QUOTES, Checked, candidates, cited
from qa.claim import Quote, Weights, weigh
from qa.text import names, stems
from qa.types import Evidence, Sentence

COVERED = 0.5  # of the question's words, by weight, that must stand in the quotes
NAMED = 0.8  # of its names, in the quotes, their titles and their sources
_VERDICT = re.compile(r"\W*(yes|no)\b", re.IGNORECASE)


def verdict(draft: str, question: str, passages: Sequence[Evidence], weights: Weights) -> Checked | None:
    """The bare Yes or No of a draft with its quotes; None where it gives none, or the quotes are not about it all.

    No quote states a verdict on two articles, so none of the draft's other words are kept: the reader sees what each
    article says of the question.
    """
    said = _VERDICT.match(draft)
    if not said:
        return None
    asked = stems(question)
    quotes = _bearing(asked, candidates(passages), weights)
    told = {s for quote in quotes for s in quote.shown}
    named = asked & names(question)
    if _share(asked, told, weights) < COVERED or _share(named, told, weights) < NAMED:
        return None
    sentence = Sentence(f"{said[1].capitalize()}.", tuple(range(1, len(quotes) + 1)), "supported")
    return cited((sentence,), quotes)


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


def _share(asked: set[str], told: set[str], weights: Weights) -> float:
    return weigh(asked & told, weights) / weigh(asked, weights) if asked else 1.0
