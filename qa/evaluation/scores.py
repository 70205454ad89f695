"""What one question adds to each measure: its sum and its count, so that a measure is sum of sums / sum of counts."""

from collections.abc import Mapping, Sequence

from qa.evaluation import metrics
from qa.evaluation.gold import Gold
from qa.types import Answer, Evidence

Scores = dict[str, tuple[float, int]]


def of_rankings(gold: Gold, rankings: Mapping[str, Sequence[Evidence]]) -> Scores:
    """Of each ranking by its group's name; nothing where no evidence is known."""
    if not (gold.answerable and gold.sources):
        return {}
    return {
        f"{group}.{name}": (value, 1)
        for group, passages in rankings.items()
        for name, value in metrics.ranking(passages, gold).items()
    }


def of_answer(gold: Gold, answer: Answer, texts: Mapping[str, str]) -> Scores:
    """Answer, nuggets, refusal, citations and length; `texts` are the cited articles' by id.

    A refusal says nothing, so it is not right, states no nugget, and has no length.
    """
    refused = answer.status == "refused"
    shown = "" if refused else answer.text
    said = [] if refused else [sentence.text for sentence in answer.sentences]
    citations = answer.citations
    verbatim = sum(texts[c.article_id][c.start : c.end] == c.quote for c in citations)
    scores: Scores = {"citations.verbatim": (verbatim, len(citations))}
    if judged := [s.support_probability for s in answer.sentences if s.support_probability is not None]:
        scores["citations.support"] = (sum(probability >= metrics.SUPPORTED for probability in judged), len(judged))
    if said:
        scores["length.words"] = (sum(len(sentence.split()) for sentence in said), 1)
    if len(said) > 1:
        scores["length.redundancy"] = (metrics.redundancy(said), 1)
    if not gold.answerable:
        return scores | {"refusal.negative_rejection": (refused, 1)}
    scores["refusal.false_refusal"] = (refused, 1)
    if gold.answers:
        scores["answers.accuracy"] = (metrics.accuracy(shown, gold.answers), 1)
        scores["answers.f1"] = (metrics.f1(shown, gold.answers), 1)
    if gold.nuggets:
        stated = metrics.stated(gold.nuggets, (shown, *said))
        scores["nuggets.recall"] = (sum(stated) / len(stated), 1)
        scores["nuggets.complete"] = (float(all(stated)), 1)
    if gold.sources:
        scores["citations.precision"] = (sum(metrics.in_evidence(c, gold) for c in citations), len(citations))
    if gold.answers and not refused:
        quotes = " ".join(c.quote for c in citations)
        scores["citations.answer_in_quote"] = (metrics.holds(quotes, gold.answers), 1)
    return scores
