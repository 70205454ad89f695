"""Ask every question of a gold set; each becomes a row with what was found, answered and scored."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from threading import Lock
from typing import Any

from qa.answer import Answerer
from qa.cli.console import progress
from qa.evaluation import metrics, scores
from qa.evaluation.gold import Gold
from qa.evaluation.journal import Journal
from qa.evaluation.summary import Row
from qa.library import Library
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer, Evidence

Ask = Callable[[Gold], Row]
WATCHED = {
    "retrieval.hits@4": "found",
    "answers.accuracy": "right",
    "nuggets.recall": "facts stated",
    "refusal.negative_rejection": "rejected",
}


def asking(engine: Answerer | HybridRetriever) -> Ask:
    """Answers where there is a model to write them, else what is found."""
    if not isinstance(engine, Answerer):
        return searching(engine)
    engine.warm_up()
    return answering(lambda gold: engine.answer(gold.question, as_of=gold.as_of), engine.library)


def answering(answered: Callable[[Gold], Answer], library: Library) -> Ask:
    """Asks for an answer, and scores it by the articles of the library."""

    def ask(gold: Gold) -> Row:
        answer = answered(gold)
        texts = {c.article_id: library.article(c.article_id).text for c in answer.citations}
        scored = scores.of_rankings(gold, {"retrieval": answer.passages}) | scores.of_answer(gold, answer, texts)
        return _row(gold, answer.passages, answer.timings_ms["retrieve"]) | {
            "status": answer.status,
            "text": answer.text,
            "sentences": [asdict(s) for s in answer.sentences],
            "citations": [asdict(c) for c in answer.citations],
            "confidence": answer.confidence,
            "signals": asdict(answer.signals) if answer.signals else None,
            "accurate": bool(scored.get("answers.accuracy", scored.get("nuggets.complete", (0, 1)))[0]),
            "timings_ms": dict(answer.timings_ms),
            "scores": scored,
        }

    return ask


def searching(retriever: HybridRetriever) -> Ask:
    """What is found for each question, by each of the rankings that the one in use is made of."""

    def ask(gold: Gold) -> Row:
        start = time.perf_counter()
        rankings = retriever.rankings(gold.question, as_of=gold.as_of)
        milliseconds = round((time.perf_counter() - start) * 1000)
        passages = list(rankings.values())[-1]
        groups = {"retrieval": passages} | {f"rankings.{name}": found for name, found in rankings.items()}
        return _row(gold, passages, milliseconds) | {"scores": scores.of_rankings(gold, groups)}

    return ask


def run(ask: Ask, questions: Sequence[Gold], journal: Journal | None = None, concurrency: int = 1) -> list[Row]:
    """A row a question, in their order; those that the journal holds are not asked again."""
    rows = dict(journal.rows) if journal else {}
    missing = [gold for gold in questions if gold.id not in rows]
    keeping = Lock()
    so_far = Watch(rows.values())
    with progress() as bar, ThreadPoolExecutor(concurrency) as pool:
        task = bar.add_task(so_far.text(), total=len(questions), completed=len(rows))

        def measure(gold: Gold) -> None:
            row = ask(gold)
            with keeping:
                rows[gold.id] = row
                if journal:
                    journal.keep(row)
                so_far.add(row)
                bar.update(task, advance=1, description=so_far.text())

        try:
            for _ in pool.map(measure, missing):
                pass
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [rows[gold.id] for gold in questions]


def _row(gold: Gold, passages: Sequence[Evidence], milliseconds: int) -> dict[str, Any]:
    return gold.model_dump(mode="json") | {
        "rank": metrics.first_hit(passages, gold) if gold.answerable else None,
        "passages": [asdict(passage) for passage in passages],
        "timings_ms": {"retrieve": milliseconds},
    }


class Watch:
    """The running averages that stand beside the progress bar."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._sums = dict.fromkeys(WATCHED, (0.0, 0))
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        for measure, (total, count) in self._sums.items():
            more, counted = row["scores"].get(measure, (0.0, 0))
            self._sums[measure] = (total + more, count + counted)

    def text(self) -> str:
        return "asking" + "".join(f", {WATCHED[measure]} {value:.2f}" for measure, value in self.values().items())

    def values(self) -> dict[str, float]:
        """Of the measures of WATCHED those that are known so far."""
        return {measure: total / n for measure, (total, n) in self._sums.items() if n}
