"""Runs and gold sets on disk: what a kill leaves, what is damaged, and how many there may be."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from qa.errors import EvaluationError, EvaluationNotFound
from qa.evaluation import gold_sets, runs
from qa.evaluation.gold import Gold
from qa.evaluation.gold_sets import GoldSets
from qa.evaluation.measurement import Measurement
from qa.evaluation.runs import Run, Runs
from qa.library import Library
from tests.conftest import ARTICLES, store

QUESTIONS = [
    Gold(id=f"q{n}", question="When did the bridge open?", answerable=True, answers=("1931",), articles=("bridge",))
    for n in range(3)
]
MEASUREMENT = Measurement("three.jsonl", QUESTIONS, "fake")


def row(gold: Gold) -> dict[str, Any]:
    scores = {"answers.accuracy": (1.0, 1), "answers.f1": (0.5, 1), "refusal.false_refusal": (0, 1)}
    found = {"rank": 1, "passages": [], "timings_ms": {"retrieve": 1, "total": 2}, "scores": scores}
    said = {"status": "answered", "text": "1931", "sentences": [], "citations": [], "confidence": 0.9, "accurate": True}
    return gold.model_dump(mode="json") | found | said


@pytest.fixture
def kept(tmp_path: Path) -> Runs:
    return Runs(tmp_path / "runs", tmp_path / "report")


def begun(kept: Runs, library: Library, measured: int) -> Run:
    """A run that was killed after so many questions, amid the next line."""
    run = kept.begin(MEASUREMENT)
    journal = MEASUREMENT.journal(kept.folder(run.id), library)
    for gold in QUESTIONS[:measured]:
        journal.keep(row(gold))
    journal.close()
    with (kept.folder(run.id) / "results.jsonl").open("a") as file:
        file.write('{"id": "q2", "ques')
    return run


def test_what_a_kill_cut_off_is_dropped_and_the_rest_reported(kept: Runs, library: Library) -> None:
    run = begun(kept, library, 2)
    kept.recover(run.id)
    found = kept.get(run.id)
    assert (found.state, found.asked, found.questions, found.outcomes) == ("stopped", 2, 3, {"right": 2})
    assert kept.report(run.id)["cut_short"] == {"asked": 2, "of": 3}
    assert list(MEASUREMENT.journal(kept.folder(run.id), library).rows) == ["q0", "q1"]


def test_a_run_killed_before_its_first_answer_has_no_report(kept: Runs, library: Library) -> None:
    run = begun(kept, library, 0)
    kept.recover(run.id)
    assert (kept.get(run.id).state, kept.get(run.id).asked) == ("stopped", 0)
    with pytest.raises(EvaluationNotFound, match="no report of evaluation"):
        kept.report(run.id)


def test_a_run_goes_on_only_over_the_same_articles(kept: Runs, library: Library) -> None:
    folder = kept.folder(begun(kept, library, 1).id)
    assert MEASUREMENT.goes_on(folder, library)
    library.remove("mill")
    assert not MEASUREMENT.goes_on(folder, library)


def test_a_damaged_run_is_one_line(kept: Runs, library: Library) -> None:
    run = begun(kept, library, 1)
    for content in ("{", "[]", '{"id": 1}', '{"measures": 3}', '{"measures": [{"odd": 1}]}'):
        (kept.folder(run.id) / "about.json").write_text(content)
        with pytest.raises(EvaluationError, match=r"about\.json") as error:
            kept.get(run.id)
        assert "\n" not in str(error.value)
    other = kept.begin(MEASUREMENT)
    assert [(found.id, found.state) for found in kept.all()] == [(other.id, "running"), (run.id, "failed")]


def test_the_oldest_runs_make_room(kept: Runs, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "MOST_RUNS", 2)
    names = []
    for n in range(3):
        run = kept.begin(MEASUREMENT)
        names.append(run.id)
        kept.save(Run(**{**vars(run), "state": "done", "made_at": f"2026-01-0{n + 1}T00:00:00+00:00"}))
    assert [run.id for run in kept.all()] == names[:0:-1]


def test_runs_begun_within_a_second_keep_their_order(kept: Runs) -> None:
    begun = []
    for _ in range(8):
        begun.append(kept.begin(MEASUREMENT).id)
        time.sleep(0.002)
    assert [run.id for run in kept.all()] == begun[::-1]


def test_gold_sets_are_bounded_and_found_by_plain_names_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = GoldSets(tmp_path / "gold")
    monkeypatch.setattr(gold_sets, "MOST_SETS", 1)
    assert sets.keep("a/../b c", QUESTIONS).id == "a-..-b-c"
    with pytest.raises(EvaluationError, match="1 gold sets are kept already"):
        sets.keep("more", QUESTIONS)
    (tmp_path / "secret.jsonl").write_text("{}")
    for name in ("../secret", "", ".", "..", "x" * 100, "a\n"):
        with pytest.raises(EvaluationNotFound):
            sets.path(name)
    monkeypatch.setattr(gold_sets, "MOST_QUESTIONS", 2)
    content = "".join(f"{gold.model_dump_json()}\n" for gold in QUESTIONS).encode()
    with pytest.raises(Exception, match="more than 2 questions"):
        sets.take("three.jsonl", content, {a.id: a.text for a in ARTICLES}.get)


def test_a_report_that_another_program_wrote_is_one_line(tmp_path: Path, library: Library) -> None:
    store(library, ARTICLES[0])
    (tmp_path / "report").mkdir()
    kept = Runs(tmp_path / "runs", tmp_path / "report")
    for content in ("{", "[]", "{}", '{"questions": 3}', json.dumps({"gold": "x", "made_at": "y", "intervals": 1})):
        (tmp_path / "report/run.json").write_text(content)
        with pytest.raises(EvaluationError):
            kept.get("report")
