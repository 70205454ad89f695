"""Time words over notices that tell of the same things in different years, with the real embedding model and reader."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from qa.evaluation.gold import read_gold
from qa.query.query import Query, understand
from qa.retrieval.retriever import HybridRetriever
from tests.e2e.conftest import ROOT, Retrieving

CASES = [json.loads(line) for line in (ROOT / "tests/gold/dates.jsonl").read_text().splitlines()]
FLOOR = 0.9

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def notices(retrieving: Retrieving) -> Iterator[HybridRetriever]:
    with retrieving("tests/gold/notices.jsonl") as retriever:
        yield retriever


def as_expected(query: Query, case: dict[str, str | None]) -> bool:
    filters, preference = query.filters, query.preference
    dates = (filters.since, filters.until) if filters else (None, None)
    prefers = None if preference is None or any(dates) else preference.since or "newer"
    return dates == (case["since"], case["until"]) and prefers == case["prefers"]


def test_filters_and_preferences_are_what_was_meant_and_find_the_right_notice(notices: HybridRetriever) -> None:
    wrong = []
    for case in CASES:
        as_of = date.fromisoformat(case["as_of"])
        query = understand(case["question"], as_of=as_of, articles=notices)
        first = notices.search(case["question"], 1, as_of=as_of)[0].article_id
        if not as_expected(query, case) or case["article_id"] not in (None, first):
            wrong.append((case["question"], query, first))
    assert 1 - len(wrong) / len(CASES) >= FLOOR, wrong


def test_without_time_words_nothing_changes(notices: HybridRetriever) -> None:
    questions = [case["question"] for case in CASES if case["since"] is case["until"] is case["prefers"] is None]
    assert len(questions) >= 5
    for question in questions:
        day = date(2026, 1, 28)
        found = [found.evidence for found in notices.find(replace(Query.of(question), as_of=day), 10)]
        assert notices.search(question, 10, as_of=day) == found


def test_no_question_of_the_corpus_gold_set_is_restricted(notices: HybridRetriever) -> None:
    """They all ask for what happened, whatever date they name."""
    for gold in read_gold(ROOT / "tests/gold/corpus.jsonl"):
        assert understand(gold.question, as_of=date(2026, 2, 5), articles=notices).filters is None, gold.question


def test_newer_is_no_better_where_nobody_asks_for_it(notices: HybridRetriever) -> None:
    asked = "What does a single ticket for the Ostrel tram cost"
    plain = {e.article_id: e.score for e in notices.search(f"{asked}?", 10)}
    current = understand(f"{asked} now?", as_of=date(2026, 1, 28), articles=notices)
    now = notices.find(replace(Query.of(f"{asked}?"), preference=current.preference), 10)
    raised = {f.evidence.article_id: f.evidence.score for f in now}
    assert raised["fares-2026"] > plain["fares-2026"]
    assert all(raised[name] >= plain[name] for name in plain.keys() & raised.keys())
    assert replace(now[0].evidence, score=0.0).article_id == "fares-2026"
