"""The three files of a run; what an article or a model says stays text in each."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel

from qa.answer import Answerer
from qa.errors import GoldError
from qa.evaluation import plots, report
from qa.evaluation.compare import compare
from qa.evaluation.run import asking, run
from qa.evaluation.summary import figures, summarise
from qa.evaluation.words import LANGUAGES, words
from qa.retrieval.retriever import HybridRetriever
from tests.judges import WordJudge
from tests.test_evaluation_run import DRAFTS, QUESTIONS

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def value(retriever: HybridRetriever) -> dict[str, Any]:
    answerer = Answerer(retriever, FakeListChatModel(responses=DRAFTS), "fake:list", WordJudge())
    rows = run(asking(answerer), [gold.model_copy(update={"type": "span"}) for gold in QUESTIONS])
    head = {"made_at": "2026-01-02T03:04:05+00:00", "gold": "five.jsonl", "model": "fake:list", "retrieval_only": False}
    return head | summarise(rows)


def data(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_a_run_becomes_three_files(value: dict[str, Any], tmp_path: Path) -> None:
    report.write(value, tmp_path / "new" / "report")
    folder = tmp_path / "new" / "report"
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "report.md", "run.json"]
    assert json.loads((folder / "run.json").read_text()) == json.loads(json.dumps(value))
    assert "| answers accuracy | 0.333 | 0.000 – 1.000 |" in (folder / "report.md").read_text()


def test_questions_are_flagged_by_what_is_wrong_with_them(value: dict[str, Any]) -> None:
    flags = {question["id"]: question["flags"] for question in data(report.page(value))["questions"]}
    assert flags == {
        "right": [],
        "refused": ["refused"],
        "wrong": ["wrong", "uncited", "missed"],
        "rejected": ["rejected"],
        "fooled": ["wrong"],
    }


def test_a_refusal_is_counted_by_itself_and_is_no_wrong_answer(value: dict[str, Any]) -> None:
    assert value["outcomes"] == {"right": 1, "wrong": 2, "refused": 1, "rejected": 1}
    assert "right 1, wrong 2, refused 1, rightly refused 1." in report.markdown(value)
    del value["outcomes"]  # as in a run of an earlier version
    counted = re.findall(r"<li><strong>(\d)</strong> <span[^>]*>([^<]+)", report.page(value))
    assert counted == [("1", "right"), ("2", "wrong"), ("1", "refused"), ("1", "rightly refused")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_measure_has_a_plain_name_and_says_what_it_means(value: dict[str, Any], language: str) -> None:
    page, t = report.page(value, language), words(language)
    assert f'<html lang="{language}">' in page
    for figure in figures(value):
        name = f"{figure.group}.{figure.name}"
        assert t.measure(name) != name
        assert t.measure(name) in page
        assert t.about(name) in page.replace("&#39;", "'")
    folded = page.partition('<details class="more">')[2].partition("</details>")[0]
    assert t.measure("answers.f1") in folded
    assert t.measure("answers.f1") not in page.replace(folded, "")


def test_the_languages_of_reports_say_the_same() -> None:
    english = words().texts
    for language in LANGUAGES:
        other = words(language).texts
        assert other.keys() == english.keys()
        for key, text in other.items():
            assert text.strip()
            assert re.findall(r"\{\w+\}", text) == re.findall(r"\{\w+\}", english[key])


def test_a_measure_of_a_later_version_keeps_its_name() -> None:
    assert (words().measure("answers.later"), words().about("answers.later")) == ("answers.later", "")
    assert words().measure("rankings.bm25 hits@4") == "bm25: evidence in the first four"


def test_facts_of_a_long_answer_are_ticked_off(retriever: HybridRetriever) -> None:
    answerer = Answerer(retriever, FakeListChatModel(responses=DRAFTS[:1]), "fake:list", WordJudge())
    nuggets = (("in the thirties", "1931"), ("412 metres",))
    long = QUESTIONS[0].model_copy(update={"answers": (), "nuggets": nuggets, "type": "long"})
    head = {"made_at": "2026-01-02T03:04:05+00:00", "gold": "one.jsonl", "model": "fake:list", "retrieval_only": False}
    value = head | summarise(run(asking(answerer), [long]))
    (question,) = data(report.page(value))["questions"]
    facts = [{"text": "in the thirties", "stated": True}, {"text": "412 metres", "stated": False}]
    assert (question["facts"], question["flags"]) == (facts, ["incomplete"])
    assert "| nuggets recall | 0.500 |" in report.markdown(value)
    assert [(bar.measure, bar.value) for bar in plots.by_type(value["by_type"])] == [("nuggets.recall", 0.5)]


def test_a_passage_stands_in_the_file_once(value: dict[str, Any]) -> None:
    shown = data(report.page(value))
    texts = [passage["text"] for passage in shown["passages"]]
    assert len(texts) == len(set(texts)) == 3
    named = [texts[at] for at, _ in shown["questions"][0]["passages"]]
    assert named == [passage["text"] for passage in value["questions"][0]["passages"]]


def test_nothing_said_becomes_html(value: dict[str, Any]) -> None:
    value["gold"] = value["model"] = EVIL
    for row in value["questions"]:
        row["question"] = row["text"] = row["type"] = EVIL
        for passage in row["passages"]:
            passage["text"] = passage["title"] = EVIL
    value["by_type"] = {EVIL: value["by_type"]["span"]}
    page = report.page(value)
    assert "<img" not in page
    assert page.count("<script") == 2, "the data and our own"
    assert data(page)["questions"][0]["question"] == EVIL


def test_the_page_asks_for_nothing_from_outside(value: dict[str, Any]) -> None:
    page = report.page(value)
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)\s*=|url\(|@import|https?://""", page.split('id="data"')[0])


def test_a_comparison_is_part_of_both_reports(value: dict[str, Any]) -> None:
    value["comparison"] = compare(value["questions"], value["questions"], "before/run.json")
    assert "Against before/run.json" in report.markdown(value)
    assert "Against before/run.json" in report.page(value)


def test_a_folder_that_cannot_be_written_is_one_line(value: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(GoldError, match="cannot write to"):
        report.write(value, tmp_path / "file" / "report")


def test_each_type_has_the_first_measure_that_it_knows(value: dict[str, Any]) -> None:
    (bar,) = plots.by_type(value["by_type"])
    assert (bar.kind, bar.n, bar.measure, bar.value) == ("span", 5, "answers.accuracy", pytest.approx(1 / 3))


def test_the_threshold_curves_begin_where_the_run_stands(value: dict[str, Any]) -> None:
    threshold, times = plots.charts(value["questions"], words())
    starts = {line.name: 1 - line.points[0][1] / plots.HEIGHT for line in threshold.lines}
    # shown are right, wrong and fooled; refused one of two unanswerable and one of three answerable
    assert starts == pytest.approx(
        {
            "right, of what is shown": 1 / 3,
            "refused, of what nothing answers": 1 / 2,
            "refused, of what can be answered": 1 / 3,
        },
        abs=0.001,
    )
    ends = {line.name: 1 - line.points[-1][1] / plots.HEIGHT for line in threshold.lines}
    assert ends["refused, of what nothing answers"] == 1.0
    assert [line.name for line in times.lines] == ["passages found", "first words", "whole answer"]
