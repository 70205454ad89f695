"""Ask every question of a gold set and average what came back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qa.answer import Answerer
from qa.console import progress
from qa.evaluation import metrics
from qa.evaluation.gold import Gold
from qa.library import Library
from qa.retrieve import HybridRetriever
from qa.types import Answer, Evidence

RANKS = (1, 4, 10)


@dataclass(frozen=True)
class Result:
    """A question with what was found for it and, unless only retrieval is measured, what was answered."""

    gold: Gold
    passages: tuple[Evidence, ...]
    retrieve_ms: int
    answer: Answer | None = None


def run(answerer: Answerer, questions: Sequence[Gold]) -> dict[str, Any]:
    """The report of `evaluate --json`."""
    answerer.warm_up()

    def ask(gold: Gold) -> Result:
        answer = answerer.answer(gold.question)
        return Result(gold, answer.passages, answer.timings_ms["retrieve"], answer)

    results = _each(questions, ask)
    return _retrieval(results) | _answers(results, answerer.library)


def run_retrieval(retriever: HybridRetriever, questions: Sequence[Gold]) -> dict[str, Any]:
    """The report of `evaluate --retrieval-only --json`."""

    def ask(gold: Gold) -> Result:
        start = time.perf_counter()
        passages = tuple(retriever.search(gold.question))
        return Result(gold, passages, round((time.perf_counter() - start) * 1000))

    return _retrieval(_each(questions, ask))


def _each(questions: Sequence[Gold], ask: Callable[[Gold], Result]) -> list[Result]:
    with progress() as bar:
        return [ask(gold) for gold in bar.track(questions, description="asking")]


def _retrieval(results: Sequence[Result]) -> dict[str, Any]:
    known = [r for r in results if r.gold.answerable and r.gold.evidence]
    firsts = [metrics.first_hit(r.passages, r.gold) for r in known]
    times = [r.retrieve_ms for r in results]
    return {
        "retrieval": {f"hits@{n}": metrics.mean(bool(first and first <= n) for first in firsts) for n in RANKS}
        | {
            "mrr@10": metrics.mean(metrics.reciprocal_rank(r.passages, r.gold) for r in known),
            "ndcg@10": metrics.mean(metrics.ndcg(r.passages, r.gold) for r in known),
        },
        "latency_ms": {f"retrieve_p{p}": metrics.percentile(times, p / 100) for p in (50, 95)},
        "questions": [_question(r) for r in results],
    }


def _answers(results: Sequence[Result], library: Library) -> dict[str, Any]:
    asked = [(r.gold, r.answer) for r in results if r.answer]
    answerable = [(gold, answer) for gold, answer in asked if gold.answerable]
    answered = [(gold, answer) for gold, answer in answerable if answer.status == "answered"]
    citations = [(gold, c) for gold, answer in asked for c in answer.citations]
    texts = {article_id: library.article(article_id).text for article_id in {c.article_id for _, c in citations}}
    latency = {f"retrieve_p{p}": metrics.percentile([r.retrieve_ms for r in results], p / 100) for p in (50, 95)}
    for name, shares in (("first_token", (50,)), ("total", (50, 95))):
        times = [answer.timings_ms[name] for _, answer in asked if name in answer.timings_ms]
        latency |= {f"{name}_p{p}": metrics.percentile(times, p / 100) for p in shares}
    return {
        "answers": {
            "accuracy": metrics.mean(metrics.accuracy(_shown(a), g.answers) for g, a in answerable),
            "f1": metrics.mean(metrics.f1(_shown(a), g.answers) for g, a in answerable),
            "n": len(answerable),
        },
        "refusal": {
            "negative_rejection": metrics.mean(a.status == "refused" for g, a in asked if not g.answerable),
            "false_refusal": metrics.mean(a.status == "refused" for _, a in answerable),
        },
        "citations": {
            "verbatim": metrics.mean(texts[c.article_id][c.start : c.end] == c.quote for _, c in citations),
            "precision": metrics.mean(metrics.in_evidence(c, g) for g, c in citations if g.answerable and g.evidence),
            "answer_in_quote": metrics.mean(
                metrics.holds(" ".join(c.quote for c in a.citations), g.answers) for g, a in answered
            ),
        },
        "latency_ms": latency,
    }


def _shown(answer: Answer) -> str:
    """A refusal says nothing, so it is counted as wrong."""
    return answer.text if answer.status == "answered" else ""


def _question(result: Result) -> dict[str, Any]:
    gold, answer = result.gold, result.answer
    rank = metrics.first_hit(result.passages, gold) if gold.answerable else None
    row: dict[str, Any] = {**gold.model_dump(exclude={"evidence"}), "rank": rank}
    if answer:
        row |= {
            "status": answer.status,
            "text": answer.text,
            "citations": [asdict(c) for c in answer.citations],
            "confidence": answer.confidence,
            "accurate": bool(metrics.accuracy(_shown(answer), gold.answers)),
            "timings_ms": answer.timings_ms,
        }
    return row
