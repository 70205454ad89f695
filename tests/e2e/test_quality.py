"""The gate: samples of the gold sets with the real models, against tests/floors/."""

from typing import Any

import pytest

from qa.answer import Answerer
from qa.evaluation.compare import compare, falls, read_floors
from qa.evaluation.gold import read_gold
from qa.evaluation.run import asking, run
from qa.evaluation.summary import Row, summarise
from tests.e2e.conftest import ROOT, Over

GOLD = read_gold(ROOT / "tests/gold/corpus.jsonl")
SAMPLE = [gold for gold in GOLD if gold.answerable][::8] + [gold for gold in GOLD if not gold.answerable][::8]
SQUAD = ROOT.parent / "shared/eval/squad2"
CORPUS_FLOORS, SQUAD_FLOORS = (read_floors([str(ROOT / f"tests/floors/{name}.toml")]) for name in ("corpus", "squad2"))

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def corpus(over: Over) -> Answerer:
    return over("corpus")


@pytest.fixture(scope="module")
def squad(over: Over) -> Answerer:
    if not SQUAD.exists():
        pytest.skip("SQuAD 2.0 does not lie beside this checkout")
    return over(str(SQUAD / "articles.jsonl"))


def test_answers_over_the_corpus_stay_above_their_floors(corpus: Answerer) -> None:
    asked = run(asking(corpus), SAMPLE)
    found: dict[str, Any] = summarise(run(asking(corpus.retriever), GOLD))
    report = summarise(asked) | {"retrieval": found["retrieval"]}
    wrong = [(row["question"], row["text"]) for row in asked if row["answerable"] is not row["accurate"]]
    assert falls(report, CORPUS_FLOORS) == [], wrong
    assert all(sentence["citations"] for row in asked for sentence in row["sentences"])


@pytest.fixture(scope="module")
def found_in_squad(squad: Answerer) -> list[Row]:
    return run(asking(squad.retriever), read_gold(SQUAD / "gold.jsonl")[::8])


def test_retrieval_over_squad_stays_above_its_floors(found_in_squad: list[Row]) -> None:
    assert falls(summarise(found_in_squad), SQUAD_FLOORS) == []


def test_a_worse_setting_is_caught(squad: Answerer, found_in_squad: list[Row]) -> None:
    """Nearest passages that nobody reads: the comparison names the fall, and the gate fails."""
    worse = squad.retriever.model_copy(update={"text_weight": 0.0, "reader": None})
    rows = run(asking(worse), [gold for gold in read_gold(SQUAD / "gold.jsonl")[::8] if gold.answerable])
    comparison = compare(rows, found_in_squad, "the defaults")
    fell = {m["measure"] for m in comparison["measures"] if m["significant"] and m["difference"] < 0}
    assert "retrieval.mrr@10" in fell
    assert len(comparison["worse"]) > len(comparison["better"])
    reasons = falls(summarise(rows) | {"comparison": comparison}, SQUAD_FLOORS)
    assert any(reason.startswith("retrieval.mrr@10 fell") for reason in reasons)
