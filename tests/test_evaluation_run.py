"""A run over five questions whose drafts are known, so that every figure can be worked out by hand."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.answer import Answerer
from qa.errors import GoldError
from qa.evaluation.gold import Gold, GoldEvidence
from qa.evaluation.journal import Journal
from qa.evaluation.run import asking, run
from qa.evaluation.summary import Row, summarise, table
from qa.retrieval.retriever import HybridRetriever
from qa.types import Answer
from tests.judges import WordJudge

BRIDGE = GoldEvidence(article_id="bridge", text="The Varga bridge opened in 1931.")
FERRY = GoldEvidence(article_id="ferry", text="A ticket costs 4 pounds.")
NOWHERE = GoldEvidence(article_id="canal", text="It grinds barley.")
QUESTIONS = [
    Gold(
        id="right", question="When did the Varga bridge open?", answerable=True, answers=("1931",), evidence=(BRIDGE,)
    ),
    Gold(  # the bridge comes first, the evidence second; the draft has an invented number
        id="refused",
        question="How long is the Varga bridge, and what does a ticket cost?",
        answerable=True,
        answers=("4 pounds",),
        evidence=(FERRY,),
    ),
    Gold(
        id="wrong",
        question="What does Kestrel Mill grind?",
        answerable=True,
        answers=("barley",),
        evidence=(NOWHERE,),
    ),
    Gold(id="rejected", question="Which quarks do protons contain?", answerable=False),
    Gold(id="fooled", question="When was Kestrel Mill built?", answerable=False),
]
DRAFTS = [
    "The Varga bridge opened in 1931.",
    "A ticket costs 9 pounds.",
    "A ticket costs 9 pounds.",  # the second draft, as the first cannot be shown
    "Kestrel Mill grinds wheat for the valley.",
    "Kestrel Mill was built in 1874.",  # the fourth question never reaches the model
]


def measured(answerer: Answerer, questions: Sequence[Gold] = QUESTIONS) -> dict[str, Any]:
    return summarise(run(asking(answerer), questions))


@pytest.fixture
def answerer(retriever: HybridRetriever) -> Answerer:
    return Answerer(retriever, FakeListChatModel(responses=DRAFTS), "fake:list", WordJudge())


@pytest.fixture
def report(answerer: Answerer) -> dict[str, Any]:
    return measured(answerer)


def test_each_question_ends_as_it_was_made_to(report: dict[str, Any]) -> None:
    rows = {row["id"]: row for row in report["questions"]}
    assert list(rows) == [gold.id for gold in QUESTIONS]
    assert {name: (row["status"], row["rank"], row["accurate"]) for name, row in rows.items()} == {
        "right": ("answered", 1, True),
        "refused": ("refused", 2, False),
        "wrong": ("answered", None, False),
        "rejected": ("refused", None, False),
        "fooled": ("answered", None, False),
    }
    assert rows["right"]["text"] == "The Varga bridge opened in 1931. [1]"
    assert rows["right"]["citations"][0]["article_id"] == "bridge"


def test_retrieval_is_averaged_over_the_questions_with_evidence(report: dict[str, Any]) -> None:
    # ranks 1, 2 and none; the gain at rank 2 is 1 / log2(3) = 0.6309
    assert report["retrieval"] == pytest.approx(
        {"hits@1": 1 / 3, "hits@4": 2 / 3, "hits@10": 2 / 3, "mrr@10": 1.5 / 3, "ndcg@10": 1.6309 / 3}, abs=1e-4
    )


def test_a_refusal_is_a_wrong_answer(report: dict[str, Any]) -> None:
    # "varga bridge opened in 1931" against "1931": 2 x 1 / (5 + 1); the two others share nothing
    assert report["answers"] == pytest.approx({"accuracy": 1 / 3, "f1": (1 / 3) / 3, "n": 3})


def test_the_words_of_a_refusal_are_no_answer(answerer: Answerer) -> None:
    gold = Gold(id="lucky", question="Which quarks do protons contain?", answerable=True, answers=("question",))
    report = measured(answerer, [gold])
    assert "question" in report["questions"][0]["text"]
    assert (report["answers"]["accuracy"], report["answers"]["f1"]) == (0.0, 0.0)
    assert report["questions"][0]["accurate"] is False


def test_long_answers_are_measured_by_the_facts_they_state(answerer: Answerer) -> None:
    nuggets = ((("1931",), ("412 metres",)), (("4 pounds",),), (("wheat", "corn"),), (), ())
    answers = ((), (), ("barley",), (), ())
    long = [
        gold.model_copy(update={"answers": a, "nuggets": n})
        for gold, a, n in zip(QUESTIONS, answers, nuggets, strict=True)
    ]
    report = measured(answerer, long)
    # stated are 1 of 2, none of 1 (refused), 1 of 1
    assert report["nuggets"] == pytest.approx({"recall": (1 / 2 + 0 + 1) / 3, "complete": 1 / 3})
    assert report["answers"] == {"accuracy": 0.0, "f1": 0.0, "n": 1}, "only one question has accepted answers"
    assert report["citations"]["answer_in_quote"] == 0.0
    assert [row["accurate"] for row in report["questions"]] == [False] * 5
    assert set(report["intervals"]["nuggets"]) == {"recall", "complete"}
    assert ["nuggets", "recall", "0.500"] in [line.split()[:3] for line in table(report).splitlines()]


def test_without_nuggets_nothing_is_told_of_them(report: dict[str, Any]) -> None:
    assert "nuggets" not in report
    assert "nuggets" not in table(report)


def test_the_length_of_what_is_shown_is_counted_in_words(answerer: Answerer) -> None:
    # 6 words of "right", 7 of "wrong" and 6 of "fooled"; each is one sentence
    report = measured(answerer)
    assert report["length"] == {"words": pytest.approx(19 / 3), "redundancy": None}


def test_sentences_that_say_the_same_are_redundant(retriever: HybridRetriever) -> None:
    class Repeating(Answerer):
        def answer(self, *asked: Any, **options: Any) -> Answer:
            answer = super().answer(*asked, **options)
            return replace(answer, sentences=answer.sentences * 2)

    repeating = Repeating(retriever, FakeListChatModel(responses=DRAFTS[:1]), "fake:list", WordJudge())
    assert measured(repeating, QUESTIONS[:1])["length"] == {"words": 12.0, "redundancy": 1.0}


def test_a_question_is_asked_on_its_day(retriever: HybridRetriever) -> None:
    """Of the week before 4 June 2025 the library has the ferry alone; of the one before 5 March the bridge."""
    asked = "What did articles from last week say about the Varga bridge or the ferry?"
    days = {date(2025, 6, 4): {"ferry"}, date(2025, 3, 5): {"bridge"}}
    for day, found in days.items():
        gold = Gold(id="q", question=asked, answerable=False, as_of=day)
        answerer = Answerer(retriever, FakeListChatModel(responses=["?"]), "fake:list", WordJudge())
        for engine in (answerer, retriever):
            (row,) = run(asking(engine), [gold])
            assert {passage["article_id"] for passage in row["passages"]} == found
            assert row["as_of"] == day.isoformat()


def test_refusals_are_counted_on_both_sides(report: dict[str, Any]) -> None:
    assert report["refusal"] == pytest.approx({"negative_rejection": 1 / 2, "false_refusal": 1 / 3})


def test_citations_are_checked_against_the_library_and_the_evidence(report: dict[str, Any]) -> None:
    # cited are bridge for "right" and mill for "wrong", whose evidence lies elsewhere; "fooled" has no evidence
    shares = {"verbatim": 1.0, "precision": 1 / 2, "answer_in_quote": 1 / 2, "support": 1.0}
    assert report["citations"] == pytest.approx(shares)


def test_sentences_count_as_supported_from_a_half(retriever: HybridRetriever) -> None:
    probabilities = {"right": (0.5, None), "wrong": (0.9, 0.49), "fooled": (0.2,)}

    class Judged(Answerer):
        def answer(self, *asked: Any, **options: Any) -> Answer:
            answer = super().answer(*asked, **options)
            name = next(gold.id for gold in QUESTIONS if gold.question == asked[0])
            judged = (replace(s, support_probability=p) for s in answer.sentences for p in probabilities[name])
            return replace(answer, sentences=tuple(judged))

    report = measured(Judged(retriever, FakeListChatModel(responses=DRAFTS), "fake:list", WordJudge()))
    assert report["citations"]["support"] == 2 / 4, "one was not judged; refusals have no sentences"
    rows = {row["id"]: row for row in report["questions"]}
    scores = {name: row["scores"].get("citations.support") for name, row in rows.items()}
    assert scores == {"right": (1, 1), "refused": None, "wrong": (1, 2), "rejected": None, "fooled": (0, 1)}
    assert [s["support_probability"] for s in rows["wrong"]["sentences"]] == [0.9, 0.49]
    assert ["citations", "support", "0.500"] in [line.split()[:3] for line in table(report).splitlines()]


def test_latencies_are_milliseconds_in_order(report: dict[str, Any]) -> None:
    latency = report["latency_ms"]
    assert 0 <= latency["retrieve_p50"] <= latency["retrieve_p95"]
    assert 0 < latency["total_p50"] <= latency["total_p95"]
    times = [row["timings_ms"] for row in report["questions"]]
    assert all(t["retrieve"] <= t.get("first_token", t["total"]) <= t["total"] for t in times)


def test_the_json_has_all_keys_of_the_contract(report: dict[str, Any]) -> None:
    value = json.loads(json.dumps(report))
    assert set(value) >= {"retrieval", "answers", "refusal", "citations", "latency_ms", "questions"}
    assert set(value["retrieval"]) >= {"hits@1", "hits@4", "hits@10", "mrr@10", "ndcg@10"}
    assert set(value["answers"]) >= {"accuracy", "f1", "n"}
    assert set(value["refusal"]) >= {"negative_rejection", "false_refusal"}
    assert set(value["citations"]) >= {"verbatim", "precision", "answer_in_quote", "support"}
    assert set(value["latency_ms"]) >= {
        *("retrieve_p50", "retrieve_p95", "first_token_p50", "total_p50", "total_p95"),
    }


def test_a_quote_that_is_not_the_stored_text_is_noticed(retriever: HybridRetriever) -> None:
    class Misquoting(Answerer):
        def answer(self, *asked: Any, **options: Any) -> Answer:
            answer = super().answer(*asked, **options)
            return replace(answer, citations=tuple(replace(c, start=c.start + 1) for c in answer.citations))

    report = measured(
        Misquoting(retriever, FakeListChatModel(responses=DRAFTS[:1]), "fake:list", WordJudge()), QUESTIONS[:1]
    )
    assert report["citations"]["verbatim"] == 0.0


def test_what_there_is_nothing_to_measure_of_is_none(answerer: Answerer) -> None:
    report = measured(answerer, [QUESTIONS[3]])
    assert report["refusal"] == {"negative_rejection": 1.0, "false_refusal": None}
    assert report["citations"] == dict.fromkeys(("verbatim", "precision", "answer_in_quote", "support"))
    assert report["answers"] == {"accuracy": None, "f1": None, "n": 0}
    assert report["retrieval"]["mrr@10"] is None
    assert report["latency_ms"]["first_token_p50"] is None, "the model was not asked"


def test_retrieval_alone_gives_the_same_figures_without_a_model(
    retriever: HybridRetriever, report: dict[str, Any]
) -> None:
    alone = summarise(run(asking(retriever), QUESTIONS))
    assert alone["retrieval"] == report["retrieval"]
    assert [row["rank"] for row in alone["questions"]] == [1, 2, None, None, None]
    assert set(alone["latency_ms"]) == {"retrieve_p50", "retrieve_p95"}
    assert "answers" not in alone


def test_the_rankings_of_a_search_stand_side_by_side(retriever: HybridRetriever) -> None:
    report = summarise(run(asking(retriever), QUESTIONS))
    assert list(report["rankings"]) == ["bm25", "vectors", "fusion"], "this retriever has no reader"
    assert report["rankings"]["fusion"] == report["retrieval"]
    assert report["intervals"]["rankings"]["fusion"] == report["intervals"]["retrieval"]


def test_each_type_of_question_is_averaged_by_itself(answerer: Answerer) -> None:
    types = ("when", "how", "what", "none", "none")
    typed = [gold.model_copy(update={"type": kind}) for gold, kind in zip(QUESTIONS, types, strict=True)]
    by_type = measured(answerer, typed)["by_type"]
    assert by_type["when"]["answers"]["accuracy"][0] == 1.0
    assert by_type["how"]["answers"]["accuracy"][0] == 0.0
    assert (by_type["none"]["n"], by_type["none"]["refusal"]["negative_rejection"][0]) == (2, 0.5)
    assert "answers" not in by_type["none"], "none of them can be answered"


def test_every_measure_lies_in_its_interval(report: dict[str, Any]) -> None:
    for group, bounds in report["intervals"].items():
        for name, (low, high) in bounds.items():
            assert low <= report[group][name] <= high, name
    low, high = report["intervals"]["answers"]["accuracy"]
    assert (low, high) == (0.0, 1.0), "one of three questions right tells next to nothing"


def test_several_questions_at_once_give_the_same_rows_in_the_same_order(retriever: HybridRetriever) -> None:
    alone, together = (run(asking(retriever), QUESTIONS, concurrency=n) for n in (1, 4))
    assert [row | {"timings_ms": None} for row in together] == [row | {"timings_ms": None} for row in alone]


def test_a_stopped_run_goes_on_where_it_was(retriever: HybridRetriever, tmp_path: Path) -> None:
    asked: list[str] = []
    stopping = True

    def ask(gold: Gold) -> Row:
        asked.append(gold.id)
        if gold.id == "wrong" and stopping:
            raise KeyboardInterrupt
        return asking(retriever)(gold)

    with pytest.raises(KeyboardInterrupt):
        run(ask, QUESTIONS, Journal(tmp_path, {"gold": "five"}))
    kept = [json.loads(line)["id"] for line in (tmp_path / "results.jsonl").read_text().splitlines()[1:]]
    assert kept[:2] == ["right", "refused"]
    with (tmp_path / "results.jsonl").open("a") as file:
        file.write('{"id": "cut')  # the machine went down while it wrote
    asked.clear()
    stopping = False
    rows = run(ask, QUESTIONS, Journal(tmp_path, {"gold": "five"}))
    assert [row["id"] for row in rows] == [gold.id for gold in QUESTIONS]
    assert set(asked) == {gold.id for gold in QUESTIONS} - set(kept), "nothing is asked twice"


def test_a_stopped_run_of_something_else_is_not_mixed_in(retriever: HybridRetriever, tmp_path: Path) -> None:
    journal = Journal(tmp_path, {"gold": "five"})
    run(asking(retriever), QUESTIONS[:1], journal)
    with pytest.raises(GoldError, match=r"results\.jsonl is an unfinished run of other questions"):
        Journal(tmp_path, {"gold": "six"})
    journal.finish()
    assert Journal(tmp_path, {"gold": "six"}).rows == {}


def test_the_table_has_a_line_for_each_measure(report: dict[str, Any]) -> None:
    lines = table(report | {"refusal": {"negative_rejection": None, "false_refusal": 1 / 3}}).splitlines()
    rows = {(words[0], words[1]): words[2] for words in (line.split() for line in lines)}
    assert rows["answers", "accuracy"] == "0.333"
    assert rows["answers", "n"] == "3"
    assert rows["refusal", "negative_rejection"] == "–"
    assert not any(line.startswith("questions") for line in lines)
